/* chart_notes.js -- the posts of the journal that are notes on the charts: a
 * flag in each chart, the same in words for those who cannot point at one, and
 * the offer to write another.
 *
 * page: channel, mine (may notes be written); clock(), view(); link(id) of a
 * post. */
import { make } from "./make.js";

const ITS_OWN = ["mousedown", "pointerdown", "dblclick", "click", "keydown"];

export function notesOf(page) {
    const words = make("ul", { className: "notes", hidden: true });
    const offered = make("a", { className: "button quiet" });
    words.setAttribute("aria-label", "Notes");

    function flag({ id, title, at }) {
        const link = make("a", { className: "flag", href: page.link(id) }, "✎",
                          make("span", {}, title));
        link.setAttribute("aria-label",
                          `Note: ${title}, ${page.clock().words(at)}`);
        for (const type of ITS_OWN)
            link.addEventListener(type, e => e.stopPropagation());
        return { at, line: make("div", { className: "mark" }, link) };
    }

    /* In a chart that is there or has moved. */
    function place({ u, flags = [] }) {
        const { from, until } = page.view();
        for (const { at, line } of flags) {
            const left = u.valToPos(at, "x");
            line.hidden = at < from || at > until;
            line.style.left = `${left}px`;
            line.classList.toggle("late", left > u.over.clientWidth / 2);
        }
    }

    function show(chart, notes) {
        const same = JSON.stringify(notes);
        if (chart.notes === same)
            return;
        chart.notes = same;
        chart.flags?.forEach(({ line }) => line.remove());
        chart.flags = notes.map(flag);
        chart.u.over.append(...chart.flags.map(({ line }) => line));
        place(chart);
    }

    function list(notes) {
        const same = JSON.stringify(notes);
        if (words.dataset.list === same)
            return;
        words.dataset.list = same;
        words.hidden = !notes.length;
        words.replaceChildren(...notes.map(({ id, title, at }) =>
            make("li", {}, `${page.clock().words(at)}: `,
                 make("a", { href: page.link(id) }, title))));
    }

    /* Where it was asked for. */
    function offer({ figure }, at, go) {
        if (!page.mine || !Number.isFinite(at))
            return;
        const q = new URLSearchParams({ channel: page.channel,
                                        at: new Date(at).toISOString() });
        offered.href = `/journal/create?${q}`;
        offered.textContent = `Write a note at ${page.clock().words(at)}`;
        figure.append(offered);
        if (go)
            offered.focus();
    }

    return { words, place, show, list, offer };
}
