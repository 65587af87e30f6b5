/* make.js -- pieces of a page that a script adds. */
export function make(tag, props = {}, ...children) {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...children);
    return e;
}
