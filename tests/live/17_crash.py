"""kill -9 and a full disk: what was acknowledged is there."""
import os
import random
import socket
import subprocess
import tempfile
import time

import harness
import wire
from expect import Failure, SLOW, WITHOUT, holds, same, soon, true
from load import Load, check_kept

ROUNDS = int(os.environ.get("SOAK_ROUNDS") or 20)
WRITERS, CHANNELS = 64, 4


def check_recent(server, ch, acknowledged, about):
    """What one round acknowledged; all of it is looked at in the end."""
    if not acknowledged:
        return
    first = min(number for number, _ in acknowledged)
    kept = {e["entry_id"]: e["field1"] for e in server.feeds(
        ch, start_entry_id=first, results=8000)}
    about = f"{about}, channel {ch.id}"
    check_kept(kept, acknowledged, about)
    same(sorted(kept), list(range(first, first + len(kept))),
         f"{about}, entry numbers")


def check_round(server, channels, all_acknowledged, about):
    for ch in channels:
        kept = server.every(ch)
        check_kept(kept, all_acknowledged[ch.id], f"{about}, channel {ch.id}")


def test_kill_9_under_64_writers():
    server = harness.Server()
    channels = [server.channel() for _ in range(CHANNELS)]
    keys = [(ch.write, ch.id) for ch in channels]
    acknowledged = {ch.id: [] for ch in channels}
    r = random.Random(1)
    for i in range(ROUNDS):
        load = Load(server.port, keys, WRITERS, f"round{i}")
        load.run(5 * SLOW, until=load.count)
        load.run(r.uniform(0.03, 0.25) * SLOW ** 0.5)
        server.kill()
        load.drain()
        load.close()
        for ch in channels:
            acknowledged[ch.id] += load.acknowledged(ch.id)
        true(load.count() > 0, f"round {i}: expected readings, came none")
        server.start()
        for ch in channels:
            check_recent(server, ch, load.acknowledged(ch.id), f"round {i}")
    check_round(server, channels, acknowledged, "after all rounds")
    server.do("check-db", timeout=120)
    server.stop()
    server.do("check-db", timeout=120)
    server.close()


test_kill_9_under_64_writers.seconds = 60 + 6 * ROUNDS


def test_kill_9_of_bulk():
    """A bulk update is there whole or not at all."""
    server = harness.Server()
    ch = server.channel()
    total = 0
    for i in range(4):
        c = server.connect(timeout=20 * SLOW)
        body = ('{"write_api_key":"%s","updates":[' % ch.write + ",".join(
            f'{{"created_at":{1500000000 + n},"field1":"{i}"}}'
            for n in range(14400)) + "]}").encode()
        c.send(wire.build("POST", f"/channels/{ch.id}/bulk_update.json",
                          {"Content-Type": "application/json"}, body))
        time.sleep(0.02 * (i + 1) * SLOW)
        server.kill()
        try:
            done = c.read_response().status == 202
        except (Failure, OSError):
            done = False
        c.close()
        server.start()
        kept = server.every(ch)
        same(len(kept) % 14400, 0, f"round {i}: entries of a bulk, in part")
        true(len(kept) >= total + 14400 * done,
             f"round {i}: expected what was acknowledged, came {len(kept)}")
        total = len(kept)
    server.do("check-db")
    server.close()


def test_kill_9_of_import():
    """It can simply be done again."""
    server = harness.Server(start=False)
    ch = server.channel("A", "B", "C", "D")
    p = subprocess.Popen(
        [harness.PROGRAM, "import", "--channel", str(ch.id), harness.EXPORT],
        env=harness.environment({n: server.settings[n]
                                 for n in ("database", "secret")}),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.03 * SLOW)
    p.kill()
    p.wait()
    server.do("import", "--channel", ch.id, harness.EXPORT, timeout=60)
    server.start()
    same(len(server.every(ch)), 1339, "entries")
    server.do("check-db")
    server.close()


def test_restart_continues_numbers():
    """A number that was acknowledged is never given again."""
    server = harness.Server()
    ch = server.channel()
    seen = set()
    for i in range(5):
        for n in range(20):
            entry = server.store(ch, field1=f"{i}.{n}")
            true(entry not in seen, f"entry {entry} was given twice")
            seen.add(entry)
        server.kill()
        server.start()
    same(len(server.every(ch)), 100, "entries")
    server.close()


# -- a full disk

class SmallDisk:
    """A tmpfs of a few megabytes, of which RESERVE are the filler's."""

    RESERVE = 12 << 20

    def __init__(self, megabytes):
        self.folder = tempfile.mkdtemp(prefix="almanac-disk-")
        size = self.RESERVE + (megabytes << 20)
        run = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}",
                              "almanac-test", self.folder],
                             capture_output=True, text=True)
        if run.returncode != 0:
            os.rmdir(self.folder)
            raise Failure("a small tmpfs: expected to mount it (as root), "
                          f"came {run.stderr.strip()}")
        with open(os.path.join(self.folder, "filler"), "wb") as f:
            f.write(b"\0" * self.RESERVE)

    def fill(self):
        """All that is left of it, in a file."""
        with open(os.path.join(self.folder, "filler"), "ab", 0) as f:
            for size in (65536, 4096):
                try:
                    while True:
                        f.write(b"\0" * size)
                except OSError:
                    pass

    def make_room(self):
        os.unlink(os.path.join(self.folder, "filler"))

    def close(self):
        for _ in range(50):
            if subprocess.run(["umount", self.folder],
                              capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        os.rmdir(self.folder)


def with_small_disk(megabytes, test):
    if harness.ON != "sqlite" or "tmpfs" in WITHOUT:
        return
    disk = SmallDisk(megabytes)
    try:
        database = harness.Database(os.path.join(disk.folder, "data"),
                                    harness.Pattern.get().database)
        try:
            test(disk, database)
        finally:
            for server in list(harness.servers):
                if server.database is database:
                    server.kill()
                    harness.servers.remove(server)
            if database in harness.databases:
                harness.databases.remove(database)
    finally:
        disk.close()


def test_disk_full():
    """503 with Retry-After, nothing acknowledged is lost, and it resumes."""
    def test(disk, database):
        server = harness.Server(database)
        ch = server.channel()
        acknowledged = [(server.store(ch, field1=f"before{i}"), f"before{i}")
                        for i in range(50)]
        disk.fill()
        refused, n = None, 0
        while refused is None and n < 3000:
            value = "x" * 200 + str(n)
            r = server.get(f"/update?api_key={ch.write}&field1={value}")
            if r.status == 200:
                acknowledged.append((int(r.body), value))
            else:
                refused = r
            n += 1
        true(refused is not None, "expected the disk to be full, it was not")
        same(refused.status, 503, f"an update when the disk is full "
             f"({refused!r})")
        same(refused.body, b"0", "its body")
        true((refused.header("Retry-After") or "").isdigit(),
             f"expected Retry-After in seconds, came {refused.headers}")
        r = server.get(f"/update/API_key={ch.write}/mac=m/field=1/data=1")
        same(r.status, 503, "a path update")
        true(len(r.body) <= 32, f"expected 32 bytes at most, came {r!r}")
        r = server.post(f"/channels/{ch.id}/bulk_update.json",
                        {"write_api_key": ch.write, "updates": [
                            {"created_at": 1500000000 + i, "field1": "x" * 200}
                            for i in range(1000)]})
        same(r.status, 503, "a bulk update")
        same(server.get("/health").status, 200, "/health, for reading works")
        check_kept(server.every(ch), acknowledged, "while the disk is full")
        holds(server.log(), "level=fail", "the log")
        disk.make_room()
        soon(lambda: server.get(f"/update?api_key={ch.write}&field1=after")
             .status == 200, 5, "service when there is room again")
        check_kept(server.every(ch), acknowledged, "when there is room again")
        server.do("check-db")
        server.stop()
        server.start()
        check_kept(server.every(ch), acknowledged, "behind a restart")
        server.close()
    with_small_disk(4, test)


def test_answers_leave_room():
    """Large ones that nobody takes do not fill the database's disk."""
    def test(disk, database):
        server = harness.Server(database, spool=disk.folder)
        ch = server.channel(public=True)
        server.store_many(ch, [{"created_at": 1500000000 + i,
                                "field1": "x" * 200} for i in range(8000)])
        path = f"/channels/{ch.id}/feeds.json?results=8000"
        readers = [socket.socket() for _ in range(12)]
        statuses = []
        for s in readers:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.settimeout(20 * SLOW)
            s.connect(("127.0.0.1", server.port))
            s.sendall(wire.build("GET", path, {}, None))
            statuses.append(int(s.recv(12)[9:]))
        same((statuses[0], statuses[-1]), (200, 503), "slow readers")
        room = os.statvfs(disk.folder)
        true(room.f_bavail * room.f_frsize > 1 << 19, "expected that room is "
             f"left, came {room.f_bavail * room.f_frsize} bytes")
        server.store(ch, field1="meanwhile")
        holds(server.log(), "event=spool.full", "the log")
        for s in readers:
            s.close()
        soon(lambda: server.get(path).status == 200, 5, "when they have gone")
        server.close()
    with_small_disk(16, test)


def test_disk_full_under_load():
    """64 writers run into the wall, and past it."""
    def test(disk, database):
        server = harness.Server(database)
        ch = server.channel()
        load = Load(server.port, [(ch.write, ch.id)], WRITERS, "load")
        load.run(0.3 * SLOW)
        disk.fill()
        load.run(20 * SLOW, until=lambda: sum(
            len(w.other) for w in load.writers) > 500)
        statuses = {s for w in load.writers for s in w.other}
        same(statuses, {503}, "answers when the disk is full")
        disk.make_room()
        before = load.count()
        load.run(10 * SLOW, until=lambda: load.count() > before + 200)
        true(load.count() > before + 200, "expected service to resume, it did "
             "not")
        load.drain()
        load.close()
        check_kept(server.every(ch), load.acknowledged(ch.id), "under load")
        server.do("check-db")
        server.kill()
        server.start()
        check_kept(server.every(ch), load.acknowledged(ch.id), "after kill -9")
        server.close()
    with_small_disk(12, test)


def test_disk_full_and_kill_9():
    def test(disk, database):
        server = harness.Server(database)
        ch = server.channel()
        disk.fill()
        load = Load(server.port, [(ch.write, ch.id)], 16, "full")
        load.run(1)
        server.kill()
        load.drain()
        load.close()
        disk.make_room()
        server.start()
        check_kept(server.every(ch), load.acknowledged(ch.id), "after kill -9")
        server.do("check-db")
        same(server.store(ch, field1="after") > 0, True, "a reading")
        server.close()
    with_small_disk(12, test)
