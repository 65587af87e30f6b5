/* chart_look.js -- what uPlot is told: lines, bands, axes and colours. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [16, 4], [5, 5], [1, 5],
                [12, 3, 2, 3, 2, 3]];
const dark = matchMedia("(prefers-color-scheme: dark)");

/* A token of the style sheet. */
const token = name =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function colour(f) {
    return f.colour?.[dark.matches ? 1 : 0]
        ?? token(`--chart-${f.place % 8 + 1}`);
}

/* Told apart without colour, where several share a chart. */
export const dashOf = (list, i) =>
    list.length > 1 ? DASHES[i % DASHES.length] : [];

export function swatch(f, dash) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "line");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("viewBox", "0 0 36 8");
    svg.setAttribute("aria-hidden", "true");
    for (const [k, v] of Object.entries({ x1: 0, y1: 4, x2: 36, y2: 4,
        stroke: colour(f), "stroke-width": 2.5,
        "stroke-dasharray": dash.join(" ") }))
        line.setAttribute(k, v);
    svg.append(line);
    return svg;
}

function seriesOf(f, dash, hollow) {
    const shared = { scale: f.unit || " ", pxAlign: 0 };
    const edge = { ...shared, points: { show: false }, width: 1,
                   stroke: () => colour(f) + "55" };
    return [edge, { ...edge }, {
        ...shared, dash, width: 2, stroke: () => colour(f),
        points: {
            size: 5, fill: () => hollow ? token("--card") : colour(f),
            filter: (u, i, show) => show ? null : f.alone,
        },
    }];
}

function axisWidth(u, values, axis, cycle) {
    if (cycle > 1 || !values?.length)
        return u.axes[axis]._size ?? 40;
    const longest = values.reduce((a, v) => v?.length > a.length ? v : a, "");
    u.ctx.font = u.axes[axis].font[0];
    return Math.ceil(u.ctx.measureText(longest).width / devicePixelRatio) + 16;
}

/* As the rest of the page writes numbers, with the decimals of a step. */
function labelsOf(u, marks, axis, space, step) {
    let decimals = 0;
    while (decimals < 20 && Number(step.toFixed(decimals)) !== step)
        decimals++;
    return marks.map(v => v.toFixed(decimals));
}

function axesOf(list, times, width) {
    const look = { stroke: () => token("--soft"),
                   font: "12px system-ui, sans-serif", ticks: { show: false },
                   grid: { stroke: () => token("--line"), width: 1 } };
    const units = [...new Set(list.map(f => f.unit || " "))];
    return [{ ...look, splits: times.marks, values: times.labels, size: 30,
              gap: 6 },
            ...units.map((unit, i) => ({
                ...look, show: i < 2 || width >= 600, scale: unit,
                side: i % 2 ? 1 : 3, size: axisWidth,
                values: labelsOf,
                gap: 6, grid: { ...look.grid, show: i === 0 },
                label: units.length > 1 ? unit : undefined, labelSize: 18,
                labelFont: look.font,
            }))];
}

function scalesOf(list, times) {
    const scales = { x: { time: false, auto: false, range: times.ends } };
    for (const f of list)
        scales[f.unit || " "] = {
            range: (u, low, high) => low === null || high === null
                ? [null, null] : uPlot.rangeNum(low, high, 0.1, true),
        };
    return scales;
}

const wall = document.documentElement.classList.contains("wall");

export const heightFor = width =>
    Math.max(width < 480 ? 220 : 280, wall ? innerHeight * 0.42 : 0);

/* list: the fields of one chart, with columns of high, low and mean each.
 * times: ends(), marks(u) and labels(u, marks) of the axis. */
export function options(list, width, times, hooks) {
    const series = list.flatMap((f, i) =>
        seriesOf(f, dashOf(list, i), i % 2));
    return {
        width, height: heightFor(width), legend: { show: false },
        padding: [12, 12, 0, 4], series: [{}, ...series], hooks,
        bands: list.map((f, i) => ({ series: [3 * i + 1, 3 * i + 2],
                                     fill: () => colour(f) + "33" })),
        axes: axesOf(list, times, width), scales: scalesOf(list, times),
        cursor: {
            y: false, drag: { x: true, y: false, setScale: false, dist: 5 },
            points: { size: (u, i) => i % 3 ? 0 : 9 },
            sync: { key: "charts", scales: ["x", null], setSeries: false,
                    filters: { pub: type => type === "mousemove"
                                            || type === "mouseleave" } },
            bind: {
                dblclick: () => null,
                mousedown: (u, over, go) => e =>
                    e.button === 0 && !e.shiftKey && go(e),
            },
        },
    };
}
