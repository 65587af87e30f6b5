/* embed.js -- keeps a chart in a frame as large as its frame and, if it is to
 * be, up to date: told by events, or else asking now and then. */
const picture = document.getElementById("chart");
const { events, fill, update } = picture.dataset;
const LEAST = 1000, AGAIN = 10000;    /* milliseconds */
let shown = 0, waiting = 0, asked = null;

function address() {
    const url = new URL(picture.dataset.src, location.href);
    if (fill === "width" || fill === "both")
        url.searchParams.set("width", innerWidth);
    if (fill === "height" || fill === "both")
        url.searchParams.set("height", innerHeight);
    return url;
}

/* What the picture says of itself, for those who cannot see it. */
function wordsOf(svg) {
    const words = /<desc[^>]*>([^<]*)/.exec(svg)?.[1] ?? "";
    const names = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
    return words.replace(/&\w+;/g, name => names[name] ?? name);
}

async function draw() {
    waiting = 0;
    shown = performance.now();
    asked?.abort();
    asked = new AbortController();
    try {
        const r = await fetch(address(), { signal: asked.signal });
        const text = await r.text();
        const before = picture.src;
        picture.src = URL.createObjectURL(
            new Blob([text], { type: "image/svg+xml" }));
        picture.alt = wordsOf(text);
        await picture.decode();
        URL.revokeObjectURL(before);
    } catch {
        /* The old picture stays; the next event tries again. */
    }
}

function drawSoon() {
    const wait = Math.max(0, shown + LEAST - performance.now());
    waiting ||= setTimeout(draw, wait);
}

function watch() {
    const source = new EventSource(events);
    for (const name of ["reading", "reset"])
        source.addEventListener(name, drawSoon);
    source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED)
            setTimeout(watch, AGAIN);
    });
}

if (fill) {
    addEventListener("resize", drawSoon);
    draw();
}
if (events)
    watch();
else if (update)
    setInterval(() => document.hidden || draw(), 1000 * update);
