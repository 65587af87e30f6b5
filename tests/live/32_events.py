"""Streams of events: what a page that is open is told. See docs/live.md."""
import signal
import threading
import time

import harness
import wire
from expect import SLOW, at_most, same, soon, true
from visitor import Visitor
from watcher import Watcher

S = harness.Shared()
TEMPERATURE = ("Outside:°C", "Inside:°C")


def events(channel, **params):
    q = wire.query(**params)
    return f"/channels/{channel.id}/events" + (f"?{q}" if q else "")


def public(*fields, **about):
    return S.channel(*fields or TEMPERATURE, public=True, **about)


def locked():
    """A private one, when it is old news: until then streams that a key has
    opened end once more."""
    ch = S.channel(*TEMPERATURE)
    time.sleep(1.2 * SLOW)
    return ch


def nothing_more(w, seconds=0.4):
    w.sock.settimeout(seconds)
    try:
        came = w.sock.recv(1000)
        same(came, b"", "expected silence")
    except TimeoutError:
        pass


# -- what is said

def test_hello():
    ch = public()
    for i in range(3):
        S.store(ch, field1=i)
    before = time.time() * 1000
    with Watcher(S, events(ch)) as w:
        same((w.hello.id, list(w.hello.data)), ("3", ["now"]), "hello")
        true(before - 2 <= w.hello.data["now"] <= time.time() * 1000 + 2,
             f"expected the server's clock, came {w.hello}")
        r = w.head
        same([r.header(n) for n in ("Content-Type", "Cache-Control",
              "X-Accel-Buffering", "Access-Control-Allow-Origin",
              "Content-Length", "Transfer-Encoding")],
             ["text/event-stream; charset=utf-8", "no-store", "no", "*", None,
              None], "headers")


def test_a_reading():
    ch = public("Outside:°C", "Sky", timezone="Europe/Paris")
    with Watcher(S, events(ch)) as w:
        S.store(ch, field1="21.50", field2="Clouds", field3="hidden",
                created_at="2021-03-28T00:59:59Z")
        S.store(ch, field1="nothing", field2=" ",
                created_at="2021-03-28T01:00:00Z")
        one, two = w.readings(2)
    same((one.id, one.data), ("1", {
        "channel": ch.id, "entry": 1, "at": 1616893199000,
        "iso": "2021-03-28T00:59:59Z", "clock": "01:59:59 AM Mar 28, 2021",
        "fields": {"1": {"text": "21.50", "unit": "°C", "number": 21.5},
                   "2": {"text": "Clouds", "unit": ""}}}), "the first")
    same((two.id, two.data), ("2", {
        "channel": ch.id, "entry": 2, "at": 1616893200000,
        "iso": "2021-03-28T01:00:00Z", "clock": "03:00:00 AM Mar 28, 2021",
        "fields": {"1": {"text": "nothing", "unit": ""}}}), "the second")


def test_the_unit_that_is_shown():
    ch = public()
    harness.execute(S.database, "UPDATE field SET display = '°F' "
                                f"WHERE channel = {ch.id} AND number = 1")
    with Watcher(S, events(ch)) as w:
        S.store(ch, field1="21.5")
        reading, = w.readings(1)
    same(reading.data["fields"], {"1": {"text": "71", "unit": "°F",
                                        "number": 70.7}},
         "as a card and a chart show it")


def test_every_way_in():
    """And another process."""
    ch = public()
    with Watcher(S, events(ch)) as w:
        S.store(ch, field1=1)
        S.get(f"/update/API_key={ch.write}/mac=m/field=1/data=2")
        S.store_many(ch, [{"created_at": "2021-01-01T00:00:00Z", "field1": 3},
                          {"created_at": "2020-01-01T00:00:00Z", "field1": 4}])
        S.post(f"/channels/{ch.id}/bulk_update.csv", wire.query(
            write_api_key=ch.write, time_format="absolute",
            updates="2022-01-01T00:00:00Z,5|2022-01-01T00:00:01Z,6"))
        seen = w.readings(6)
        S.do("import", "--channel", ch.id, "-",
             stdin="created_at,field1\n2023-01-01T00:00:00Z,7\n")
        seen += w.readings(1)
    same([(e.data["entry"], e.data["fields"]["1"]["text"]) for e in seen],
         [(n, str(n)) for n in range(1, 8)], "in the order of their numbers")


def test_it_is_on_disk_before_it_is_shown():
    ch = public()
    with Watcher(S, events(ch)) as w:
        for i in range(20):
            S.store(ch, field1=i)
            entry, = w.entries(1)
            same(S.get(f"/channels/{ch.id}/feeds/{entry}.json").json["field1"],
                 str(i), "read back")


# -- coming back

def test_what_was_missed():
    ch = public()
    for i in range(10):
        S.store(ch, field1=i)
    with Watcher(S, events(ch), last=4) as w:
        same(w.hello.id, "4", "where it begins")
        same(w.entries(6), [5, 6, 7, 8, 9, 10], "by header")
        S.store(ch, field1="x")
        same(w.entries(1), [11], "and on")
    with Watcher(S, events(ch, last_event_id=9)) as w:
        same(w.entries(2), [10, 11], "by parameter")
    with Watcher(S, events(ch, last_event_id=1), last=10) as w:
        same(w.entries(1), [11], "the header goes before")
        nothing_more(w)
    with Watcher(S, events(ch), last=0) as w:
        same(w.entries(11), list(range(1, 12)), "all of it")


def test_more_than_can_be_told():
    ch = public()
    S.store_many(ch, [{"created_at": f"2021-01-01T00:{i // 60:02}:{i % 60:02}Z",
                       "field1": i} for i in range(250)])
    with Watcher(S, events(ch), last=150) as w:
        same(w.entries(100), list(range(151, 251)), "a hundred")
    with Watcher(S, events(ch), last=149) as w:
        same((w.reset(), w.id), (250, "250"), "one more")
        S.store(ch, field1="x")
        same(w.entries(1), [251], "and on")
    with Watcher(S, events(ch), last=7000) as w:
        same((w.reset(), w.id), (251, "251"), "an entry that is not there")
        S.store(ch, field1="x")
        same(w.entries(1), [252], "and on")


def test_large_ones():
    """Few readings, too many bytes."""
    ch = public(*(f"F{i}" for i in range(1, 9)))
    S.store_many(ch, [{"created_at": f"2021-01-01T00:00:{i:02}Z",
                       **{f"field{f}": "x" * 255 for f in range(1, 9)}}
                      for i in range(40)])
    with Watcher(S, events(ch), last=0) as w:
        same(w.reset(), 40, "all of it")
    with Watcher(S, events(ch), last=30) as w:
        same(w.entries(10), list(range(31, 41)), "some of it")


def test_ids_that_are_none():
    ch = public()
    for last in ("x", "1:2", "-1", "1.5", "99999999999999999999"):
        r = S.get(events(ch), {"Last-Event-ID": last})
        same((r.status, r.json["status"]), (400, "400"), last)
    for last in ("7", ":", "1", "1:x", "x:1"):
        r = S.get(f"/events?channels={ch.id}", {"Last-Event-ID": last})
        same(r.status, 400, last)


def test_a_cleared_channel():
    ch = public()
    S.store(ch, field1=1)
    S.store(ch, field1=2)
    with Watcher(S, events(ch)) as w:
        S.request("DELETE", f"/channels/{ch.id}/feeds.json?"
                  + wire.query(api_key=S.user_key))
        same(w.reset(), 0, "the newest")
        S.store(ch, field1=1)
        same(w.entries(1), [1], "it begins again")


def test_an_edited_channel():
    """Labels and units may be others now."""
    ch = public()
    S.store(ch, field1=1)
    with Watcher(S, events(ch)) as w:
        time.sleep(0.5 * SLOW)
        S.request("PUT", f"/channels/{ch.id}.json", body=wire.query(
            api_key=S.user_key, field1="Roof"))
        same(w.reset(), 1, "the newest")
        S.store(ch, field1=2)
        same(w.entries(1), [2], "and on")


# -- who may

def test_private():
    ch = S.channel(*TEMPERATURE)
    other = locked()
    for key in (None, "NONE", other.read, other.write, S.user_key):
        r = S.get(events(ch, **({"api_key": key} if key else {})))
        same((r.status, r.body), (400, b"-1"), f"with {key}")
    for key in (ch.read, ch.write):
        with Watcher(S, events(ch, api_key=key)) as w:
            n = S.store(ch, field1=1)
            same(w.entries(1), [n], "with a key")
    anna = Visitor(S)
    anna.log_in("anna", "correct horse")
    with Watcher(S, events(ch),
                 headers={"Cookie": "session=" + anna.cookie}) as w:
        n = S.store(ch, field1=1)
        same(w.entries(1), [n], "its owner")
    same(S.get("/channels/999999/events").status, 404, "no such channel")


def test_what_is_taken_back():
    """The stream ends, and does not begin again."""
    def ends(w, does):
        does()
        began = time.monotonic()
        w.ends()
        at_most(time.monotonic() - began, 5 * SLOW, "until it ends")

    ch = locked()
    key = S.do("key", "add", "--channel", ch.id, "--read").json["key"]
    with Watcher(S, events(ch, api_key=key)) as w:
        ends(w, lambda: S.do("key", "remove", "--channel", ch.id,
                             "--key", key))
    same(S.get(events(ch, api_key=key)).status, 400, "a key that was revoked")
    ch = public()
    with Watcher(S, events(ch)) as w:
        ends(w, lambda: S.request(
            "PUT", f"/channels/{ch.id}.json",
            body=wire.query(api_key=S.user_key, public_flag="false")))
    same(S.get(events(ch)).status, 400, "made private")
    ch = public()
    with Watcher(S, events(ch)) as w:
        ends(w, lambda: S.request("DELETE", f"/channels/{ch.id}.json?"
                                  + wire.query(api_key=S.user_key)))
    same(S.get(events(ch)).status, 404, "removed")


# -- several channels

def test_several():
    one, two = public(), locked()
    path = f"/events?channels={one.id},{two.id},{one.id}&api_key={two.read}"
    with Watcher(S, path) as w:
        same(w.hello.id, f"{one.id}:0,{two.id}:0", "hello")
        S.store(two, field1=1)
        first, = w.readings(1)
        S.store(one, field1=2)
        second, = w.readings(1)
        same([(e.id, e.data["channel"]) for e in (first, second)],
             [(f"{one.id}:0,{two.id}:1", two.id),
              (f"{one.id}:1,{two.id}:1", one.id)], "ids")
        last = w.id
    S.store(one, field1=3)
    S.store(two, field1=4)
    with Watcher(S, path, last=last) as w:
        same(sorted((e.data["channel"], e.data["entry"])
                    for e in w.readings(2)),
             sorted([(one.id, 2), (two.id, 2)]), "what was missed")
    with Watcher(S, path, last=f"{two.id}:0") as w:
        same([(e.data["channel"], e.data["entry"]) for e in w.readings(2)],
             [(two.id, 1), (two.id, 2)], "of one, and the other from now on")


def test_lists_that_are_none():
    ch, locked = public(), S.channel(*TEMPERATURE)
    for list_, status in (("", 400), ("x", 400), (f"{ch.id},", 400),
                          ("999999", 404), (f"{ch.id},{locked.id}", 400)):
        same(S.get(f"/events?channels={list_}").status, status, list_)
    same(S.get("/events").status, 400, "none")
    many = [public(name=f"Many {i}").id for i in range(51)]
    same(S.get("/events?channels=" + ",".join(map(str, many))).status, 400,
         "more than fifty")
    with Watcher(S, "/events?channels=" + ",".join(map(str, many[:50]))) as w:
        same(len(w.hello.id.split(",")), 50, "fifty")


# -- HTTP

def test_other_ways_to_ask():
    ch = public()
    r = S.request("HEAD", events(ch))
    same((r.status, r.type, r.header("Content-Length")),
         (200, "text/event-stream", None), "HEAD")
    same(S.post(events(ch)).status, 405, "POST")
    with S.connect() as c:
        c.send(f"GET {events(ch)} HTTP/1.0\r\n\r\n")
        while b"event: hello" not in c.got:
            true(c.more(), "expected a stream, came an end")


def test_over_tls():
    import ssl
    operation = __import__("13_operation")
    server = operation.tls_server()
    ch = server.channel(*TEMPERATURE, public=True)
    true(isinstance(operation.trusting(server), ssl.SSLContext), "a context")
    with Watcher(server, events(ch), port=server.tls_port,
                 tls=operation.trusting(server)) as w:
        for i in range(3):
            server.store(ch, field1=i)
        same(w.entries(3), [1, 2, 3], "over TLS")
    server.close()


def test_patience_and_workers():
    """A stream outlives what a silent connection and a slow request may take,
    and holds no worker; beats come."""
    server = harness.Server(idle_time=1, request_time=1, workers=1)
    ch = server.channel(*TEMPERATURE, public=True)
    all_ = [Watcher(server, events(ch)) for _ in range(5)]
    time.sleep(2.5)
    server.store(ch, field1=1)
    for w in all_:
        same(w.entries(1), [1], "a reading")
    same(all_[0].next().name, "beat", "after a while")
    for w in all_:
        w.close()
    soon(lambda: server.metric("almanac_watchers") == 0, 10, "that they left")
    server.close()


test_patience_and_workers.seconds = 60


def test_too_many():
    server = harness.Server(watchers=2)
    ch = server.channel(*TEMPERATURE, public=True)
    one, two = (Watcher(server, events(ch)) for _ in range(2))
    r = server.get(events(ch))
    same((r.status, r.header("Retry-After")), (503, "5"), "a third")
    server.store(ch, field1=1)
    same(one.entries(1) + two.entries(1), [1, 1], "the others")
    one.close()
    soon(lambda: server.metric("almanac_watchers") == 1, 10, "a place")
    Watcher(server, events(ch)).close()
    two.close()
    server.close()


# -- many, slow and dead ones

def test_many():
    ch = public()
    all_ = [Watcher(S, events(ch)) for _ in range(200)]
    for i in range(5):
        S.store(ch, field1=i)
    for w in all_:
        same(w.entries(5), [1, 2, 3, 4, 5], "every one")
        w.close()
    soon(lambda: S.metric("almanac_watchers") == 0, 10, "that they left")


def test_a_slow_one():
    """It is dropped, others are not, and memory is bounded."""
    ch = public(*(f"F{i}" for i in range(1, 9)))
    slow = Watcher(S, events(ch))
    good = Watcher(S, events(ch))
    before = S.rss_kb()
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            event = good.next()
            if event.name in ("reading", "reset"):
                seen.append(event.data["entry"])
    reader = threading.Thread(target=read)
    reader.start()
    for i in range(40):
        S.store_many(ch, [{"created_at": "2021-01-01T00:00:00Z",
                           **{f"field{f}": "x" * 255 for f in range(1, 9)}}
                          for _ in range(20)])
        time.sleep(0.06)
    dropped = soon(lambda: S.metric("almanac_watchers") <= 2, 1, "they are")
    true(dropped, "expected watchers")
    entry = 800
    while S.metric("almanac_watchers") > 1 and entry < 8000:
        S.store_many(ch, [{"created_at": "2021-01-01T00:00:00Z",
                           **{f"field{f}": "x" * 255 for f in range(1, 9)}}
                          for _ in range(20)])
        entry += 20
        time.sleep(0.05)
    same(S.metric("almanac_watchers"), 1, "watchers")
    at_most(S.rss_kb() - before, 20000 * max(1, SLOW), "KiB more")
    soon(lambda: seen and seen[-1] == entry, 10, "the last at the other")
    same(seen, sorted(set(seen)), "in order, none twice")
    stop.set()
    S.store(ch, field1=1)
    reader.join()
    slow.close()
    good.close()


test_a_slow_one.seconds = 120


def test_sigterm():
    server = harness.Server()
    ch = server.channel(*TEMPERATURE, public=True)
    all_ = [Watcher(server, events(ch)) for _ in range(20)]
    server.store(ch, field1=1)
    for w in all_:
        same(w.entries(1), [1], "a reading")
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    same(server.wait(), 0, "status")
    at_most(time.monotonic() - began, 2 * SLOW, "seconds until it ended")
    for w in all_:
        same(w.ends(), b"", "before the end")
        w.close()
    server.process = None
    server.close()


def test_kill_9():
    """Whoever comes back gets all that was acknowledged, each once."""
    server = harness.Server()
    ch = server.channel(*TEMPERATURE, public=True)
    told, last, acknowledged = [], 0, []
    for _ in range(3):
        def write():
            for _ in range(4):  # all of them are fewer than a hundred
                try:
                    acknowledged.append(server.store(ch, field1=1))
                except (OSError, AssertionError):
                    return
                time.sleep(0.01)
        writers = [threading.Thread(target=write) for _ in range(8)]
        with Watcher(server, events(ch), last=last) as w:
            for t in writers:
                t.start()
            told += w.entries(5)
            server.kill()
            for t in writers:
                t.join()
            last = told[-1]
        server.start()
    newest = max(acknowledged)
    with Watcher(server, events(ch), last=last) as w:
        while told[-1] < newest:
            told += w.entries(1)
    same(told, list(range(1, told[-1] + 1)), "each once, in order")
    server.close()


def test_two_processes():
    """PostgreSQL: what one has acknowledged is seen at the other."""
    if harness.ON != "postgres":
        return
    other = harness.Server(S.database)
    try:
        ch = public()
        with Watcher(other, events(ch)) as w:
            for i in range(10):
                n = S.store(ch, field1=i)
                began = time.monotonic()
                same(w.entries(1), [n], "at the other")
                at_most(time.monotonic() - began, 1 * SLOW, "seconds")
    finally:
        other.stop()
        harness.servers.remove(other)
