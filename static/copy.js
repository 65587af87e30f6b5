/* copy.js -- buttons that copy a text of the page: <button type="button"
 * data-copy="ID OF ITS ELEMENT" hidden>. Without script they stay hidden and
 * the text is selected by hand. */
const CALM = 2000; /* ms that the answer stands on the button */

function select(from) {
    if (from.select) {
        from.focus();
        from.select();
        return;
    }
    getSelection().selectAllChildren(from);
}

/* The clipboard is for secure contexts only; the old way is for all. */
async function copy(from) {
    const text = from.value ?? from.textContent;

    if (navigator.clipboard) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            /* not allowed: the old way */
        }
    }
    select(from);
    return document.execCommand("copy");
}

function ready(button) {
    const from = document.getElementById(button.dataset.copy);
    const name = button.textContent;
    let timer = 0;

    if (!from)
        return;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
        const done = await copy(from);

        if (!done)
            select(from);
        else
            button.focus();
        button.textContent = done ? "Copied" : "Selected";
        clearTimeout(timer);
        timer = setTimeout(() => { button.textContent = name; }, CALM);
    });
    button.hidden = false;
}

for (const button of document.querySelectorAll("button[data-copy]"))
    ready(button);
