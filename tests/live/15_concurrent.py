"""Many at once: nothing lost, nothing twice, no number left out."""
import threading
import time

import harness
import wire
from expect import SLOW, at_most, same, soon, true

S = harness.Shared()
WRITERS, READINGS = 64, 40


def in_parallel(jobs):
    """Runs the functions at once; the first failure is ours."""
    failures = []

    def guarded(job):
        try:
            job()
        except Exception as e:
            failures.append(e)
    threads = [threading.Thread(target=guarded, args=(j,)) for j in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]


def check(server, channels, sent):
    """sent: (channel, entry, value) that were acknowledged."""
    for ch in channels:
        mine = [(entry, value) for c, entry, value in sent if c is ch]
        kept = server.every(ch)
        same(len(kept), len(mine), f"entries of channel {ch.id}")
        for entry, value in mine:
            same(kept[entry], value, f"channel {ch.id}, entry {entry}")


def test_64_writers():
    channels = [S.channel() for _ in range(5)]
    sent, lock = [], threading.Lock()

    def writer(n):
        ch = channels[n % len(channels)]
        with S.connect(timeout=60 * SLOW) as c:
            for i in range(READINGS):
                c.send(f"GET /update?api_key={ch.write}&field1={n}.{i} "
                       "HTTP/1.1\r\nHost: x\r\n\r\n")
                r = c.read_response()
                same(r.status, 200, "update")
                with lock:
                    sent.append((ch, int(r.body), f"{n}.{i}"))
    in_parallel([lambda n=n: writer(n) for n in range(WRITERS)])
    same(len(sent), WRITERS * READINGS, "acknowledged")
    check(S, channels, sent)


def test_a_connection_each():
    ch = S.channel()
    sent, lock = [], threading.Lock()

    def writer(n):
        for i in range(10):
            entry = S.store(ch, field1=f"{n}.{i}")
            with lock:
                sent.append((ch, entry, f"{n}.{i}"))
    in_parallel([lambda n=n: writer(n) for n in range(32)])
    check(S, [ch], sent)


def test_every_dialect_at_once():
    """Updates, bulk and path writes into one channel."""
    ch = S.channel()

    def update():
        for _ in range(30):
            S.store(ch, field1="u")

    def bulk():
        for _ in range(5):
            S.store_many(ch, [{"created_at": 1500000000 + i, "field1": "b"}
                              for i in range(100)])

    def by_path():
        for _ in range(30):
            r = S.get(f"/update/API_key={ch.write}/mac=m/field=1/data=7")
            same(r.status, 200, "a path write")
    in_parallel([update, bulk, by_path] * 4)
    kept = list(S.every(ch).values())
    same({v: kept.count(v) for v in set(kept)},
         {"u": 120, "b": 2000, "7": 120}, "entries by dialect")


def test_a_bad_one_does_not_sink_its_neighbours():
    """In one group with what cannot be stored."""
    ch = S.channel()
    sent, lock = [], threading.Lock()

    def good(n):
        for i in range(20):
            entry = S.store(ch, field1=f"{n}.{i}")
            with lock:
                sent.append((ch, entry, f"{n}.{i}"))

    def bad(n):
        for _ in range(20):
            r = S.get(f"/update?api_key={ch.write}&field1=%00%ff{n}&"
                      "latitude=%00")
            true(400 <= r.status < 500, f"expected a refusal, came {r!r}")
    in_parallel([lambda n=n: (bad if n % 2 else good)(n) for n in range(16)])
    check(S, [ch], sent)


def test_readers_see_whole_groups():
    """A reader's last_entry_id and its entries are of the same moment."""
    ch = S.channel()
    stop = threading.Event()

    def read():
        seen = 0
        while not stop.is_set():
            r = S.get(f"/channels/{ch.id}/feeds.json?api_key={ch.read}"
                      "&results=8000")
            last = r.json["channel"]["last_entry_id"] or 0
            ids = [e["entry_id"] for e in r.json["feeds"]]
            same(sorted(ids), list(range(1, last + 1)),
                 "entries up to last_entry_id")
            true(last >= seen, f"expected {seen} or more, came {last}")
            seen = last

    def write():
        for _ in range(150):
            S.store(ch, field1="1")

    def stopping():
        in_parallel([write] * 4)
        stop.set()
    in_parallel([read, read, stopping])


def test_read_your_own():
    """What was acknowledged is there for the next request of anybody."""
    ch = S.channel()

    def check_one(n):
        for i in range(30):
            entry = S.store(ch, field1=f"{n}.{i}")
            r = S.get(f"/channels/{ch.id}/fields/1/{entry}.txt?"
                      f"api_key={ch.read}")
            same(r.text, f"{n}.{i}", f"entry {entry} right behind its answer")
    in_parallel([lambda n=n: check_one(n) for n in range(8)])


def status_of(key):
    return S.get(f"/update?api_key={key}&field1=1").status


def test_keys_added_while_it_runs_work_at_once():
    """Also one that was tried, and refused, just before."""
    ch = S.channel()
    for i in range(3):
        key = f"FRESHKEY{i}"
        same(status_of(key), 400, "a key that is not there yet")
        S.do("key", "add", "--channel", ch.id, "--write", "--key", key)
        began = time.monotonic()
        soon(lambda: status_of(key) == 200, 2, "a key that was added")
        at_most(round(time.monotonic() - began, 1), 2 * SLOW, "seconds")
    new = S.channel()
    same(status_of(new.write), 200, "the key of a new channel, at once")


def test_removed_keys_stop_working():
    ch = S.channel()
    key = S.do("key", "add", "--channel", ch.id, "--write").json["key"]
    same(status_of(key), 200, "before")
    S.do("key", "remove", "--channel", ch.id, "--key", key)
    soon(lambda: status_of(key) == 400, 2, "a key that was removed")
    read = S.do("key", "add", "--channel", ch.id, "--read").json["key"]
    path = f"/channels/{ch.id}/feeds.json?api_key={read}"
    same(S.get(path).status, 200, "before")
    S.do("key", "remove", "--channel", ch.id, "--key", read)
    soon(lambda: S.get(path).status == 400, 2, "a read key that was removed")


def test_channel_removed_under_load():
    """No server error, and nothing is left behind."""
    ch = S.channel()
    path = f"/channels/{ch.id}.json?" + wire.query(api_key=S.user_key)
    seen = set()

    def write():
        for _ in range(100):
            seen.add(S.get(f"/update?api_key={ch.write}&field1=1").status)

    def remove():
        time.sleep(0.05)
        same(S.request("DELETE", path).status, 200, "DELETE")
    in_parallel([write] * 6 + [remove])
    same(seen - {200, 400}, set(), "other answers than 200 and 400")
    soon(lambda: status_of(ch.write) == 400, 2, "its key")
    S.do("check-db")


def test_clear_under_load():
    ch = S.channel()
    path = f"/channels/{ch.id}/feeds.json?" + wire.query(api_key=S.user_key)

    def write():
        for _ in range(80):
            S.store(ch, field1="1")

    def clear():
        for _ in range(5):
            time.sleep(0.03)
            same(S.request("DELETE", path).status, 200, "clear")
    in_parallel([write] * 4 + [clear])
    S.every(ch)
    S.do("check-db")


def test_channels_made_at_once():
    made, lock = [], threading.Lock()

    def make():
        for _ in range(5):
            r = S.post("/channels.json", wire.query(api_key=S.user_key,
                                                    tags="same,other"))
            same(r.status, 200, "POST /channels.json")
            with lock:
                made.append(r.json["id"])
    in_parallel([make] * 8)
    same(len(set(made)), 40, "channels")


def test_two_processes():
    """PostgreSQL: two servers, one database, one row of numbers."""
    if harness.ON != "postgres":
        return
    other = harness.Server(S.database)
    try:
        ch = S.channel()

        def write(server):
            for _ in range(50):
                server.store(ch, field1="1")
        in_parallel([lambda: write(S), lambda: write(other)] * 6)
        same(len(S.every(ch)), 600, "entries")
    finally:
        other.stop()
        harness.servers.remove(other)


def test_rate_limit_under_load():
    """One of many that come at once is taken."""
    server = harness.Server(rate_limit=60)
    ch = server.channel()
    bodies, lock = [], threading.Lock()

    def write():
        r = server.get(f"/update?api_key={ch.write}&field1=1")
        same(r.status, 200, "update")
        with lock:
            bodies.append(r.body)
    in_parallel([write] * 30)
    same(sorted(bodies), [b"0"] * 29 + [b"1"], "answers")
    server.close()


def test_check_db_behind_it_all():
    S.do("check-db", timeout=60)
