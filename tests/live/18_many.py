"""Ten thousand who say nothing and a hundred who say it slowly."""
import os
import resource
import socket
import threading
import time

import harness
import wire
from expect import Failure, SLOW, at_most, same, soon, true

IDLE, SLOW_ONES = 10000, 100
MEMORY_MB = 200


def sockets(server, count):
    """Connections without a word, from several addresses, as one address has
    only so many ports."""
    out = []
    for i in range(count):
        s = socket.socket()
        s.settimeout(10 * SLOW)
        s.bind((f"127.0.1.{i // 2500 + 1}", 0))
        s.connect(("127.0.0.1", server.port))
        out.append(s)
    return out


def allow_files():
    """Both ends need one for each connection."""
    wanted = IDLE + 1000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Failure(f"expected leave to open {wanted} files (ulimit -Hn), "
                      f"came {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE,
                       (wanted if hard == resource.RLIM_INFINITY else hard,
                        hard))


class Drippers:
    """Each sends a request, a byte at a time."""

    def __init__(self, server, ch):
        self.stop = threading.Event()
        self.conns = [server.connect() for _ in range(SLOW_ONES)]
        self.text = (f"GET /update?api_key={ch.write}&field1=slow HTTP/1.1\r\n"
                     "Host: x\r\n\r\n").encode()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        at = 0
        while not self.stop.is_set():
            byte = self.text[at % len(self.text):][:1]
            for c in self.conns:
                try:
                    c.sock.send(byte)
                except OSError:
                    pass
            at += 1
            self.stop.wait(0.02)

    def close(self):
        self.stop.set()
        self.thread.join()
        for c in self.conns:
            c.close()


def latencies(server, ch, count):
    """Seconds that readings take, one after the other."""
    out = []
    for i in range(count):
        began = time.monotonic()
        server.store(ch, field1=i)
        out.append(time.monotonic() - began)
    return sorted(out)


def test_10000_idle_and_100_slow():
    allow_files()
    server = harness.Server(idle_time=120, request_time=120,
                            connections=20000)
    ch = server.channel()
    idle, drippers = [], None
    try:
        idle = sockets(server, IDLE)
        soon(lambda: server.metric("almanac_connections") >= IDLE, 10,
             f"{IDLE} connections")
        drippers = Drippers(server, ch)
        times = latencies(server, ch, 200)
        at_most(round(times[len(times) // 2], 3), 0.1 * SLOW,
                "median seconds of a reading beside them")
        at_most(round(times[-1], 3), 2 * SLOW, "seconds of the slowest")
        load_threads(server, ch)
        same(server.get("/").status, 200, "the page")
        if SLOW == 1:
            at_most(server.rss_kb() // 1024, MEMORY_MB, "MB of the server")
        soon(lambda: sum(v == "slow" for v in server.every(ch).values())
             >= SLOW_ONES, 20, "readings of the slow ones")
        alive = sum(still_open(s) for s in idle[:200])
        same(alive, 200, "idle connections that were left alone")
    finally:
        if drippers:
            drippers.close()
        for s in idle:
            s.close()
    soon(lambda: server.metric("almanac_connections") < 50, 20,
         "connections that are gone")
    server.close()


test_10000_idle_and_100_slow.seconds = 120


def still_open(s):
    s.setblocking(False)
    try:
        return s.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def load_threads(server, ch):
    """Sixteen others at once."""
    bad = []

    def work():
        try:
            with server.connect() as c:
                for i in range(50):
                    c.send(f"GET /update?api_key={ch.write}&field1=t{i} "
                           "HTTP/1.1\r\nHost: x\r\n\r\n")
                    same(c.read_response().status, 200, "update")
        except Exception as e:
            bad.append(e)
    threads = [threading.Thread(target=work) for _ in range(16)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if bad:
        raise bad[0]


def test_idle_ones_are_closed_in_time():
    """A thousand at once, each when its time is up, and not before."""
    limit = 2
    server = harness.Server(idle_time=limit)
    idle = []
    for _ in range(1000):
        began = time.monotonic()
        idle += [(began, s) for s in sockets(server, 1)]
    lived = []

    def none_is_left():
        for began, s in idle[:]:
            if not still_open(s):
                lived.append(time.monotonic() - began)
                idle.remove((began, s))
                s.close()
        return not idle
    soon(none_is_left, limit + 3, "all closed")
    true(min(lived) >= limit, f"expected that none is closed in less than "
         f"{limit} s, came {min(lived):.3f} s")
    server.close()


def test_connect_and_go():
    """Five thousand come and go without a word: nothing is left of them."""
    server = harness.Server()
    before = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    for _ in range(5):
        for s in sockets(server, 1000):
            s.close()
    # Its workers open the database when they first need it.
    soon(lambda: len(os.listdir(f"/proc/{server.process.pid}/fd"))
         <= before + 50, 5, "files that are closed")
    same(server.get("/health").status, 200, "/health")
    server.close()


def test_reset_in_the_middle():
    """Requests that are torn off, in all stages."""
    server = harness.Server()
    ch = server.channel(public=True)
    server.store_many(ch, [{"created_at": 1500000000 + i, "field1": "x" * 200}
                           for i in range(3000)])
    text = (f"GET /channels/{ch.id}/feeds.json?results=3000 HTTP/1.1\r\n"
            "Host: x\r\n\r\n")
    for i in range(150):
        c = server.connect()
        c.send(text[:i] if i < len(text) else text * 3)
        if i % 3 == 0:
            time.sleep(0.003)
        c.abort()
    same(server.get("/health").status, 200, "/health")
    fds = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    at_most(fds, 100, "open files of the server")
    server.close()


def test_no_more_files():
    """When the system gives no more: others are served, and it recovers."""
    server = harness.Server(start=False)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with wire.Connection(server.port) as kept:
        idle = sockets(server, 400)
        kept.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            same(kept.read_response().status, 200, "one that is connected")
        except wire.Closed:
            pass  # it was the one that was silent for the longest
        for s in idle:
            s.close()
    soon(lambda: served(server), 5, "service when the others have gone")
    server.close()


def served(server):
    try:
        return server.get("/health").status == 200
    except (Failure, OSError):
        return False
