"""A large answer does not grow the server's memory, whoever reads it."""
import os
import socket
import threading
import time

import harness
import wire
from expect import SLOW, at_most, same, soon, true

S = harness.Shared()
READINGS, CHUNK = 150000, 15000


def large():
    """Public; so many readings of two long fields."""
    if "large" not in S.memory:
        ch = S.channel("A", "B", public=True)
        for start in range(0, READINGS, CHUNK):
            S.store_many(ch, [
                {"created_at": 1400000000 + i * 60, "field1": f"{i}.250",
                 "field2": "x" * 100} for i in range(start, start + CHUNK)])
        S.memory["large"] = ch
    return S.memory["large"]


def peak_while(work):
    """MB that the server grew by at most while work() ran."""
    start, peak, stop = S.rss_kb(), [0], threading.Event()

    def watch():
        while not stop.is_set():
            peak[0] = max(peak[0], S.rss_kb() - start)
            time.sleep(0.005)
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        work()
    finally:
        stop.set()
        thread.join()
    return peak[0] // 1024


def read_all(path, pause=0.0):
    """The whole answer, counted and thrown away: its bytes."""
    with S.connect(timeout=120 * SLOW) as c:
        c.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while b"\r\n\r\n" not in c.got:
            true(c.more(), "expected an answer, came an end")
        head, rest = c.got.split(b"\r\n\r\n", 1)
        true(head.startswith(b"HTTP/1.1 200 "), f"expected 200, came {head!r}")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length, total = int(fields[b"Content-Length"]), len(rest)
        lines = rest.count(b"\n")
        while total < length:
            data = c.sock.recv(1 << 18)
            true(data, f"expected {length} bytes, came {total}")
            total += len(data)
            lines += data.count(b"\n")
            time.sleep(pause)
        same(total, length, "bytes of the answer")
        return total, lines


def memory_at_most(work, megabytes, what):
    """A sanitizer keeps what is freed, so there the work alone counts."""
    grew = peak_while(work)
    if SLOW == 1:
        at_most(grew, megabytes, what)


def export():
    return f"/stream/channels/{large().id}/feeds.csv"


def test_whole_channel():
    large()
    read_all(f"/channels/{large().id}/feeds.json?results=8000")

    def work():
        total, lines = read_all(export())
        true(total > READINGS * 100, f"expected all of it, came {total} bytes")
        same(lines, READINGS + 1, "lines")
    memory_at_most(work, 12, "MB it grew by for 20 MB")


test_whole_channel.seconds = 120


def test_many_readers():
    """8000 entries each, eight at once, again and again."""
    path = f"/channels/{large().id}/feeds.json?results=8000"

    def reader():
        for _ in range(4):
            read_all(path)

    def work():
        threads = [threading.Thread(target=reader) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    memory_at_most(work, 40, "MB it grew by for 8 readers")


def test_slow_reader_holds_up_nobody():
    """Neither a worker nor a snapshot waits for it."""
    ch = S.channel("A")
    slow = []
    for _ in range(6):
        c = S.connect()
        c.send(f"GET {export()} HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.append(c)

    def work():
        for c in slow:
            c.sock.settimeout(30 * SLOW)
            c.sock.recv(1, socket.MSG_PEEK)
        for _ in range(20):
            began = time.monotonic()
            S.store(ch, field1="1")
            same(S.get(f"/channels/{ch.id}/feeds/last.json?api_key={ch.read}")
                 .status, 200, "a reader beside them")
            at_most(round(time.monotonic() - began, 2), 4 * SLOW,
                    "seconds for a reading and a look at it")
    memory_at_most(work, 40, "MB for six slow readers")
    for c in slow:
        c.close()


def test_slices_of_a_year():
    path = (f"/channels/{large().id}/feeds.json?start=2014-01-01"
            "&end=2015-01-01&average=")

    def work():
        for minutes in (60, 1440, 10):
            read_all(path + str(minutes))
    memory_at_most(work, 16, "MB it grew by for slices")


def test_gone_readers_leave_nothing():
    """The spooled answers of those who left are given back."""
    before = len(open_files())
    for _ in range(4):
        c = S.connect()
        c.send(f"GET {export()} HTTP/1.1\r\nHost: x\r\n\r\n")
        while len(c.got) < 100000:
            true(c.more(), "expected an answer, came an end")
        c.abort()
    soon(lambda: len(open_files()) <= before + 2, 10,
         "files of answers that nobody reads any more")


def open_files():

    return os.listdir(f"/proc/{S.process.pid}/fd")


def test_export_attachment():
    ch = S.channel("A", public=True)
    S.store(ch, field1="1")
    r = S.get(f"/stream/channels/{ch.id}/feeds.csv")
    same((r.status, r.type), (200, "text/csv"), "/stream/channels/ID/feeds")
    same(wire.request(S.port, "GET", "/health").status, 200, "/health")
