/* chart_live.js -- the charts of a page keep up: a reading is in them as soon
 * as it is on disk, a stretch up to now moves on with the server's clock. Now
 * and then the numbers are asked for again, so that what is shown is what the
 * server says.
 *
 * page: channel, key; answer(), view(), points(), busy() (numbers are asked
 * for); moveOn(view), show() (what is in the answer, in the next frame),
 * ask(). */
import { add, draw, drop } from "./chart_data.js";
import { serverNow, watch } from "./live.js";

const AHEAD = 300000;                 /* core/newest.h */
const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const MARGIN = 0.02;                  /* behind the newest */
const PATIENCE = [Infinity, 15000, 2000]; /* between two times of asking */
const NONE = 0, SOON = 1, NOW = 2;    /* numbers are wanted */
const SPREAD = 2000;                  /* not all pages at once */
const MANY = 100;                     /* readings beside the numbers */

export function keepUp(page, area) {
    let news = [];                    /* later than the answer */
    let waiting = [];                 /* while a finger is down */
    let held = false;
    let gone = false;                 /* numbers have left; fewer readings */
    let wanted = NONE;
    let asked = 0, bucket = 0;        /* when; the bucket of that time */
    let stream = null;

    const bucketOf = at => Math.floor(at / page.answer().bucket);

    /* Than the answer, in number or in time: one of a clock that is ahead. */
    function isLater({ entry, at }) {
        const { last_entry, until } = page.answer();
        return entry > last_entry || at > until && at <= serverNow() + AHEAD;
    }

    function want(how) {
        wanted = Math.max(wanted, how);
        look();
    }

    function look() {
        if (held || page.busy() || document.hidden || !wanted ||
            Date.now() - asked < PATIENCE[wanted])
            return;
        wanted = NONE;
        asked = Date.now();
        page.ask().then(good => good || want(SOON));
    }

    function moveOn(from, until) {
        const { range } = page.view();
        page.moveOn({ range, from, until });
        gone = drop(page.answer(), from) || gone;
        draw(page.answer());
        page.show();
    }

    /* A range ends where chart_view.c has its end. */
    function follow() {
        const { range, from, until } = page.view();
        if (!range || range !== page.answer().range)
            return;
        const span = until - from + 1, all = range === "all";
        const step = Math.min(Math.max(1000, Math.floor(
            (all ? DAY : span) / page.points())), HOUR);
        const end = (Math.floor(serverNow() / step) + 1) * step - 1;
        if (end > until)
            moveOn(all ? from : end - span + 1, end);
    }

    /* A reading is in the answer, or the numbers are to be asked for. */
    function apply(r) {
        const a = page.answer();
        const newest = a.newest ?? -Infinity;
        follow();
        const { range, from, until } = page.view();
        if (r.at > serverNow() + AHEAD || r.at > until && range)
            return SOON;
        a.newest = Math.max(newest, r.at);
        a.oldest = Math.min(a.oldest ?? Infinity, r.at);
        if (r.at < from || r.at > until && until < newest)
            return NONE;
        if (r.at < a.last)
            return NOW;
        if (r.at > until) {
            const by = r.at - until + (until - from) * MARGIN;
            moveOn(Math.round(from + by), Math.round(until + by));
        }
        add(a, r);
        return NONE;
    }

    function settle() {
        if (held || !waiting.length)
            return;
        const how = Math.max(...waiting.map(apply));
        waiting = [];
        draw(page.answer());
        page.show();
        want(how);
    }

    function hear(reading) {
        news.push(reading);
        waiting.push(reading);
        settle();
    }

    function tick() {
        if (!held && stream.hears())
            follow();
        want(news.length && (bucketOf(serverNow()) > bucket ||
                             news.length > MANY) ||
             gone && Date.now() - asked > MINUTE ? SOON : NONE);
    }

    function begin() {
        const { channel, key } = page, { last_entry } = page.answer();
        stream = watch({
            channels: [channel], since: [last_entry], key, onReading: hear,
            onReturn: () => setTimeout(want, SPREAD * Math.random(), NOW),
            onReset: () => {
                news = [];
                waiting = [];
                want(NOW);
            },
        });
        if (stream.entry(channel) > last_entry)
            want(NOW);                /* was told to the cards alone */
        setInterval(tick, 1000);
        const hold = on => () => {
            held = on;
            settle();
        };
        area.addEventListener("pointerdown", hold(true), true);
        addEventListener("pointerup", hold(false));
        addEventListener("pointercancel", hold(false));
    }

    return {
        /* There are other numbers; what is not in them is added. */
        taken: () => {
            if (!stream)
                begin();
            asked = Date.now();
            bucket = bucketOf(serverNow());
            gone = false;
            news = news.filter(isLater);
            waiting = [...news];
            settle();
        },
    };
}
