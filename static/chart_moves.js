/* chart_moves.js -- a chart is moved and zoomed by mouse, touch and keys.
 *
 * page: view() is { from, until }; moveTo(from, until), pan(part), zoom(factor,
 * around), toOldest(), toNewest(), back() change it; apart() makes what follows
 * a step of its own for back(); offerNote(chart, moment).
 */
/* What a finger, or the mouse with shift, holds stays under it. */
export function gestures(chart, page) {
    const { u, canvas } = chart;
    const held = new Map();
    const span = () => page.view().until - page.view().from;
    const place = e => e.clientX - u.over.getBoundingClientRect().left;
    const hold = () => held.forEach(h => { h.at = u.posToVal(h.x, "x"); });
    const release = e => held.delete(e.pointerId) && hold();

    u.over.addEventListener("pointerdown", e => {
        if (e.pointerType === "mouse" && !(e.shiftKey && e.button === 0))
            return;
        if (!held.size)
            page.apart();
        held.set(e.pointerId, { x: place(e) });
        u.over.setPointerCapture(e.pointerId);
        hold();
    });
    u.over.addEventListener("pointermove", e => {
        const h = held.get(e.pointerId);
        if (!h || Math.abs(place(e) - h.x) < 1)
            return;
        h.x = place(e);
        const [a, b] = [...held.values()];
        const width = u.over.clientWidth;
        const each = b ? (b.at - a.at) / (b.x - a.x) : span() / width;
        if (each > 0 && Number.isFinite(each))
            page.moveTo(a.at - a.x * each, a.at + (width - a.x) * each);
    });
    u.over.addEventListener("pointerup", release);
    u.over.addEventListener("pointercancel", release);
    u.over.addEventListener("dblclick", page.back);
    u.over.addEventListener("click", () => {
        canvas.focus({ preventScroll: true });
        page.offerNote(chart, u.posToVal(u.cursor.left, "x"));
    });
    u.over.addEventListener("wheel", e => {
        if (!e.ctrlKey && document.activeElement !== canvas)
            return;
        e.preventDefault();
        const lines = e.deltaMode ? 16 : 1;
        if (Math.abs(e.deltaX) > Math.abs(e.deltaY))
            page.pan(e.deltaX * lines / u.over.clientWidth);
        else
            page.zoom(Math.exp(e.deltaY * lines * (e.ctrlKey ? 0.01 : 0.0015)),
                 u.posToVal(place(e), "x"));
    }, { passive: false });
}

/* To the next number that is shown. */
function moveCursor(u, view, by) {
    const shown = u.data[0].map((at, i) => i).filter(i =>
        u.data[0][i] >= view.from && u.data[0][i] <= view.until &&
        u.data.some((d, n) => n && typeof d[i] === "number"));
    const now = shown.indexOf(u.cursor.left >= 0 ? u.cursor.idx : -1);
    const end = shown.length - 1;
    const next = shown[now < 0 ? (by > 0 ? 0 : end)
                               : Math.min(Math.max(now + by, 0), end)];
    if (next !== undefined)
        u.setCursor({ left: u.valToPos(u.data[0][next], "x"), top: 10 }, true,
                    true);
}

export function keys(chart, page) {
    const { canvas, u } = chart;
    const acts = {
        ArrowLeft: () => page.pan(-0.2), ArrowRight: () => page.pan(0.2),
        "+": () => page.zoom(0.5), "=": () => page.zoom(0.5),
        "-": () => page.zoom(2),
        Home: page.toOldest, End: page.toNewest, Escape: page.back,
        Enter: () => {
            const { from, until } = page.view();
            page.offerNote(chart, u.cursor.left >= 0
                ? u.posToVal(u.cursor.left, "x") : (from + until) / 2, true);
        },
    };
    canvas.addEventListener("keydown", e => {
        if (e.altKey || e.ctrlKey || e.metaKey)
            return;
        const act = e.shiftKey && e.key.startsWith("Arrow")
            ? () => moveCursor(u, page.view(), e.key === "ArrowLeft" ? -1 : 1)
            : acts[e.key];
        if (!act)
            return;
        e.preventDefault();
        page.apart();
        act();
    });
}
