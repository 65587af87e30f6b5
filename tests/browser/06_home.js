/* The home page's cards, put in order: by dragging with a mouse or a finger, by
 * keys, and by buttons without script. */
'use strict';
const assert = require('assert');

const PASSWORD = 'correct horse';
const FIELDS = ['Attic', 'Barn', 'Cellar', 'Den', 'Entry'];

async function begin(t, more)
{
    const p = await t.person(more);

    t.server.account('anna', PASSWORD);
    t.server.channel('anna', 'House', FIELDS);
    await p.logIn('anna', PASSWORD);
    await p.go('/home/edit');
    for (const label of FIELDS)
        await p.tick(label);
    await p.clickButton('Save the cards');
    return p;
}

function listed(p)
{
    return p.page.locator('#cards .label').allInnerTexts();
}

const handle = (p, label) =>
    p.button(`Move ${label}, House`);

/* Another order is sent, and the page stays. */
async function sends(p, does)
{
    const answer = p.page.waitForResponse((r) => r.ok()
        && r.url().endsWith('/home/edit')
        && r.request().method() === 'GET');

    await does();
    await answer;
    await p.page.evaluate(() => new Promise((go) => { setTimeout(go, 0); }));
}

/* Here, after another visit, and at home. */
async function isOrder(p, ...labels)
{
    assert.deepStrictEqual(await listed(p), labels);
    await p.go('/home/edit');
    assert.deepStrictEqual(await listed(p), labels);
    await p.go('/');
    assert.deepStrictEqual(await p.page.locator('.card h3').allInnerTexts(),
        labels);
    await p.go('/home/edit');
}

const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];

async function drags(p)
{
    await handle(p, 'Attic').scrollIntoViewIfNeeded();
    const from = middle(await handle(p, 'Attic').boundingBox());
    const to = middle(await handle(p, 'Den').boundingBox());

    await sends(p, async () => {
        await p.page.mouse.move(...from);
        await p.page.mouse.down();
        await p.page.mouse.move(from[0] + 5, to[1] + 2, { steps: 12 });
        assert.deepStrictEqual(await listed(p),
            ['Barn', 'Cellar', 'Den', 'Attic', 'Entry']);
        await p.page.mouse.up();
    });
    assert.strictEqual(await p.page.locator('.dragged').count(), 0);
    await isOrder(p, 'Barn', 'Cellar', 'Den', 'Attic', 'Entry');
}

async function leavesOff(p)
{
    const before = await listed(p);
    const from = middle(await handle(p, 'Entry').boundingBox());

    await p.page.mouse.move(...from);
    await p.page.mouse.down();
    await p.page.mouse.move(from[0], from[1] - 150, { steps: 8 });
    assert.notDeepStrictEqual(await listed(p), before);
    await p.page.keyboard.press('Escape');
    assert.deepStrictEqual(await listed(p), before);
    await p.page.mouse.up();
    assert.deepStrictEqual(await listed(p), before);
}

/* A finger, as Chromium sees it; the page is scrolled by it elsewhere. */
async function dragsByFinger(p)
{
    await handle(p, 'Barn').scrollIntoViewIfNeeded();
    const session = await p.context.newCDPSession(p.page);
    const touch = (type, ...points) => session.send('Input.dispatchTouchEvent',
        { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    const from = middle(await handle(p, 'Barn').boundingBox());
    const to = middle(await handle(p, 'Cellar').boundingBox());
    const scrolled = await p.page.evaluate(() => scrollY);

    await sends(p, async () => {
        await touch('touchStart', from);
        for (let i = 1; i <= 8; i++)
            await touch('touchMove', [from[0],
                from[1] + (to[1] + 2 - from[1]) * i / 8]);
        await touch('touchEnd');
    });
    assert.strictEqual(await p.page.evaluate(() => scrollY), scrolled);
    await session.detach();
    await isOrder(p, 'Cellar', 'Barn', 'Den', 'Attic', 'Entry');
}

/* What cannot be kept is not shown. */
async function goesBack(p)
{
    const before = await listed(p);

    await p.page.route('**/home/edit', (route) => route.abort());
    await handle(p, 'Den').focus();
    await p.page.keyboard.press('ArrowDown');
    await p.page.getByRole('alert').filter({ hasText: 'did not answer' })
        .waitFor();
    assert.deepStrictEqual(await listed(p), before);
    await p.page.unrouteAll({ behavior: 'wait' });
    p.faults.splice(0); /* Chromium's own word about it */
}

/* In another window one was removed. */
async function hearsOfOthers(p)
{
    const other = await p.context.newPage();

    await other.goto(p.server.origin + '/home/edit');
    await other.getByRole('button', { name: /^Remove ?: Den/ }).click();
    await other.waitForLoadState('load');
    await other.close();
    await handle(p, 'Den').focus();
    await p.page.keyboard.press('ArrowUp');
    await p.page.getByRole('alert').filter({ hasText: 'changed meanwhile' })
        .waitFor();
    assert.deepStrictEqual(await listed(p),
        ['Cellar', 'Barn', 'Attic', 'Entry']);
}

async function byKeys(p)
{
    await p.reach(handle(p, 'Barn'));
    await sends(p, () => p.page.keyboard.press('ArrowUp'));
    assert.strictEqual(await p.page.locator('#cards + [role=status]')
        .innerText(), 'Barn, 1 of 5');
    await p.page.keyboard.press('ArrowUp'); /* it is the first */
    for (let i = 0; i < 2; i++)
        await sends(p, () => p.page.keyboard.press('ArrowDown'));
    assert.ok(await handle(p, 'Barn')
        .evaluate((e) => e === document.activeElement), 'the focus is lost');
    await isOrder(p, 'Attic', 'Cellar', 'Barn', 'Den', 'Entry');
}

async function byButtons(p)
{
    assert.strictEqual(await p.page.locator('.handle').count(), 0);
    for (const name of [/^Down ?: Attic/, /^Up ?: Entry/])
        await p.follow(p.page.getByRole('button', { name }), 'Space');
    await isOrder(p, 'Barn', 'Attic', 'Cellar', 'Entry', 'Den');
}

exports.stories = {
    'cards in order': async (t) => {
        const p = await begin(t, t.way === 'mouse' ? { hasTouch: true } : {});

        if (t.way === 'noscript') {
            await t.step('by buttons', () => byButtons(p));
            return;
        }
        if (p.keys) {
            await t.step('by keys', () => byKeys(p));
            return;
        }
        await t.step('by dragging', () => drags(p));
        await t.step('as it was after Escape', () => leavesOff(p));
        await t.step('by a finger', () => dragsByFinger(p));
        await t.step('as it was when nothing answers', () => goesBack(p));
        await t.step('as another window left it', () => hearsOfOthers(p));
    },
};
