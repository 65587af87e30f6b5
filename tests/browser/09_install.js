/* On a phone: installed, without a network, and on a wall. */
'use strict';
const assert = require('assert');

const PASSWORD = 'correct horse';

async function begin(t)
{
    const p = await t.person({ serviceWorkers: 'allow' });

    p.server.account('anna', PASSWORD);
    const open = p.server.channel('anna', 'Garden',
        ['Outside:°C', 'Inside:°C', 'Damp:%', 'Sky'], '--public');
    const shut = p.server.channel('anna', 'Cellar', ['Damp']);

    await p.server.send(`/update?api_key=${open.write_key}&field1=21.5`
        + '&field2=20&field3=60&field4=Clouds');
    await p.server.send(`/update?api_key=${shut.write_key}&field1=7`);
    return p;
}

async function canBeInstalled(p)
{
    await p.go('/');
    const devtools = await p.context.newCDPSession(p.page);
    const { installabilityErrors } = await devtools.send(
        'Page.getInstallabilityErrors');
    const { errors } = await devtools.send('Page.getAppManifest');

    assert.deepStrictEqual([installabilityErrors
        .filter((e) => e.errorId !== 'in-incognito'), errors], [[], []]);
}

const kept = (p) => p.page.evaluate(async () => {
    const cache = await caches.open('pages');
    return (await cache.keys()).map((r) => new URL(r.url).pathname);
});

/* Until the worker is there and has kept this page. (Not waitForFunction: it
 * takes a promise for a yes.) */
async function isKept(p, path)
{
    const until = Date.now() + 8000;

    await p.go(path);
    while (!(await kept(p)).includes(path)) {
        if (Date.now() > until)
            throw new Error(`expected a copy of ${path}, came none`);
        await p.page.waitForTimeout(50);
    }
}

const saysSo = (p) => p.page.locator('.offline', { hasText:
    'Not connected. The numbers below are from' }).waitFor();

/* The server is stopped: a network that is there and leads nowhere. */
async function worksOffline(t, p)
{
    const complaints = p.faults.length;

    await isKept(p, '/');
    await isKept(p, '/channels/1');
    await p.page.waitForTimeout(500);
    await t.server.stop();
    await p.page.goto(`${p.server.origin}/`);
    await saysSo(p);
    await p.sees('21.5');
    assert.match(await p.text(), /, (just now|\d+ seconds? ago)\./);
    await p.page.waitForTimeout(12000);
    assert.match(await p.text(), /, \d+ seconds? ago\./);
    await p.page.goto(`${p.server.origin}/channels/1?range=week`);
    await saysSo(p);
    await p.sees('Clouds');
    await p.page.goto(`${p.server.origin}/journal`);
    await p.sees('Not connected', 'The home page and the channels');
    await p.page.goto(`${p.server.origin}/`);
    await t.server.serve();
    await p.page.locator('.offline[hidden]')
        .waitFor({ state: 'attached', timeout: 40000 });
    p.faults.length = complaints; /* a browser says what it did not reach */
}

/* A page whose first numbers did not come. */
async function getsItsCharts(t, p)
{
    const complaints = p.faults.length;
    const parts = p.page.locator('#charts').locator('.tools, .hint, .links,'
        + ' details');
    const seen = () => parts.evaluateAll((list) =>
        list.map((e) => e.checkVisibility()));

    await isKept(p, '/channels/1');
    await t.server.stop();
    await p.page.goto(`${p.server.origin}/channels/1`);
    await p.page.locator('.stretch', { hasText: 'did not come' }).waitFor();
    assert.deepStrictEqual(await seen(), [false, false, false, false]);
    await t.server.serve();
    await p.page.locator('#charts[data-drawn]').waitFor({ timeout: 20000 });
    assert.deepStrictEqual(await seen(), [true, true, true, true]);
    p.faults.length = complaints;
}

/* It was asked for while somebody was there, and comes when they have left. */
async function keepsNoLateAnswer(t, p)
{
    const ask = (path) => p.page.evaluate(async (path) => (await fetch(path,
        { headers: { Accept: 'text/html' } })).status, path);

    await isKept(p, '/');
    t.server.process.kill('SIGSTOP');
    const late = ask('/channels/2');
    await p.page.waitForTimeout(300);
    const leaving = ask('/auth/login');
    await p.page.waitForTimeout(300);
    t.server.process.kill('SIGCONT');
    assert.deepStrictEqual([await late, await leaving], [200, 200]);
    await p.page.waitForTimeout(500);
    assert.deepStrictEqual(await kept(p), []);
}

async function isGone(p, path)
{
    const end = Date.now() + 8000;

    while ((await kept(p)).includes(path)) {
        assert.ok(Date.now() < end, `expected no copy of ${path}`);
        await p.page.waitForTimeout(50);
    }
}

/* Her session is gone; the next one has one of his own, for a document. */
async function leavesNothingToTheNext(p)
{
    await p.logIn('anna', PASSWORD);
    await isKept(p, '/');
    await isKept(p, '/channels/2');
    await p.context.clearCookies();
    await p.go('/tools/mapper');
    await p.pickFile('YAML file', 'users.yaml', 'users: {}\n');
    await p.clickButton('Upload');
    assert.strictEqual((await p.context.cookies()).length, 1);
    await isKept(p, '/');
    await isGone(p, '/channels/2');
    await isKept(p, '/channels/1');
    await isKept(p, '/');
    assert.deepStrictEqual((await kept(p)).sort(), ['/', '/channels/1']);
}

async function leavesNothing(t, p)
{
    await p.logIn('anna', PASSWORD);
    await isKept(p, '/');
    await isKept(p, '/channels/2');
    await p.page.waitForTimeout(500);
    assert.deepStrictEqual((await kept(p)).sort(), ['/', '/channels/2']);
    for (const path of ['/account', '/channels/2/keys', '/documents'])
        await p.go(path);
    for (const name of ['key', 'api_key', 'apikey'])
        await p.go(`/channels/1?${name}=ABCDEFGHIJKLMNOP`);
    await p.page.waitForTimeout(300);
    assert.deepStrictEqual((await kept(p)).sort(), ['/', '/channels/2']);
    await keepsNoLateAnswer(t, p);
    await isKept(p, '/channels/2');
    await p.clickButton('Log Out');
    await isGone(p, '/channels/2');
}

/* However low a card is, and whatever is in it. */
async function showsAges(p)
{
    const text = encodeURIComponent('Rain, and more of it than anybody here '
        + 'has seen in all the years');
    const attic = p.server.channel('anna', 'Attic', ['Heat:°C', 'Words',
        'A label of many words that has no end:hPa'], '--public');

    await p.server.send(`/update?api_key=${attic.write_key}&field1=21.5`
        + `&field2=${text}&field3=1013.25&created_at=`
        + new Date(Date.now() - 40000000).toISOString());
    for (const path of ['/?view=wall', '/channels/1?view=wall',
        `/channels/${attic.id}?view=wall`])
        for (const [width, height] of [[1440, 900], [768, 1024], [1280, 800],
            [1024, 600], [360, 740]]) {
            await p.page.setViewportSize({ width, height });
            await p.go(path);
            const hidden = await p.page.locator('.card .age').evaluateAll(
                (list) => list.map((e) => [e.getBoundingClientRect(),
                    e.closest('.card').getBoundingClientRect()])
                    .filter(([age, card]) => !age.height
                        || age.top < card.top || age.bottom > card.bottom
                        || age.left < card.left || age.right > card.right));

            assert.deepStrictEqual(hidden, [], `${path} ${width}`);
        }
}

async function fillsAWall(p)
{
    await p.page.setViewportSize({ width: 1280, height: 800 });
    await p.go('/?view=wall');
    const room = await p.page.evaluate(() => ({
        high: document.documentElement.scrollHeight - innerHeight,
        wide: document.documentElement.scrollWidth - innerWidth,
        value: Math.min(...[...document.querySelectorAll('.value')]
            .map((e) => parseFloat(getComputedStyle(e).fontSize))),
    }));

    assert.ok(room.high <= 0 && room.wide <= 0, JSON.stringify(room));
    assert.ok(room.value >= 60, JSON.stringify(room));
    await p.clickLink('Back to the page');
    p.at('/');
    await p.clickLink('Full screen');
    p.at('/?view=wall');
    await p.press(p.button('Full screen'), 'Space');
    await p.page.waitForFunction(() => document.fullscreenElement);
    await p.button('Full screen').waitFor({ state: 'hidden' });
    await p.page.evaluate(() => document.exitFullscreen());
    await p.button('Full screen').waitFor();
}

exports.ways = ['mouse', 'keys'];
exports.stories = {
    'a phone': async (t) => {
        const p = await begin(t);

        await t.step('can install it', () => canBeInstalled(p));
        await t.step('shows old numbers as old', () => worksOffline(t, p));
        await t.step('gets its charts later', () => getsItsCharts(t, p));
        await t.step('forgets who has left', () => leavesNothing(t, p));
        await t.step('and whose session ended', () =>
            leavesNothingToTheNext(p));
        await t.step('hangs on a wall', () => fillsAWall(p));
        await t.step('says how old numbers are', () => showsAges(p));
    },
};
