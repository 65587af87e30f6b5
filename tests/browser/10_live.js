/* Pages that are open: a reading is on the cards and in the charts as soon as
 * it is on disk, and a page that hears nothing says so. */
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { TOP } = require('./harness');

const PASSWORD = 'correct horse';
const STOPPED = new RegExp('^console: Failed to load resource: net::ERR_'
    + '(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)$');

/* -- words, as node has them */

function module_(name)
{
    const text = fs.readFileSync(path.join(TOP, 'static', name), 'utf8');

    return import('data:text/javascript,' + encodeURIComponent(text));
}

async function words()
{
    const w = await module_('card_words.js');
    const now = 1764309600000, second = 1000, hour = 3600 * second;
    const ages = [[0, 'just now'], [9999, 'just now'], [-299000, 'just now'],
        [10000, '10 seconds ago'], [60000, '1 minute ago'],
        [119999, '1 minute ago'], [hour, '1 hour ago'],
        [hour + 1, 'No news for 1 hour'], [50 * hour, 'No news for 2 days'],
        [-300001, 'a time ahead of this server’s clock']];

    for (const [age, said] of ages)
        assert.strictEqual(w.ageWords(now - age, 0, now), said);
    assert.ok(!w.isStale(now - 60000, 20000, now));
    assert.ok(w.isStale(now - 60001, 20000, now));
    assert.strictEqual(w.ageWords(now - 60001, 20000, now),
        'No news for 1 minute');
    assert.ok(w.isNewer(now, now, now) && !w.isNewer(now - 1, now, now));
    assert.ok(!w.isNewer(now + 300001, now, now));
    assert.ok(w.isNewer(now - hour, now + 300001, now));
    assert.strictEqual(w.clockWords(1536743244000, 0),
        '09:07:24 AM Sep 12, 2018');
    assert.strictEqual(w.clockWords(1536710400000, -18000),
        '07:00:00 PM Sep 11, 2018');
    assert.strictEqual(w.briefWords(now, 3600, now + hour), '07:00');
    assert.strictEqual(w.briefWords(now, 3600, now + 20 * hour),
        '07:00 on 28 Nov 2025');
    assert.deepStrictEqual(w.sizeOf('12345678'),
        { long: false, prose: false });
    assert.deepStrictEqual(w.sizeOf('ÄÖÜÄÖ'), { long: true, prose: false });
}

/* -- seeing */

const card = (p, label) => p.page.locator('.card',
    { has: p.page.getByRole('heading', { name: label, exact: true }) });
const shows = (p, label, text) => card(p, label)
    .locator('.value', { hasText: text }).waitFor();
const charts = (p) => p.page.waitForSelector('#charts[data-drawn]');

/* Before the stream is there, nothing can be fast. */
const live = (p) => p.page.waitForResponse((r) =>
    r.url().includes('/events') && r.ok());

/* The page before may be loading itself anew. */
async function open(p, where)
{
    await p.page.goto('about:blank').catch(() => {});
    await Promise.all([live(p), p.go(where)]);
}

/* A word that a page that is loaded anew has not. */
const stamp = (p) => p.page.evaluate(() => { window.same = true; });
const isSame = async (p) =>
    assert.ok(await p.page.evaluate(() => window.same), 'loaded anew');

async function table(p)
{
    const details = p.page.locator('#charts details');

    if (!await details.evaluate((e) => e.open))
        await details.locator('summary').click();
    await p.page.locator('#charts thead').waitFor();
    return details.locator('tr').evaluateAll((list) => list.map((tr) =>
        [...tr.cells].map((c) => c.textContent).join(' ').trim()));
}

async function becomes(what, wanted, seconds = 20)
{
    const end = Date.now() + seconds * 1000;
    let came;

    do {
        came = await what();
        if (wanted(came))
            return came;
        await new Promise((done) => { setTimeout(done, 50); });
    } while (Date.now() < end);
    throw new Error(`expected ${wanted}, came ${JSON.stringify(came)}`);
}

/* -- two people, two channels */

async function begin(t)
{
    const s = t.server;

    s.account('anna', PASSWORD);
    t.open = s.channel('anna', 'Garden', ['Outside:°C', 'Sky', 'Later:%'],
        '--public', '--timezone', 'Europe/Paris');
    t.shut = s.channel('anna', 'Cellar', ['Damp:%']);
    t.send = async (channel, query) => {
        const answer = await s.send(`/update?api_key=${channel.write_key}&`
            + query);

        assert.match(answer, /^[1-9]\d*$/);
    };
    await t.send(t.open, 'field1=20&field2=Clear');
    await t.send(t.shut, 'field1=61');
}

async function twoSee(t, anna, bert)
{
    await anna.logIn('anna', PASSWORD);
    await open(anna, '/');
    await open(bert, '/channels/1?range=hour');
    await charts(bert);
    await stamp(anna);
    await stamp(bert);
    const began = Date.now();
    const seen = Promise.all([anna, bert].map((p) =>
        shows(p, 'Outside', '21.5')));

    await t.send(t.open, 'field1=21.5');
    await seen;
    t.took = Date.now() - began;
    assert.strictEqual(await card(anna, 'Outside').locator('.value')
        .innerText(), '21.5 °C');
    await becomes(() => bert.page.locator('.legend output').first()
        .innerText(), (text) => text.startsWith('21.5'));
    await becomes(() => bert.page.locator('#charts .stretch').innerText(),
        (text) => text.endsWith('2 readings'));
    assert.match((await table(bert)).at(-1), / 21\.5$/);
    const shut = shows(anna, 'Damp', '62');

    await t.send(t.shut, 'field1=62');
    await shut;
    await isSame(anna);
    await isSame(bert);
}

async function texts(t, anna, bert)
{
    const cloudy = shows(anna, 'Sky', 'Clouds');

    await t.send(t.open, 'field2=Clouds&field3=40');
    await cloudy;
    assert.strictEqual(await card(anna, 'Sky').locator('.value').innerText(),
        'Clouds');
    await shows(bert, 'Later', '40');
    assert.ok(!/blank/.test(await card(bert, 'Later').getAttribute('class')));
    assert.match(await card(bert, 'Later').innerText(),
        /40 %\s+\d\d:\d\d:\d\d [AP]M .*\s+just now/);
    await t.send(t.open, 'field2=' + encodeURIComponent('Rain, more of it '
        + 'than anybody here has seen'));
    await becomes(() => card(anna, 'Sky').locator('.value')
        .getAttribute('class'), (c) => c === 'value long prose');
    /* Of an hour ago, and of tomorrow: stored, not shown. */
    for (const [value, ms] of [['1.5', -3600000], ['99', 86400000]])
        await t.send(t.open, `field1=${value}&created_at=`
            + new Date(Date.now() + ms).toISOString());
    const last = shows(bert, 'Sky', 'Dry');

    await t.send(t.open, 'field2=Dry');
    await last;
    for (const p of [anna, bert])
        await shows(p, 'Outside', '21.5');
}

async function agrees(t, bert)
{
    for (let i = 0; i < 40; i++)
        await t.send(t.open, `field1=${(Math.random() * 40 - 9).toFixed(2)}`
            + (Math.random() < 0.5 ? '&field3=' + Math.random() : '')
            + (Math.random() < 0.1 ? '&created_at=' + new Date(Date.now()
                - 900000 * Math.random()).toISOString() : ''));
    await t.send(t.open, 'field1=17.25');
    await shows(bert, 'Outside', '17.25');
    await isSame(bert);
    /* An older one has its place at once, or is not there yet. */
    await t.send(t.open, 'field1=-33.5&created_at='
        + new Date(Date.now() - 1200000).toISOString());
    await becomes(async () => {
        const rows = (await table(bert)).slice(1);

        const times = rows.map((row) => row.split(' ')[0]);

        assert.deepStrictEqual(times, [...times].sort());
        return rows;
    }, (rows) => rows.some((row) => row.includes(' -33.5')));
    /* When its points are made anew, they are those of a page loaded anew. */
    await becomes(async () => {
        const before = await table(bert);
        const other = await t.person();
        let after;

        try {
            await other.go('/channels/1?range=hour');
            await charts(other);
            after = await table(other);
        } finally {
            await other.context.close();
        }
        return after.join('\n') === before.join('\n')
            || [before, after];
    }, (same) => same === true, 40);
    await becomes(async () => {
        const file = await bert.take(
            bert.link('Download these numbers (CSV)'));
        const lines = file.text.trim().split('\r\n').slice(1)
            .map((line) => line.replaceAll(',', ' ').trim());

        return lines.join('\n') === (await table(bert)).slice(1).join('\n');
    }, (same) => same === true);
}

async function restart(t, anna, bert)
{
    const s = t.server;

    await stamp(anna);
    await s.stop();
    await Promise.all([anna, bert].map((p) => p.page.locator('.offline',
        { hasText: new RegExp('^Not connected\\. The numbers below are from '
            + '\\d\\d:\\d\\d, (just now|\\d+ \\w+ ago)\\.$') })
        .waitFor({ timeout: 30000 })));
    const asOf = () => bert.page.locator('.as-of time').innerText();
    const then = await asOf();

    await new Promise((done) => { setTimeout(done, 2100); });
    assert.strictEqual(await asOf(), then);
    await s.serve();
    await t.send(t.open, 'field1=5.5');
    await t.send(t.shut, 'field1=55');
    await Promise.all([shows(anna, 'Outside', '5.5'),
        shows(anna, 'Damp', '55'), shows(bert, 'Outside', '5.5')]);
    for (const p of [anna, bert])
        await p.page.locator('.offline').waitFor({ state: 'hidden' });
    await becomes(async () => (await table(bert)).at(-1),
        (row) => row.includes(' 5.5'));
    await becomes(asOf, (text) => text !== then);
    await isSame(anna);
    for (const p of [anna, bert])
        p.faults.splice(0, p.faults.length,
            ...p.faults.filter((f) => !STOPPED.test(f)));
}

/* With streams that say what the test wants. */
async function comparesChanges(t, bert)
{
    await bert.go(`/channels/${t.open.id}`);
    assert.deepStrictEqual(await bert.page.evaluate(async () => {
        const made = [], told = [];

        window.EventSource = class extends EventTarget {
            constructor()
            {
                super();
                made.push(this);
            }

            close()
            {
            }
        };
        const { watch } = await import('/static/live.js');

        watch({ channels: [7, 8], since: [1, 1],
                onReset: (channel) => told.push(channel) });
        for (const changed of [{ 7: 5, 8: 5 }, { 7: 5, 8: 5 }, { 7: 5, 8: 6 },
            { 7: 5, 8: 6 }])
            made[0].dispatchEvent(new MessageEvent('hello', {
                data: JSON.stringify({ now: 1, changed }) }));
        return told;
    }), [8]);
}

async function byKey(t, bert)
{
    const { read_key: key, write_key: other } = t.shut;

    for (const [name, value] of [['api_key', '63'], ['key', '60'],
        ['apikey', '59']]) {
        await open(bert, `/channels/2?${name}=${key}`);
        const seen = shows(bert, 'Damp', value);

        await charts(bert);
        await t.send(t.shut, `field1=${value}`);
        await seen;
    }
    assert.notStrictEqual(key, other);
    await open(bert, `/?api_key=${key}`);
    const both = Promise.all([shows(bert, 'Damp', '64'),
        shows(bert, 'Outside', '12')]);

    await t.send(t.shut, 'field1=64');
    await t.send(t.open, 'field1=12');
    await both;
}

async function converts(t, anna)
{
    await anna.go('/channels/1/edit');
    await anna.fill('Show in, field 1', '°F');
    await anna.clickButton('Save');
    await open(anna, '/channels/1?range=hour');
    await charts(anna);
    const seen = shows(anna, 'Outside', '71');

    await t.send(t.open, 'field1=21.5');
    await seen;
    assert.strictEqual(await card(anna, 'Outside').locator('.value')
        .innerText(), '71 °F');
    await becomes(async () => (await table(anna)).at(-1),
        (row) => row.includes(' 70.7'));
}

/* Who looks on sees the new name, on the card and on the chart. */
async function renames(anna, bert)
{
    await open(bert, '/channels/1?range=hour');
    await charts(bert);
    for (const [before, after] of [['Outside', 'Roof'], ['Roof', 'Outside']]) {
        await anna.go('/channels/1/edit');
        await anna.fill('Field 1, label', after);
        await anna.clickButton('Save');
        await card(bert, after).waitFor();
        assert.strictEqual(await card(bert, before).count(), 0);
        await bert.page.locator('.legend', { hasText: after }).waitFor();
    }
}

const until = (p) => Date.parse(new URL(p.page.url()).searchParams
    .get('until'));

/* The past stays; the newest goes on, but not under a finger. */
async function movesOn(t, p)
{
    const pond = t.server.channel('anna', 'Pond', ['Level:cm'], '--public');
    const moment = (ms) => new Date(Date.now() + ms).toISOString();
    const last = async () => (await table(p)).at(-1);
    const send = async (value, ms = 0) => {
        const seen = shows(p, 'Level', value);

        await t.send(pond, `field1=${value}&created_at=${moment(ms)}`);
        await seen;
    };

    for (let i = 20; i > 0; i--)
        await t.send(pond, `field1=${i}&created_at=${moment(-300000 * i)}`);
    await open(p, `/channels/${pond.id}?from=${moment(-7200000)}`
        + `&until=${moment(-900000)}`);
    await charts(p);
    const rows = await table(p);

    await send('13.25');
    await p.page.waitForTimeout(300);
    assert.deepStrictEqual(await table(p), rows);
    await p.page.getByRole('button', { name: 'To the newest readings' })
        .click();
    await becomes(last, (row) => row.endsWith(' 13.25'));
    const words = () => p.page.locator('#charts .stretch').innerText();
    const said = await words(), end = until(p);
    const over = p.page.locator('.u-over').first();

    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    await p.page.mouse.move(box.x + 100, box.y + 50);
    await p.page.mouse.down();
    await send('14.25', 200000);
    await send('14.5', 200001);
    await p.page.waitForTimeout(300);
    assert.strictEqual(await words(), said, 'moved under the finger');
    assert.strictEqual(until(p), end);
    assert.ok((await last()).endsWith(' 13.25'), 'moved under the finger');
    await p.page.mouse.up();
    await becomes(last, (row) => row.endsWith(' 14.5'));
    await becomes(() => until(p), (now) => now > end);
    if (p.keys)
        await keepsPlace(p, () => send('15', 210000));
}

/* A number that the keys point at stays pointed at. */
async function keepsPlace(p, send)
{
    const at = () => p.page.locator('.plot .at').innerText();
    const count = (await table(p)).length;

    await p.reach(p.page.locator('.canvas').first());
    for (let i = 0; i < 5; i++)
        await p.page.keyboard.press('Shift+ArrowLeft');
    const pointed = await at();

    await send();
    await becomes(() => table(p), (rows) => rows.length > count
        || rows.at(-1).endsWith(' 15'));
    assert.strictEqual(await at(), pointed);
    assert.strictEqual(await p.page.locator('.canvas').first()
        .evaluate((e) => e === document.activeElement), true);
}

/* A channel that had nothing: card, and charts, with the first reading. */
async function first(t, p)
{
    const young = t.server.channel('anna', 'Young', ['One'], '--public');

    await open(p, `/channels/${young.id}`);
    await p.sees('Nothing yet');
    assert.strictEqual(await p.page.locator('#charts').count(), 0);
    await t.send(young, 'field1=7');
    await shows(p, 'One', '7');
    await charts(p);
}

/* Forty seconds apart, the last a good while ago: too old in half a minute. */
async function goesStale(t, p)
{
    const quick = t.server.channel('anna', 'Quick', ['Tick'], '--public');
    const last = Date.now() - 95000;

    for (let i = 6; i >= 0; i--)
        await t.send(quick, `field1=${i}&created_at=`
            + new Date(last - 40000 * i).toISOString());
    await open(p, `/channels/${quick.id}`);
    await p.page.locator('.card:not(.stale)').waitFor();
    await stamp(p);
    await p.page.locator('.card.stale').waitFor({ timeout: 60000 });
    assert.ok(Date.now() - last >= 119000, 'too early');
    assert.strictEqual(await card(p, 'Tick').locator('.age').innerText(),
        'No news for 2 minutes');
    await isSame(p);
    const well = p.page.locator('.card:not(.stale)').waitFor();

    await t.send(quick, 'field1=9');
    await well;
    await shows(p, 'Tick', '9');
}

async function hides(t)
{
    const p = await t.person();
    const streams = [];

    p.page.on('request', (r) => {
        if (r.url().includes('/events'))
            streams.push(r.url());
    });
    await p.page.addInitScript(() => {
        window.away = false;
        Object.defineProperty(document, 'hidden', { get: () => window.away });
    });
    const turn = (away) => p.page.evaluate((v) => {
        window.away = v;
        document.dispatchEvent(new Event('visibilitychange'));
    }, away);

    await p.page.clock.install();
    await open(p, '/channels/1');
    await t.send(t.open, 'field1=37');
    await shows(p, 'Outside', '99');
    await turn(true);
    await p.page.clock.runFor(35000);
    assert.strictEqual(streams.length, 1);
    await p.page.clock.runFor(26000);
    const asked = streams.length;

    await p.page.clock.runFor(200000);
    assert.strictEqual(streams.length, asked);
    await t.send(t.open, 'field1=38');
    await p.page.clock.runFor(1000);
    assert.strictEqual(await card(p, 'Outside').locator('.value',
        { hasText: '100' }).count(), 0);
    await turn(false);
    await shows(p, 'Outside', '100');
    assert.strictEqual(streams.length, asked + 1);
    const [began, again] = [streams[0], streams[asked]].map((url) =>
        Number(new URL(url).searchParams.get('last_event_id')));

    assert.strictEqual(again, began + 1);
    /* No beat for so long: nobody is there any more. */
    await becomes(() => p.page.clock.runFor(45000).then(() =>
        streams.length), (n) => n > asked + 1);
    await p.context.close();
}

/* What the server reckons comes with the page itself, once a minute; and when
 * that is refused, it is plain why. */
async function fetchesPage(t)
{
    const p = await t.person();
    const slow = t.server.channel('anna', 'Attic', ['Heat:°C']);
    const asked = () => p.page.waitForResponse((r) => r.request()
        .resourceType() === 'fetch' && !r.url().includes('/series.json'));
    const minute = () => Promise.all([asked(), p.page.clock.runFor(61000)]);

    await p.logIn('anna', PASSWORD);
    await p.page.clock.install();
    await t.send(slow, 'field1=20&created_at='
        + new Date(Date.now() - 3000000).toISOString());
    await open(p, `/channels/${slow.id}`);
    await charts(p);
    await stamp(p);
    assert.strictEqual(await p.page.locator('.spark, .change').count(), 0);
    for (let i = 4; i > 0; i--)
        await t.send(slow, `field1=${i}&created_at=`
            + new Date(Date.now() - 3600000 * i).toISOString());
    await shows(p, 'Heat', '20');
    await p.link('Week').focus();
    await minute();
    await p.page.locator('.spark').waitFor({ state: 'attached' });
    await isSame(p);
    assert.strictEqual(await p.page.evaluate(() =>
        document.activeElement.textContent), 'Week');
    const other = await p.context.newPage();

    await other.goto(p.server.origin + '/channels');
    await other.getByRole('button', { name: 'Log Out' }).click();
    await other.waitForURL(/\/$|login/);
    await other.close();
    await p.page.clock.runFor(61000);
    await p.page.getByRole('heading', { name: 'This channel is private' })
        .waitFor();
    p.faults.splice(0, p.faults.length, ...p.faults.filter((f) =>
        !/^40[03] for |status of 40[03]/.test(f)));
    await p.context.close();
}

exports.ways = ['mouse', 'keys'];
exports.stories = {
    'live pages': async (t) => {
        if (t.way === 'mouse')
            await t.step('say what the server says', words);
        await begin(t);
        const anna = await t.person();
        const bert = await t.person();

        await t.step('show a reading at once', () => twoSee(t, anna, bert));
        if (t.runner.args.verbose)
            console.log(`       on both pages after ${t.took} ms`);
        await t.step('show texts, and the newest', () => texts(t, anna, bert));
        await t.step('agree with the server', () => agrees(t, bert));
        await t.step('survive a restart', () => restart(t, anna, bert));
        await t.step('compare what was changed', () =>
            comparesChanges(t, bert));
        await t.step('open by key', () => byKey(t, bert));
        await t.step('convert', () => converts(t, anna));
        await t.step('have new names', () => renames(anna, bert));
        await t.step('move on', () => movesOn(t, anna));
        await t.step('begin with the first reading', () => first(t, bert));
        await t.step('go stale', () => goesStale(t, bert));
        await t.step('sleep when hidden', () => hides(t));
        await t.step('fetch the rest', () => fetchesPage(t));
    },
};
