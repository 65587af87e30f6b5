/* wall.js -- a page on a tablet on the wall: the whole screen, which stays on.
 * A browser keeps it on over HTTPS only; elsewhere the tablet has a setting. */
const button = document.getElementById("full");
let lock = null;

async function stayOn() {
    try {
        lock ??= await navigator.wakeLock?.request("screen");
        lock?.addEventListener("release", () => { lock = null; });
    } catch {
        /* The battery is low, say. */
    }
}

function look() {
    button.hidden = !document.fullscreenEnabled || !!document.fullscreenElement;
}

button.addEventListener("click", async () => {
    await document.documentElement.requestFullscreen().catch(() => {});
    stayOn();
});
document.addEventListener("fullscreenchange", look);
document.addEventListener("visibilitychange",
                          () => document.hidden || stayOn());
look();
stayOn();
