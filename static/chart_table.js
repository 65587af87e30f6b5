/* chart_table.js -- the numbers that the charts show, as a table and as a file.
 *
 * page: channel; answer(), clock(), which are there before any of it is used. */
import { csvOf, rows } from "./chart_data.js";
import { make } from "./make.js";

export function tableOf(page) {
    const table = make("div", { className: "table", tabIndex: 0 });
    const numbers = make("details", {},
                         make("summary", {}, "Table of these numbers"), table);
    const csv = make("a", { href: "#", download: `channel-${page.channel}.csv` },
                     "Download these numbers (CSV)");
    const all = () => rows(page.answer(), page.clock());

    /* Not under a hand that marks something in it. */
    function fill() {
        const selection = getSelection();
        if (!numbers.open || !selection.isCollapsed &&
            table.contains(selection.anchorNode))
            return;
        const [head, ...body] = all();
        const line = (tag, cells) =>
            make("tr", {}, ...cells.map(c => make(tag, {}, String(c))));
        table.replaceChildren(make("table", {},
            make("thead", {}, line("th", head)),
            make("tbody", {}, ...body.map(cells => line("td", cells)))));
    }

    numbers.addEventListener("toggle", fill);
    csv.addEventListener("click", () => {
        URL.revokeObjectURL(csv.href);
        csv.href = URL.createObjectURL(new Blob([csvOf(all())],
                                                { type: "text/csv" }));
    });
    return { numbers, csv, fill };
}
