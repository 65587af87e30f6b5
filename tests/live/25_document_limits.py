"""How much may be kept, and what it costs others."""
import concurrent.futures
import html
import re
import threading
import time

import harness
from expect import SLOW, at_most, holds, lacks, same, true
from maker import (MIB, XML, YAML, Maker, count, one_user, refused,
                   total_is_right)

S = harness.Shared()


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
