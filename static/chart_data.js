/* chart_data.js -- an answer of series.json becomes what a chart is drawn from,
 * and the rows of a table. */
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

/* Times come as differences; low and high only where they are not the mean. */
export function unpack(a) {
    let at = 0;
    a.times = a.times.map(d => at += d);
    const c = columns(a);
    for (const f of a.fields) {
        f.place = a.all.findIndex(other => other.field === f.field);
        f.at = c.at;
        f.given = f.low && { low: f.low, high: f.high };
        f.column = column(c, f, f.mean);
        f.low = f.given ? column(c, f, f.given.low) : f.column;
        f.high = f.given ? column(c, f, f.given.high) : f.column;
        f.alone = alone(c, f.column);
        f.newest = f.column.findLastIndex(v => typeof v === "number");
    }
    return a;
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
        return `${f.label}: no readings`;
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
        [clock.exact(at), ...a.fields.flatMap(f =>
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
