/* app.js -- makes the site one that a phone can keep (worker.js). A browser
 * allows it over HTTPS, and on the machine itself. */
const { serviceWorker } = navigator;

/* The first page was there before the worker. */
async function fetchAgain() {
    const files = performance.getEntriesByType("resource").map(r => r.name)
        .filter(name => new URL(name).pathname.startsWith("/static/"));
    for (const name of files)
        await fetch(name);
    await fetch(location.href, { headers: { Accept: "text/html" } });
}

async function begin() {
    const first = !serviceWorker.controller;
    try {
        if (first)
            serviceWorker.addEventListener("controllerchange", () =>
                fetchAgain().catch(() => {}), { once: true });
        await serviceWorker.register("/static/worker.js",
                                     { scope: "/", updateViaCache: "none" });
    } catch {
        /* It is of use without. */
    }
}

if (serviceWorker) {
    if (document.readyState === "complete")
        begin();
    else
        addEventListener("load", begin);
}
