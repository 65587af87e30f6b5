"""What a tool makes for its visitor, and nobody else."""
import concurrent.futures
import html
import re
import select
import threading
import time

import harness
import visitor
from expect import (SLOW, at_most, holds, lacks, one_of, same, soon, true)

S = harness.Shared()
MIB = 1024 * 1024
NAME = "user-mapping.xml"

YAML = """users:
  u:
    quantity: 2
    username_prefix: 'tom & "jerry" <x>'
    username_suffix: '09'
    password: PASSWORDMARK
devices:
  d:
    quantity: 1
    name_prefix: R
    name_suffix: '98'
    hostname_prefix: 10.0.10.
    hostname_suffix: '1'
    parameters:
      port: 22
      protocol: ssh
"""

XML = """<user-mapping>
""" + "".join(f"""    <authorize username="tom &amp; &quot;jerry&quot; &lt;x&gt;{n}" """
              f"""password="PASSWORDMARK">
        <connection name="R98">
            <param name="port">22</param>
            <protocol>ssh</protocol>
            <param name="hostname">10.0.10.1</param>
        </connection>
    </authorize>
""" for n in ("09", "10")) + """</user-mapping>
"""


def one_user(prefix):
    return (f"users:\n  u: {{quantity: 1, username_prefix: {prefix}, "
            "username_suffix: '1', password: p}\ndevices: {}\n")


def multipart(*parts):
    """(headers behind form-data, bytes): the body and its type."""
    lines = b""
    for head, value in parts:
        value = value.encode() if isinstance(value, str) else value
        lines += (b"--B0und\r\nContent-Disposition: form-data; "
                  + head.encode() + b"\r\n\r\n" + value + b"\r\n")
    return lines + b"--B0und--\r\n", "multipart/form-data; boundary=B0und"


class Maker(visitor.Visitor):
    """Somebody who uses the mapper."""

    def __init__(self, server, cookie=None, source=None):
        super().__init__(server, source)
        self.cookie = cookie

    def send(self, head, text, token=None):
        if token is None:
            token = self.token("/tools/mapper") or ""
        body, kind = multipart(('name="csrf_token"', token), (head, text))
        return self.request("POST", "/tools/mapper", body,
                            {"Content-Type": kind})

    def upload(self, text=YAML, name="users.yaml", token=None):
        return self.send(f'name="filename"; filename="{name}"', text, token)

    def make(self, text=YAML):
        """An upload that must succeed; the document's path."""
        r = self.upload(text)
        same((r.status, r.body), (302, b""), "upload")
        true(re.fullmatch(r"/documents/\d+", r.header("Location")),
             f"expected /documents/ID, came {r.header('Location')}")
        return r.header("Location")

    def file(self, path):
        return self.get(f"{path}/{NAME}")

    def log_in(self, name="anna", password="correct horse"):
        return super().log_in(name, password)

    def log_out(self, token=True):
        same(self.post("/auth/logout", token=token).status, 302, "log out")


def count(server, table):
    return int(harness.select(server.database,
                              f"SELECT count(*) FROM {table}")[0][0])


def total_is_right(server):
    rows = harness.select(
        server.database, "SELECT bytes, (SELECT coalesce(sum(length(body)), 0)"
        " FROM document) FROM document_total")
    same(int(rows[0][0]), int(rows[0][1]), "bytes of all documents")


def refused(r, status, text, about):
    same((r.status, r.type), (status, "text/html"), about)
    flash = re.search(r'role="alert".*?</div>', r.text, re.S)
    true(flash, f"{about}: expected a message, came {r.text[:300]}")
    holds(" ".join(html.unescape(re.sub(r"<[^>]*>", " ", flash[0])).split()),
          text, about)


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


def test_nobody_else():
    owner, other = Maker(S), Maker(S)
    path, theirs = owner.make(), other.make(one_user("other"))
    anna = Maker(S).log_in()
    hers = anna.make(one_user("anna"))
    number = path.rsplit("/")[-1]
    missing = Maker(S).get("/documents/999999999").body
    for who, v in (("no cookie", Maker(S)), ("another", other),
                   ("an account", anna),
                   ("a made-up cookie", Maker(S, "A" * 43)),
                   ("no id", Maker(S, "x")),
                   ("its hash", Maker(S, number * 43))):
        for p in (path, f"{path}/{NAME}"):
            r = v.get(p)
            same((r.status, r.header("Set-Cookie")), (404, None),
                 f"{who}: {p}")
            lacks(r.text, "PASSWORDMARK", f"{who}: {p}")
            same(v.request("HEAD", p).status, 404, f"{who}: HEAD {p}")
        if who == "no cookie":
            same(v.get(path).body, missing, "what is told of one's not there")
        one_of(v.post(f"{path}/delete").status, (403, 404),
               f"{who}: delete")
        lacks(v.get("/documents").text, f'"{path}"', f"{who}: the list")
    same(owner.get(hers).status, 404, "anna's to a stranger")
    S.do("user", "add", "bert", "--password-stdin", stdin="hunter2 hunter2")
    bert = Maker(S).log_in("bert", "hunter2 hunter2")
    for p in (hers, f"{hers}/{NAME}"):
        same(bert.get(p).status, 404, f"bert: {p}")
    same(bert.post(f"{hers}/delete").status, 404, "bert: delete")
    same(S.get(f"{hers}/{NAME}?api_key={S.user_key}").status, 404,
         "with anna's user key: it is no session")
    same(other.file(theirs).status, 200, "their own")
    same(owner.file(path).text, XML, "after all of that")
    same(owner.post(f"{path}/delete", token=False).status, 403,
         "delete without the token")
    for method in ("GET", "PUT", "DELETE", "POST"):
        one_of(owner.request(method, path if method != "GET"
                          else f"{path}/delete").status, (404, 405),
               f"{method} {path}")
    same(owner.file(path).status, 200, "still there")


def test_path_tricks():
    owner, other = Maker(S), Maker(S)
    mine = owner.make().rsplit("/")[-1]
    theirs = other.make(one_user("secret")).rsplit("/")[-1]
    for path in (f"{mine}/.env", f"{mine}/", f"{mine}/../{theirs}/{NAME}",
                 f"%2e%2e/{theirs}/{NAME}", f"{mine}/%2e%2e/{theirs}/{NAME}",
                 f"{mine}/..%2f{theirs}%2f{NAME}", f"{mine}%2f{NAME}",
                 f"{theirs}/{NAME}", f"{mine}%00/{NAME}",
                 f"{mine}/{NAME}%00", f"{mine}/{NAME}%00.txt",
                 f"{mine}/%00{NAME}", f"{mine}/{NAME.upper()}",
                 f"{mine}/{NAME}/x", f"{mine}/x{NAME}", f"{mine}/user-mapping",
                 f"{mine};{theirs}/{NAME}", f"-{mine}/{NAME}",
                 f"{mine}.0/{NAME}", f"0x{mine}/{NAME}", f" {mine}/{NAME}",
                 f"{mine}'--/{NAME}", f"9223372036854775808/{NAME}",
                 f"-9223372036854775808/{NAME}", f"0/{NAME}", "..", "%2e%2e",
                 "%2e%2e/.env", "..%2f..%2fetc%2fpasswd", "%ff", "%",
                 f"{mine}/%2e%2e%5c{NAME}", f"{mine}/{NAME}%0d%0aX: y"):
        r = owner.get("/documents/" + path)
        one_of(r.status, (400, 404), path)
        lacks(r.text, "connection name", path)
        lacks(r.text, "secret", path)
    r = owner.get(f"/documents/{mine}/user%2dmapping%2exml")
    same((r.status, r.text), (200, XML), "the same name, escaped")


def test_delete():
    v = Maker(S)
    first, second = v.make(), v.make(one_user("second"))
    n = count(S, "document")
    r = v.post(f"{first}/delete")
    same((r.status, r.header("Location")), (302, "/documents"), "delete")
    same(v.get(first).status, 404, "deleted")
    same(v.file(first).status, 404, "deleted")
    same(v.post(f"{first}/delete").status, 404, "deleted twice")
    same(v.file(second).status, 200, "the other")
    same(count(S, "document"), n - 1, "documents")
    total_is_right(S)


def test_log_in_keeps_it():
    phone, desk = Maker(S), Maker(S)
    path = phone.make()
    before = phone.cookie
    phone.log_in()
    true(phone.cookie != before, "expected another cookie, came the same")
    same(phone.file(path).text, XML, "after log in")
    same(Maker(S, before).file(path).status, 404, "with the old cookie")
    desk.log_in()
    same(desk.file(path).text, XML, "on another device")
    later = desk.make(one_user("later"))
    holds(phone.get("/documents").text, f'href="{later}"', "the list")
    phone.log_out()
    same(phone.get(path).status, 404, "after log out")
    same(phone.log_in().file(path).text, XML, "when logged in again")
    same(Maker(S).file(path).status, 404, "to a stranger")


def test_goes_with_its_session():
    v = Maker(S)
    path = v.make(one_user("GONEMARK"))
    cookie, number = v.cookie, path.rsplit("/")[-1]
    v.log_out()
    same(Maker(S, cookie).file(path).status, 404, "with the old cookie")
    rows = harness.select(S.database,
                          f"SELECT id FROM document WHERE id = {number}")
    same(len(rows), 0, "rows of a session's document")
    total_is_right(S)


def test_log_out_meanwhile():
    """Nobody could reach what is left behind."""
    text = YAML.replace("quantity: 2", "quantity: 2000")
    got = set()
    for _ in range(15):
        v = Maker(S)
        v.make()
        token, again = v.token(), Maker(S, v.cookie)
        upload = threading.Thread(
            target=lambda: got.add(again.upload(text, token=token).status))
        upload.start()
        v.log_out(token)
        upload.join()
    true(got <= {302, 409, 403}, f"expected 302, 403 or 409, came {got}")
    rows = harness.select(
        S.database, "SELECT count(*) FROM document WHERE session IS NOT NULL "
        "AND session NOT IN (SELECT hash FROM session)")
    same(int(rows[0][0]), 0, "documents of sessions that are over")


def test_expires():
    server = harness.Server(document_time=1)
    v = Maker(server)
    path = v.make()
    same(v.file(path).status, 200, "at first")
    soon(lambda: v.file(path).status == 404, 3, "the end of a document")
    same(v.get(path).status, 404, "its page")
    lacks(v.get("/documents").text, path, "the list")
    server.close()


def test_never_later_than_its_session():
    server = harness.Server(session_time=1000, session_idle_time=900)
    v = Maker(server)
    v.make()
    v.make()
    rows = harness.select(
        server.database, "SELECT d.expires_at - d.created_at, s.expires_at "
        "- d.expires_at FROM document d, session s ORDER BY d.id")
    for lives, spare in rows:
        at_most(int(lives), 900 * 1000, "milliseconds that it is kept")
        true(int(spare) >= 0, f"expected it to end first, came {spare}")
    server.close()


def test_limit_of_one_visitor():
    server = harness.Server(document_limit=3 * len(XML) - 1)
    v = Maker(server)
    for _ in range(2):
        path = v.make()
    refused(v.upload(), 409, "more than one visitor may keep", "the third")
    same(v.post(f"{path}/delete").status, 302, "delete")
    v.make()
    Maker(server).make()
    big = YAML.replace("quantity: 2", "quantity: 20")
    refused(Maker(server).upload(big), 409, "more than one visitor",
            "more than anybody may")
    same(count(server, "session"), 2, "sessions")
    total_is_right(server)
    server.close()


def test_limit_of_number():
    v = Maker(S)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        v.make(one_user("x"))
        got = list(pool.map(lambda _: v.upload(one_user("x")).status,
                            range(110)))
    same((got.count(302), got.count(409)), (99, 11), "of 110 uploads")
    page = v.get("/documents").text
    same(page.count("/delete"), 100, "documents in the list")


def test_limit_of_all():
    server = harness.Server(documents_limit=2 * (3 * len(XML) - 1))
    first = Maker(server)
    path = first.make()
    Maker(server).make()
    v = Maker(server)
    for who in (v, first):
        r = who.upload()
        same((r.status, r.type), (503, "text/html"), "the third")
        true(int(r.header("Retry-After")) > 0, "expected Retry-After > 0")
        holds(r.text, "no room", "the third")
    same((v.cookie, count(server, "session")), (None, 2), "cookie, sessions")
    first.post(f"{path}/delete")
    v.make()
    Maker(server).log_in().make()  # strangers have half of it
    total_is_right(server)
    server.close()


def test_a_stranger_has_a_pace():
    server = harness.Server()
    n = 0
    while (r := Maker(server).upload()).status == 302:
        n += 1
        at_most(n, 300, "documents of one address")
    same((r.status, r.type), (429, "text/html"), "one more")
    true(int(r.header("Retry-After")) > 0, "expected Retry-After > 0")
    holds(r.text, "from your address", "one more")
    Maker(server, source="127.0.0.2").make()
    v = Maker(server).log_in()
    v.make()
    same(count(server, "document"), n + 2, "documents")
    server.close()


def test_uploads_at_once():
    server = harness.Server(document_limit=5 * len(XML) + 10)
    v = Maker(server)
    v.make()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: v.upload(), range(16)))
    made = [r.header("Location") for r in got if r.status == 302]
    same((len(made), len(set(made))), (4, 4), "documents of 16 uploads")
    for path in made:
        same(v.file(path).text, XML, path)
    total_is_right(server)
    server.close()


def test_check_db_counts_them():
    server = harness.Server()
    v = Maker(server)
    v.make()
    Maker(server).log_in().make()
    server.do("check-db")
    for change, back in (
            ("UPDATE document_total SET bytes = bytes + 1",
             "UPDATE document_total SET bytes = bytes - 1"),
            ("UPDATE document SET account = 1 WHERE session IS NOT NULL",
             "UPDATE document SET account = NULL WHERE session IS NOT NULL")):
        harness.execute(server.database, change)
        same(server.run("check-db").status, 1, change)
        harness.execute(server.database, back)
        server.do("check-db")
    server.close()


def test_two_processes():
    """PostgreSQL may have several: the limit holds for all of them."""
    if harness.ON != "postgres":
        return
    limit = 2 * (10 * len(XML) + 1)
    one = harness.Server(documents_limit=limit)
    two = harness.Server(database=one.database, documents_limit=limit)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        got = list(pool.map(
            lambda i: Maker((one, two)[i % 2]).upload().status, range(40)))
    same((got.count(302), got.count(503)), (10, 30), "of 40 uploads")
    total_is_right(one)
    two.stop()
    one.close()


def test_after_a_crash():
    server = harness.Server()
    v = Maker(server)
    path, token = v.make(), v.token()
    server.kill()
    server.start()
    same(v.file(path).text, XML, "after kill -9")
    same(v.post(f"{path}/delete", token=token).status, 302,
         "delete with the same token")
    server.close()


def large():
    """Nearly all that the mapper makes: about 3.9 MB."""
    devices = "\n".join(
        f"      p{i}: '{'v' * 200}'" for i in range(10))
    return (YAML.replace("quantity: 2", "quantity: 40")
            .replace("quantity: 1\n", "quantity: 40\n") + devices + "\n")


def test_a_large_one():
    v = Maker(S, source="127.0.0.2")
    path = v.make(large())
    r = v.file(path)
    same(r.status, 200, "a large one")
    true(3 * MIB < len(r.body) <= 4 * MIB,
         f"expected 3 to 4 MiB, came {len(r.body)} bytes")
    same(r.text.count("<authorize "), 40, "users in it")
    page = v.get(path)
    at_most(len(page.body), 200 * 1024, "bytes of its page")
    holds(page.text, "only its beginning", "its page")
    shown = html.unescape(re.search(r"<pre[^>]*><code>(.*?)</code>",
                                    page.text, re.S)[1])
    at_most(len(shown.encode()), 64 * 1024, "bytes of its preview")
    true(r.text.startswith(shown) and shown.endswith("\n"),
         f"expected its first lines, came {shown[-80:]}")
    before = S.rss_kb()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        sizes = list(pool.map(lambda _: len(v.file(path).body), range(40)))
    same(set(sizes), {len(r.body)}, "bytes of 40 downloads")
    at_most(S.rss_kb() - before, 80 * 1024 * SLOW, "KiB that it grew")


def test_readings_go_on():
    ch = S.channel()
    text = large()
    over = threading.Event()
    addresses = [f"127.0.1.{i}" for i in range(1, 255)]
    made = []

    def upload():
        v = Maker(S, source=addresses.pop())
        while not over.is_set():
            made.append(v.upload(text).status)
            if made[-1] in (409, 429):
                v = Maker(S, source=addresses.pop())

    threads = [threading.Thread(target=upload) for _ in range(3)]
    for t in threads:
        t.start()
    try:
        slowest = 0
        for i in range(1, 101):
            began = time.monotonic()
            same(S.store(ch, field1=i), i, "entry number")
            slowest = max(slowest, time.monotonic() - began)
    finally:
        over.set()
        for t in threads:
            t.join()
    lacks(made, 500, "uploads")
    true(302 in made, f"expected documents, came {set(made)}")
    at_most(slowest, 2 * SLOW, "seconds that a reading waited")
    same(len(S.every(ch)), 100, "readings")


def test_log_tells_nothing():
    v = Maker(S)
    path = v.make()
    v.upload(name="NAMEMARK.txt")
    v.upload(YAML.replace("quantity", "quantityMARK"), "NAMEMARK.yaml")
    v.file(path)
    for mark in ("PASSWORDMARK", "NAMEMARK", "quantityMARK",
                 v.cookie):
        lacks(S.log(), mark, "the log")
