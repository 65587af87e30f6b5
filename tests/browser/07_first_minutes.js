/* A new owner, from an empty database to a chart that moves. */
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');

const PASSWORD = 'correct horse';

async function begin(p)
{
    await p.go('/');
    await p.sees('There is no channel yet');
    await p.follow(p.link('Register').first());
    await p.fill('Username', 'anna');
    await p.fill('Password', PASSWORD);
    await p.clickButton('Register');
    await p.fill('Username', 'anna');
    await p.fill('Password', PASSWORD);
    await p.clickButton('Log In');
    p.at('/');
    await p.sees('Make a channel.', 'Connect a device.');
    await p.clickLink('Create a channel');
}

/* What is wrong is said; what it is about is not folded away then. */
async function makeChannel(p)
{
    const colour = p.input('Colour of field 1');

    assert.ok(!await colour.isVisible());
    await p.fill('Name', 'Garden');
    await p.fill('Field 1, label', 'Outside');
    await p.fill('Unit of field 1', '°C');
    await p.unfold('Place, time zone');
    await p.fill('Colour of field 1', 'green');
    await p.clickButton('Create');
    await p.sees('The colour of field 1');
    assert.ok(await colour.isVisible());
    await p.fill('Colour of field 1', '');
    await p.clickButton('Create');
    p.at('/channels/1/connect');
    await p.sees('Waiting for the first reading…', 'finds only itself');
}

const lines = (p, device) => p.page.locator(`#device_${device}`);

async function chooseDevice(p)
{
    assert.ok(await lines(p, 'curl').isVisible());
    await p.unfold('MicroPython');
    assert.ok(await lines(p, 'micropython').isVisible());
    await p.unfold('curl');
    assert.ok(await lines(p, 'curl').isVisible());
    assert.ok(!await lines(p, 'micropython').isVisible());
}

async function copies(t, p)
{
    if (t.way === 'noscript') {
        assert.strictEqual(await p.button('Copy').count(), 0);
        return;
    }
    await p.press(p.button('Copy'), 'Enter');
    await p.button('Copied').waitFor();
    assert.strictEqual(await p.page.evaluate(() =>
        navigator.clipboard.readText()), await lines(p, 'curl').textContent());
}

/* The lines as they stand there. */
async function run(p)
{
    return execFileSync('sh', ['-c', await lines(p, 'curl').innerText()],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

const arrival = (p, words) =>
    p.page.getByRole('region', { name: words, exact: true });

/* All pictures are there, and show something. */
async function seesChart(p)
{
    const picture = arrival(p, 'It works: 21.5 °C').getByRole('img');

    assert.strictEqual(await picture.count(), 1);
    await picture.scrollIntoViewIfNeeded();
    assert.ok(await picture.evaluate(async (img) => {
        await img.decode();
        return img.naturalWidth;
    }) > 100);
    return picture.getAttribute('src');
}

async function firstReading(t, p)
{
    await p.page.evaluate(() => { document.body.dataset.same = 'yes'; });
    assert.strictEqual(await run(p), '1');
    if (t.way === 'noscript')
        await p.clickLink('Look again');
    await arrival(p, 'It works: 21.5 °C').waitFor();
    await p.sees('The newest of 1 reading');
    await p.lacks('Waiting');
    await seesChart(p);
    if (t.way === 'noscript')
        return;
    assert.strictEqual(await p.page.getAttribute('body', 'data-same'), 'yes');
    assert.strictEqual(await p.page.getByRole('status').textContent(),
        'It works: 21.5 °C');
}

async function moreReadings(t, p)
{
    const before = await seesChart(p);

    assert.strictEqual(await run(p), '2');
    assert.strictEqual(await run(p), '3');
    if (t.way === 'noscript')
        await p.go('/channels/1/connect');
    await p.page.getByText('The newest of 3 readings').waitFor();
    assert.notStrictEqual(await seesChart(p), before);
}

/* What comes between the page and its stream of events. */
async function missesNone(t, p)
{
    let release;
    const held = new Promise((done) => { release = done; });

    if (t.way === 'noscript')
        return;
    await p.page.route('**/events?*', async (route) => {
        await held;
        await route.continue();
    });
    await p.go('/channels/1/connect');
    await p.sees('The newest of 3 readings');
    assert.strictEqual(await run(p), '4');
    release();
    await p.page.getByText('The newest of 4 readings').waitFor();
    await p.page.unroute('**/events?*');
}

async function chart(p)
{
    await p.clickLink('See the channel');
    p.at('/channels/1');
    await p.sees('Garden', 'Outside', '21.5 °C');
    await p.page.getByRole('region', { name: 'Charts' }).waitFor();
    await p.clickLink('Connect');
    await p.sees('It works: 21.5 °C');
}

exports.stories = {
    'the first five minutes': async (t) => {
        const p = await t.person({
            permissions: ['clipboard-read', 'clipboard-write'],
        });

        await t.step('begins', () => begin(p));
        await t.step('makes a channel', () => makeChannel(p));
        await t.step('chooses a device', () => chooseDevice(p));
        await t.step('copies its lines', () => copies(t, p));
        await t.step('sees the first reading', () => firstReading(t, p));
        await t.step('sees more of them', () => moreReadings(t, p));
        await t.step('misses none', () => missesNone(t, p));
        await t.step('goes on to the chart', () => chart(p));
    },
};
