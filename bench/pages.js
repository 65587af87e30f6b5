#!/usr/bin/env node
/* pages.js ORIGIN CHANNEL WRITE_KEY ROUNDS -- what somebody with a browser
 * waits for on the page of a channel: one line of JSON, bytes and milliseconds.
 * Each first view is that of a browser that was never here. */
'use strict';
const fs = require('fs');
const path = require('path');

const CHROMIUM = '/usr/bin/chromium';
const PLAYWRIGHT = path.resolve(__dirname,
    '../build/browser/node_modules/playwright-core');
const FLAGS = ['--disable-gpu', '--no-first-run', '--lang=en-US',
    '--disable-background-networking', '--disable-component-update'];
const [ORIGIN, CHANNEL, KEY, ROUNDS] = process.argv.slice(2);
const BASE = `${ORIGIN}/channels/${CHANNEL}`;
const now = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* In the page: when charts were drawn, and when cards showed what is new. It
 * is on the screen at the end of the frame after. */
function observe()
{
    const painted = (then) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();

        port1.onmessage = () => then(performance.timeOrigin
            + performance.now());
        port2.postMessage(0);
    });

    window.drawn = [];
    window.seen = {};
    new MutationObserver((list) => {
        if (list.some((m) => m.attributeName === 'data-drawn'))
            painted((at) => window.drawn.push(at));
        for (const e of document.querySelectorAll('.card .value')) {
            const text = (/-?[\d.]+/.exec(e.textContent) || [''])[0];

            if (!(text in window.seen)) {
                window.seen[text] = 0;
                painted((at) => { window.seen[text] = at; });
            }
        }
    }).observe(document, { subtree: true, childList: true, characterData: true,
        attributes: true, attributeFilter: ['data-drawn'] });
}

async function open(browser, query)
{
    const context = await browser.newContext({
        viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const view = { context, page, bytes: 0 };

    session.on('Network.loadingFinished', (e) => {
        view.bytes += e.encodedDataLength;
    });
    await session.send('Network.enable');
    await page.addInitScript(observe);
    await page.goto(BASE + query, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.drawn.length > 0);
    view.painted = await page.evaluate(() =>
        window.drawn[0] - performance.timeOrigin);
    return view;
}

async function firstViews(browser, query)
{
    const out = { bytes: [], painted: [] };

    for (let i = 0; i < ROUNDS; i++) {
        const view = await open(browser, query);

        await sleep(100); /* what it loads after */
        out.bytes.push(view.bytes);
        out.painted.push(view.painted);
        await view.context.close();
    }
    return out;
}

/* Closer and back again, by keys. answer: what the server needs, and the
 * way; drawn: all, with the eighth of a second that the page waits for more
 * steps. */
async function zooms(browser)
{
    const { context, page } = await open(browser, '?range=year');
    const out = { answer: [], drawn: [] };

    await page.locator('.canvas').first().focus();
    for (const key of '++++++----'.repeat(2)) {
        const before = await page.evaluate(() => {
            performance.clearResourceTimings();
            addEventListener('keydown', () => {
                window.pressed = performance.timeOrigin + performance.now();
            }, { capture: true, once: true });
            return window.drawn.length;
        });

        await page.keyboard.press(key);
        await page.waitForFunction((n) => window.drawn.length > n, before);
        const [answer, drawn] = await page.evaluate(() => {
            const [r] = performance.getEntriesByType('resource')
                .filter((e) => e.name.includes('/series.json'));

            return [r.responseEnd - r.requestStart,
                window.drawn[window.drawn.length - 1] - window.pressed];
        });
        out.answer.push(answer);
        out.drawn.push(drawn);
    }
    await context.close();
    return out;
}

async function send(value)
{
    const answer = await fetch(`${ORIGIN}/update?api_key=${KEY}`
        + `&field1=${value}`);

    if (await answer.text() === '0')
        throw new Error(`the reading ${value} was refused`);
}

/* A watcher that is no browser: when each event came, by value. */
async function watch(times, signal)
{
    const answer = await fetch(`${BASE}/events`, { signal });
    const read = async () => {
        const decoder = new TextDecoder();
        let text = '';

        for await (const part of answer.body) {
            text += decoder.decode(part, { stream: true });
            const events = text.split('\n\n');
            text = events.pop();
            for (const e of events) {
                const value = /"1":\{"text":"([^"]*)"/.exec(e);

                if (value)
                    times[value[1]] = now();
            }
        }
    };

    if (!answer.ok)
        throw new Error(`${BASE}/events: ${answer.status}`);
    read().catch(() => {});
}

/* From before a reading is sent, and so before its commit. null: the page does
 * not show it. */
async function live(browser)
{
    const { context, page } = await open(browser, '');
    const times = {};
    const end = new AbortController();
    const out = { event: [], screen: [] };

    await watch(times, end.signal);
    await sleep(1000); /* the page's own stream */
    for (let i = 0; i < ROUNDS; i++) {
        const value = (100 + i / 100 + 0.001).toFixed(3);
        const began = now();

        await send(value);
        const seen = await page.waitForFunction((v) => window.seen[v], value,
            { timeout: 2000 }).then((h) => h.jsonValue(), () => null);
        out.event.push(times[value] ? times[value] - began : null);
        out.screen.push(seen && seen - began);
        await sleep(50);
    }
    end.abort();
    await context.close();
    return out;
}

async function main()
{
    const { chromium } = require(PLAYWRIGHT);
    const browser = await chromium.launch({ executablePath: CHROMIUM,
        headless: true, args: FLAGS,
        chromiumSandbox: process.getuid() !== 0 });

    try {
        await open(browser, '').then((view) => view.context.close());
        const out = { day: await firstViews(browser, ''),
                      year: await firstViews(browser, '?range=year'),
                      zoom: await zooms(browser), live: await live(browser) };
        console.log(JSON.stringify(out));
    } finally {
        await browser.close();
    }
}

if (![CHROMIUM, PLAYWRIGHT].every((name) => fs.existsSync(name))) {
    console.log('null');
} else {
    main().catch((e) => {
        console.error(e);
        process.exitCode = 1;
    });
}
