/* chart_clock.js -- times as the channel's clocks show them, across changes of
 * the clocks, too. Moments are milliseconds since 1970 UTC. */
const HOUR = 3600000, DAY = 24 * HOUR;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800]
    .map(s => s * 1000)
    .concat([1, 2, 3, 6, 12, 24, 48, 168, 336].map(h => h * HOUR));
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];

const two = n => String(n).padStart(2, "0");
const day = d => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
const time = (d, seconds) =>
    `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}` +
    (seconds ? `:${two(d.getUTCSeconds())}` : "");

function stepFor(span, most) {
    const ms = STEPS.find(s => span / s <= most);
    return ms ? { ms } : {
        months: MONTH_STEPS.find(m => span / (m * 30 * DAY) <= most) ?? 12000,
    };
}

function steps(from, until, step) {
    const list = [];
    if (step.ms) {
        const origin = step.ms >= 7 * DAY ? 4 * DAY : 0; /* a Monday */
        let s = Math.ceil((from - origin) / step.ms) * step.ms + origin;
        for (; s < until; s += step.ms)
            list.push(s);
        return list;
    }
    const d = new Date(from), { months } = step;
    let m = d.getUTCFullYear() * 12 + d.getUTCMonth();
    for (m -= m % months; ; m += months) {
        const s = Date.UTC(Math.floor(m / 12), m % 12);
        if (!(s < until))
            return list;
        if (s >= from)
            list.push(s);
    }
}

function label(d, step) {
    if (step.months >= 12 || (step.months && d.getUTCMonth() === 0))
        return String(d.getUTCFullYear());
    if (step.months)
        return MONTHS[d.getUTCMonth()];
    if (step.ms >= DAY || time(d, true) === "00:00:00")
        return day(d);
    return time(d, step.ms < 60000);
}

/* changes: [[moment, seconds ahead of UTC from then on], ...], ascending. */
export function clockOf(changes) {
    const parts = changes.map(([start, seconds], i) => ({
        start: i ? start : -Infinity,
        end: i + 1 < changes.length ? changes[i + 1][0] : Infinity,
        offset: seconds * 1000,
    }));
    const offsetAt = at => parts.find(p => at < p.end).offset;
    const shown = at => new Date(at + offsetAt(at));

    return {
        words: (at, seconds) => {
            const d = shown(at);
            return `${day(d)} ${d.getUTCFullYear()} ${time(d, seconds)}`;
        },
        /* With its offset: the hour that comes twice is not the same twice. */
        exact: at => {
            const offset = offsetAt(at), minutes = Math.abs(offset) / 60000;
            return shown(at).toISOString().slice(0, 19) +
                (offset < 0 ? "-" : "+") + two(Math.floor(minutes / 60)) +
                ":" + two(Math.floor(minutes % 60));
        },
        /* Marks of an axis, about so many: whole hours, days, months there. */
        marks: (from, until, most) => {
            const step = stepFor(until - from, most);
            return parts.flatMap(p => {
                const first = Math.max(from, p.start) + p.offset;
                const last = Math.min(until, p.end) + p.offset;
                return first < last
                    ? steps(first, last, step).map(s => s - p.offset) : [];
            });
        },
        labels: (marks, from, until, most) => {
            const step = stepFor(until - from, most);
            return marks.map(at => label(shown(at), step));
        },
    };
}
