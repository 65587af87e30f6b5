/* The charts of a channel: moved and zoomed by mouse, finger and keys; without
 * script, pictures. */
'use strict';
const assert = require('assert');
const path = require('path');
const { TOP } = require('./harness');

const PASSWORD = 'correct horse';
const WEATHER = path.join(TOP, 'tests/data/weather-strasbourg-2021.csv');
const SPRING = 'from=2021-03-20T00:00:00Z&until=2021-04-10T00:00:00Z';
const FIELDS = ['Temperature:°C', 'Humidity:%', 'Pressure:hPa', 'Wind:km/h',
    'Direction', 'Battery:V'];

async function begin(t)
{
    const p = await t.person();

    p.server.account('anna', PASSWORD);
    p.server.channel('anna', 'Weather', FIELDS, '--public',
        '--timezone', 'Europe/Paris');
    p.server.do(['import', '--channel', '1', WEATHER]);
    return p;
}

/* After what it does, other numbers are there. */
async function changes(p, does)
{
    const answer = p.page.waitForResponse((r) => r.ok()
        && r.url().includes('/series.json'));

    await does();
    await answer;
    await p.page.locator('.plots[aria-busy=false]').waitFor();
    return stretch(p);
}

/* From the address: what a copied link would show. */
function stretch(p)
{
    const q = new URL(p.page.url()).searchParams;

    return { range: q.get('range'), fields: q.get('fields'),
             from: Date.parse(q.get('from')),
             until: Date.parse(q.get('until')) };
}

const span = (s) => s.until - s.from;

async function plot(p, i = 0)
{
    const over = p.page.locator('.u-over').nth(i);

    await over.scrollIntoViewIfNeeded();
    return over.boundingBox();
}

/* How many pixels of the canvas have something on them. */
function inked(p)
{
    return p.page.locator('#charts canvas').first().evaluate((e) => {
        const { data } = e.getContext('2d')
            .getImageData(0, 0, e.width, e.height);
        let n = 0;

        for (let i = 3; i < data.length; i += 4)
            n += data[i] > 0;
        return n;
    });
}

async function open(p, query = SPRING)
{
    await p.go(`/channels/1?${query}`);
    await p.page.waitForSelector('#charts[data-drawn]');
}

async function isDrawn(p)
{
    await open(p);
    assert.strictEqual(await p.page.locator('.plot').count(), 6);
    assert.ok(await inked(p) > 2000, 'the canvas is empty');
    await p.sees('20 Mar 2021 01:00 to 10 Apr 2021 02:00 (Europe/Paris)');
    assert.strictEqual(await p.page.locator('#charts img').count(), 0);
}

/* The second quarter of a chart; the mouse stays there. */
function dragQuarter(p, box)
{
    return changes(p, async () => {
        await p.page.mouse.move(box.x + box.width * 0.25, box.y + 50);
        await p.page.mouse.down();
        await p.page.mouse.move(box.x + box.width * 0.5, box.y + 60,
            { steps: 4 });
        await p.page.mouse.up();
    });
}

async function zoomsByDrag(p)
{
    const box = await plot(p);
    const before = stretch(p);
    const after = await dragQuarter(p, box);

    assert.ok(Math.abs(span(after) / span(before) - 0.25) < 0.02);
    assert.ok(Math.abs((after.from - before.from) / span(before) - 0.25)
        < 0.02);
    const pinned = await changes(p, async () => {
        await p.page.keyboard.down('Shift');
        await p.page.mouse.move(box.x + box.width * 0.5, box.y + 50);
        await p.page.mouse.down();
        await p.page.mouse.move(box.x + box.width * 0.25, box.y + 50,
            { steps: 4 });
        await p.page.mouse.up();
        await p.page.keyboard.up('Shift');
    });

    assert.ok(Math.abs(span(pinned) / span(after) - 1) < 0.01);
    assert.ok(Math.abs((pinned.from - after.from) / span(after) - 0.25)
        < 0.03);
    const back = await changes(p, () => p.page.mouse.dblclick(box.x + 60,
        box.y + 60));
    assert.deepStrictEqual(back, after);
}

/* So few that afterwards there is none at the place of the mouse. */
async function zoomsIntoFew(p)
{
    const { id, write_key: key } = p.server.channel('anna', 'Pond',
        ['Level:cm'], '--public');

    for (let i = 96; i > 0; i--)
        await p.server.send(`/update?api_key=${key}&field1=${i}&created_at=`
            + new Date(Date.now() - 900000 * i).toISOString());
    await p.go(`/channels/${id}?range=day`);
    await p.page.waitForSelector('#charts[data-drawn]');
    const after = await dragQuarter(p, await plot(p));

    assert.ok(Math.abs(span(after) / 21600000 - 1) < 0.02, p.page.url());
    assert.match(await p.text(), /, 2[345] readings /);
}

async function zoomsByWheel(p)
{
    await open(p);
    const box = await plot(p);
    const before = stretch(p);

    await p.page.mouse.move(box.x + 20, box.y + 80);
    await p.page.mouse.wheel(0, -300);
    await p.page.waitForTimeout(300);
    assert.deepStrictEqual(stretch(p), before);
    await plot(p);
    await p.page.locator('.u-over').first().click();
    const after = await changes(p, () => p.page.mouse.wheel(0, -300));
    assert.ok(span(after) < span(before) * 0.8);
}

/* Two fingers, as Chromium sees them. */
async function pinches(p)
{
    await open(p);
    const box = await plot(p);
    const before = stretch(p);
    const touch = (type, ...points) => session.send('Input.dispatchTouchEvent',
        { type, touchPoints: points.map(([x, y], id) => ({ id,
            x: box.x + x, y: box.y + y })) });
    const session = await p.context.newCDPSession(p.page);

    const after = await changes(p, async () => {
        await touch('touchStart', [150, 80], [250, 80]);
        for (const d of [10, 20, 30, 40, 50])
            await touch('touchMove', [150 - d, 80], [250 + d, 80]);
        await touch('touchEnd');
    });
    assert.ok(Math.abs(span(after) / span(before) - 0.5) < 0.05,
        `${span(after) / span(before)}`);
    const panned = await changes(p, async () => {
        await touch('touchStart', [200, 80]);
        for (const d of [10, 20, 30, 40, 50])
            await touch('touchMove', [200 - d, 80]);
        await touch('touchEnd');
    });
    assert.ok(panned.from > after.from);
    assert.ok(Math.abs(span(panned) / span(after) - 1) < 0.01);
    await session.detach();
}

async function tellsValues(p)
{
    await open(p);
    const box = await plot(p);

    await p.page.mouse.move(box.x + box.width / 2, box.y + 50);
    await p.page.locator('.plot .at', {
        hasText: /^(29|30|31) Mar 2021 \d\d:\d\d:\d\d$/,
    }).first().waitFor();
    const at = await p.page.locator('.plot .at').allInnerTexts();
    assert.ok(at.every((one) => one === at[0]), 'cursors differ');
    await p.sees('°C', 'hPa');
}

async function choosesFields(p)
{
    await open(p);
    let now = await changes(p, () => p.page.getByLabel('Pressure',
        { exact: true }).uncheck());
    assert.strictEqual(now.fields, '1,2,4,5,6');
    await p.page.getByLabel('In one chart').check();
    assert.strictEqual(await p.page.locator('.plot').count(), 1);
    assert.strictEqual(new Set(await p.page.locator('.swatch line')
        .evaluateAll((list) => list.map((e) =>
            e.getAttribute('stroke-dasharray')))).size, 5);
    const href = p.page.url();
    assert.ok(href.includes('one=1'), href);
    await p.page.reload();
    await p.page.waitForSelector('#charts[data-drawn]');
    assert.strictEqual(await p.page.locator('.plot').count(), 1);
    assert.ok(!await p.page.getByLabel('Pressure', { exact: true })
        .isChecked());
    now = await changes(p, () => p.link('All').click());
    assert.strictEqual(now.range, 'all');
    assert.strictEqual(now.fields, '1,2,4,5,6');
    assert.strictEqual(await p.link('All').getAttribute('aria-current'),
        'true');
}

async function writesNote(p)
{
    await p.logIn('anna', PASSWORD);
    await open(p);
    await p.page.locator('.u-over').first().click();
    await p.page.getByRole('link', { name: /^Write a note at/ }).click();
    await p.page.waitForSelector('#title');
    assert.match(await p.input('Moment').inputValue(),
        /^2021-0[34]-\d\dT\d\d:\d\d(:\d\d)?$/);
    await p.fill('Title', 'A <warm> day');
    await p.clickButton('Save');
    await open(p, SPRING + '&fields=1');
    const flag = p.page.getByRole('link', { name: /^Note: A <warm> day, / });
    assert.strictEqual(await flag.count(), 1);
    await flag.click();
    await p.page.waitForURL('**/journal/1');
    await p.sees('A <warm> day');
}

/* At the chart that was pointed at, not after all of them. */
async function offersNoteThere(p)
{
    await p.logIn('anna', PASSWORD);
    await open(p);
    for (const i of [1, 4]) {
        const one = p.page.locator('.plot').nth(i);
        const offer = one.getByRole('link', { name: /^Write a note at/ });

        if (p.keys) {
            await p.reach(one.locator('.canvas'));
            await p.page.keyboard.press('Enter');
        } else {
            await one.locator('.u-over').click();
        }
        await offer.waitFor();
        const { y } = await offer.boundingBox();
        const canvas = await one.locator('.canvas').boundingBox();

        assert.ok(Math.abs(y - canvas.y - canvas.height) < 24, 'far away');
        assert.strictEqual(await offer.evaluate((e) =>
            e === document.activeElement), p.keys);
    }
}

/* As the page writes numbers, and no two the same. */
async function labelsAxis(p)
{
    const labels = (marks, step) => p.page.evaluate(async ([marks, step]) => {
        const { options } = await import('/static/chart_look.js');
        const [, axis] = options([{ unit: 'V' }], 800, {}, {}).axes;

        return axis.values(null, marks, 1, 50, step);
    }, [marks, step]);

    assert.deepStrictEqual(await labels([9999.5, 10000, 10000.5], 0.5),
        ['9999.5', '10000.0', '10000.5']);
    assert.deepStrictEqual(await labels([1.0001, 1.0002], 0.0001),
        ['1.0001', '1.0002']);
    assert.deepStrictEqual(await labels([-5e-7, 0, 5e-7], 5e-7),
        ['-0.0000005', '0.0000000', '0.0000005']);
    assert.deepStrictEqual(await labels([100000, 200000], 100000),
        ['100000', '200000']);
}

async function givesNumbers(p)
{
    await open(p, 'from=2021-03-27T12:00:00Z&until=2021-03-28T12:00:00Z'
        + '&fields=1');
    await p.page.locator('summary', { hasText: 'Table of these' }).click();
    await p.page.locator('#charts td').first().waitFor();
    const cells = await p.page.locator('#charts td').allInnerTexts();
    const file = await p.take(p.link('Download these numbers (CSV)'));
    const lines = file.text.trim().split('\r\n');

    assert.ok(lines[0].startsWith('Time,Temperature (°C)'), lines[0]);
    assert.strictEqual(file.name, 'channel-1.csv');
    assert.ok(lines.length > 10);
    assert.deepStrictEqual(lines.slice(1).join(',').split(','), cells);
    assert.ok(cells.some((c) => /^2021-03-27T.*\+01:00$/.test(c)), 'winter');
    assert.ok(cells.some((c) => /^2021-03-28T.*\+02:00$/.test(c)), 'summer');
}

async function keepsOldPicture(p)
{
    await open(p);
    let hold;
    const held = new Promise((go) => { hold = go; });
    let n = 0;

    await p.page.route('**/series.json*', async (route) => {
        n++;
        await held;
        await route.continue().catch(() => {});
    });
    await p.page.locator('.canvas').first().focus();
    for (const presses of [1, 2]) {
        await p.page.keyboard.press('+');
        for (const end = Date.now() + 8000; n < presses;) {
            assert.ok(Date.now() < end, 'expected that numbers are asked for');
            await p.page.waitForTimeout(20);
        }
    }
    await p.page.waitForTimeout(200);
    assert.strictEqual(n, 2);
    assert.ok(await inked(p) > 1000, 'the old picture is gone');
    hold();
    await p.page.unrouteAll({ behavior: 'wait' });
    await p.page.waitForFunction(() => document.querySelector('.stretch')
        .textContent.includes('readings'));
    await p.page.waitForFunction(() => {
        const q = new URL(location.href).searchParams;

        return Math.abs((Date.parse(q.get('until')) - Date.parse(q.get('from')))
            / (21 * 86400000) - 0.25) < 0.01;
    });
}

async function byKeys(p)
{
    await p.reach(p.page.locator('.canvas').first());
    const press = (key) => changes(p, () => p.page.keyboard.press(key));
    const first = stretch(p);
    const right = await press('ArrowRight');

    assert.ok(right.from > first.from && span(right) === span(first));
    assert.ok((await press('ArrowLeft')).from < right.from);
    const closer = await press('+');
    assert.ok(Math.abs(span(closer) / span(first) - 0.5) < 0.01);
    assert.ok(span(await press('-')) > span(closer));
    assert.deepStrictEqual(await press('Escape'), closer);
    const newest = await press('End');
    assert.ok(newest.until > Date.parse('2021-08-14T00:00:00Z')
        && newest.from < Date.parse('2021-08-15T00:00:00Z'));
    const oldest = await press('Home');
    assert.ok(oldest.from < Date.parse('2021-02-22T08:00:00Z'));
    await p.page.keyboard.press('Shift+ArrowRight');
    await p.page.keyboard.press('Shift+ArrowRight');
    const at = p.page.locator('.plot .at').first();
    const before = await at.innerText();
    await p.page.keyboard.press('Shift+ArrowRight');
    assert.notStrictEqual(await at.innerText(), before);
    assert.match(before, /22 Feb 2021/);
}

async function withoutScript(p)
{
    await p.go(`/channels/1?${SPRING}&fields=2,3`);
    const pictures = p.page.locator('#charts img');

    assert.strictEqual(await pictures.count(), 2);
    for (const picture of await pictures.all()) {
        await picture.scrollIntoViewIfNeeded();
        await picture.evaluate((e) => e.decode());
        assert.ok(await picture.evaluate((e) => e.naturalWidth) > 300);
    }
    assert.match(await pictures.first().getAttribute('alt'),
        /^Humidity from 20 Mar 2021 01:00 to 10 Apr/);
    await p.clickLink('All');
    assert.strictEqual(await pictures.count(), 2);
}

/* Not an axis of numbers that are not there. */
async function saysThereIsNothing(p)
{
    const says = (text) => p.page.locator('.plot').evaluateAll((all, text) =>
        all.map((e) => e.querySelector('.empty').textContent === text), text);
    const sky = p.server.channel('anna', 'Sky', ['Sky', 'Stars'], '--public');
    const send = (q) => p.server.send(`/update?api_key=${sky.write_key}&${q}`);

    await p.go('/channels/1?from=1990-01-01T00:00:00Z'
        + '&until=1990-02-01T00:00:00Z&fields=1,2');
    await p.page.locator('#charts[data-drawn]').waitFor();
    assert.deepStrictEqual(await says('No readings in this time'),
        [true, true]);
    await send('field1=Clouds');
    await p.go(`/channels/${sky.id}`);
    await p.page.locator('#charts[data-drawn]').waitFor();
    assert.deepStrictEqual(await says('No numbers in this time'),
        [true, true]);
    assert.match(await p.text(), /\(UTC\), 1 reading /);
    await p.page.screenshot({ path: 'build/browser/shots/no-numbers.png' });
    await send('field1=Clouds&field2=7');
    for (const end = Date.now() + 8000; (await says(''))[1] === false;) {
        assert.ok(Date.now() < end, 'expected that the words go');
        await p.page.waitForTimeout(50);
    }
    assert.deepStrictEqual(await says('No numbers in this time'),
        [true, false]);
}

exports.stories = {
    charts: async (t) => {
        const p = await begin(t);

        if (t.way === 'noscript') {
            await t.step('are pictures', () => withoutScript(p));
            return;
        }
        await t.step('are drawn', () => isDrawn(p));
        if (p.keys) {
            await t.step('are moved by keys', () => byKeys(p));
            await t.step('offer a note there', () => offersNoteThere(p));
            return;
        }
        await t.step('zoom and move by dragging', () => zoomsByDrag(p));
        await t.step('zoom into few', () => zoomsIntoFew(p));
        await t.step('label their axes', () => labelsAxis(p));
        await t.step('zoom by the wheel', () => zoomsByWheel(p));
        await t.step('are pinched', () => pinches(p));
        await t.step('tell values', () => tellsValues(p));
        await t.step('keep the old picture', () => keepsOldPicture(p));
        await t.step('are of chosen fields', () => choosesFields(p));
        await t.step('give their numbers', () => givesNumbers(p));
        await t.step('show notes', () => writesNote(p));
        await t.step('offer a note there', () => offersNoteThere(p));
        await t.step('say when there is nothing', () =>
            saysThereIsNothing(p));
    },
};
