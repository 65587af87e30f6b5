/* A chart in the frame of another site, and the page that makes its text. */
'use strict';
const assert = require('assert');
const http = require('http');
const { setTimeout: wait } = require('timers/promises');

const PASSWORD = 'correct horse';

/* Another site, with that in its page. */
function site(text)
{
    const other = http.createServer((_, answer) => {
        answer.setHeader('Content-Type', 'text/html; charset=utf-8');
        answer.end('<!doctype html><html lang="en"><title>Blog</title>'
            + `<body>${text}`);
    });

    return new Promise((done) => {
        other.listen(0, '127.0.0.1', () => done(other));
    });
}

/* In a page of its own, whose requests are another site's affair. */
async function show(t, text, look, expected = /404/)
{
    const other = await site(text);
    const page = await t.runner.browser.newPage({
        javaScriptEnabled: t.way !== 'noscript',
    });
    const faults = [];

    page.on('console', (m) => faults.push(m.text()));
    page.on('pageerror', (e) => faults.push(e.message));
    page.on('request', (r) => {
        const { origin } = new URL(r.url());
        const own = `http://127.0.0.1:${other.address().port}`;

        if (![t.server.origin, own].includes(origin)
            && !r.url().startsWith(`blob:${t.server.origin}`))
            faults.push(`it asked ${r.url()}`);
    });
    try {
        await page.goto(`http://127.0.0.1:${other.address().port}/`);
        await look(page);
        const real = faults.filter((f) => !f.includes('favicon'));
        assert.deepStrictEqual(real.filter((f) => !expected.test(f)), []);
    } finally {
        await page.close();
        other.closeAllConnections();
        other.close();
    }
}

const drawn = (frame) => frame.locator('#chart').evaluate(async (img) => {
    await img.decode();
    return [img.naturalWidth, img.naturalHeight];
});

/* Soon; its script may not have run yet. Comes back with the height. */
async function isDrawn(frame, width, least, most = least)
{
    for (const end = Date.now() + 8000; ;) {
        const [w, h] = await drawn(frame).catch(() => [0, 0]);

        if (w === width && h >= least && h <= most)
            return h;
        assert.ok(Date.now() < end,
            `expected ${width} x ${least} to ${most}, came ${w} x ${h}`);
        await wait(50);
    }
}

async function begin(t)
{
    const p = await t.person();

    p.server.account('anna', PASSWORD);
    const open = p.server.channel('anna', 'Garden', ['Outside:°C', 'Wind'],
        '--public');
    const shut = p.server.channel('anna', 'Cellar', ['Damp']);

    for (const [key, value] of [[open.write_key, 21.5],
        [open.write_key, 22.5], [shut.write_key, 7]])
        await p.server.send(`/update?api_key=${key}&field1=${value}`);
    return { p, open, shut };
}

/* As it stands in a wiki; only the host is another. */
const old = (t, more) => '<iframe width="450" height="260" style="border: 1px '
    + `solid #cccccc;" src="${t.server.origin}/channels/1/charts/1?bgcolor=`
    + `%23ffffff&color=%23d62020&results=60&type=line${more}"></iframe>`;

async function isFramed(t)
{
    await show(t, old(t, ''), async (page) => {
        const frame = page.frameLocator('iframe');

        await frame.locator('#chart').waitFor();
        await isDrawn(frame, 450, 260);
        assert.match(await frame.locator('#chart').getAttribute('alt'),
            /newest 22\.5\s°C/);
        await page.screenshot({ path: 'build/browser/shots/framed.png' });
    });
}

async function isLive(t, open)
{
    await show(t, old(t, '&dynamic=true&push=true'), async (page) => {
        const chart = page.frameLocator('iframe').locator('#chart');

        await chart.waitFor();
        await page.waitForTimeout(500);
        await t.server.send(`/update?api_key=${open.write_key}&field1=30.5`);
        await sees(page, chart, 'newest 30.5');
        await drawn(page.frameLocator('iframe'));
    });
}

/* All that it shows lies within the frame. */
async function hasCsv(t)
{
    await show(t, old(t, '&export=true'), async (page) => {
        const frame = page.frameLocator('iframe');
        const link = frame.getByRole('link', { name: 'Download these' });

        const height = await isDrawn(frame, 450, 201, 244);
        const box = await link.boundingBox();
        const { y } = await page.locator('iframe').boundingBox();

        assert.ok(box.y + box.height <= y + 261, 'the link is cut off');
        assert.ok(box.y >= y + height, 'the link is on the chart');
        await page.screenshot({ path: 'build/browser/shots/framed-csv.png' });
    });
}

/* What is no picture does not take its place; the next event tries again. */
async function outlivesFaults(t, open)
{
    await show(t, old(t, '&dynamic=true&push=true'), async (page) => {
        const frame = page.frameLocator('iframe');
        const chart = frame.locator('#chart');
        let faults = 0;

        await chart.waitFor();
        await page.waitForTimeout(500);
        await page.route('**/*.svg*', (route) => {
            faults++;
            return route.fulfill(faults === 1
                ? { status: 502, body: '<h1>Bad Gateway</h1>' }
                : { status: 200, body: '<h1>Hello</h1>' });
        });
        for (const value of [31, 32]) {
            const before = faults;

            await t.server.send(`/update?api_key=${open.write_key}`
                + `&field1=${value}`);
            for (const end = Date.now() + 8000; faults === before;) {
                assert.ok(Date.now() < end, 'expected that it asks');
                await page.waitForTimeout(50);
            }
            await page.waitForTimeout(200);
            assert.deepStrictEqual(await drawn(frame), [450, 260]);
        }
        await page.unroute('**/*.svg*');
        await t.server.send(`/update?api_key=${open.write_key}&field1=33.5`);
        await sees(page, chart, 'newest 33.5');
    }, /502/);
}

async function sees(page, chart, words)
{
    const end = Date.now() + 8000;

    while (!(await chart.getAttribute('alt')).includes(words)) {
        assert.ok(Date.now() < end, `expected ${words}`);
        await page.waitForTimeout(50);
    }
}

/* Told by events, but nobody has any: its right edge is now. */
async function movesOn(t)
{
    await show(t, old(t, '&dynamic=true&push=true&update=5'), async (page) => {
        let asked = 0;

        await page.frameLocator('iframe').locator('#chart').waitFor();
        const [, frame] = page.frames();
        await frame.waitForLoadState('load');
        page.on('request', (r) => /[.]svg/.test(r.url()) && asked++);
        await wait(5500);
        assert.strictEqual(asked, 0, 'expected that nothing is asked for');
        await frame.evaluate(() => {
            const now = performance.now.bind(performance);
            performance.now = () => now() + 60000;
        });
        for (const end = Date.now() + 12000; asked === 0;) {
            assert.ok(Date.now() < end, 'expected that it is drawn again');
            await wait(50);
        }
    });
}

/* By the watch, with nobody to tell it: each 5 seconds. */
async function asks(t, open)
{
    await show(t, old(t, '&dynamic=true&push=false&update=5'),
        async (page) => {
            const chart = page.frameLocator('iframe').locator('#chart');
            const streams = [];

            page.on('request', (r) => /events/.test(r.url())
                && streams.push(r.url()));
            await chart.waitFor();
            await page.waitForTimeout(500);
            await t.server.send(`/update?api_key=${open.write_key}`
                + '&field1=34.5');
            await sees(page, chart, 'newest 34.5');
            assert.deepStrictEqual(streams, []);
        });
}

async function makesText(t, p)
{
    await p.go('/');
    await p.clickLink('Garden');
    await p.clickLink('embed');
    await p.choose('Field', 'Wind');
    await p.choose('Field', 'Outside');
    await p.choose('How far back', 'The newest readings');
    await p.fill('Newest: how many', '5');
    await p.choose('Drawn as', 'Steps');
    await p.fill('Title', 'My <garden>');
    await p.fill('Width in pixels', '300');
    await p.tick('Live: new readings appear by themselves (in a frame)');
    await p.clickButton('Show it');
    const text = await p.page.locator('#frame-text').textContent();

    assert.ok(text.includes('results=5&'), text);
    await show(t, text, async (page) => {
        await page.frameLocator('iframe').locator('#chart').waitFor();
        await isDrawn(page.frameLocator('iframe'), 300, 250);
    });
    const image = await p.page.locator('#image-text').textContent();

    await show(t, image, async (page) => {
        assert.strictEqual(await page.locator('img').evaluate(async (img) => {
            await img.decode();
            return img.naturalWidth;
        }), 300);
    });
}

async function copies(p)
{
    const button = p.page.getByRole('button', { name: 'Copy' }).first();

    await p.press(button, 'Space');
    await p.page.getByRole('button', { name: /Copied|Marked/ }).waitFor();
}

/* Smaller than it was asked for, as it is narrower. */
async function fitsAPhone(p)
{
    const before = p.page.viewportSize();

    await p.page.setViewportSize({ width: 360, height: 740 });
    await p.go('/channels/1/embed');
    const chart = p.page.frameLocator('iframe').locator('#chart');
    const [width, height] = await drawn(p.page.frameLocator('iframe'));
    const box = await chart.boundingBox();

    assert.ok(box.width < width, `${box.width} of ${width}`);
    assert.ok(Math.abs(box.width / box.height - width / height) < 0.02,
        JSON.stringify(box));
    await p.page.setViewportSize(before);
}

/* What is of no use without script is not there. */
async function hidesButtons(p)
{
    await p.go('/channels/1/embed');
    assert.strictEqual(await p.page.getByRole('button',
        { name: 'Copy' }).count(), 0);
    await p.go('/channels/1?view=wall');
    assert.strictEqual(await p.button('Full screen').count(), 0);
}

async function takesAKey(t, p, shut)
{
    await p.logIn('anna', PASSWORD);
    await p.go('/channels/2/embed');
    await p.sees('Whoever sees the page can read its address');
    await p.page.locator('#api_key').selectOption(shut.read_key);
    await p.clickButton('Show it');
    const text = await p.page.locator('#frame-text').textContent();

    assert.ok(text.includes(shut.read_key));
    await show(t, text, async (page) => {
        await page.frameLocator('iframe').locator('#chart').waitFor();
        await page.waitForTimeout(300);
        await drawn(page.frameLocator('iframe'));
    });
}

exports.stories = {
    'a chart elsewhere': async (t) => {
        const { p, open, shut } = await begin(t);

        if (t.way === 'mouse') {
            await t.step('an old snippet is drawn', () => isFramed(t));
            await t.step('and is kept up to date', () => isLive(t, open));
            await t.step('and outlives faults', () => outlivesFaults(t, open));
            await t.step('and moves on by itself', () => movesOn(t));
            await t.step('and asks by the watch', () => asks(t, open));
            await t.step('with a link to its numbers', () => hasCsv(t));
        }
        await t.step('a text is made', () => makesText(t, p));
        if (t.way === 'noscript')
            await t.step('without buttons', () => hidesButtons(p));
        else
            await t.step('and copied', () => copies(p));
        await t.step('and fits a phone', () => fitsAPhone(p));
        await t.step('with a key, too', () => takesAKey(t, p, shut));
    },
};
