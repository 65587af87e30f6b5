/* copy.js -- buttons that copy a text: <button data-copy="ID" hidden>. Over
 * plain HTTP a browser has no clipboard for scripts; then the text is marked
 * and copied the old way, or stays marked for the person to copy. */
async function copy(text) {
    try {
        await navigator.clipboard.writeText(text.value ?? text.textContent);
        return true;
    } catch {
        getSelection().selectAllChildren(text);
        text.select?.();
        return document.execCommand("copy");
    }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    const name = button.textContent;

    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
        button.textContent = await copy(text) ? "Copied" : "Marked";
        setTimeout(() => { button.textContent = name; }, 2000);
    });
}
