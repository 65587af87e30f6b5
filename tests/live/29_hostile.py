"""What people send who mean no good: it is refused, costs little, and nobody
else notices."""
import concurrent.futures
import gzip
import itertools
import socket
import threading
import time

import harness
import visitor
import wire
from expect import SLOW, at_most, lacks, one_of, same, soon
from visitor import FORM, Visitor

S = harness.Shared()
MIB = 1024 * 1024
sources = (f"127.6.{n // 250}.{n % 250 + 1}" for n in itertools.count())
MULTIPART = {"Content-Type": "multipart/form-data; boundary=B"}
PART = b"--B\r\nContent-Disposition: form-data; "

VALUES = [b"", b"-1", b"9223372036854775808", b"1" * 5000, b"a\0b", b"\xff",
          b"\xed\xa0\x80", b"x" * 100000, b"1e999", b"nan",
          b"10000-01-01T00:00", b"0000-00-00", b"2026-02-30T00:00",
          b"\r\nX: y", b"../../etc/passwd", b"%00", b"\x7f\x01"]


def someone(name=None, admin=False):
    v = Visitor(S, source=next(sources))
    if name:
        words = ["user", "add", name, "--password-stdin"]
        S.do(*words + (["--admin"] if admin else []), stdin="pw")
        v.log_in(name, "pw")
    return v


def upload(text, head=b'name="filename"; filename="a.yaml"', source=None):
    body = PART + head + b"\r\n\r\n" + text + b"\r\n--B--\r\n"
    with S.connect(source=source, timeout=60 * SLOW) as c:
        c.send(wire.build("POST", "/tools/mapper", MULTIPART, body))
        return c.read_response()


def all_the_while(work):
    """Readings go on meanwhile; how long the slowest one waited."""
    ch = S.channel()
    over, slowest = threading.Event(), [0]

    def send():
        while not over.is_set():
            began = time.monotonic()
            S.store(ch, field1=1)
            slowest[0] = max(slowest[0], time.monotonic() - began)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send)
        try:
            work()
        finally:
            over.set()
        sent.result()
    return slowest[0]


def test_files_that_are_work():
    """As large as the form may be."""
    most = MIB - 2000
    dense = b"- x\n" * (most // 4 - 300)
    texts = {
        "directives": b"".join(b"%%TAG !%d! tag:x:\n" % i
                               for i in range(40000)) + b"--- a",
        "to be mended": dense + b"- {a:[b]}\n" * 64,
        "brackets": b"[" * most,
        "keys": b"a: 1\n" * (most // 5),
        "digits": b"users: " + b"9" * (most - 7),
        "base 60": b"users: 1" + b":59" * (most // 3 - 3),
        "merges": b"a0: &a0 {x: 1}\n" + b"".join(
            b"a%d: &a%d {<<: [%s]}\n" % (i, i, b",".join([b"*a%d" % (i - 1)]
                                                         * 10))
            for i in range(1, 30)),
        "aliases": b"a: &a x\nb: [" + b"*a," * (most // 3 - 10) + b"*a]",
    }
    for about, text in texts.items():
        began = time.monotonic()
        same(upload(text).status, 400, about)
        at_most(time.monotonic() - began, 2 * SLOW, f"seconds for {about}")


def test_bodies_that_are_too_large():
    packed = gzip.compress(bytes(64 * MIB))
    before = S.rss_kb()
    cases = {
        "parts": (PART + b'name="a"\r\n\r\nv\r\n') * 100000 + b"--B--\r\n",
        "a long name": PART + b'name="' + b"n" * (10 * MIB)
                       + b'"\r\n\r\nv\r\n--B--\r\n',
    }
    for about, body in cases.items():
        r = S.post("/tools/mapper", body, MULTIPART)
        same(r.status, 413, about)
    for path in ("/tools/mapper", "/auth/login", "/channels/1/import"):
        r = S.post(path, packed, {**MULTIPART, "Content-Encoding": "gzip"})
        same(r.status, 413, f"packed, to {path}")
    at_most(S.rss_kb() - before, 64 * 1024 * SLOW, "KiB that it grew")


BOMB = gzip.compress(bytes(15 * MIB))


def bomb(path, method="GET"):
    return wire.build(method, path, {"Content-Encoding": "gzip"}, BOMB)


def test_bombs_hold_up_nobody():
    """They are unpacked beside the loop, or not at all."""
    def throw():
        conns = [S.connect(source=next(sources), timeout=60 * SLOW)
                 for _ in range(40)]
        for i, c in enumerate(conns):
            c.send(bomb(("/nowhere", "/update", "/auth/login")[i % 3], "POST"))
        for c in conns:
            one_of(c.read_response().status, (400, 403, 404, 413, 503), "bomb")
            c.close()
    at_most(all_the_while(throw), 0.5 * SLOW, "seconds of a reading meanwhile")


def test_bodies_go_before_long_answers():
    """What nobody reads any more is not kept for as long as a stream lasts,
    or a slow reader takes."""
    server = harness.Server()
    ch = server.channel(public=True)
    server.store_many(ch, [{"created_at": 1500000000 + i, "field1": "x" * 200}
                           for i in range(8000)])
    before = server.rss_kb()
    for path in (f"/channels/{ch.id}/events", f"/events?channels={ch.id}",
                 f"/channels/{ch.id}/feeds.json"):
        readers = [slow_reader(server, bomb(path)) for _ in range(20)]
        same({status for _, status in readers}, {200}, path)
        soon(lambda: server.rss_kb() - before < 64 * 1024 * SLOW, 5,
             f"memory that comes back from {path}")
        for s, _ in readers:
            s.close()
    server.close()


def test_many_who_want_much():
    """A worker is kept for pages, however many ask for all of a large channel
    in a way that reads every reading."""
    rows = 120000
    server = harness.Server()
    ch = server.channel(public=True)
    for at in range(0, rows, 40000):
        server.store_many(ch, [{"created_at": 1500000000 + 60 * i,
                                "field1": i % 100}
                               for i in range(at, at + 40000)])
    path = f"/channels/{ch.id}/charts/1.svg?days=9999&median=1440"
    many = [server.connect(timeout=120 * SLOW) for _ in range(120)]
    for c in many:
        c.send(wire.build("GET", path, {}, None))
    slowest = 0
    for page in ("/health", "/", f"/channels/{ch.id}", "/journal"):
        began = time.monotonic()
        same(server.get(page).status, 200, page)
        slowest = max(slowest, time.monotonic() - began)
    same({c.read_response().status for c in many}, {200}, "much")
    at_most(slowest, 1 * SLOW, "seconds of a page meanwhile")
    for c in many:
        c.close()
    server.close()


def slow_reader(server, request):
    """Takes the first line of the answer, and then nothing."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.settimeout(10 * SLOW)
    s.connect(("127.0.0.1", server.port))
    s.sendall(request)
    return s, int(s.recv(12)[9:])


def test_slow_readers_of_large_documents():
    server = harness.Server(held_limit=8 * MIB)
    v = Visitor(server)
    text = ("users:\n  u: {quantity: 200, username_prefix: p, "
            "username_suffix: '1', password: p}\ndevices:\n  d: {quantity: 1, "
            "name_prefix: n, name_suffix: '1', hostname_prefix: h, "
            "hostname_suffix: '1', parameters: {x: %s}}\n" % ("z" * 19000))
    body = (PART + b'name="filename"; filename="a.yaml"\r\n\r\n'
            + text.encode() + b"\r\n--B--\r\n")
    r = v.request("POST", "/tools/mapper", body, MULTIPART)
    path = r.header("Location") + "/user-mapping.xml"
    request = wire.build("GET", path, {"Cookie": "session=" + v.cookie}, None)
    readers = [slow_reader(server, request) for _ in range(40)]
    same({status for _, status in readers}, {200, 503}, "slow readers")
    same(v.get("/documents").status, 200, "a page meanwhile")
    for s, _ in readers:
        s.close()
    soon(lambda: v.get(path).status == 200, 5, "the document, when they left")
    server.close()


def test_wrong_log_ins():
    source = next(sources)
    statuses = []

    def guess(number):
        with S.connect(source=source) as c:
            for i in range(250):
                body = wire.query(username=f"name{number}",
                                  password=f"SECRETMARK{i}")
                c.send(wire.build("POST", "/auth/login", FORM, body.encode()))
                statuses.append(c.read_response().status)

    def work():
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(guess, range(8)))

    at_most(all_the_while(work), 2 * SLOW, "seconds that a reading waited")
    same(len(statuses), 2000, "answers")
    same(set(statuses), {200, 429}, "answers")
    at_most(statuses.count(200), 60, "passwords that were looked at")
    lacks(S.log(), "SECRETMARK", "the log")


def test_words_that_are_work():
    v = someone("wordy")
    token = v.token()
    for _ in range(40):
        same(v.post("/journal/create", {"title": "t", "body": "a" * 65000},
                    token=token).status, 302, "a post")
    for words in ("a" * 60 + "b", " ".join(["a" * 23 + "b"] * 8)):
        began = time.monotonic()
        same(S.get("/journal?" + wire.query(q=words)).status, 200, "a search")
        at_most(time.monotonic() - began, 0.6 * SLOW, f"seconds for {words}")


def test_values_of_every_kind():
    v = someone("kinds")
    token = v.token()
    r = v.post("/channels/create", {"name": "n", "zone": "UTC", "label1": "T"},
               token=token)
    path = r.header("Location").removesuffix("/connect")
    form = {"name": "n", "zone": "UTC", "label1": "T", "colour1": "",
            "latitude": "", "tags": "", "url": "", "rows": "4"}
    forms = {f"{path}/edit": form, "/channels/create": form,
             f"{path}/keys": {"action": "add", "kind": "read", "text": ""},
             f"{path}/devices": {"action": "accept", "name": "d"},
             f"{path}/import": {"file": "created_at,field1\n", "zone": "UTC"},
             "/journal/create": {"title": "t", "body": "b", "moment": "",
                                 "channel": path.split("/")[2]},
             "/account/sessions/end": {"session": "x"}}
    for to, fields in forms.items():
        for name, value in itertools.product(fields, VALUES):
            r = v.post(to, {**fields, name: value}, token=token)
            one_of(r.status, (200, 302, 400, 413, 422),
                   f"{to} with {name}={value[:20]}")
    for value in VALUES:
        part = wire.query(x=value[:3000])[2:]
        for to in ("/channels/%s", "/journal/%s", "/documents/%s/x",
                   "/journal?q=%s", "/journal?before=%s.1", path + "?range=%s",
                   "/channels?mine=%s", path + "/charts/1.svg?days=%s"):
            at_most(v.get(to % part).status, 499, f"status of {to % part}")
    lacks(S.log(), "level=fail", "the log")


def test_nobody_is_sent_elsewhere():
    someone("homely")
    for to in ("//evil", "/\\evil", "/\t/evil", "https://evil", "evil",
               "/\r\nX: y", "/\0", "\\\\evil"):
        v = someone()
        r = v.post("/auth/login", {"username": "homely", "password": "pw",
                                   "next": to})
        same((r.status, r.header("Location")), (302, "/"), f"next={to!r}")


def test_the_last_two_administrators():
    server = harness.Server()
    for name in ("ann", "ben"):
        server.do("user", "add", name, "--password-stdin", "--admin",
                  stdin="pw")
    people = [Visitor(server).log_in(name, "pw") for name in ("ann", "ben")]
    tokens = [v.token() for v in people]
    admins = harness.select(server.database,
                            "SELECT id, name FROM account WHERE admin = 1")
    for number, name in admins:
        if name not in ("ann", "ben"):
            people[0].post(f"/accounts/{number}/admin", {"admin": "no"},
                           token=tokens[0])
    ids = {name: number for number, name in admins}

    def step_down(i):
        return people[i].post(f"/accounts/{ids[('ann', 'ben')[i]]}/admin",
                              {"admin": "no"}, token=tokens[i]).status

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        same(sorted(pool.map(step_down, (0, 1))), [200, 302], "stepping down")
    same(visitor.rows(server, "SELECT count(*) FROM account WHERE admin = 1"),
         ["1"], "administrators")
    server.close()
