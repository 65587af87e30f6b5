/* chart_data.js -- an answer of series.json becomes what a chart is drawn from,
 * and the rows of a table; readings that came since are put behind it. */
const SILENCE = 3;                    /* usual distances; longer is a gap */
const TOO_FEW = 5;                    /* distances to tell what is usual */

/* Rows become columns. A gap of any field needs a place between two rows: there
 * null interrupts a line, undefined does not. */

function columns(a) {
    const breaks = new Set(a.fields.flatMap(f => f.breaks));
    const at = [], row = [];
    a.times.forEach((t, i) => {
        if (breaks.has(i)) {
            at.push((a.times[i - 1] + t) / 2);
            row.push(-i);
        }
        at.push(t);
        row.push(i);
    });
    return { at, row };
}

function column(c, f, values) {
    const breaks = new Set(f.breaks);
    return c.row.map((r, i) => {
        if (r < 0)
            return breaks.has(-r) ? null : undefined;
        return values[r] ?? undefined;
    });
}

/* Places of numbers that no line reaches. */
function alone(c, values) {
    const list = [];
    let before = null, last = -1;
    values.forEach((v, i) => {
        if (v === undefined)
            return;
        if (v === null && before !== null && last >= 0 && before === 1)
            list.push(last);
        before = v === null ? 0 : before === null || before === 0 ? 1 : 2;
        if (v !== null)
            last = i;
    });
    if (before === 1)
        list.push(last);
    return list;
}

/* What uPlot wants, from the rows. */
export function draw(a) {
    const c = columns(a);
    for (const f of a.fields) {
        f.at = c.at;
        f.column = column(c, f, f.mean);
        f.low = f.given ? column(c, f, f.given.low) : f.column;
        f.high = f.given ? column(c, f, f.given.high) : f.column;
        f.alone = alone(c, f.column);
        f.newest = f.column.findLastIndex(v => typeof v === "number");
    }
}

/* Between two rows of the field; endless, where they are too few. */
function usualOf(a, f) {
    const at = a.times.filter((t, i) => f.mean[i] !== null);
    const list = at.slice(1).map((t, i) => t - at[i]).sort((x, y) => x - y);
    return list.length < TOO_FEW ? Infinity : list[list.length >> 1];
}

/* Times come as differences; low and high only where they are not the mean.
 * last: the time of the newest row; that of a point of an hour may be later. */
export function unpack(a) {
    let at = 0;
    a.times = a.times.map(d => at += d);
    a.last = Math.min(a.times.at(-1) ?? -Infinity, a.newest ?? Infinity);
    a.exact = new Map();
    for (const f of a.fields) {
        f.place = a.all.findIndex(other => other.field === f.field);
        f.given = f.low && { low: f.low, high: f.high };
        f.usual = usualOf(a, f);
    }
    draw(a);
    return a;
}

/* A reading that is not older than the newest row. It is a row of its own until
 * the server has put it to others; there draw() is due. */
export function add(a, { at, fields }) {
    const numbers = a.fields.map(f => fields[f.field]?.number ?? null);
    const row = a.times.length;
    const place = Math.max(at, (a.times[row - 1] ?? -Infinity) + 1);
    a.readings++;
    if (numbers.every(n => n === null))
        return;
    a.last = at;
    a.times.push(place);
    a.exact.set(place, at);
    a.fields.forEach((f, i) => {
        const n = numbers[i] === null ? null
                : Number(numbers[i].toPrecision(15));
        const before = a.times[f.mean.findLastIndex(v => v !== null)];
        if (n !== null && place - before > SILENCE * f.usual)
            f.breaks.push(row);
        for (const list of [f.mean, f.given?.low, f.given?.high])
            list?.push(n);
    });
}

/* What the window has left behind; draw() is due. Was there any? */
export function drop(a, from) {
    const first = a.times.findIndex(t => t >= from);
    const n = first < 0 ? a.times.length : first;
    a.times.splice(0, n);
    for (const f of a.fields) {
        for (const list of [f.mean, f.given?.low, f.given?.high])
            list?.splice(0, n);
        f.breaks = f.breaks.map(i => i - n).filter(i => i > 0);
    }
    return n > 0;
}

const unitOf = f => f.unit ? `\u00a0${f.unit}` : "";

export function numberWords(f, i) {
    if (i === null || i === undefined || f.column[i] === null ||
        f.column[i] === undefined)
        return "no reading";
    const low = f.low[i], high = f.high[i];
    return `${f.column[i]}${unitOf(f)}` +
        (low < high ? ` (${low} to ${high})` : "");
}

/* "Temperature: lowest 3 °C, highest 20 °C, newest 12 °C" */
export function summary(f) {
    const some = list => list.filter(v => typeof v === "number");
    if (f.newest < 0)
        return `${f.label}: no numbers`;
    const low = Math.min(...some(f.low)) + unitOf(f);
    const high = Math.max(...some(f.high)) + unitOf(f);
    const newest = f.column[f.newest] + unitOf(f);
    return `${f.label}: lowest ${low}, highest ${high}, newest ${newest}`;
}

/* What is in the answer, as a table: a row of names, then the numbers. */
export function rows(a, clock) {
    const parts = f => f.given ? [f.mean, f.given.low, f.given.high] : [f.mean];
    const names = a.fields.flatMap(f => {
        const name = f.label + (f.unit ? ` (${f.unit})` : "");
        return f.given ? ["mean", "lowest", "highest"].map(w => `${name} ${w}`)
                       : [name];
    });
    return [["Time", ...names], ...a.times.map((at, i) =>
        [clock.exact(a.exact.get(at) ?? at), ...a.fields.flatMap(f =>
            parts(f).map(v => v[i] ?? ""))])];
}

/* A text that a spreadsheet would take for a formula is kept a text. */
function cell(v) {
    const formula = typeof v === "string" && /^[=+\-@\t]/.test(v);
    const text = formula ? `'${v}` : String(v);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(table) {
    return table.map(r => r.map(cell).join(",")).join("\r\n") + "\r\n";
}
