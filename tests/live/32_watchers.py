"""Many who watch, slow ones, and how streams end."""
import os
import re
import socket
import sqlite3
import threading
import time

import harness
import wire
from expect import Failure, SLOW, at_most, same, soon, true
from load import Load
from tls import tls_server, trusting
from visitor import Visitor
from follower import Crowd, Follower, PATIENCE, path_of

S = harness.Shared()
CROWD, READINGS = 1000, 20
LONG = "x" * 255
BEAT = 15


def public(server=S, *fields):
    return server.channel(*fields or ("A",), public=True)


# -- what takes a minute, while the others run

class Diary(threading.Thread):
    """A stream's events with the seconds since its hello; and its end."""

    def __init__(self, watcher):
        super().__init__(daemon=True)
        self.watcher = watcher
        self.began = time.monotonic()
        self.lines, self.end, self.failure = [], None, None
        self.start()

    def run(self):
        try:
            while event := self.watcher.next(200, beats=True):
                self.lines.append((self.after(), event.name))
            self.end = self.after()
        except Exception as e:
            self.failure = e

    def after(self):
        return time.monotonic() - self.began


def test_a_minute_begins():
    """The last test says what came of it. A minute is one in any build and on
    any database, so only one run takes it."""
    if SLOW > 1 or harness.ON != "sqlite":
        return
    server = MINUTE.server = harness.Server()
    open_one, private = public(server), server.channel("A")
    guest, stays = (Visitor(server).log_in("anna", "correct horse")
                    for _ in range(2))
    MINUTE.private = private
    much = public(server, *"ABCDEFGH")
    MINUTE.stuck = small_socket(server, path_of(much))
    for _ in range(100):
        long_readings(server, much, 20)
        time.sleep(0.06)
    MINUTE.guest, MINUTE.stays = session(guest), session(stays)
    MINUTE.diaries = [
        Diary(Follower(server, channels, headers, again=False))
        for channels, headers in (
            (open_one, {}), (private, MINUTE.stays),
            ([open_one, private], MINUTE.stays), (private, MINUTE.guest))]
    time.sleep(1.5)  # what was changed before has been noticed
    same(guest.post("/auth/logout").status, 302, "log out")


class MINUTE:
    """Between the first test and the last."""
    diaries = []


def session(visitor):
    return {"Cookie": "session=" + visitor.cookie}


# -- many

def test_two_and_two_hundred():
    ch = public()
    with Follower(S, ch) as a, Follower(S, ch) as b:
        crowd = Crowd(S, ch, 200)
        for i in range(5):
            S.store(ch, field1=i)
        S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                          for i in range(50)])
        same(a.entries(55), list(range(1, 56)), "one")
        same(b.entries(55), list(range(1, 56)), "the other")
        for entries in crowd.entries(55):
            same(entries, list(range(1, 56)), "one of two hundred")
        crowd.close()
    soon(lambda: S.metric("almanac_watchers") == 0, 10, "nobody watches")


def test_many_who_are_asked_about():
    """By key, while others change things; nobody is left out."""
    server = harness.Server()
    ch = server.channel("A")
    crowd = Crowd(server, ch, 500, {"THINGSPEAKAPIKEY": ch.read})
    for entry in range(1, 6):
        other = server.channel("B")
        server.do("channel", "remove", other.id, "--yes")
        time.sleep(0.3)
        server.store(ch, field1=entry)
        for entries in crowd.entries(entry):
            same(entries, list(range(1, entry + 1)), "one of many")
    same(server.metric("almanac_watchers"), 500, "almanac_watchers")
    server.do("key", "remove", "--channel", ch.id, "--key", ch.read)
    soon(lambda: server.metric("almanac_watchers") == 0, 10, "all are refused")
    crowd.close()
    server.close()


def test_a_thousand():
    server = harness.Server()
    ch = public(server)
    before = server.rss_kb()
    crowd = Crowd(server, ch, CROWD)
    same(server.metric("almanac_watchers"), CROWD, "almanac_watchers")
    began = time.monotonic()
    for i in range(READINGS):
        server.store(ch, field1=i)
    for entries in crowd.entries(READINGS):
        same(entries, list(range(1, READINGS + 1)), "one of a thousand")
    took = time.monotonic() - began
    each = (server.rss_kb() - before) / CROWD
    print(f"{CROWD} watchers: {each:.1f} KB each, {READINGS} readings in "
          f"{took:.2f} s")
    if SLOW == 1:
        at_most(round(each), 40, "KB for a watcher")
    crowd.close()
    soon(lambda: server.metric("almanac_watchers") == 0, 10, "all have gone")
    server.close()


def small_socket(server, path, tls=None):
    """A watcher that has little room and reads nothing."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(PATIENCE)
    s.connect(("127.0.0.1", server.tls_port if tls else server.port))
    if tls:
        s = tls.wrap_socket(s, server_hostname="localhost")
    s.sendall(wire.build("GET", path, {}, None))
    return s


def long_readings(server, ch, count):
    server.store_many(ch, [
        {"created_at": 1500000000 + i,
         **{f"field{n}": LONG for n in range(1, 9)}} for i in range(count)])


def newest_told(sock, entry):
    """Reads on until that entry has been told, as a reading or a reset."""
    text, mark = b"", re.compile(rb"(^|\n)id: %d\nevent: re" % entry)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    while not mark.search(text):
        data = sock.recv(1 << 16)
        true(data, f"expected that it gets to {entry}, it was ended")
        text = text[-100:] + data


def test_slow_ones_hold_up_nobody():
    """Others get everything, what waits for the slow ones is bounded, and when
    they read on they get to the newest."""
    server = harness.Server()
    ch = public(server, *"ABCDEFGH")
    before = server.rss_kb()
    slow = [small_socket(server, path_of(ch)) for _ in range(20)]
    soon(lambda: server.metric("almanac_watchers") == 20, 10, "the slow ones")
    with Follower(server, ch) as w:
        for n in range(120):
            long_readings(server, ch, 20)
            same(w.entries(20), list(range(n * 20 + 1, n * 20 + 21)),
                 "one that reads")
        same(w.ends, 0, "ends of the other")
    if SLOW == 1:
        at_most((server.rss_kb() - before) // 1024, 40, "MB more than before")
    for entry, s in enumerate(slow[:3], 2400):
        newest_told(s, entry)
        server.store(ch, field1="after all")
        newest_told(s, entry + 1)
    for s in slow:
        s.close()
    server.close()


def test_one_that_goes_is_noticed():
    server = harness.Server()
    ch = public(server)
    for leave in ("close", "abort"):
        watchers = [Follower(server, ch) for _ in range(5)]
        same(server.metric("almanac_watchers"), 5, "almanac_watchers")
        for w in watchers:
            getattr(w.conn, leave)()
        soon(lambda: server.metric("almanac_watchers") == 0, 5, leave)
    soon(lambda: server.metric("almanac_connections") == 1, 5, "connections")
    server.close()


# -- the end of the server

def test_sigterm_ends_all():
    server = harness.Server()
    ch = public(server)
    crowd = Crowd(server, ch, 100)
    load = Load(server.port, [(ch.write, ch.id)], 4, "w")
    load.run(0.3)
    began = time.monotonic()
    server.stop()
    at_most(round(time.monotonic() - began, 1), 3 * SLOW, "seconds to stop")
    load.close()
    for s in crowd.socks:
        s.settimeout(PATIENCE)
        try:
            while s.recv(1 << 16):
                pass
        except ConnectionResetError:
            pass
    crowd.close()
    server.close()


class Page:
    """Follows a channel as a page does: what a reset leaves out it loads."""

    def __init__(self, server, ch):
        self.server, self.ch = server, ch
        self.got = []  # (entry, value)
        self.resets = 0
        self.failure = None
        self.until = None
        self.watcher = Follower(server, ch)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while self.until is None or self.newest() < self.until:
                self.step()
        except Exception as e:
            self.failure = e

    def step(self):
        try:
            event = self.watcher.next(0.5)
        except (Failure, OSError):
            if self.until is not None and time.monotonic() > self.end:
                raise
            return
        if event.name == "reset":
            self.resets += 1
            self.load(event.data["entry"])
        else:
            self.got.append((event.data["entry"],
                             event.data["fields"]["1"]["text"]))

    def load(self, entry):
        while self.newest() < entry:
            try:
                feeds = self.server.feeds(
                    self.ch, start_entry_id=self.newest() + 1,
                    end_entry_id=min(entry, self.newest() + 8000),
                    results=8000)
            except (Failure, OSError):
                time.sleep(0.05)
                continue
            self.got += sorted((e["entry_id"], e["field1"]) for e in feeds)

    def newest(self):
        return self.got[-1][0] if self.got else 0

    def finish(self, newest):
        self.end = time.monotonic() + PATIENCE
        self.until = newest
        self.thread.join()
        self.watcher.close()
        if self.failure:
            raise self.failure


def test_kill_9_and_back():
    """What was acknowledged comes once, in order, to who comes back."""
    server = harness.Server()
    ch = public(server)
    acknowledged = []
    pages = [Page(server, ch) for _ in range(2)]
    for i in range(5):
        load = Load(server.port, [(ch.write, ch.id)], 8, f"round{i}")
        load.run(0.4 * SLOW ** 0.5)
        server.kill()
        load.drain()
        load.close()
        acknowledged += load.acknowledged(ch.id)
        server.start()
    kept = server.every(ch)
    true(acknowledged, "expected readings, came none")
    for page in pages:
        page.finish(max(kept))
        for i, (entry, _) in enumerate(page.got):
            same(entry, i + 1, "each once, in order")
        told = dict(page.got)
        same(told, kept, "as they are stored")
        for entry, value in acknowledged:
            same(told[entry], value, f"entry {entry}")
        true(page.watcher.ends >= 5, f"came back {page.watcher.ends} times")
    server.close()


# -- TLS

def test_over_tls():
    server = tls_server()
    ch = public(server, *"ABCDEFGH")
    context = trusting(server)
    slow = small_socket(server, path_of(ch), context)
    with Follower(server, ch, tls=context) as w:
        same(w.head.header("Cache-Control"), "no-store", "its head")
        server.store(ch, field1="é")
        same(w.readings(1)[0].data["fields"]["1"]["text"], "é", "a reading")
        for _ in range(60):
            long_readings(server, ch, 20)
            same(len(w.entries(20)), 20, "long ones")
        newest_told(slow, 1201)
        again = Follower(server, ch, tls=context, last=w.last)
        again.silent(0.2)
        again.close()
        w.again = False
        server.signal(15)
        same(w.next(), None, "the end")
    same(server.wait(), 0, "status")
    slow.close()
    server.close()


def test_many_channels_that_catch_up():
    """Over TLS all that is told waits until the loop has its turn again."""
    server = tls_server()
    channels = [public(server, *"ABCDEFGH") for _ in range(20)]
    for ch in channels:
        long_readings(server, ch, 20)
    last = ",".join(f"{ch.id}:0" for ch in channels)
    with Follower(server, channels, tls=trusting(server), again=False,
                  last=last) as w:
        told = {(e.data["channel"], e.data["entry"])
                for e in w.readings(20 * 20)}
    same(len(told), 20 * 20, "different readings")
    server.close()


# -- limits

def test_too_many():
    server = harness.Server(watchers=3)
    ch = public(server)
    watchers = [Follower(server, ch) for _ in range(3)]
    r = server.get(path_of(ch))
    same((r.status, r.header("Retry-After")), (503, "5"), "one more")
    same(server.get(path_of([ch])).status, 503, "of several, too")
    entry = server.store(ch, field1=1)
    for w in watchers:
        same(w.entries(1), [entry], "the others")
    watchers.pop().close()
    soon(lambda: server.get(path_of(ch)).status == 200, 5, "room again")
    for w in watchers:
        w.close()
    server.close()
    server = harness.Server(watchers=0)
    same(server.get(path_of(public(server))).status, 503, "none at all")
    server.close()


def test_connections_of_an_address():
    server = harness.Server(connections_per_address=5)
    ch = public(server)
    watchers = [Follower(server, ch) for _ in range(4)]
    with server.connect() as one:
        with server.connect() as more:
            more.expect_end(5 * SLOW)
        one.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        same(one.read_response().status, 200, "the fifth")
    entry = server.store(ch, field1=1)
    for w in watchers:
        same(w.entries(1), [entry], "a watcher")
        w.close()
    server.close()


def test_it_holds_nothing():
    """No worker, no snapshot; and short times are not for streams."""
    server = harness.Server(workers=1, idle_time=1, request_time=1)
    ch = public(server)
    server.store(ch, field1=1)
    watchers = [Follower(server, ch) for _ in range(5)]
    same(server.get(f"/channels/{ch.id}/feeds.json").status, 200, "others")
    if harness.ON == "sqlite":
        soon(lambda: checkpointed(server), 10, "a checkpoint of everything")
    else:
        soon(lambda: not rows_idle(server), 10, "no transaction is open")
    time.sleep(3)
    entry = server.store(ch, field1=2)
    for w in watchers:
        same((w.entries(1), w.ends), ([entry], 0), "after three seconds")
        w.close()
    server.close()


def checkpointed(server):
    db = sqlite3.connect(server.database.file, 5)
    busy, log, done = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.close()
    return not busy and log == done


def rows_idle(server):
    return [row for row in harness.select(
        server.database, "SELECT pid FROM pg_stat_activity WHERE datname = "
        "current_database() AND state LIKE 'idle in transaction%'") if row[0]]


# -- several processes

def test_what_another_process_stores():
    """Within a second: the command line, and a second server."""
    server = harness.Server()
    ch = public(server)
    with Follower(server, ch) as w:
        file = os.path.join(server.database.folder, "a.csv")
        with open(file, "w", encoding="utf-8") as f:
            f.write("time,field1\n2019-02-01 00:00:00,1\n")
        server.do("import", "--channel", ch.id, file)
        same(w.entries(1, 1 * SLOW), [1], "imported")
        if harness.ON == "postgres":
            beside(server, ch, w)
        same(w.ends, 0, "ends")
    server.close()


def test_while_the_database_is_away():
    """Nobody can be asked about; that is no reason to end."""
    if harness.ON != "postgres":
        return
    server = harness.Server()
    ch, name = server.channel("A"), server.database.name
    with Follower(server, ch, api_key=ch.read, again=False) as w:
        entry = server.store(ch, field1=1)
        same(w.entries(1), [entry], "before")
        harness.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        harness.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     f"WHERE datname = '{name}'")
        time.sleep(2)
        harness.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        soon(lambda: server.get("/health").status == 200, 10, "it is back")
        entry = stored(server, ch)
        same(w.entries(1), [entry], "after it")
    server.close()


def stored(server, ch):
    """A reading; the first connections may be those that were ended."""
    def send():
        r = server.get(f"/update?api_key={ch.write}&field1=2")
        return r.status == 200 and int(r.text)
    return soon(send, 10, "a reading is stored")


def beside(server, ch, w):
    other = harness.Server(server.database)
    for entry in range(2, 22):
        same(other.store(ch, field1=entry), entry, "at the other")
        same(w.entries(1, 1 * SLOW), [entry], "at the one")
    load = Load(other.port, [(ch.write, ch.id)], 4, "other")
    mine = Load(server.port, [(ch.write, ch.id)], 4, "mine")
    threads = [threading.Thread(target=x.run, args=(0.1,))
               for x in (load, mine)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    load.drain()
    mine.drain()
    newest = max(server.every(ch))
    last = 21
    while last < newest:
        event = w.next()
        if event.name == "reading":
            same(event.data["entry"], last + 1, "the next")
        last = event.data["entry"]
    same(last, newest, "the last")
    load.close()
    mine.close()
    other.stop()
    harness.servers.remove(other)


# -- a minute later

def test_a_minute_later():
    """Who may is asked again: a session may have ended."""
    if not MINUTE.diaries:
        return
    *stay, guest = MINUTE.diaries
    guest.join(PATIENCE + 60)
    true(guest.end, f"expected an end, came {guest.failure}")
    at_most(round(guest.end), 60 + 3, "seconds until it ends")
    true(guest.end > 30, f"it ended after {guest.end:.0f} s already")
    time.sleep(max(0, 62 - stay[0].after()))
    for diary in MINUTE.diaries:
        times = [0] + [after for after, _ in diary.lines]
        same({name for _, name in diary.lines}, {"beat"}, "events")
        for one, next in zip(times, times[1:]):
            at_most(round(next - one), BEAT + 5, "seconds to a beat")
    MINUTE.server.store(MINUTE.private, field1=1)
    for diary in stay[1:]:
        soon(lambda: diary.lines[-1][1] == "reading", 5, "a reading")
    for diary in stay:
        same((diary.end, diary.failure), (None, None), "who may")
    same(MINUTE.server.metric("almanac_watchers"), 3, "but for the stuck one")
    MINUTE.stuck.close()
    where = path_of(MINUTE.private)
    r = MINUTE.server.get(where, MINUTE.guest)
    same((r.status, r.body), (400, b"-1"), "who has signed out")
    MINUTE.server.close()


test_a_minute_later.seconds = 150
