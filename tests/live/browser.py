"""browser.py -- a visitor whose browser reads the page that a form is on.

The form is sent as it stands on the page, with its hidden inputs, so that a test
notices when one of them is missing."""
import html.parser
import urllib.parse

from expect import Failure, same
from visitor import FORM, Visitor

BOUNDARY = "----boundary0123456789"


class Forms(html.parser.HTMLParser):
    """The forms of a page: attributes, inputs and buttons."""

    def __init__(self, text):
        super().__init__()
        self.list, self.area, self.select = [], None, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.list.append({"attrs": a, "inputs": [], "buttons": []})
        if not self.list or "name" not in a:
            if tag == "option" and self.select is not None:
                self.option(a)
            return
        form = self.list[-1]
        if tag == "input":
            self.input(form, a)
        elif tag == "button":
            form["buttons"].append((a["name"], a.get("value") or ""))
        elif tag == "textarea":
            self.area = [a["name"], ""]
        elif tag == "select":
            self.select = a["name"]

    def input(self, form, a):
        kind = a.get("type") or "text"
        if kind in ("checkbox", "radio") and "checked" not in a:
            return
        if kind not in ("submit", "file"):
            form["inputs"].append((a["name"], a.get("value") or ""))

    def option(self, a):
        if "selected" in a:
            self.list[-1]["inputs"].append((self.select, a.get("value", "")))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            name, text = self.area
            self.list[-1]["inputs"].append((name, text.removeprefix("\n")))
            self.area = None
        elif tag == "select":
            self.select = None


def multipart(pairs, files):
    out = b""
    for name, value in pairs:
        out += (f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
                f'name="{name}"\r\n\r\n{value}\r\n').encode()
    for name, (filename, data) in files.items():
        data = data if isinstance(data, bytes) else data.encode()
        out += (f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
                f'name="{name}"; filename="{filename}"\r\n'
                "Content-Type: text/csv\r\n\r\n").encode() + data + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()


class Browser(Visitor):
    def __init__(self, server, name=None, password=None):
        super().__init__(server)
        if name:
            self.log_in(name, password)

    def send(self, method, path, body=None, kind=FORM["Content-Type"], **how):
        """What no form of ours would send, too: no token is added."""
        headers = {} if body is None else {"Content-Type": kind}
        return self.request(method, path, body, headers, **how)

    def page(self, path, **how):
        """One that must be there."""
        r = self.get(path, **how)
        same((r.status, r.type), (200, "text/html"), path)
        return r

    def form(self, r, action, button=None):
        """The form that leads there; with a button of that name and value."""
        for f in Forms(r.text).list:
            if f["attrs"].get("action") == action and (
                    not button or button in f["buttons"]):
                return f
        raise Failure(f"expected a form for {action} {button or ''}, "
                      f"came {r!r}")

    def submit(self, r, action, button=None, change=None, files=None,
               form=None, **how):
        """Sends a form of the page r. change: {name: value}; None takes it
        away."""
        f = form or self.form(r, action, button)
        pairs = [(n, v) for n, v in f["inputs"] if n not in (change or {})]
        pairs += [(n, v) for n, v in (change or {}).items() if v is not None]
        pairs += [button] if button else []
        if f["attrs"].get("method", "get").lower() == "get":
            return self.get(action + "?" + urllib.parse.urlencode(pairs),
                            **how)
        if f["attrs"].get("enctype") == "multipart/form-data":
            return self.send("POST", action, multipart(pairs, files or {}),
                             "multipart/form-data; boundary=" + BOUNDARY,
                             **how)
        return self.send("POST", action, urllib.parse.urlencode(pairs), **how)

    def follow(self, r):
        """Where a form that worked leads."""
        same(r.status, 302, f"after a form, {r.text[:200]!r}")
        return self.page(r.header("Location"))
