"""How often somebody may try to log in, and what it costs the others."""
import threading
import time

import harness
import wire
from expect import SLOW, at_most, holds, one_of, same, true
from visitor import FORM, Visitor, flash, sources, text_of

S = harness.Shared()


def visitor():
    """With an address of its own."""
    return Visitor(S, source=next(sources))


def form(name, password):
    return {"username": name, "password": password}


def test_a_person_who_mistypes():
    v = visitor().register("tess")
    for _ in range(6):
        same(v.post("/auth/login", form("tess", "wrong")).status, 200, "wrong")
    v.log_in("tess", "pw")
    for _ in range(25):
        v.post("/auth/logout")
        v.log_in("tess", "pw")


def test_guessing_is_slowed():
    v = visitor().register("gil")
    came = [v.post("/auth/login", form("gil", f"guess{i}")) for i in range(15)]
    slow = [r for r in came if r.status == 429]
    true(4 <= len(slow) <= 8, f"expected some to wait, came {came}")
    same(slow[-1].type, "text/html", "the page")
    holds(text_of(slow[-1]), "Please wait", "the page")
    wait = int(slow[-1].header("Retry-After"))
    true(0 < wait <= 15, f"expected some seconds, came {wait}")
    same(v.post("/auth/login", form("gil", "pw")).status, 429,
         "the right one, too soon")
    visitor().log_in("gil", "pw")
    same(visitor().post("/auth/login", form("gil2", "x")).status, 200,
         "another name")


def test_one_address():
    v = visitor()
    came = [v.post("/auth/login", form(f"no{i}", "x")).status
            for i in range(60)]
    one_of(came.count(429), range(10, 31), "of 60 names")
    same(visitor().post("/auth/login", form("no", "x")).status, 200,
         "another address")


def test_one_name():
    came = [visitor().post("/auth/login", form("popular", "x")).status
            for _ in range(60)]
    one_of(came.count(429), range(10, 31), "of 60 addresses")


def test_newcomers_are_paced():
    v = visitor()
    came = [v.post("/auth/register", form("anna", "x")).status
            for _ in range(40)]
    one_of(came.count(429), range(5, 31), "of 40")
    same(set(came), {200, 429}, "statuses")
    same(flash(v.post("/auth/register", form("", ""))),
         "Username is required.", "what costs nothing")


def guess(c, name, password):
    body = wire.query(**form(name, password)).encode()
    c.send(wire.build("POST", "/auth/login", FORM, body))


def test_busy():
    """More at once than may wait: the others are told so at once."""
    ways = [S.connect(source=next(sources), timeout=60 * SLOW)
            for _ in range(80)]
    for n, c in enumerate(ways):
        guess(c, f"busy{n}", "x")
    came = [c.read_response() for c in ways]
    busy = [r for r in came if r.status == 503]
    same({r.status for r in came}, {200, 503}, "answers")
    true(10 < len(busy) < 60, f"expected some to be busy, came {len(busy)}")
    holds(text_of(busy[0]), "in a few seconds", "the page")
    true(int(busy[0].header("Retry-After")) > 0, "expected some seconds")
    for c in ways:
        c.close()
    same(visitor().post("/auth/login", form("busy", "x")).status, 200,
         "afterwards")


def test_many_wrong_log_ins():
    """Thousands: most are told to wait, nobody else has to."""
    ch, statuses, lock = S.channel(), [], threading.Lock()
    S.store(ch, field1="0")
    before = S.rss_kb()

    def attack(n):
        with S.connect(source=f"127.2.0.{n % 3 + 1}",
                       timeout=60 * SLOW) as c:
            for i in range(200):
                guess(c, f"m{n % 3}", f"guess{i}")
                r = c.read_response()
                with lock:
                    statuses.append((r.status, r.header("Retry-After")))
    threads = [threading.Thread(target=attack, args=(n,)) for n in range(24)]
    for t in threads:
        t.start()
    slowest, stored = 0.0, 1
    while any(t.is_alive() for t in threads):
        began = time.monotonic()
        same(S.store(ch, field1=stored), stored + 1, "the entry")
        slowest, stored = max(slowest, time.monotonic() - began), stored + 1
        time.sleep(0.02)
    for t in threads:
        t.join()
    same(len(statuses), 24 * 200, "answers")
    for status, wait in statuses:
        one_of(status, (200, 429, 503), "an answer")
        same(wait is None, status == 200, "Retry-After")
    at_most(slowest, 3 * SLOW, "seconds for a reading")
    true(stored > 10, f"expected readings meanwhile, came {stored}")
    if SLOW == 1:
        at_most(S.rss_kb() - before, 250 * 1024, "KiB more")
