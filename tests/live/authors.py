"""authors.py -- who writes in the journal, and what is there then; for 23_*.py."""
import html
import re

import harness
from expect import holds, same
from visitor import Visitor, flash, rows, signed_in

S = harness.Shared()
ATOM = "{http://www.w3.org/2005/Atom}"
ENTITIES = "&amp; &lt; &gt; &#34; &#39;"
HUGE = "9223372036854775808"


def person(name):
    """Signed in, once for all tests."""
    S.alive()
    if name not in S.memory:
        S.memory[name] = signed_in(S, name) if name != "anna" else Visitor(
            S).log_in("anna", "correct horse")
    return S.memory[name]


def nobody():
    return Visitor(S)


def newest_id():
    return int(rows(S, "SELECT coalesce(max(id), 0) FROM post")[0])


def write(who, title, body="", **more):
    """A post that must be taken; its number."""
    r = who.post("/journal/create", {"title": title, "body": body, **more})
    same((r.status, r.header("Location")), (302, "/journal"),
         f"create {title!r}: {flash(r) if r.status == 200 else r}")
    return newest_id()


def cell(number, column):
    return rows(S, f"SELECT {column} FROM post WHERE id = {number}")[0]


def body_of(number):
    """Its lines, with / between them."""
    ends = "chr(10)" if harness.ON == "postgres" else "char(10)"
    return cell(number, f"replace(body, {ends}, '/')")


def article(r, title):
    """The part of a page that is about the post of this title."""
    found = [part for part in
             re.findall(r'<article class="post">.*?</article>', r.text, re.S)
             if f">{html.escape(title)}</" in part]
    same(len(found), 1, f"articles of {title!r}")
    return found[0]


def titles(path, who=None):
    r = (who or nobody()).get(path)
    same((r.status, r.type), (200, "text/html"), path)
    return [html.unescape(t) for t in
            re.findall(r'<h2><a href="[^"]*">(.*?)</a></h2>', r.text, re.S)]


def title_of(r):
    return html.unescape(re.search("<title>(.*?)</title>", r.text, re.S)[1])


def redirected(r, to, about):
    same((r.status, r.header("Location")), (302, to), about)


def missing(r, number, about):
    same(r.status, 404, about)
    holds(r.text, f"Post id {number} doesn&#39;t exist.", about)
