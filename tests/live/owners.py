"""owners.py -- people with channels, in a browser without script."""
import html
import re

import browser
import harness
from expect import same, true
from visitor import text_of

S = harness.Shared()
PASSWORD = "correct horse"


def anna():
    if "anna" not in S.memory:
        S.memory["anna"] = browser.Browser(S, "anna", PASSWORD)
    return S.memory["anna"]


def bert():
    if "bert" not in S.memory:
        S.do("user", "add", "bert", "--password-stdin", stdin=PASSWORD)
        S.memory["bert"] = browser.Browser(S, "bert", PASSWORD)
    return S.memory["bert"]


def nobody():
    return browser.Browser(S)


def show(ch):
    return S.do("channel", "show", ch if isinstance(ch, int) else ch.id).json


def show_of(server, ch):
    return server.do("channel", "show", ch.id).json


def refused(r, about):
    """The form again, with a sentence."""
    same(r.status, 200, about)
    found = re.search(r'class="flash" role="alert">([^<]+)<', r.text)
    true(found, f"{about}: expected a sentence, came {text_of(r)[:300]}")
    return html.unescape(found[1])


def create(**change):
    a = anna()
    r = a.submit(a.page("/channels/create"), "/channels/create",
                 change={"name": "Made", **change})
    same(r.status, 302, f"created, {text_of(r)[:300]}")
    return int(r.header("Location").split("/")[2])


def path(ch, rest=""):
    return f"/channels/{ch if isinstance(ch, int) else ch.id}{rest}"


def csrf(b):
    return re.search(r'name="csrf_token" value="([^"]+)"',
                     b.page("/channels").text)[1]
