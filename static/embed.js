/* embed.js -- keeps a chart in a frame as large as its frame and, if it is to
 * be, up to date: told by events, or else asking now and then. */
const picture = document.getElementById("chart");
const below = document.querySelector(".note");
const { channel, entry, fill, update } = picture.dataset;
const push = "push" in picture.dataset;
const LEAST = 1000, RESIZED = 200, PATIENCE = 30000; /* milliseconds */
const MOST = 60000;                   /* its right edge is now */
let shown = 0, waiting = 0;
let asked = false;                    /* a request is under way */
let wanted = false;                   /* one more, when it is over or seen */

function address() {
    const url = new URL(picture.dataset.src, location.href);
    const room = innerHeight - (below?.offsetHeight ?? 0);
    if (fill === "width" || fill === "both")
        url.searchParams.set("width", innerWidth);
    if (fill === "height" || fill === "both")
        url.searchParams.set("height", room);
    return url;
}

/* What the picture says of itself, for those who cannot see it. */
function wordsOf(svg) {
    const words = /<desc[^>]*>([^<]*)/.exec(svg)?.[1] ?? "";
    const names = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
    return words.replace(/&\w+;/g, name => names[name] ?? name);
}

/* The old picture stays until there is another. */
async function replace(svg) {
    const next = new Image();
    const before = picture.src;
    next.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    await next.decode();
    picture.src = next.src;
    picture.alt = wordsOf(svg);
    await picture.decode();
    URL.revokeObjectURL(before);
}

async function draw() {
    waiting = 0;
    wanted = asked;                   /* the one under way ends first */
    if (asked)
        return;
    asked = true;
    shown = performance.now();
    try {
        const r = await fetch(address(), {
            signal: AbortSignal.timeout(PATIENCE),
        });
        if (r.ok)
            await replace(await r.text());
    } catch {
        /* The next event, or the next time, tries again. */
    }
    asked = false;
    if (wanted)
        drawSoon();
}

function drawSoon(least = LEAST) {
    const wait = Math.max(0, shown + least - performance.now());
    if (document.hidden)
        wanted = true;
    else
        waiting ||= setTimeout(draw, wait);
}

async function keepUp() {
    let stream = null;

    setInterval(() => {
        if (!stream?.hears() || performance.now() - shown > MOST)
            drawSoon();
    }, 1000 * update);
    document.addEventListener("visibilitychange",
                              () => wanted && drawSoon());
    if (!push)
        return;
    const { sentKey, watch } = await import("./live.js");
    stream = watch({ channels: [Number(channel)], since: [Number(entry)],
                     key: sentKey(), onReading: () => drawSoon(),
                     onReset: () => drawSoon() });
}

if (fill) {
    addEventListener("resize", () => drawSoon(RESIZED));
    draw();
}
if (update)
    keepUp();
