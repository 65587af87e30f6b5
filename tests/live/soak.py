"""The long loads: rounds of kill -9, then mixed traffic, for a night.

SOAK_ROUNDS (17_crash.py) and SOAK_SECONDS; by tests/live/run --soak.
"""
import importlib.util
import os
import random
import threading
import time

import harness
import wire
from expect import SLOW, at_most, same, true

SECONDS = float(os.environ.get("SOAK_SECONDS") or 60)
CHANNELS = 6


def crash_tests():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "17_crash.py")
    spec = importlib.util.spec_from_file_location("crash", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


test_kill_9_under_64_writers = crash_tests().test_kill_9_under_64_writers


class Traffic:
    """What a house, a few scripts and the whole internet send."""

    def __init__(self, server):
        self.server = server
        self.channels = [server.channel(public=True) for _ in range(CHANNELS)]
        self.sent = {ch.id: 0 for ch in self.channels}
        self.lock = threading.Lock()
        self.end = time.monotonic() + SECONDS
        self.failures = []

    def count(self, ch, n):
        with self.lock:
            self.sent[ch.id] += n

    def write(self, r):
        ch = r.choice(self.channels)
        self.server.store(ch, field1=f"{r.uniform(-20, 40):.2f}")
        self.count(ch, 1)

    def bulk(self, r):
        ch, n = r.choice(self.channels), r.randrange(1, 500)
        self.server.store_many(ch, [
            {"created_at": 1500000000 + r.randrange(10 ** 8), "field1": i}
            for i in range(n)])
        self.count(ch, n)

    def read(self, r):
        ch = r.choice(self.channels)
        path = r.choice(("feeds.json?results=2000", "feeds/last.json",
                         "fields/1/last.txt", "feeds.csv?days=3",
                         "feeds.json?average=60&start=2017-01-01",
                         "feeds.json?median=daily&start=2020-01-01"))
        same(self.server.get(f"/channels/{ch.id}/{path}",
                             timeout=60 * SLOW).status, 200, path)

    def look(self, r):
        same(self.server.get(r.choice(("/", "/metrics", "/health"))).status,
             200, "a page")

    def tear(self, r):
        """Something broken, or somebody who leaves in the middle."""
        c = self.server.connect()
        try:
            c.send(bytes(r.randrange(256) for _ in range(r.randrange(300))))
            if r.random() < 0.5:
                c.abort()
        except OSError:
            pass
        c.close()

    def work(self, seed):
        r = random.Random(seed)
        kinds = [self.write] * 20 + [self.read] * 6 + [self.look] * 2 \
            + [self.tear] * 3 + [self.bulk]
        try:
            while time.monotonic() < self.end and not self.failures:
                r.choice(kinds)(r)
        except Exception as e:
            self.failures.append(e)


def test_mixed_traffic():
    server = harness.Server()
    traffic = Traffic(server)
    threads = [threading.Thread(target=traffic.work, args=(i,))
               for i in range(16)]
    for t in threads:
        t.start()
    time.sleep(min(60, SECONDS / 4))
    early = server.rss_kb() if server.alive() else 0
    for t in threads:
        t.join()
    if traffic.failures:
        raise traffic.failures[0]
    at_most((server.rss_kb() - early) // 1024, 60 * max(1, SLOW),
            "MB that the server grew by since the first minute")
    at_most(len(os.listdir(f"/proc/{server.process.pid}/fd")), 100,
            "open files of the server")
    for ch in traffic.channels:
        same(len(server.every(ch)), traffic.sent[ch.id],
             f"entries of channel {ch.id}")
    server.do("check-db", timeout=600)
    true(wire.request(server.port, "GET", "/health").status == 200,
         "expected it to answer, it did not")
    server.close()


test_mixed_traffic.seconds = SECONDS + 300
