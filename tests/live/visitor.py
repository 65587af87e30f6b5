"""visitor.py -- a person with a browser: a cookie, forms with their token. See
browser.py for one who sends a form as it stands on its page."""
import html
import itertools
import re

import harness
import wire
from expect import Failure, same

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
           "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) "
                         "Gecko/20100101 Firefox/128.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# Addresses of this machine, each for one visitor: the pace counts by them.
sources = (f"127.1.{n // 250}.{n % 250 + 1}" for n in itertools.count())


class Visitor:
    def __init__(self, server, source=None, **headers):
        self.server, self.source = server, source
        self.headers = {**BROWSER, **headers}
        self.cookie = None

    def request(self, method, path, body=None, headers=None,
                timeout=wire.TIMEOUT):
        sent = {**self.headers, **(headers or {}), "Connection": "close"}
        if self.cookie:
            sent["Cookie"] = "session=" + self.cookie
        body = body.encode() if isinstance(body, str) else body
        with self.server.connect(source=self.source, timeout=timeout) as c:
            c.send(wire.build(method, path, sent, body))
            r = c.read_response(head=method == "HEAD")
            c.expect_end(timeout)
        for value in r.all("Set-Cookie"):
            self.cookie = re.match(r"session=([^;]*)", value)[1] or None
        return r

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def token(self, path="/auth/login"):
        """What the forms of that page carry; None without a session."""
        found = re.search(r'name="csrf_token" value="([^"]*)"',
                          self.get(path).text)
        return found and found[1] or None

    def post(self, path, fields=None, token=True, headers=None):
        """As a form does. token: its own, or another; False: none."""
        fields = dict(fields or {})
        if token is True:
            token = self.token() if self.cookie else False
        if token:
            fields["csrf_token"] = token
        return self.request("POST", path, wire.query(**fields),
                            {**FORM, **(headers or {})})

    def log_in(self, name, password, **more):
        r = self.post("/auth/login",
                      {"username": name, "password": password, **more})
        if r.status != 302:
            raise Failure(f"log in as {name}: expected 302, came {r!r}")
        return self

    def register(self, name, password="pw"):
        r = self.post("/auth/register",
                      {"username": name, "password": password})
        same((r.status, r.header("Location")), (302, "/auth/login"),
             f"register {name}")
        return self

    def name(self):
        """Who is signed in, as the page says it; None: nobody."""
        found = re.search(r"<span>([^<]*)</span></a>", self.get("/").text)
        return found and html.unescape(found[1])


def text_of(r):
    """What a person reads."""
    body = re.sub(r"<(script|style).*?</\1>", " ", r.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def flash(r):
    """The message of a form; None without one."""
    same((r.status, r.type), (200, "text/html"), "a form")
    found = re.search(r'<div class="flash"[^>]*>(.*?)</div>', r.text, re.S)
    return found and html.unescape(found[1])


def signed_in(server, name, password="pw", admin=False):
    """A new account, made on the command line, and its visitor."""
    words = ["user", "add", name, "--password-stdin"]
    server.do(*words + (["--admin"] if admin else []), stdin=password)
    return Visitor(server).log_in(name, password)


def rows(server, sql):
    """Numbers and texts of the first column."""
    return [str(row[0]) for row in harness.select(server.database, sql)]
