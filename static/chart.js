/* chart.js -- the charts of a channel's page, for browsers with script. They
 * are drawn by uPlot from /channels/ID/series.json, which gives as many points
 * as there are pixels; each zoom asks again, and the old picture stays until
 * the answer is there. Without script the page has pictures instead. */
import { clockOf } from "./chart_clock.js";
import { numberWords, summary, unpack } from "./chart_data.js";
import { keepUp } from "./chart_live.js";
import { dashOf, heightFor, options, swatch } from "./chart_look.js";
import { gestures, keys } from "./chart_moves.js";
import { notesOf } from "./chart_notes.js";
import { tableOf } from "./chart_table.js";
import { sentKey } from "./live.js";
import { make } from "./make.js";

const section = document.getElementById("charts");
const LEAST_SPAN = 10000, MOST_SPAN = 200 * 365 * 86400000;
const PATIENCE = 60000;               /* milliseconds for an answer */
const RETRY = 5000;                   /* while there is none */
const MARK_WIDTH = 70;                /* pixels for a label of the axis */
const sent = new URLSearchParams(location.search);
const key = "locked" in section.dataset ? sentKey() : null;
const base = `/channels/${section.dataset.channel}`;

/* What is shown: a range by its name, or else its ends in milliseconds. */
let view = {
    range: section.dataset.range ?? null,
    from: Number(section.dataset.from), until: Number(section.dataset.until),
};
let chosen = section.dataset.fields ?? null; /* "1,2"; null: all of them */
let together = sent.get("one") === "1";
let answer = null;                    /* the last one */
let clock = null;                     /* of the last one */
let plots = [];
let earlier = [];                     /* views to go back to */
let changed = 0;                      /* when the last of them was left */
let asked = null;                     /* the request under way */
let again = 0;                        /* the next, while there is no answer */
let frame = 0;
let fresh = 0, rest = 0;              /* what came live, to be shown */
let got = 0;                          /* points asked for */

/* Pieces of the page. */

function button(text, label, act) {
    const b = make("button", { type: "button", className: "tool",
                               onclick: act }, text);
    b.setAttribute("aria-label", label);
    b.title = label;
    return b;
}

const status = make("p", { className: "stretch" });
status.setAttribute("role", "status");
const fields = make("div", { className: "which" });
const tools = make("div", { className: "tools" },
    button("◀", "Earlier", () => pan(-0.5)),
    button("▶", "Later", () => pan(0.5)),
    button("+", "Zoom in", () => zoom(0.5)),
    button("−", "Zoom out", () => zoom(2)),
    button("Back", "Back to what was shown before", back),
    button("Newest", "To the newest readings", toNewest));
const area = make("div", { className: "plots" });
const table = tableOf({ channel: section.dataset.channel,
                        answer: () => answer, clock: () => clock });
const every = make("a", {}, "Download every reading of this time (CSV, the " +
                            "newest 8,000 at most)");
const hint = make("p", { className: "hint", id: "charts-hint" },
    "Drag to zoom, with shift to move; touch with one finger to move, with " +
    "two to zoom. The wheel zooms a chart that was clicked. Keys: arrows " +
    "move, + and − zoom, Home and End go to the oldest and newest readings," +
    " shift with arrows reads the values one by one" +
    ("mine" in section.dataset ? ", Enter offers to write a note there" : "") +
    ", Escape or a double click goes back.");
const useful = [tools, hint,          /* once there are numbers */
                make("p", { className: "links" }, table.csv, make("br"), every),
                table.numbers];

/* Addresses. */

function address(path, query = {}) {
    const q = new URLSearchParams(query);
    if (key)
        q.set("api_key", key);
    const text = q.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    return text ? `${path}?${text}` : path;
}

function asQuery() {
    const q = view.range ? { range: view.range } : {
        from: new Date(view.from).toISOString(),
        until: new Date(view.until).toISOString(),
    };
    if (chosen)
        q.fields = chosen;
    return q;
}

function keepAddress() {
    const q = asQuery();
    if (together)
        q.one = "1";
    if (sent.has("view"))
        q.view = sent.get("view");
    const here = address(location.pathname, q);
    history.replaceState(null, "", here + location.hash);
    for (const a of document.querySelectorAll("a[data-refresh]"))
        a.href = here;
}

const notes = notesOf({
    channel: section.dataset.channel, mine: "mine" in section.dataset,
    clock: () => clock, view: () => view, link: id => address(`/journal/${id}`),
});

/* The axis of times. */

const most = u => Math.max(2, Math.floor(u.bbox.width / devicePixelRatio
                                         / MARK_WIDTH));
const times = {
    ends: () => [view.from, view.until],
    marks: u => clock.marks(view.from, view.until, most(u)),
    labels: (u, marks) => clock.labels(marks, view.from, view.until, most(u)),
};

/* Spoken only when somebody asked for it. */
function tell(e, text, aloud) {
    if (e.textContent === text)
        return;
    e.setAttribute("aria-live", aloud ? "polite" : "off");
    e.textContent = text;
}

/* Its place may still be that of other numbers. */
const isPointed = u => u.cursor.left >= 0 && u.cursor.idx in u.data[0];

/* One chart, of one field or of several. */

function chart(list) {
    const readings = list.map(f => make("output"));
    const time = make("output", { className: "at" });
    const legend = make("ul", { className: "legend" }, ...list.map((f, i) =>
        make("li", {}, swatch(f, dashOf(list, i)),
             ` ${f.label} `, readings[i])));
    const canvas = make("div", { className: "canvas", tabIndex: 0 });
    const figure = make("figure", { className: "plot" },
                        make("figcaption", {}, legend, time), canvas);
    const p = { list, figure, canvas, legend,
                empty: make("p", { className: "empty" }) };
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "chart");
    canvas.setAttribute("aria-describedby", hint.id);
    area.append(figure);
    p.read = u => {
        const on = isPointed(u);
        const i = on ? u.cursor.idx : Math.max(...list.map(f => f.newest));
        tell(time, i < 0 ? "" : clock.words(u.data[0][i], true), on);
        list.forEach((f, n) => tell(readings[n],
            numberWords(f, on ? u.cursor.idxs[3 * n + 3] : i), on));
    };
    return p;
}

/* In its place. All widths are known before the first is drawn: reading one
 * between two makes the browser lay out the page anew. */
function plotIn(p, width) {
    const { list, canvas } = p;
    p.u = new uPlot(options(list, width || 320, times, {
        setCursor: [p.read], draw: [() => notes.place(p)],
        setSelect: [u => selected(u)],
    }), dataOf(list), canvas);
    p.u.over.append(p.empty);
    gestures(p, page);
    keys(p, page);
}

function dataOf(list) {
    return [list[0].at, ...list.flatMap(f => [f.high, f.low, f.column])];
}

/* Moving about. */

function remember() {
    if (performance.now() - changed > 600 && view.from < view.until)
        earlier.push({ ...view });
    changed = performance.now();
}

function moveTo(from, until) {
    const now = Date.now();
    let span = Math.min(Math.max(until - from, LEAST_SPAN), MOST_SPAN);
    const middle = (from + until) / 2;
    from = Math.max(middle - span / 2, (answer.oldest ?? now) - span);
    from = Math.min(from, Math.max(answer.newest ?? now, now));
    remember();
    view = { range: null, from: Math.round(from),
             until: Math.round(from + span) };
    stretch();
    load(120);
}

function pan(part) {
    const by = (view.until - view.from) * part;
    moveTo(view.from + by, view.until + by);
}

/* around: the moment that stays where it is. */
function zoom(factor, around = (view.from + view.until) / 2) {
    moveTo(around - (around - view.from) * factor,
           around + (view.until - around) * factor);
}

function toNewest() {
    const span = view.until - view.from, end = answer.newest ?? Date.now();
    moveTo(end - span * 0.98, end + span * 0.02);
}

function toOldest() {
    const span = view.until - view.from, start = answer.oldest ?? view.from;
    moveTo(start - span * 0.02, start + span * 0.98);
}

function back() {
    const before = earlier.pop();
    if (!before)
        return;
    view = before;
    changed = 0;
    stretch();
    load();
}

/* The old picture in the new place, until there is a new one. */
function stretch() {
    frame ||= requestAnimationFrame(() => {
        frame = 0;
        for (const p of plots)
            p.u.setScale("x", { min: view.from, max: view.until });
    });
    showRange();
}

function selected(u) {
    const { left, width } = u.select;
    if (width < 5)
        return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    changed = 0;
    moveTo(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
}

const page = {
    view: () => view, moveTo, pan, zoom, toOldest, toNewest, back,
    offerNote: notes.offer,
    apart: () => { changed = 0; },
};

/* What is shown, in words and in links. */

function showRange() {
    for (const a of section.querySelectorAll(".ranges a")) {
        if (a.dataset.range === view.range)
            a.setAttribute("aria-current", "true");
        else
            a.removeAttribute("aria-current");
    }
}

function say(aloud) {
    const n = answer.readings || "no";
    showRange();
    tell(status, `${clock.words(view.from)} to ` +
        `${clock.words(view.until)} (${answer.zone}), ` +
        `${n} ${n === 1 ? "reading" : "readings"}`, aloud);
}

function setFields() {
    const on = new Set(answer.fields.map(f => f.field));
    const box = (label, checked, act) => {
        const input = make("input", { type: "checkbox", checked });
        input.addEventListener("change", () => act(input));
        return make("label", { className: "check" }, input, label);
    };
    fields.replaceChildren(...(answer.all.length < 2 ? [] : [
        ...answer.all.map(f => box(f.label, on.has(f.field), input => {
            if (input.checked)
                on.add(f.field);
            else if (on.size > 1)
                on.delete(f.field);
            else
                input.checked = true; /* the last one stays */
            chosen = on.size === answer.all.length ? null
                   : [...on].sort((a, b) => a - b).join();
            load();
        })),
        box("In one chart", together, input => {
            together = input.checked;
            draw(true);
            keepAddress();
        })]));
}

/* The cursor of the keys stays at its moment; that of a mouse, at the mouse. */
function pointedAt({ canvas, u }) {
    return canvas.matches(":focus-visible") && isPointed(u)
        ? u.data[0][u.cursor.idx] : null;
}

function draw(anew) {
    const groups = together ? [answer.fields] : answer.fields.map(f => [f]);
    const same = plots.length === groups.length &&
        groups.every((g, i) => g.map(f => f.field + f.unit).join() ===
            plots[i].list.map(f => f.field + f.unit).join());
    if (anew || !same) {
        plots.forEach(p => p.u.destroy());
        area.replaceChildren();
        plots = groups.map(chart);
        const widths = plots.map(p => p.canvas.clientWidth);
        plots.forEach((p, i) => plotIn(p, widths[i]));
    } else {
        plots.forEach((p, i) => {
            const pointed = pointedAt(p);
            p.list.forEach((f, n) => Object.assign(f, groups[i][n]));
            p.u.setData(dataOf(p.list), false);
            p.u.setScale("x", { min: view.from, max: view.until });
            if (pointed !== null)
                queueMicrotask(() => p.u.setCursor(
                    { left: p.u.valToPos(pointed, "x"), top: 10 }));
        });
    }
    for (const p of plots) {
        p.canvas.setAttribute("aria-label", p.list.map(summary).join("; "));
        p.empty.textContent = p.list.some(f => f.newest >= 0) ? ""
            : answer.readings ? "No numbers in this time"
                              : "No readings in this time";
        notes.show(p, answer.notes);
        p.read(p.u);
    }
}

/* quiet: nobody asked for them, and the window may have moved on. */
function take(a, quiet) {
    const first = !answer;
    answer = unpack(a);
    clock = clockOf(a.offsets);
    if (!quiet || view.range && a.until > view.until)
        view = { range: a.range, from: a.from, until: a.until };
    live.taken();
    draw(false);
    notes.list(answer.notes);
    tellRest(!quiet);
    if (first) {
        setFields();
        for (const e of useful)
            e.hidden = false;
    }
    section.dataset.drawn = a.bucket;
}

function tellRest(aloud) {
    say(aloud);
    if ("drawn" in section.dataset)
        keepAddress();
    every.href = address(`${base}/feeds.csv`, {
        start: new Date(view.from).toISOString(),
        end: new Date(view.until).toISOString(), results: 8000,
    });
    table.fill();
}

/* What came live: drawn at once, told a little later. */
function showLive() {
    fresh ||= requestAnimationFrame(() => {
        fresh = 0;
        draw(false);
        say(false);
        rest ||= setTimeout(() => {
            rest = 0;
            tellRest(false);
        }, 1000);
    });
}

const live = keepUp({
    channel: Number(section.dataset.channel), key,
    answer: () => answer, view: () => view, points: () => got,
    busy: () => asked !== null,
    moveOn: to => { view = to; },
    show: showLive, ask: () => load(0, true),
}, area);

function wait(ms, signal) {
    return new Promise((done, failed) => {
        setTimeout(done, ms);
        signal.addEventListener("abort", () => failed(signal.reason));
    });
}

/* Points: one for each pixel of the width, more or less. The first are under
 * way before this runs (chart_list.c), and the same address gets them. */
function wanted() {
    if (!answer)
        return Number(section.dataset.points);
    const beside = together ? 1
                 : Math.max(1, Math.floor(area.clientWidth / 490));
    const width = plots[0]?.canvas.clientWidth ?? area.clientWidth / beside;
    return Math.min(Math.max(Math.ceil(width / 50) * 50, 200), 1000);
}

async function ask(signal, quiet) {
    const points = got = quiet ? got : wanted();
    const r = await fetch(address(`${base}/series.json`,
                                  { ...asQuery(), points }), {
        signal: AbortSignal.any?.([signal, AbortSignal.timeout(PATIENCE)])
            ?? signal,
    });
    if (!r.ok) {
        const { error } = await r.json();
        throw Object.assign(new Error(error?.details ?? r.statusText),
                            { isFinal: r.status < 500 });
    }
    return r.json();
}

function setAsked(request, quiet) {
    asked = request;
    area.setAttribute("aria-busy", request !== null && !quiet);
}

/* After a while in which nothing else was asked for. False: they did not
 * come. */
async function load(after = 0, quiet = false) {
    asked?.abort();
    clearTimeout(again);
    setAsked(new AbortController(), quiet);
    const { signal } = asked;
    try {
        if (after)
            await wait(after, signal);
        const a = await ask(signal, quiet);
        if (signal.aborted)
            return true;
        setAsked(null);
        take(a, quiet);
    } catch (e) {
        if (signal.aborted)
            return true;
        setAsked(null);
        if (!answer && !e.isFinal)
            again = setTimeout(load, RETRY);
        if (!quiet)
            tell(status, `The numbers did not come: ${e.message}`, true);
        return false;
    }
    return true;
}

/* What is there without script. */
function fallBack() {
    const { textContent } = section.querySelector("noscript");
    section.append(make("div", { innerHTML: textContent }));
}

function begin() {
    if (!window.uPlot) {
        fallBack();
        return;
    }
    const [bar, ...below] = useful;
    for (const e of useful)
        e.hidden = true;
    section.append(bar, fields, status, area, notes.words, ...below);
    for (const a of section.querySelectorAll(".ranges a"))
        a.addEventListener("click", e => {
            if (e.ctrlKey || e.metaKey || e.shiftKey)
                return;
            e.preventDefault();
            changed = 0;
            remember();
            view = { ...view, range: a.dataset.range };
            load();
        });
    matchMedia("(prefers-color-scheme: dark)")
        .addEventListener("change", () => answer && draw(true));
    new ResizeObserver(() => {
        for (const p of plots)
            p.u.setSize({ width: p.canvas.clientWidth,
                          height: heightFor(p.canvas.clientWidth) });
        if (answer && wanted() > 1.5 * got)
            load(300);
    }).observe(area);
    load();
}

begin();
