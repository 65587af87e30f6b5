"""Sessions in a Redis: the same, and what happens while it is away."""
import concurrent.futures
import hashlib
import itertools
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import harness
from expect import (Failure, SLOW, WITHOUT, at_most, holds, lacks, one_of,
                    same, soon, true)
from follower import Follower
from visitor import BROWSER, Visitor, rows, text_of

PASSWORD = "correct horse"
sources = (f"127.3.{n // 250}.{n % 250 + 1}" for n in itertools.count())


def free_port():
    """Below those that the kernel gives away by itself."""
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Redis:
    """One of our own: a password, a free port, nothing on disk."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="almanac-redis-")
        self.password = secrets.token_hex(16)
        self.port = free_port()
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/3"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "redis-server", "-", "--port",
             str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", self.folder], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.process.stdin.write(f"requirepass {self.password}\n".encode())
        self.process.stdin.close()
        soon(self.answers, 10, "redis-server")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise Failure("redis-server: expected it to run, it ended with "
                          f"{self.process.returncode}")
        try:
            return self.ask("PING") == b"PONG"
        except OSError:
            return False

    def ask(self, *words):
        """One command; a list for a list."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as s:
            f = s.makefile("rwb")
            for command in (("AUTH", self.password), ("SELECT", "3"), words):
                f.write(b"*%d\r\n" % len(command))
                for word in command:
                    word = word.encode()
                    f.write(b"$%d\r\n%s\r\n" % (len(word), word))
            f.flush()
            return [self.read(f) for _ in range(3)][-1]

    def read(self, f):
        line = f.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"$":
            return None if rest == b"-1" else f.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.read(f) for _ in range(int(rest))]
        if kind == b"-":
            raise Failure(f"redis: came {line}")
        return int(rest) if kind == b":" else rest

    def keys(self):
        return sorted(k.decode() for k in self.ask("KEYS", "*"))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Both:
    """A server and its Redis, for one test."""

    def __init__(self, **settings):
        self.settings = settings

    def __enter__(self):
        self.redis = Redis()
        try:
            self.server = harness.Server(session_store=self.redis.url,
                                         **self.settings)
        except BaseException:
            self.redis.close()
            raise
        return self.server, self.redis

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                lacks(self.server.log(), self.redis.password, "the log")
                self.server.close()
        finally:
            self.redis.close()


def visitor(server):
    return Visitor(server, source=next(sources))


def anna(server):
    return visitor(server).log_in("anna", PASSWORD)


def hex_hash(cookie):
    return hashlib.sha256(cookie.encode()).hexdigest()


def key(cookie):
    return "almanac:session:" + hex_hash(cookie)


def page(server, cookie, path="/account"):
    return server.get(path, {**BROWSER, "Cookie": "session=" + cookie})


def signed_in(server, cookie):
    r = page(server, cookie)
    one_of(r.status, (200, 302), "/account")
    return r.status == 200


def test_log_in_and_out():
    with Both() as (server, redis):
        v = anna(server)
        cookie = v.cookie
        same(redis.keys(), ["almanac:account:1", key(cookie)], "keys")
        lacks(redis.ask("GET", key(cookie)), cookie.encode(), "what is kept")
        same(rows(server, "SELECT count(*) FROM session"), ["0"],
             "sessions in the database")
        ttl = redis.ask("TTL", key(cookie))
        true(7 * 86400 - 60 < ttl <= 7 * 86400, f"expected a week, came {ttl}")
        v.log_in("anna", PASSWORD)
        same(redis.ask("EXISTS", key(cookie)), 0, "the one before")
        same(signed_in(server, cookie), False, "the one before")
        cookie = v.cookie
        same(v.post("/auth/logout").status, 302, "log out")
        same(signed_in(server, cookie), False, "logged out")
        same(redis.ask("EXISTS", key(cookie)), 0, "logged out")
        same(page(server, "A" * 43).all("Set-Cookie"), [], "a forged one")


def test_nobody_has_no_session():
    with Both() as (server, redis):
        ch = server.channel(public=True)
        for i in range(50):
            server.get("/", BROWSER)
            server.store(ch, field1=i)
            page(server, "B" * 43, "/")
        same(redis.keys(), [], "keys")


def test_my_sessions():
    with Both() as (server, redis):
        here, there, third = anna(server), anna(server), anna(server)
        named = re.findall(r'name="session" value="([^"]*)"',
                           here.get("/account").text)
        same(sorted(named), sorted(hex_hash(v.cookie)
                                   for v in (here, there, third)), "sessions")
        here.post("/account/sessions/end", {"session": hex_hash(there.cookie)})
        same([signed_in(server, v.cookie) for v in (here, there, third)],
             [True, False, True], "one was ended")
        here.post("/account/sessions/end_others")
        same([signed_in(server, v.cookie) for v in (here, there, third)],
             [True, False, False], "all others were ended")
        same(redis.keys(), ["almanac:account:1", key(here.cookie)], "keys")


def test_a_changed_password_ends_all_others():
    with Both() as (server, redis):
        here, there = anna(server), anna(server)
        before = here.cookie
        here.post("/account/password", {"current_password": PASSWORD,
                                        "new_password": "battery staple"})
        true(here.cookie != before, "expected another id")
        same([signed_in(server, c)
              for c in (before, there.cookie, here.cookie)],
             [False, False, True], "old, elsewhere, new")
        same(redis.keys(), ["almanac:account:1", key(here.cookie)], "keys")
        ran = harness.run(["user", "passwd", "anna", "--password-stdin"],
                          server.settings, stdin=PASSWORD)
        same((ran.status, ran.err), (0, ""), "user passwd")
        same(signed_in(server, here.cookie), False, "behind the command line")
        same(redis.keys(), [], "keys")


def test_the_command_line_needs_it_too():
    """A password is not changed while old sessions cannot be ended."""
    with Both() as (server, redis):
        v = anna(server)
        redis.signal(signal.SIGSTOP)
        ran = harness.run(["user", "passwd", "anna", "--password-stdin"],
                          server.settings, stdin="another")
        redis.signal(signal.SIGCONT)
        true(ran.status != 0, f"expected a failure, came {ran!r}")
        lacks(ran.err, redis.password, "what it says")
        soon(lambda: page(server, v.cookie).status == 200, 10, "the session")
        anna(server)


def test_ends_by_itself():
    with Both(session_idle_time=1, session_time=60) as (server, redis):
        v = anna(server)
        soon(lambda: redis.ask("EXISTS", key(v.cookie)) == 0, 5, "its end")
        same(signed_in(server, v.cookie), False, "a session that is over")


def test_an_account_that_is_gone():
    with Both() as (server, _):
        for name in ("bert", "carl"):
            server.do("user", "add", name, "--password-stdin", stdin="pw")
        v = visitor(server).log_in("bert", "pw")
        server.do("user", "remove", "bert")
        same(signed_in(server, v.cookie), False, "bert")


def test_a_restart_of_the_server():
    with Both() as (server, _):
        v = anna(server)
        server.stop()
        server.start()
        same(signed_in(server, v.cookie), True, "signed in")


def test_no_log_out_is_lost():
    with Both(session_idle_time=3, session_time=60) as (server, redis):
        for _ in range(3):
            v = anna(server)
            cookie, token = v.cookie, v.token()
            with concurrent.futures.ThreadPoolExecutor(8) as many:
                pages = [many.submit(page, server, cookie) for _ in range(40)]
                out = many.submit(v.post, "/auth/logout", None, token)
                pages += [many.submit(page, server, cookie)
                          for _ in range(40)]
                same(out.result().status, 302, "log out")
                for p in pages:
                    one_of(p.result().status, (200, 302), "a page")
            same(signed_in(server, cookie), False, "behind the log-out")
            same(redis.ask("EXISTS", key(cookie)), 0, "its key")


# -- away

def check_away(server, v, ch):
    """Clear for people, and of no concern to anybody else."""
    r = page(server, v.cookie)
    same((r.status, r.type), (503, "text/html"), "a page for who is signed in")
    holds(text_of(r), "Who is signed in cannot be looked up", "the page")
    true(r.header("Retry-After"), "expected Retry-After, came none")
    same(r.all("Set-Cookie"), [], "the page")
    for path in ("/", f"/channels/{ch.id}", "/auth/login", "/health"):
        same(page(server, v.cookie, path).status, 200, path)
        same(server.get(path, BROWSER).status, 200, path + " without a cookie")
    r = v.request("POST", "/auth/logout", "csrf_token=x", {
        "Content-Type": "application/x-www-form-urlencoded"})
    same((r.status, r.all("Set-Cookie")), (503, []), "log out")
    r = visitor(server).post("/auth/login", {"username": "anna",
                                             "password": PASSWORD})
    same((r.status, r.all("Set-Cookie")), (503, []), "log in")


def test_a_redis_that_hangs():
    with Both(workers=2) as (server, redis):
        ch = server.channel(public=True)
        v = anna(server)
        redis.signal(signal.SIGSTOP)
        stop, slowest, stored = threading.Event(), [0.0], [0]

        def readings():
            while not stop.is_set():
                began = time.monotonic()
                server.store(ch, field1=stored[0])
                stored[0] += 1
                slowest[0] = max(slowest[0], time.monotonic() - began)

        def people(n):
            began = time.monotonic()
            return page(server, v.cookie).status, time.monotonic() - began
        with concurrent.futures.ThreadPoolExecutor(20) as many:
            asked = [many.submit(people, n) for n in range(19)]
            time.sleep(0.2)  # all workers wait, and no key is known yet
            device = many.submit(readings)
            try:
                seen = [one.result() for one in asked]
                seen += many.map(people, range(81))
                check_away(server, v, ch)
            finally:
                stop.set()
            device.result()
        same({status for status, _ in seen}, {503}, "pages")
        times = sorted(t for _, t in seen)
        at_most(times[-1], 2.5 * SLOW, "seconds for the slowest page")
        at_most(times[50], 1.5 * SLOW, "seconds for most pages")
        at_most(slowest[0], 0.5 * SLOW, "seconds for the slowest reading")
        true(stored[0] > 20, f"expected readings, came {stored[0]}")
        redis.signal(signal.SIGCONT)
        soon(lambda: page(server, v.cookie).status == 200, 10,
             "the same session, when it is back")
        log = server.log()
        holds(log, "event=redis.away", "the log")
        holds(log, "event=redis.back", "the log")
        at_most(log.count("event=redis.away"), 3, "lines about it")


def test_streams_outlive_it():
    """Who may watch cannot be asked just now; it is asked again."""
    with Both() as (server, redis):
        ch = server.channel("A")
        cookie = {"Cookie": "session=" + anna(server).cookie}
        with Follower(server, ch, cookie, again=False) as w:
            redis.signal(signal.SIGSTOP)
            server.channel("B")
            time.sleep(4)  # it is noticed, and asked about
            redis.signal(signal.SIGCONT)
            entry = server.store(ch, field1=1)
            same(w.entries(1), [entry], "after it")


def test_a_redis_that_ends():
    with Both() as (server, redis):
        ch = server.channel(public=True)
        v = anna(server)
        redis.kill()
        check_away(server, v, ch)
        server.store(ch, field1="21.5")
        redis.start()
        soon(lambda: page(server, v.cookie).status == 302, 10,
             "nobody's, when it is back")
        same(signed_in(server, anna(server).cookie), True, "signed in anew")


def test_a_redis_that_restarts_unseen():
    """The connections that were kept are of no use any more."""
    with Both() as (server, redis):
        v = anna(server)
        same(signed_in(server, v.cookie), True, "before")
        value = redis.ask("GET", key(v.cookie))
        redis.kill()
        redis.start()
        redis.ask("SET", key(v.cookie), value.decode())
        for _ in range(8):
            same(signed_in(server, v.cookie), True, "behind it")


def test_a_start_without_it():
    with Both() as (server, redis):
        server.stop()
        redis.kill()
        server.start()
        ch = server.channel(public=True)
        server.store(ch, field1="1")
        same(server.get("/", BROWSER).status, 200, "/")
        redis.start()
        time.sleep(1.1)  # nobody asks it for a second
        same(signed_in(server, anna(server).cookie), True, "signed in")


def test_a_log_out_that_was_not_possible():
    with Both() as (server, redis):
        v = anna(server)
        cookie, token = v.cookie, v.token()
        redis.signal(signal.SIGSTOP)
        same(v.post("/auth/logout", token=token).status, 503, "log out")
        redis.signal(signal.SIGCONT)
        soon(lambda: page(server, cookie).status == 200, 10, "the session")
        same(v.post("/auth/logout", token=token).status, 302, "log out again")
        same(signed_in(server, cookie), False, "logged out")


def test_wrong_addresses():
    server = harness.Server(start=False)
    for address in ("redis://", "localhost:6379", "redis://host:x",
                    "redis://:PASSWORDMARK@host/x"):
        ran = harness.run(["serve", "--session-store", address],
                          server.settings)
        true(ran.status != 0, f"{address}: expected a failure, came {ran!r}")
        holds(ran.err, "session_store", address)
        lacks(ran.err, "PASSWORDMARK", address)
    server.close()


def test_sessions_that_move():
    """None is left in the database when they are kept in a Redis."""
    redis = Redis()
    server = harness.Server()
    try:
        old = anna(server)
        server.stop()
        server.settings["session_store"] = redis.url
        server.start()
        same(signed_in(server, old.cookie), False, "one from the database")
        soon(lambda: rows(server, "SELECT count(*) FROM session") == ["0"], 5,
             "an empty table")
        new = anna(server)
        server.stop()
        del server.settings["session_store"]
        server.start()
        same([signed_in(server, v.cookie) for v in (old, new)],
             [False, False], "behind the way back")
        server.close()
    finally:
        redis.close()


UPLOAD = {"Content-Type": "multipart/form-data; boundary=X"}


def upload(v):
    """A small file for the mapper."""
    body = "".join(f"--X\r\nContent-Disposition: form-data; {head}\r\n\r\n"
                   f"{text}\r\n" for head, text in (
                       ('name="csrf_token"', v.token() or ""),
                       ('name="filename"; filename="a.yaml"',
                        "users: {}\ndevices: {}\n")))
    return v.request("POST", "/tools/mapper", body + "--X--\r\n", UPLOAD)


def test_documents():
    """They are in the database, whose they are is in the Redis."""
    with Both() as (server, redis):
        v, other = visitor(server), visitor(server)
        same(upload(other).status, 302, "upload")
        path = upload(v).header("Location")
        same(redis.ask("EXISTS", key(v.cookie)), 1, "its session")
        same((v.get(path).status, other.get(path).status), (200, 404),
             "to its visitor, to another")
        v.log_in("anna", PASSWORD)
        same((v.get(path).status, anna(server).get(path).status), (200, 200),
             "when signed in, on another device")
        same(other.post("/auth/logout").status, 302, "log out")
        same(rows(server, "SELECT count(*) FROM document"), ["1"],
             "documents when the other's session is over")
        redis.kill()
        stranger = visitor(server)
        same(upload(stranger).status, 503, "upload while it is away")
        same(stranger.cookie, None, "its cookie")
        for p in (path, path + "/user-mapping.xml", "/documents/999999",
                  "/documents"):
            same(v.get(p).status, 503, p + " while it is away")
        same(rows(server, "SELECT count(*) FROM document"), ["1"],
             "documents afterwards")


if "redis" in WITHOUT:
    for name in [n for n in globals() if n.startswith("test_")]:
        del globals()[name]
