/* app.js -- makes the site one that a phone can keep (worker.js). A browser
 * allows it over HTTPS, and on the machine itself. */
const { serviceWorker } = navigator;

/* A page that was there before the worker, and its files. */
async function fetchAgain() {
    const files = performance.getEntriesByType("resource").map(r => r.name)
        .filter(name => new URL(name).pathname.startsWith("/static/"));
    for (const name of files)
        await fetch(name);
    await fetch(location.href, { headers: { Accept: "text/html" } });
}

/* Whether this page came past the worker, which may be there by now. */
const passedBy = () =>
    performance.getEntriesByType("navigation")[0]?.workerStart === 0;

/* A page that is opened while the worker begins would else stay without. */
const claimed = worker => new Promise(done => {
    serviceWorker.addEventListener("controllerchange", done, { once: true });
    worker.postMessage("claim");
});

async function begin() {
    try {
        await serviceWorker.register("/static/worker.js",
                                     { scope: "/", updateViaCache: "none" });
        const { active } = await serviceWorker.ready;
        if (!serviceWorker.controller)
            await claimed(active);
        if (passedBy())
            await fetchAgain();
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
