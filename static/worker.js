/* worker.js -- what a phone keeps of this site, for when there is no network:
 * the files of static/, and the last copy of the home page and of the channels'
 * pages that were looked at. Everything else goes to the server untouched. What
 * a person saw is dropped when they leave. See docs/offline.md. */
const FILES = "files", PAGES = "pages";
const SHELL = ["/static/offline.html", "/static/style.css", "/static/icon.svg"];
const COPIES = 20, PATIENCE = 8000;   /* pages; milliseconds, with a copy */

const keeps = path => path === "/" || /^\/channels\/\d+$/.test(path);
const leaves = path => path.startsWith("/auth/") || path === "/account/close";
const isHtml = r => r.headers.get("Content-Type")?.startsWith("text/html");
/* Pages for somebody who is signed in say so. */
const isPersonal = r => r.headers.get("Cache-Control") === "no-store";

async function file(request) {
    const cache = await caches.open(FILES);
    try {
        const r = await fetch(request);
        if (r.ok)
            await cache.put(request, r.clone());
        return r;
    } catch (e) {
        const copy = await cache.match(request);
        if (copy)
            return copy;
        throw e;
    }
}

async function keep(url, r) {
    const before = await caches.match("/", { cacheName: PAGES });
    if (url.pathname === "/" && before && isPersonal(before) && !isPersonal(r))
        await caches.delete(PAGES);   /* nobody is signed in any more */
    const cache = await caches.open(PAGES);
    if (!r.ok || r.redirected || !isHtml(r)) {
        await cache.delete(url);
        return;
    }
    /* All of it first: one that breaks off takes no older copy away. */
    const whole = new Response(await r.blob(), { headers: r.headers });
    await cache.delete(url);          /* the newest is the last of them */
    await cache.put(url, whole);
    const all = await cache.keys();
    for (const old of all.slice(0, -COPIES))
        await cache.delete(old);
}

/* The page's script counts on from there how old it is. */
async function marked(copy) {
    const text = await copy.text();
    return new Response(text.replace(' hidden data-now="',
                                     ' data-kept data-now="'),
                        { headers: copy.headers });
}

async function page(event, url) {
    const { request } = event;
    const cache = await caches.open(PAGES);
    const copy = keeps(url.pathname) ? await cache.match(url) : undefined;
    try {
        const r = await fetch(request, copy && {
            signal: AbortSignal.timeout(PATIENCE),
        });
        if (r.status >= 502 && copy)
            return marked(copy);      /* a proxy, with nobody behind it */
        if (keeps(url.pathname) && r.type !== "opaqueredirect")
            event.waitUntil(keep(url, r.clone()));
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

addEventListener("activate", event => event.waitUntil(clients.claim()));

addEventListener("fetch", event => {
    const { request } = event, url = new URL(request.url);
    if (url.origin !== location.origin)
        return;
    const asks = request.mode === "navigate" ||
        request.headers.get("Accept")?.includes("text/html");
    if (leaves(url.pathname))
        event.waitUntil(caches.delete(PAGES));
    else if (request.method === "GET" && url.pathname.startsWith("/static/"))
        event.respondWith(file(request));
    else if (request.method === "GET" && asks)
        event.respondWith(page(event, url));
});
