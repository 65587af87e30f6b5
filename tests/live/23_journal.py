"""The journal: who writes, who reads, what is found; nothing is lost at once."""
import concurrent.futures
import html
import re

import harness
import wire
from authors import (ENTITIES, HUGE, S, article, body_of, cell, missing,
                     newest_id, nobody, person, redirected, title_of, titles,
                     write)
from expect import holds, lacks, one_of, same, true
from visitor import Visitor, flash, rows, signed_in, text_of


def test_hello():
    r = S.get("/hello")
    same((r.status, r.type, r.body), (200, "text/html", b"Hello, World!"),
         "/hello")


def test_the_list_to_everybody_and_to_its_author():
    anna = person("anna")
    n = write(anna, "test title", "test\nbody")
    harness.execute(S.database, "UPDATE post SET created_at = 1514764800000 "
                                f"WHERE id = {n}")
    r = nobody().get("/journal")
    same((r.status, title_of(r)), (200, "Posts - Almanac"), "/journal")
    same(r.header("Vary"), "Cookie", "Vary of the list")
    for part in ("Log In", "Register", "test title", "by anna on 2018-01-01",
                 "test\nbody"):
        holds(r.text, part, "the list, to nobody")
    for part in (">New<", "Edit", f'href="/journal/{n}/update"', "Log Out"):
        lacks(r.text, part, "the list, to nobody")
    r = anna.get("/journal")
    for part in ("test title", "by anna on 2018-01-01", "test\nbody",
                 "<span>anna</span>", "Log Out",
                 '<a class="button" href="/journal/create">New</a>'):
        holds(r.text, part, "the list, to its author")
    holds(article(r, "test title"), f'href="/journal/{n}/update">Edit</a>',
          "the author's own post")
    lacks(article(person("bob").get("/journal"), "test title"), "Edit",
          "somebody else's post")


def test_newest_first_with_rules_between():
    anna, bob = person("anna"), person("bob")
    ids = [write(who, f"order {i}") for i, who in
           enumerate((anna, bob, anna, anna))]
    harness.execute(S.database, "UPDATE post SET created_at = 99 WHERE id in "
                                f"({ids[0]}, {ids[1]}, {ids[2]})")
    same(titles("/journal?q=order"), [f"order {i}" for i in (3, 2, 1, 0)],
         "newest first; at the same time, the later number first")
    text = nobody().get("/journal?q=order").text
    same(text.count("<hr>"), 3, "rules between four posts")
    true(text.rindex("<hr>") < text.rindex("<article"),
         "expected no rule behind the last post, came one")


def test_who_is_not_signed_in_is_sent_there():
    n = write(person("anna"), "closed")
    paths = ["/journal/create", f"/journal/{n}/update", "/journal/removed",
             "/journal/999999/update", f"/journal/{HUGE}/update"]
    for path in paths:
        redirected(nobody().get(path), "/auth/login", f"GET {path}")
    for path in ("/journal/create", f"/journal/{n}/update",
                 f"/journal/{n}/delete", f"/journal/{n}/restore",
                 "/journal/999999/delete"):
        r = nobody().post(path, {"title": "x", "body": "x"})
        redirected(r, "/auth/login", f"POST {path}")
    same(cell(n, "title"), "closed", "the post")


def test_only_the_author_changes_it():
    n = write(person("anna"), "mine")
    bob = person("bob")
    same(bob.get(f"/journal/{n}/update").status, 403, "GET update")
    for what in ("update", "delete", "restore"):
        r = bob.post(f"/journal/{n}/{what}", {"title": "x", "body": "x"})
        same(r.status, 403, f"POST {what}")
        lacks(r.text, "exist", f"POST {what}")
    same(cell(n, "title"), "mine", "the post")
    same(bob.get(f"/journal/{n}").status, 200, "reading it")


def test_what_is_not_there():
    anna = person("anna")
    for number in ("999999", "0"):
        missing(anna.get(f"/journal/{number}/update"), number, "GET update")
        missing(nobody().get(f"/journal/{number}"), number, "GET")
        for what in ("update", "delete", "restore"):
            r = anna.post(f"/journal/{number}/{what}",
                          {"title": "x", "body": "x"})
            missing(r, number, f"POST {what}")
    same(anna.get(f"/journal/{HUGE}/update").status, 404, "above int64")
    same(anna.post(f"/journal/{HUGE}/delete").status, 404, "above int64")
    same(nobody().get(f"/journal/{HUGE}").status, 404, "above int64")
    for who in (anna, nobody()):
        for bad in ("-1", "+1", "abc", "1a", "1.5", "%31%00", "0x1"):
            same(who.get(f"/journal/{bad}/update").status, 404, f"{bad}")
            same(who.get(f"/journal/{bad}").status, 404, f"{bad}")
    n = write(anna, "zeros in front")
    same(anna.get(f"/journal/00{n}/update").status, 200, "zeros in front")
    same(anna.get(f"/journal/00{n}").status, 200, "zeros in front")


def test_methods():
    n = write(person("anna"), "methods")
    for who in (person("anna"), nobody()):
        for what in ("delete", "restore"):
            r = who.get(f"/journal/{n}/{what}")
            same((r.status, r.header("Allow")), (405, "POST, OPTIONS"),
                 f"GET {what}")
    r = nobody().request("PUT", "/journal/create", "")
    same((r.status, r.header("Allow")), (405, "GET, HEAD, POST, OPTIONS"),
         "PUT")
    r = nobody().request("HEAD", "/journal")
    same((r.status, r.body), (200, b""), "HEAD")


def test_create_and_update():
    anna = person("anna")
    r = anna.get("/journal/create")
    same((r.status, title_of(r)), (200, "New Post - Almanac"), "the form")
    before = int(rows(S, "SELECT count(*) FROM post")[0])
    n = write(anna, " a title ", "a\r\nb\n\nc")
    same(int(rows(S, "SELECT count(*) FROM post")[0]), before + 1, "posts")
    same(cell(n, "title"), " a title ", "a title is not trimmed")
    same(body_of(n), "a/b//c", "the lines")
    r = anna.get(f"/journal/{n}/update")
    same(title_of(r), 'Edit " a title " - Almanac', "title of the form")
    holds(r.text, 'name="title" required maxlength="255" value=" a title "',
          "the form")
    holds(r.text, ">\na\nb\n\nc</textarea>", "the form")
    holds(r.text, 'value="Save"', "the form")
    holds(r.text, 'value="Delete"', "the form")
    redirected(anna.post(f"/journal/{n}/update",
                         {"title": "updated", "body": ""}), "/journal",
               "update")
    same((cell(n, "title"), cell(n, "body")), ("updated", ""), "the post")


def test_a_title_is_required():
    anna = person("anna")
    n = write(anna, "stored title", "stored body")
    for path in ("/journal/create", f"/journal/{n}/update"):
        r = anna.post(path, {"title": "", "body": "typed <b>"})
        same(flash(r), "Title is required.", path)
        holds(r.text, ">\ntyped &lt;b&gt;</textarea>", "what was typed")
    holds(r.text, 'value="stored title"', "what there was instead")
    r = anna.post(f"/journal/{n}/update", {"title": "", "body": ""})
    holds(r.text, ">\nstored body</textarea>", "what there was instead")
    r = anna.post("/journal/create", {"title": "", "body": ""})
    holds(r.text, ">\n</textarea>", "nothing")
    same((cell(n, "title"), cell(n, "body")), ("stored title", "stored body"),
         "the post")


def test_what_is_missing_in_a_form():
    anna = person("anna")
    n = write(anna, "whole")
    token = anna.token()
    for path in ("/journal/create", f"/journal/{n}/update"):
        for fields in ({}, {"title": "x"}, {"body": "x"}):
            same(anna.post(path, fields).status, 400, f"{path} {fields}")
        r = anna.post(path + "?title=x&body=x", {})
        same(r.status, 400, "in the query")
        r = anna.request("POST", path, '{"title":"x","body":"x",'
                         f'"csrf_token":"{token}"}}',
                         {"Content-Type": "application/json"})
        one_of(r.status, (400, 403), "in JSON")
    same(cell(n, "title"), "whole", "the post")


def test_a_form_of_somebody_else():
    anna = person("anna")
    n = write(anna, "not forged")
    for token in (False, "", person("bob").token()):
        for what in ("create", f"{n}/update", f"{n}/delete"):
            r = anna.post(f"/journal/{what}", {"title": "x", "body": "x"},
                          token=token)
            same(r.status, 403, f"{what} with token {token!r}")
    r = anna.post(f"/journal/{n}/delete",
                  headers={"Origin": "http://evil.example"})
    same(r.status, 403, "from another site")
    same((cell(n, "title"), newest_id()), ("not forged", n), "the posts")


def test_limits():
    anna = person("anna")
    n = write(anna, "t" * 255, "b" * 65536)
    for path in ("/journal/create", f"/journal/{n}/update"):
        r = anna.post(path, {"title": "é" * 128, "body": "kept"})
        holds(flash(r), "title is too long", path)
        holds(r.text, 'value="' + "é" * 128, "what was typed")
        holds(r.text, ">\nkept</textarea>", "what was typed")
        r = anna.post(path, {"title": "kept", "body": "c" * 65537})
        holds(flash(r), "text is too long", path)
        holds(r.text, ">\n" + "c" * 65537 + "</textarea>", "what was typed")
        r = anna.request("POST", path, b"title=%FF&body=x&csrf_token="
                         + anna.token().encode())
        same(r.status, 422, "what is no text")
        r = anna.post(path, {"title": "a\0b", "body": "x"})
        same(r.status, 422, "what is no text")
    same(newest_id(), n, "the newest post")
    same(cell(n, "length(body)"), "65536", "the post")


def test_nothing_typed_is_markup():
    evil = """<script>alert(1)</script>"'>&<img src=x onerror=alert(1)>"""
    who = signed_in(S, "<b>\"'&x")
    n = write(who, evil, evil)
    ch = S.channel(name=evil, public=True)
    m = write(person("anna"), evil + " 2", "x", channel=ch.id)
    pages = [("/journal", who), (f"/journal/{n}", who),
             (f"/journal/{m}", who), (f"/journal/{n}/update", who),
             (f"/journal/{m}/update", person("anna")),
             ("/journal?" + wire.query(q=evil), who),
             (f"/journal?channel={ch.id}", None)]
    who.post(f"/journal/{n}/delete")
    pages.append(("/journal/removed", who))
    who.post(f"/journal/{n}/restore")
    for path, visitor in pages:
        text = (visitor or nobody()).get(path).text
        for part in ("<script", "<img src=x", "<b>\"", "'>&<", "alert(1)>"):
            lacks(text, part, path)
    r = who.post("/journal/create", {"title": "", "body": evil})
    lacks(r.text, "<script", "a form shown again")
    r = nobody().get(f"/journal/{n}")
    holds(r.text, "by &lt;b&gt;&#34;&#39;&amp;x on ", "the author's name")
    n = write(who, "& < > \" '", "& < > \" '")
    same(nobody().get(f"/journal/{n}").text.count(ENTITIES), 3, "escapes")


def test_links():
    n = write(person("anna"), "links", "See (https://a.example/b?c=1&d='2'), "
              "http://b.example.\njavascript:alert(1) ftp://c "
              "http://d.example/\"onmouseover=\"x [x](http://e)")
    text = nobody().get(f"/journal/{n}").text
    body = re.search(r'<p class="body">(.*?)</p>', text, re.S)[1]
    same(re.findall(r'<a href="([^"]*)" rel="nofollow ugc noopener">([^<]*)',
                    body),
         [(a, a) for a in ("https://a.example/b?c=1&amp;d=&#39;2",
                           "http://b.example", "http://d.example/",
                           "http://e")], "the links")
    same(html.unescape(re.sub("<[^>]*>", "", body)).replace("\n", "/"),
         body_of(n), "the text around them")
    holds(article(nobody().get("/journal?q=links"), "links"), 'rel="nofollow',
          "the list")


def test_a_long_one_is_cut_in_the_list():
    n = write(person("anna"), "long", "ä" * 3000 + " the end")
    part = article(nobody().get("/journal"), "long")
    lacks(part, "the end", "the list")
    holds(part, "ä" * 1000 + "…", "the list")
    holds(part, f'<a href="/journal/{n}" aria-label', "the list")
    holds(nobody().get(f"/journal/{n}").text, "the end", "its page")


def test_search():
    anna = person("anna")
    write(anna, "Größe des Gewächshauses", "Höhe: 2,5 m; 100% Łódź_x")
    found = ["Größe des Gewächshauses"]
    for words in ("größe", "GROSSE", "gewachs", "lodz", "2,5 m", "hohe größe",
                  "100%", "z_x", "  HAUS \t lodz  "):
        same(titles("/journal?" + wire.query(q=words)), found, words)
    for words in ("größe fehlt", "1%0", "lodz%x", "lodz__", "' OR '1'='1",
                  "\\", "haus_"):
        same(titles("/journal?" + wire.query(q=words)), [], words)
        r = nobody().get("/journal?" + wire.query(q=words))
        holds(text_of(r), f"Nothing found with “{words}”.", "the page")
        holds(r.text, f'value="{html.escape(words)}"'.replace(
            "&#x27;", "&#39;"), "the search box")
    holds(nobody().get("/journal").text, '<label for="q">', "a label")
    r = nobody().get("/journal?" + wire.query(q="größe " * 9))
    holds(text_of(r), "Only the first 8 words", "too many words")
    same(titles("/journal?" + wire.query(q="gro" + "x" * 5000)), [], "a word")
    same(nobody().get("/journal?q=%FF").status, 422, "what is no text")
    same(nobody().get("/journal?q=a%00b").status, 422, "what is no text")


def test_pages():
    server = harness.Server()
    who = Visitor(server).log_in("anna", "correct horse")
    harness.execute(server.database, """
        WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL
                                 SELECT i + 1 FROM s WHERE i < 120)
        INSERT INTO post (author, title, body, folded, created_at, updated_at)
        SELECT a.id, 'p' || s.i, '', 'p', 1000 + s.i / 3, 5
        FROM s, account AS a""")
    seen, path, way = [], "/journal?q=P", []
    while path:
        r = who.get(path)
        seen.append(re.findall(r'<h2><a href="[^"]*">p(\d+)</a>', r.text))
        way.append(path)
        older = re.search(r'<a href="([^"]*)" rel="next"', r.text)
        path = older and html.unescape(older[1])
    same([len(page) for page in seen], [50, 50, 20], "posts of each page")
    same([int(n) for page in seen for n in page], list(range(120, 0, -1)),
         "all of them, newest first")
    lacks(who.get(way[0]).text, 'rel="prev"', "the first page")
    r = who.get(way[2])
    back = []
    while newer := re.search(r'<a href="([^"]*)" rel="prev"', r.text):
        r = who.get(html.unescape(newer[1]))
        back.append(re.findall(r'<h2><a href="[^"]*">p(\d+)</a>', r.text))
    same(back, [seen[1], seen[0]], "the way back")
    for bad in ("x", "1", "1.x", ".", "1.0", "1.-5", "1.2.3"):
        for name in ("before", "after"):
            same(who.get(f"/journal?{name}={bad}").status, 400, f"mark {bad}")
    server.close()


def test_undo():
    anna, bob = person("anna"), person("bob")
    n = write(anna, "gone title", "gone body")
    redirected(anna.post(f"/journal/{n}/delete"), "/journal", "delete")
    for who in (anna, bob, nobody()):
        lacks(who.get("/journal").text, "gone title", "the list")
        lacks(who.get("/journal.atom").text, "gone title", "the feed")
        lacks(who.get("/journal?q=gone").text, "gone title", "the search")
        missing(who.get(f"/journal/{n}"), n, "its page")
    for what in ("update", "delete"):
        missing(anna.post(f"/journal/{n}/{what}",
                          {"title": "x", "body": "x"}), n, what)
        missing(bob.post(f"/journal/{n}/{what}",
                         {"title": "x", "body": "x"}), n, what)
    missing(anna.get(f"/journal/{n}/update"), n, "the form")
    missing(bob.post(f"/journal/{n}/restore"), n, "undo by somebody else")
    undo = f'<form class="flash undo" action="/journal/{n}/restore"'
    holds(anna.get("/journal").text, undo, "the author's list")
    lacks(bob.get("/journal").text, undo, "somebody else's list")
    holds(anna.get("/journal/removed").text, "gone title", "the removed ones")
    lacks(bob.get("/journal/removed").text, "gone title", "somebody else's")
    for _ in range(2):
        redirected(anna.post(f"/journal/{n}/restore"), "/journal", "undo")
    holds(nobody().get(f"/journal/{n}").text, "gone body", "its page")
    lacks(anna.get("/journal").text, undo, "the author's list")


def test_after_a_day_there_is_no_undo():
    anna = person("anna")
    n = write(anna, "too late")
    anna.post(f"/journal/{n}/delete")
    harness.execute(S.database, "UPDATE post SET deleted_at = deleted_at - "
                                f"86400001 WHERE id = {n}")
    lacks(anna.get("/journal").text, f"/journal/{n}/restore", "the list")
    lacks(anna.get("/journal/removed").text, "too late", "the removed ones")
    missing(anna.post(f"/journal/{n}/restore"), n, "undo")


def test_several_at_once():
    anna = person("anna")
    n = write(anna, "raced")
    token = anna.token()

    def send(what, title):
        return anna.post(f"/journal/{n}/{what}",
                         {"title": title, "body": ""}, token=token).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        each = list(pool.map(lambda i: send("update", f"raced {i}"),
                             range(24)))
        same(set(each), {302}, "updates at the same time")
        one_of(cell(n, "title"), [f"raced {i}" for i in range(24)], "one won")
        kinds = ["update", "delete"] * 12
        each = list(zip(kinds, pool.map(lambda k: send(k, "late"), kinds)))
    same(sum(k == "delete" and s == 302 for k, s in each), 1,
         "only one removes it")
    same({s for _, s in each} - {302, 404}, set(), "whatever came too late")
    missing(anna.get(f"/journal/{n}"), n, "its page")
