"""A YAML file comes in at /tools/mapper, and a document comes of it."""
import html
import re
import select
import time

import harness
from expect import SLOW, at_most, holds, lacks, same, true
from maker import (MIB, NAME, XML, YAML, Maker, count, multipart, one_user,
                   refused, total_is_right)

S = harness.Shared()


def test_form():
    v = Maker(S)
    r = v.get("/tools/mapper")
    same((r.status, r.type), (200, "text/html"), "the form")
    for part in ("Guacamole User Mapper", 'enctype="multipart/form-data"',
                 'type="file"', 'name="filename"', 'value="Upload"',
                 'name="csrf_token"', "username_suffix: &#39;01&#39;"):
        holds(html.unescape(r.text), html.unescape(part), "the form")
    same(v.cookie, None, "cookie of one who only looks")
    same(v.get("/documents").status, 200, "documents of a stranger")
    same(v.cookie, None, "cookie of one who only looks")


def test_sample_of_the_page():
    v = Maker(S)
    sample = re.search(r"<pre[^>]*><code>(.*?)</code>",
                       v.get("/tools/mapper").text, re.S)[1]
    text = v.file(v.make(html.unescape(sample))).text
    same((text.count("<authorize "), text.count("<connection ")), (22, 242),
         "users and connections of the sample")


def test_upload_and_download():
    v = Maker(S)
    path = v.make()
    true(v.cookie, "expected a cookie, came none")
    page = v.get(path)
    same((page.status, page.header("Cache-Control")), (200, "no-store"), path)
    for part in ("Thank you", f"Download {NAME}", f"Create a new {NAME} file",
                 "File preview:", html.escape(XML)):
        holds(html.unescape(page.text), html.unescape(part), path)
    lacks(page.text, "<authorize", "the preview")
    r = v.file(path)
    same((r.status, r.text), (200, XML), "download")
    for name, value in (
            ("Content-Type", "application/xml; charset=utf-8"),
            ("Content-Disposition", f'attachment; filename="{NAME}"'),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Access-Control-Allow-Origin", None)):
        same(r.header(name), value, name)
    head = v.request("HEAD", f"{path}/{NAME}")
    same((head.status, head.header("Content-Length")),
         (200, str(len(XML))), "HEAD")
    holds(v.get("/documents").text, f'href="{path}"', "the list")
    total_is_right(S)


def test_cookie():
    line = Maker(S).upload().all("Set-Cookie")
    same(len(line), 1, "cookies")
    for part in ("; HttpOnly", "; SameSite=Lax", "; Path=/"):
        holds(line[0], part, "the cookie")


def test_no_file():
    v = Maker(S)
    before = count(S, "session"), count(S, "document")
    for head in ('name="filename"; filename=""', 'name="filename"',
                 'name="other"; filename="a.yaml"'):
        refused(v.send(head, ""), 200, "This field is required.", head)
    refused(v.post("/tools/mapper", {"filename": "a.yaml"}), 200,
            "This field is required.", "no multipart")
    refused(v.request("POST", "/tools/mapper?filename=a.yaml", ""), 200,
            "This field is required.", "no body")
    same((count(S, "session"), count(S, "document")), before,
         "sessions and documents")
    same(v.cookie, None, "cookie")


def test_names():
    v = Maker(S)
    for name in ("a.yml", "a.txt", "a.yaml.txt", "yaml", ".yaml ", "a.yaml/",
                 "a.xml", ".yaml"):
        refused(v.upload(name=name), 200, "Only YAML files accepted", name)
    for name in ("a.yaml", "A.YAML", "../../x.Yaml", 'a\\"b.yaml',
                 "a;b.yaml", "ü.yaml"):
        same(v.upload(name=name).status, 302, name)
    r = v.send("name=\"filename\"; filename*=UTF-8''%C3%BC.yaml", YAML)
    same(r.status, 302, "filename*")


def test_what_is_wrong_is_told():
    v = Maker(S)
    before = count(S, "session"), count(S, "document")
    for text, part in (
            ("", ""), ("users:\n\tx: 1\n", "Line 2"),
            ("users:\n  u:\n    quantity: 1\ndevices: {}\n", "users.u."),
            ("[1, 2]", "Line 1"), (b"\xff\xfe\x00", ""), (b"a: \0", ""),
            ("a: !!python/object/apply:os.system [x]\n", "Line 1"),
            ("users: {}\n--- \nusers: {}\n", ""),
            (one_user("'<b>x'").replace("quantity: 1", "quantity: '<i>'"),
             "quantity")):
        r = v.upload(text)
        refused(r, 400, part, repr(text))
        lacks(r.text, "<i>", repr(text))
    same((count(S, "session"), count(S, "document")), before,
         "sessions and documents")


def test_bombs():
    v = Maker(S)
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 12):
        bomb += f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]\n"
    many = YAML.replace("quantity: 2", "quantity: 1000000000")
    wide = YAML.replace("quantity: 2", "quantity: 15000").replace(
        "quantity: 1\n", "quantity: 15000\n")
    deep = "a: " + "[" * 100000 + "]" * 100000
    before = S.rss_kb()
    for name, text in (("aliases", bomb), ("a thousand million", many),
                       ("users times devices", wide), ("depth", deep)):
        began = time.monotonic()
        refused(v.upload(text), 400, "", name)
        at_most(time.monotonic() - began, 5 * SLOW, f"seconds of {name}")
    at_most(S.rss_kb() - before, 150 * 1024 * SLOW, "KiB that it grew")


def test_size_of_the_form():
    v = Maker(S)
    body, kind = multipart(('name="filename"; filename="a.yaml"', "#"))
    fill = "#" * (MIB - len(body))
    for n, status in ((0, 400), (1, 413)):
        body, kind = multipart(('name="filename"; filename="a.yaml"',
                                "#" + fill + "#" * n))
        same(len(body), MIB + n, "bytes of the form")
        r = v.request("POST", "/tools/mapper", body, {"Content-Type": kind})
        same((r.status, r.type), (status, "text/html"), f"{MIB + n} bytes")
    same(v.cookie, None, "cookie")


def test_a_gigabyte():
    head = ("POST /tools/mapper HTTP/1.1\r\nHost: x\r\nContent-Type: "
            "multipart/form-data; boundary=X\r\n")
    with S.connect() as c:
        c.send(head + f"Content-Length: {1 << 30}\r\n\r\n--X\r\n")
        same(c.read_response().status, 413, "a gigabyte announced")
    before = S.rss_kb()
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with S.connect() as c:
        c.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        while sent < 64 * MIB and not select.select([c.sock], [], [], 0)[0]:
            c.send(chunk)
            sent += 65536
        same(c.read_response().status, 413, "a body without an end")
    at_most(S.rss_kb() - before, 64 * 1024 * SLOW, "KiB that it grew")
    same(S.get("/health").status, 200, "health")
