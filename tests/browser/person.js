/* person.js -- somebody with a browser: reads what is there, and clicks, or
 * has a keyboard and nothing else. Whatever is named is named as it is read
 * on the page, and who uses the keyboard must see where it is. */
'use strict';
const { checkPage, watch } = require('./page');

const TABS_MOST = 400;
/* In the text of a page; files of ours it may load. */
const ACTIVE = new RegExp('<script\\b(?! src="/static/[\\w.]+"'
    + '(?: defer| type="module")></script>)[^>]*>'
    + '|<style\\b[^>]*>|<[^>]*\\s(style|on\\w+)="[^>]*>');

/* In the page: is the element that has the focus shown to have it, and in
 * sight? null, or what is wrong. */
function focusFault()
{
    const focus = document.activeElement;
    const e = focus?.contentDocument?.activeElement ?? focus; /* a frame's */

    if (!e || e.localName === 'body')
        return null;
    const css = getComputedStyle(e);
    const one = e.outerHTML.replace(/\s+/g, ' ').slice(0, 120);
    const box = e.getBoundingClientRect();
    const numbers = (c) => (c.match(/[\d.]+/g) || []).map(Number);
    const bright = (c) => {
        const [r, g, b] = numbers(c).map((n) => (n / 255 <= 0.03928
            ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind = e.parentElement;
    while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0)
        behind = behind.parentElement;
    const a = bright(css.outlineColor);
    const b = bright(behind ? getComputedStyle(behind).backgroundColor
        : 'rgb(255, 255, 255)');

    if (css.outlineStyle === 'none' || parseFloat(css.outlineWidth) < 1)
        return `no outline: ${one}`;
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 3)
        return `a faint outline, ${css.outlineColor}: ${one}`;
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0
        || box.left >= innerWidth || !box.width || !box.height)
        return `out of sight: ${one}`;
    return null;
}

class Person {
    /* way: mouse, keys or noscript */
    static async sitDown(browser, server, way, more = {})
    {
        const p = new Person();

        p.context = await browser.newContext({
            viewport: { mouse: { width: 1440, height: 900 },
                        keys: { width: 360, height: 740 },
                        noscript: { width: 768, height: 1024 } }[way],
            colorScheme: way === 'keys' ? 'dark' : 'light',
            javaScriptEnabled: way !== 'noscript',
            locale: 'en-US',
            timezoneId: 'UTC',
            serviceWorkers: 'block', /* but for 09_install.js */
            ...more,
        });
        p.context.setDefaultTimeout(8000);
        p.faults = watch(p.context, server.origin);
        p.server = server;
        p.keys = way === 'keys';
        p.page = await p.context.newPage();
        return p;
    }

    async leave()
    {
        await this.context.close();
        if (this.faults.length)
            throw new Error('expected no complaint of the pages, came '
                + [...new Set(this.faults)].slice(0, 5).join('; '));
    }

    /* Types an address. */
    async go(path, status = 200)
    {
        const answer = await this.page.goto(this.server.origin + path);

        if (answer.status() !== status)
            throw new Error(`${path}: expected ${status}, came `
                + answer.status());
        const found = ACTIVE.exec(await answer.text());

        if (found)
            throw new Error(`${path}: expected no script or style in the `
                + `page, came ${found[0]}`);
        await checkPage(this.page);
    }

    path()
    {
        return this.page.url().slice(this.server.origin.length);
    }

    at(path)
    {
        if (this.path() !== path)
            throw new Error(`expected the page ${path}, came ${this.path()}`);
    }

    /* What a person reads, one space between words. */
    async text()
    {
        const text = await this.page.locator('body').innerText();

        return text.replace(/\s+/g, ' ');
    }

    async sees(...parts)
    {
        const text = await this.text();

        for (const part of parts)
            if (!text.includes(part))
                throw new Error(`${this.path()}: expected "${part}", came `
                    + text.slice(0, 600));
    }

    async lacks(...parts)
    {
        const text = await this.text();

        for (const part of parts)
            if (text.includes(part))
                throw new Error(`${this.path()}: expected no "${part}", came `
                    + text.slice(0, 600));
    }

    /* -- finding */

    inside(region)
    {
        return region ? this.page.getByRole('region', { name: region })
            : this.page;
    }

    link(name, region)
    {
        return this.inside(region).getByRole('link', { name, exact: true });
    }

    button(name, region)
    {
        return this.inside(region).getByRole('button', { name, exact: true });
    }

    input(label)
    {
        return this.page.getByLabel(label, { exact: true });
    }

    /* -- doing */

    /* Tab by Tab, until it has the focus. */
    async reach(what)
    {
        const wanted = await what.elementHandle();

        for (let i = 0; i < TABS_MOST; i++) {
            if (await wanted.evaluate((e) => e === document.activeElement))
                return;
            await this.page.keyboard.press('Tab');
            const fault = await this.page.evaluate(focusFault);
            if (fault)
                throw new Error(`${this.path()}, by Tab: ${fault}`);
        }
        throw new Error(`${this.path()}: Tab does not reach ${what}`);
    }

    async press(what, key)
    {
        if (!this.keys) {
            await what.click();
            return;
        }
        await this.reach(what);
        await this.page.keyboard.press(key);
    }

    /* Another page comes of it. */
    async follow(what, key = 'Enter')
    {
        await Promise.all([
            this.page.waitForEvent('domcontentloaded'),
            this.press(what, key),
        ]);
        await this.page.waitForLoadState('load');
        await checkPage(this.page);
    }

    async clickLink(name, region)
    {
        await this.follow(this.link(name, region));
    }

    async clickButton(name, region)
    {
        await this.follow(this.button(name, region), 'Space');
    }

    /* A file comes of it: its name and text. */
    async take(what)
    {
        const [download] = await Promise.all([
            this.page.waitForEvent('download'),
            this.press(what, 'Enter'),
        ]);
        const chunks = [];

        for await (const chunk of await download.createReadStream())
            chunks.push(chunk);
        return { name: download.suggestedFilename(),
                 text: Buffer.concat(chunks).toString() };
    }

    /* Opens or shuts a <details>. */
    async unfold(summary, region)
    {
        await this.press(this.inside(region).locator('summary',
            { hasText: summary }), 'Enter');
    }

    async fill(label, text)
    {
        if (!this.keys) {
            await this.input(label).fill(text);
            return;
        }
        await this.reach(this.input(label));
        await this.page.keyboard.press('Control+A');
        await this.page.keyboard.press('Delete');
        await this.page.keyboard.type(text);
    }

    /* A moment as "2026-01-31T12:00:00", part by part as the inputs of
     * Chromium's language have them (--lang in run). */
    async fillMoment(label, moment)
    {
        if (!this.keys) {
            await this.input(label).fill(moment);
            return;
        }
        const [year, month, day, hour, minute, second] = moment.split(/[-T:]/);

        await this.reach(this.input(label));
        await this.page.keyboard.type(month + day + year);
        await this.page.keyboard.press('ArrowRight');
        await this.page.keyboard.type(
            String((+hour + 11) % 12 + 1).padStart(2, '0') + minute + second
            + (hour < 12 ? 'AM' : 'PM'));
    }

    async tick(label)
    {
        if (!this.keys) {
            await this.input(label).check();
            return;
        }
        await this.reach(this.input(label));
        await this.page.keyboard.press('Space');
    }

    async choose(label, option)
    {
        if (!this.keys) {
            await this.input(label).selectOption({ label: option });
            return;
        }
        await this.reach(this.input(label));
        await this.page.keyboard.type(option);
    }

    /* Through the window in which one picks a file. */
    async pickFile(label, name, text)
    {
        const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
        const [chooser] = await Promise.all([
            this.page.waitForEvent('filechooser'),
            this.press(this.input(label), 'Enter'),
        ]);

        await chooser.setFiles(file);
    }

    /* -- what most do */

    async logIn(name, password)
    {
        await this.go('/auth/login');
        await this.fill('Username', name);
        await this.fill('Password', password);
        await this.clickButton('Log In');
    }
}

module.exports = { Person };
