/* home_edit.js -- cards are put in order by dragging their handles, or by the
 * arrow keys on them. Each new order is sent at once; what the answer shows
 * is what there is. Without script there are buttons for it. */
const list = document.getElementById("cards");
const EDGE = 64, MOST_STEP = 14;      /* pixels: where it scrolls, how fast */

let kept = order();                   /* as the server has it */
let dragged = null;
let saving = Promise.resolve();

const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");

const trouble = document.createElement("div");
trouble.setAttribute("role", "alert");

function items() {
    return [...list.children];
}

function order() {
    return items().map(item => item.id);
}

const what = item => item.querySelector(".label").textContent;
const where = item => item.querySelector(".what .note").textContent;
const handleOf = item => item.querySelector(".handle");

function put(ids) {
    const focus = document.activeElement;
    list.append(...ids.map(id => document.getElementById(id)).filter(e => e));
    focus.focus();                    /* what is moved loses it */
}

function say(item) {
    const all = items();
    status.textContent =
        `${what(item)}, ${all.indexOf(item) + 1} of ${all.length}`;
}

function complain(text) {
    trouble.className = text ? "flash" : "";
    trouble.textContent = text;
}

/* The neighbour moves, so that the item keeps the focus and the pointer. */
function swap(item, neighbour) {
    if (neighbour === item.previousElementSibling)
        item.after(neighbour);
    else
        item.before(neighbour);
}

/* Saving. */

function show(fresh) {
    const focus = document.activeElement.closest?.("#cards > li")?.id;
    list.replaceChildren(...fresh.children);
    items().forEach(addHandle);
    if (focus && document.getElementById(focus))
        handleOf(document.getElementById(focus)).focus();
}

async function send(ids) {
    const body =
        new URLSearchParams(new FormData(list.querySelector("form")));
    body.set("action", "order");
    body.set("order", ids.map(id => id.replace("card-", "")).join());
    const r = await fetch("/home/edit", { method: "POST", body });
    const page = new DOMParser().parseFromString(await r.text(), "text/html");
    const fresh = page.getElementById("cards");
    if (!r.ok || !fresh)
        throw new Error(r.ok ? "Load this page again."
                             : page.querySelector("main p")?.textContent);
    return { fresh, flash: page.querySelector(".flash")?.textContent ?? "" };
}

/* One at a time; of those that wait, the newest. */
function save() {
    saving = saving.then(async () => {
        const ids = order();
        if (dragged || ids.join() === kept.join())
            return;
        try {
            const { fresh, flash } = await send(ids);
            kept = [...fresh.children].map(item => item.id);
            complain(flash);
            if (!dragged && (flash || order().join() === ids.join()))
                show(fresh);
        } catch (e) {
            drop();
            put(kept);
            complain(`The order was not saved; it is as before. ${
                e instanceof TypeError ? "The server did not answer."
                                       : e.message}`);
        }
    });
}

/* Dragging. */

function follow() {
    const { item, grab, y } = dragged;
    const top = y + scrollY - grab, middle = top + item.offsetHeight / 2;
    const centre = other => other.offsetTop + other.offsetHeight / 2;
    const before = item.previousElementSibling;
    const after = item.nextElementSibling;
    if (before && middle < centre(before))
        swap(item, before);
    else if (after && middle > centre(after))
        swap(item, after);
    item.style.translate = `0 ${top - item.offsetTop}px`;
}

function moved(item, e) {
    if (dragged?.item !== item)
        return;
    dragged.y = e.clientY;
    follow();
}

/* Near the edges of the window it scrolls. */
function scroll() {
    if (!dragged)
        return;
    const above = EDGE - dragged.y, below = dragged.y - innerHeight + EDGE;
    const by = Math.max(above, below, 0) / EDGE * MOST_STEP;
    if (by > 0)
        scrollBy(0, above > below ? -by : by);
    if (by > 0)
        follow();
    requestAnimationFrame(scroll);
}

function drop() {
    if (!dragged)
        return;
    dragged.item.style.translate = "";
    dragged.item.classList.remove("dragged");
    dragged = null;
}

function begin(item, e) {
    if (e.button !== 0 || dragged)
        return;
    e.preventDefault();
    const handle = e.currentTarget;
    handle.setPointerCapture(e.pointerId);
    handle.focus();
    dragged = { item, before: order(), y: e.clientY,
                grab: e.clientY + scrollY - item.offsetTop };
    item.classList.add("dragged");
    requestAnimationFrame(scroll);
}

function end(item, whole) {
    if (dragged?.item !== item)
        return;
    const { before } = dragged;
    drop();
    if (!whole)
        put(before);
    else if (order().join() !== before.join())
        say(item);
    save();
}

function press(item, e) {
    const to = e.key === "ArrowUp" ? item.previousElementSibling
             : e.key === "ArrowDown" ? item.nextElementSibling : null;
    if (e.key === "Escape")
        end(item, false);
    if (e.key !== "ArrowUp" && e.key !== "ArrowDown" || dragged)
        return;
    e.preventDefault();
    if (to)
        swap(item, to);
    e.currentTarget.scrollIntoView({ block: "nearest" });
    say(item);
    save();
}

function addHandle(item) {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "handle";
    handle.title = "Drag, or use the arrow keys";
    handle.setAttribute("aria-label", `Move ${what(item)}, ${where(item)}`);
    handle.setAttribute("aria-describedby", "order-hint");
    handle.addEventListener("pointerdown", e => begin(item, e));
    handle.addEventListener("pointermove", e => moved(item, e));
    handle.addEventListener("pointerup", e => {
        moved(item, e);
        end(item, true);
    });
    handle.addEventListener("pointercancel", () => end(item, false));
    handle.addEventListener("keydown", e => press(item, e));
    item.prepend(handle);
}

if (list?.children.length > 1) {
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.id = "order-hint";
    hint.textContent = "Drag a card by its handle, or move it with the " +
                       "arrow keys there.";
    list.before(hint, trouble);
    list.after(status);
    items().forEach(addHandle);
}
