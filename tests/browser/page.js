/* page.js -- what must hold of every page: a name, one headline, labels, no
 * word of a fault, nothing from elsewhere, nothing wider than the window. */
'use strict';

/* In the page: a list of what is wrong. */
function faultsInPage()
{
    const out = [];
    const one = (e) => e.outerHTML.replace(/\s+/g, ' ').slice(0, 120);
    const names = (e) => (e.getAttribute('aria-label') || '').trim()
        || (e.getAttribute('aria-labelledby') || '').split(/\s+/).map((id) =>
            (document.getElementById(id) || {}).textContent || '').join('')
        || [...(e.labels || [])].map((l) => l.textContent.trim()).join('')
        || (e.type === 'submit' && e.value)
        || (e.localName === 'button' && e.textContent.trim());

    if (!document.title.trim())
        out.push('no title');
    if (!document.documentElement.lang)
        out.push('no language');
    const headlines = document.querySelectorAll('h1').length;
    if (headlines !== 1)
        out.push(`${headlines} h1`);
    if (document.querySelectorAll('main').length !== 1)
        out.push('not one main');
    for (const e of document.querySelectorAll(
        'input:not([type=hidden], [hidden]), select, textarea, button'))
        if (!names(e))
            out.push(`no label: ${one(e)}`);
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    for (const id of new Set(ids.filter((x, i) => ids.indexOf(x) !== i)))
        out.push(`two with the id ${id}`);
    if (/\{\{|\}\}/.test(document.documentElement.outerHTML))
        out.push('a place that was not filled in');
    const room = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth;
    if (wide > room) {
        const who = [...document.querySelectorAll('body *')].filter((e) =>
            e.getBoundingClientRect().right > room + 0.5);
        out.push(`${wide} wide in ${room}: ${who.slice(0, 3).map(one)}`);
    }
    return out;
}

/* The page must be well now. */
async function checkPage(page)
{
    const faults = await page.evaluate(faultsInPage);

    if (faults.length)
        throw new Error(`${new URL(page.url()).pathname}: expected no fault, `
            + `came ${faults.join('; ')}`);
}

/* Notes what the pages of a context complain of and whom they ask. A page
 * that is refused is no fault of that page; anything that belongs to it is. */
function watch(context, origin)
{
    const faults = [];

    context.on('request', (request) => {
        const url = request.url();

        if (!url.startsWith(origin + '/') && !url.startsWith('data:')
            && !url.startsWith(`blob:${origin}/`))
            faults.push(`asked ${url}`);
    });
    context.on('response', (response) => {
        if (response.status() >= 500 || (response.status() >= 400
            && !response.request().isNavigationRequest()))
            faults.push(`${response.status()} for ${response.url()}`);
    });
    context.on('weberror', (e) => { faults.push(String(e.error())); });
    context.on('console', (message) => {
        const refused = message.text().startsWith('Failed to load resource')
            && message.location().url === message.page().url();
        const blocked = message.text()
            === 'Service Worker registration blocked by Playwright';

        if (['error', 'warning'].includes(message.type())
            && !refused && !blocked)
            faults.push(`console: ${message.text()}`);
    });
    return faults;
}

module.exports = { checkPage, watch };
