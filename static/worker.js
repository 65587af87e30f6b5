/* worker.js -- what a phone keeps of this site, for when there is no network:
 * the files of static/, and the last copy of the home page and of the channels'
 * pages that were looked at. Everything else goes to the server untouched. What
 * a person saw is dropped when they leave. See docs/offline.md. */
const FILES = "files", PAGES = "pages";
const SHELL = ["/static/offline.html", "/static/style.css", "/static/icon.svg"];
const COPIES = 20, PATIENCE = 8000;   /* pages; milliseconds, with a copy */

let left = 0;                         /* how often somebody has */

const leaves = path => path.startsWith("/auth/") || path === "/account/close";
const isHtml = r => r.headers.get("Content-Type")?.startsWith("text/html");
/* Pages for somebody who is signed in say so (page_keep_private). */
const isPersonal = r => r.headers.get("Cache-Control")?.startsWith("private");

/* Under which address a page is kept; null: it is not. A channel has one,
 * whatever its charts show; one with a key in it is for those who have it. */
function nameOf({ pathname, searchParams }) {
    if (["key", "api_key", "apikey"].some(name => searchParams.has(name)) ||
        !(pathname === "/" || /^\/channels\/\d+$/.test(pathname)))
        return null;
    return pathname + (searchParams.get("view") === "wall" ? "?view=wall" : "");
}

function drop() {
    left++;
    return caches.delete(PAGES);
}

/* A browser asks each time, so that an update comes whole; a tag makes that
 * cheap. */
async function file(event) {
    const { request } = event;
    const cache = await caches.open(FILES);
    try {
        const r = await fetch(request, { cache: "no-cache" });
        if (r.ok)
            event.waitUntil(cache.put(request, r.clone()).catch(() => {}));
        return r;
    } catch (e) {
        const copy = await cache.match(request);
        if (copy)
            return copy;
        throw e;
    }
}

/* The home page of a stranger: nobody is signed in any more. */
async function forgetPersons(name, r) {
    const cache = await caches.open(PAGES);
    if (name.startsWith("/channels/") || isPersonal(r))
        return;
    for (const copy of await cache.matchAll())
        if (isPersonal(copy))
            return drop();
}

/* since: what "left" was when r was asked for. */
async function keep(name, r, since) {
    await forgetPersons(name, r);
    const cache = await caches.open(PAGES);
    if (!r.ok || r.redirected || !isHtml(r)) {
        await cache.delete(name);
        return;
    }
    const whole = new Response(await r.blob(), { headers: r.headers });
    if (since !== left && isPersonal(r))
        return;
    await cache.put(name, whole);
    for (const old of (await cache.keys()).slice(0, -COPIES))
        await cache.delete(old);
}

/* The page's script counts on from there how old it is. */
async function marked(copy) {
    const text = await copy.text();
    return new Response(text.replace(' hidden data-now="',
                                     ' data-kept data-now="'),
                        { headers: copy.headers });
}

/* With a copy at hand a server has so long to begin. */
async function ask(request, copy) {
    if (!copy)
        return fetch(request);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
        return await fetch(request, { signal: patience.signal });
    } finally {
        clearTimeout(timer);
    }
}

async function page(event, name) {
    const { request } = event, since = left;
    const copy = name && await caches.match(name, { cacheName: PAGES });
    try {
        const r = await ask(request, copy);
        if (r.status >= 502 && copy)
            return marked(copy);      /* a proxy, with nobody behind it */
        if (name && r.type !== "opaqueredirect")
            event.waitUntil(keep(name, r.clone(), since).catch(() => {}));
        return r;
    } catch (e) {
        if (request.mode !== "navigate")
            throw e;
        return copy ? marked(copy) : caches.match("/static/offline.html");
    }
}

addEventListener("install", event => {
    skipWaiting();
    event.waitUntil(caches.open(FILES).then(cache => cache.addAll(SHELL)));
});

/* From a page that came without (app.js). */
addEventListener("message", event => event.waitUntil(clients.claim()));

addEventListener("fetch", event => {
    const { request } = event, url = new URL(request.url);
    if (url.origin !== location.origin)
        return;
    const asks = request.mode === "navigate" ||
        request.headers.get("Accept")?.includes("text/html");
    if (leaves(url.pathname))
        event.waitUntil(drop());
    if (request.method === "GET" && url.pathname.startsWith("/static/"))
        event.respondWith(file(event));
    else if (request.method === "GET" && asks)
        event.respondWith(page(event, nameOf(url)));
});
