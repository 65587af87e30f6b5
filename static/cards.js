/* cards.js -- the cards of a page go on by themselves. Values come with the
 * stream; what the server reckons (curves, changes, the windows advice) comes
 * with the page itself, which is fetched again once a minute. */
import { ageWords, agoWords, briefWords, clockWords, isNewer, isStale, sizeOf }
    from "./card_words.js";
import { sentKey, serverNow, watch } from "./live.js";
import { make } from "./make.js";

const MINUTE = 60000, MARKED = 1500;
const LEAST = 5000;                   /* between two fetches of the page */
const SPREAD = 2000;                  /* not all pages at once */
const PLACE = ".offline[data-now]";
const offline = document.querySelector(PLACE);
const cards = [...document.querySelectorAll(".card[data-channel]")];

let asOf = Number(offline.dataset.now); /* the numbers are those of then */
let stream = null;
let known = false;                    /* what time it is at the server */
let fetched = Date.now(), due = fetched + MINUTE;
let asked = false;                    /* a request is under way */

function setText(e, text) {
    if (e && e.textContent !== text)
        e.textContent = text;
}

/* A card. */

const head = e => e.localName === "h3" || e.className === "where";
const nameOf = c => [c.dataset.channel, c.dataset.field,
                     ...[...c.children].filter(head).map(e => e.textContent)];

/* One that had nothing yet gets what the others have. */
function unfold(card) {
    if (!card.classList.contains("blank"))
        return;
    card.classList.remove("blank");
    card.querySelector(".value").remove();
    card.append(make("p", { className: "value" }),
                make("div", { className: "past" }),
                make("p", { className: "when" }, make("time")),
                make("p", { className: "age" }));
    card.dataset.usual = 0;
}

/* For a moment, so that an eye finds what is new. */
function mark(card) {
    card.classList.remove("fresh");
    void card.offsetWidth;            /* begins anew */
    card.classList.add("fresh");
    clearTimeout(card.marked);
    card.marked = setTimeout(() => card.classList.remove("fresh"), MARKED);
}

function show(card, { at, iso, clock }, { text, unit }) {
    if ("at" in card.dataset &&
        !isNewer(at, Number(card.dataset.at), serverNow(asOf)))
        return;
    unfold(card);
    card.dataset.at = at;
    const value = card.querySelector(".value");
    const size = sizeOf(text);
    value.classList.toggle("long", size.long);
    value.classList.toggle("prose", size.prose);
    value.replaceChildren(text);
    if (unit)
        value.append(" ", make("span", { className: "unit" }, unit));
    const time = card.querySelector(".when time");
    time.dateTime = iso;
    setText(time, clock);
    age(card, serverNow(asOf));
    mark(card);
}

function age(card, now) {
    if (!("at" in card.dataset))
        return;
    const at = Number(card.dataset.at), usual = Number(card.dataset.usual);
    card.classList.toggle("stale", isStale(at, usual, now));
    setText(card.querySelector(".age"), ageWords(at, usual, now));
}

/* As the server has it now; of what the stream has told since, only the past
 * is taken. */
function renew(card, fresh) {
    const { channel, last } = fresh.dataset;
    if (Number(last) < (stream?.entry(Number(channel)) ?? 0)) {
        const past = fresh.querySelector(".past");
        if (past)
            card.querySelector(".past")?.replaceWith(past);
        return;
    }
    const changed = fresh.dataset.at !== card.dataset.at;
    for (const e of [...card.children])
        if (!head(e))
            e.remove();
    card.append(...[...fresh.children].filter(e => !head(e)));
    card.className = fresh.className;
    for (const name of ["at", "usual"])
        if (name in fresh.dataset)
            card.dataset[name] = fresh.dataset[name];
        else
            delete card.dataset[name];
    if (changed)
        mark(card);
}

/* The page. */

/* A page with other cards, or other names on them, or with charts where there
 * were none, is another page. */
const plan = page => [...page.querySelectorAll(".card[data-channel]")]
    .map(nameOf).join() + (page.getElementById("charts") ? " charts" : "");

const writing = () =>
    document.activeElement?.matches("input:not([type=checkbox]), textarea");

function take(page) {
    const now = Number(page.querySelector(PLACE).dataset.now);
    const fresh = [...page.querySelectorAll(".card[data-channel]")];
    if (plan(page) !== plan(document)) {
        if (!writing())
            location.reload();
        return;
    }
    cards.forEach((card, i) => renew(card, fresh[i]));
    for (const e of document.querySelectorAll("[data-live]")) {
        const name = CSS.escape(e.dataset.live);
        const other = page.querySelector(`[data-live="${name}"]`);
        if (other && other.innerHTML !== e.innerHTML)
            e.replaceWith(other);
    }
    const before = document.querySelectorAll(".as-of time");
    page.querySelectorAll(".as-of time").forEach((time, i) => {
        before[i].dataset.ahead = time.dataset.ahead;
    });
    asOf = Math.max(asOf, now);
    tick();
}

/* What is no page of ours says why, when it is loaded. */
async function fetchPage() {
    if (asked || document.hidden)
        return;
    fetched = Date.now();
    due = fetched + MINUTE;
    asked = true;
    try {
        const r = await fetch(location.href, {
            headers: { Accept: "text/html" }, cache: "no-store",
            signal: AbortSignal.timeout(MINUTE),
        });
        const page = new DOMParser().parseFromString(await r.text(),
                                                     "text/html");
        if (r.ok && page.querySelector(PLACE))
            take(page);
        else if (r.ok || r.status === 403 || r.status === 404)
            location.reload();
    } catch {
        /* the network; the stream tells */
    } finally {
        asked = false;
    }
}

function fetchSoon(after = 0) {
    due = Math.min(due, Math.max(Date.now() + after, fetched + LEAST));
    tick();
}

const zone = () =>
    Number(document.querySelector("[data-ahead]")?.dataset.ahead ?? 0);

function tick() {
    const now = serverNow(asOf);
    if (!known)
        return;
    for (const card of cards)
        age(card, now);
    if (stream?.hears())
        asOf = Math.max(asOf, now);
    for (const time of document.querySelectorAll(".as-of time")) {
        setText(time, clockWords(asOf, Number(time.dataset.ahead)));
        time.dateTime = new Date(asOf).toISOString().slice(0, 19) + "Z";
    }
    if (offline.textContent)
        sayOffline();
    if (Date.now() >= due)
        fetchPage();
}

function sayOffline() {
    const then = briefWords(asOf, zone(), serverNow(asOf));
    const [words, age] = offline.children;
    setText(words, `Not connected. The numbers below are from ${then}`);
    setText(age, `, ${agoWords(serverNow(asOf) - asOf)}.`);
}

/* Words that come after the element are spoken; the age, which goes on, is
 * not. */
function setLive(live) {
    known = true;
    offline.hidden = live;
    for (const part of offline.children)
        setText(part, "");
    if (!live)
        setTimeout(() => offline.hidden || sayOffline(), 100);
    tick();
}

function begin() {
    const channels = new Map();
    const locked = cards.some(card => "locked" in card.dataset);
    for (const { dataset: { channel, last } } of cards)
        channels.set(Number(channel), Number(last));
    if (!channels.size)
        return;
    stream = watch({
        channels: [...channels.keys()], since: [...channels.values()],
        key: locked ? sentKey() : null,
        onState: setLive,
        onReturn: () => fetchSoon(SPREAD * Math.random()),
        onReset: () => fetchSoon(),
        onReading: reading => {
            for (const card of cards) {
                const value = Number(card.dataset.channel) === reading.channel
                    && reading.fields[card.dataset.field];
                if (value)
                    show(card, reading, value);
            }
            if (reading.entry === 1)
                fetchPage();          /* there are charts now */
        },
    });
    if ("kept" in offline.dataset)
        setLive(false);               /* a copy: there is no network */
    setInterval(tick, 1000);
}

begin();
