/* live.js -- the page's one stream of events (docs/live.md), and the server's
 * clock. It is there again after a restart of the server, sleep and another
 * network, and tells what came meanwhile. */
const QUIET = 40000;                  /* nobody is there; a beat is due at 15 */
const BEAT = 17000;
const HIDDEN = 60000;                 /* then the stream is closed */
const AWAY = 10000;                   /* then it is worth saying so */
const RETRY = [2000, 60000];          /* the first time, and at most */
const CHANNELS = 50;                  /* of one stream */

let ahead = null;                     /* the server's clock, of this one here */
const streams = new Map();

/* What is there before the server said anything is at least so late. */
export function serverNow(least = -Infinity) {
    return ahead === null ? Math.max(least, Date.now()) : Date.now() + ahead;
}

/* The key of the page's address, under any name that web/call.c knows. */
export function sentKey() {
    const sent = new URLSearchParams(location.search);
    return ["key", "api_key", "apikey"].map(name => sent.get(name)?.trim())
        .find(key => key) ?? null;
}

/* since: entry numbers by channel. */
function address(since, key) {
    const list = [...since];
    const [[first, entry]] = list;
    const q = new URLSearchParams(list.length === 1 ? {} :
                                  { channels: list.map(([c]) => c) });
    if (key)
        q.set("api_key", key);
    q.set("last_event_id", list.length === 1 ? entry
                         : list.map(([c, n]) => `${c}:${n}`));
    return (list.length === 1 ? `/channels/${first}/events?` : "/events?") +
        q.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

function stream(since, key) {
    const listeners = [];
    const changed = new Map();        /* channels, as they were at a hello */
    let source = null;
    let heard = 0;                    /* when, by this clock */
    let lost = Date.now();            /* since when nothing is heard */
    let live = null;                  /* as the listeners know it */
    let away = false;                 /* longer than a moment */
    let retry = RETRY[0], again = 0, hide = 0;

    const tell = (name, ...what) =>
        listeners.forEach(l => l[name]?.(...what));

    function setLive(on) {
        if (on !== live)
            tell("onState", live = on);
    }

    function hear(e) {
        const data = JSON.parse(e.data);
        heard = Date.now();
        lost = 0;
        if (data.now)
            ahead = data.now - heard;
        return data;
    }

    /* What was changed while nobody was told. */
    function compare(now) {
        for (const [channel, at] of Object.entries(now)) {
            if (changed.has(channel) && changed.get(channel) !== at)
                tell("onReset", Number(channel));
            changed.set(channel, at);
        }
    }

    function close() {
        clearTimeout(again);
        source?.close();
        source = null;
        lost ||= Date.now();
    }

    function open() {
        close();
        heard = Date.now();
        source = new EventSource(address(since, key));
        source.addEventListener("hello", e => {
            const data = hear(e);
            retry = RETRY[0];
            setLive(true);
            compare(data.changed);
            if (away)
                tell("onReturn");
            away = false;
        });
        source.addEventListener("beat", hear);
        source.addEventListener("reading", e => {
            const reading = hear(e);
            since.set(reading.channel, reading.entry);
            tell("onReading", reading);
        });
        source.addEventListener("reset", e => {
            const { channel, entry } = hear(e);
            since.set(channel, entry);
            tell("onReset", channel);
        });
        source.addEventListener("error", () => {
            lost ||= Date.now();
            if (source.readyState !== EventSource.CLOSED)
                return;               /* the browser comes back by itself */
            close();
            again = setTimeout(open, retry);
            retry = Math.min(2 * retry, RETRY[1]);
        });
    }

    /* Time may have stood still meanwhile. */
    function look() {
        if (source && Date.now() - heard > QUIET) {
            away = true;
            open();
        }
        if (lost && !document.hidden && Date.now() - lost > AWAY) {
            away = true;
            setLive(false);
        }
    }

    function show() {
        clearTimeout(hide);
        if (document.hidden) {
            hide = setTimeout(close, HIDDEN);
            return;
        }
        if (source && !lost && Date.now() - heard < BEAT)
            return;
        if (!source)
            lost = Date.now();
        retry = RETRY[0];
        away = true;
        open();
    }

    addEventListener("online", () => {
        if (!document.hidden)
            open();
    });
    addEventListener("pagehide", close);
    addEventListener("pageshow", e => e.persisted && show());
    document.addEventListener("visibilitychange", show);
    setInterval(look, 1000);
    if (document.hidden)
        show();
    else
        open();
    return {
        add: l => {
            listeners.push(l);
            if (live !== null)
                l.onState?.(live);
        },
        entry: channel => since.get(channel),
        hears: () => !lost,
    };
}

/* Tells { onReading(reading), onReset(channel), onState(live), onReturn() } of
 * the first 50 channels; who asks for the same ones shares a stream. since: how
 * far each is known, in the same order. onReturn: the stream is there again
 * after a while. What comes back: entry(channel), how far the stream has got;
 * hears(), whether the server is heard now. */
export function watch({ channels, since, key, ...listener }) {
    const list = channels.slice(0, CHANNELS);
    const name = list.join();
    if (!streams.has(name))
        streams.set(name, stream(new Map(list.map((c, i) => [c, since[i]])),
                                 key));
    const s = streams.get(name);
    s.add(listener);
    return { entry: s.entry, hears: s.hears };
}
