/* connect.js -- the page that waits for the first reading: told by the
 * channel's events, it shows what the server then has to show. */
import { watch } from "./live.js";

const section = document.getElementById("arrival");
const said = section.querySelector("[role=status]");
const lost = section.querySelector("[data-lost]");
const RETRY = 5000;

let news = false, asking = false;

/* The section as the server has it now, with its pictures. */
async function fetchSection() {
    const r = await fetch(location.pathname, { cache: "no-store" });
    if (!r.ok || r.redirected)
        throw new Error(r.statusText);
    const page = new DOMParser().parseFromString(await r.text(), "text/html");
    const fresh = document.adoptNode(page.getElementById("arrival"));
    await Promise.allSettled(
        Array.from(fresh.querySelectorAll("img"), img => img.decode()));
    return fresh;
}

function show(fresh) {
    const waited = section.dataset.entry === "0";
    section.dataset.entry = fresh.dataset.entry;
    section.firstElementChild.replaceWith(fresh.firstElementChild);
    if (!waited)
        return;
    said.textContent = section.querySelector("h2").textContent;
    const { top, bottom } = section.getBoundingClientRect();
    if (top > innerHeight / 2 || bottom < 0)
        section.scrollIntoView();
}

/* However many readings come meanwhile, one question at a time. */
async function look() {
    news = true;
    if (asking)
        return;
    asking = true;
    try {
        while (news) {
            news = false;
            show(await fetchSection());
        }
    } catch {
        setTimeout(look, RETRY);
    }
    asking = false;
}

for (const p of section.querySelectorAll("[data-live]"))
    p.hidden = false;
watch({ channels: [Number(section.dataset.channel)],
        since: [Number(section.dataset.entry)],
        onReading: look, onReset: look,
        onState: live => { lost.hidden = live; } });
