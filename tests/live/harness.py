"""harness.py -- a real server process with a fresh database, and its end.

A file of tests has one server for all of them:

    S = harness.Shared()
    def test_something():
        r = S.get("/health")

The server starts at the first use and is stopped behind the last test of the
file. It must then end by itself with status 0, in five seconds, without a word
from a sanitizer: that counts as a test.
"""
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

import wire
from expect import Failure, SLOW, holds, same, short

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PROGRAM = os.path.abspath(os.environ.get("ALMANAC")
                          or os.path.join(TOP, "build/almanac"))
ON = os.environ.get("ALMANAC_TEST_ON") or "sqlite"
POSTGRES = os.environ.get("ALMANAC_TEST_POSTGRES") or ""
EXPORT = os.path.join(TOP, "tests/data/thingspeak-export-4-fields.csv")

STOP_SECONDS = 5
REPORTS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer",
           "WARNING: ThreadSanitizer", "runtime error:", "Assertion `")

numbers = itertools.count(1)
servers = []    # every one that was made
databases = []


def environment(settings):
    env = {n: v for n, v in os.environ.items() if not n.startswith("ALMANAC")}
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    for name, value in settings.items():
        env["ALMANAC_" + name.upper()] = str(value)
    return env


def check_reports(text, who):
    for report in REPORTS:
        at = text.find(report)
        if at >= 0:
            lines = text[max(0, at - 40):].splitlines()[:14]
            raise Failure(f"{who}: expected no report, came "
                          + " | ".join(s.strip() for s in lines))


def psql(sql, url=None):
    run = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d",
                          url or POSTGRES, "-c", sql],
                         capture_output=True, text=True, timeout=60 * SLOW)
    if run.returncode != 0:
        raise Failure(f"psql: expected it to do {sql}, came {run.stderr}")
    return run.stdout


class Database:
    """A folder, and in it a SQLite file or beside it a PostgreSQL database.

    Empty, or a copy of a pattern that has the tables and an account."""

    def __init__(self, folder=None, pattern=None):
        self.folder = folder or tempfile.mkdtemp(prefix="almanac-live-")
        os.makedirs(self.folder, exist_ok=True)
        self.kind = ON
        self.secret = os.path.join(self.folder, "secret")
        self.settings = os.path.join(self.folder, "almanac.conf")
        open(self.settings, "w").close()
        if ON == "sqlite":
            self.file = os.path.join(self.folder, "almanac.db")
            self.url = "sqlite:" + self.file
        else:
            self.name = f"almanac_test_{os.getpid()}_{next(numbers)}"
            parts = urllib.parse.urlsplit(POSTGRES)
            self.url = parts._replace(path="/" + self.name).geturl()
        databases.append(self)
        self.create(pattern)

    def create(self, pattern):
        if ON == "postgres":
            psql(f"CREATE DATABASE {self.name}"
                 + (f" TEMPLATE {pattern.name}" if pattern else ""))
        elif pattern:
            shutil.copy(pattern.file, self.file)
        if pattern:
            shutil.copy(pattern.secret, self.secret)

    def drop(self):
        databases.remove(self)
        if self.kind == "postgres":
            psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)


class Pattern:
    """What every server begins with: tables, and an account named anna."""

    database = None
    user_key = None

    @classmethod
    def get(cls):
        if not cls.database:
            server = Server(Database(), start=False)
            server.do("init-db")
            cls.user_key = server.do(
                "user", "add", "anna", "--password-stdin",
                stdin="correct horse").json["user_key"]
            servers.remove(server)
            databases.remove(server.database)
            cls.database = server.database
        return cls

    @classmethod
    def drop(cls):
        if cls.database:
            databases.append(cls.database)
            cls.database.drop()
            cls.database = None


def select(database, sql):
    """Rows, as somebody with the database's own shell sees them."""
    if database.kind == "sqlite":
        with contextlib.closing(sqlite3.connect(database.file)) as db:
            return db.execute(sql).fetchall()
    out = psql(sql, database.url)
    return [line.split("|") for line in out.splitlines()]


def execute(database, sql):
    """A change behind the program's back."""
    if database.kind == "sqlite":
        with contextlib.closing(sqlite3.connect(database.file, 10)) as db:
            db.execute(sql)
            db.commit()
    else:
        psql(sql, database.url)


class Ran:
    def __init__(self, args, status, out, err):
        self.args, self.status, self.out, self.err = args, status, out, err

    def __repr__(self):
        return (f"status {self.status}, stdout {self.out[:200]!r}, "
                f"stderr {self.err[:300]!r}")

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise Failure(f"almanac {' '.join(self.args)}: expected one JSON "
                          f"object, came {self!r}") from None

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def run(args, settings=None, stdin=None, timeout=30, config=None):
    """The program, as a person runs it."""
    args = [str(a) for a in args]
    words = args[:1] + (["--config", config] if config else []) + args[1:]
    try:
        p = subprocess.run([PROGRAM] + words, input=(stdin or "").encode(),
                           capture_output=True, timeout=timeout * SLOW,
                           env=environment(settings or {}))
    except subprocess.TimeoutExpired:
        raise Failure(f"almanac {' '.join(args)}: expected an end within "
                      f"{timeout * SLOW:g} s, did not come") from None
    err = p.stderr.decode("utf-8", "replace")
    check_reports(err, f"almanac {' '.join(args)}")
    return Ran(args, p.returncode, p.stdout.decode("utf-8", "replace"), err)


class Channel:
    def __init__(self, facts):
        self.id = facts["id"]
        self.write = facts["write_key"]
        self.read = facts["read_key"]


class Server:
    """Settings are those of ALMANAC_..., in lower case."""

    def __init__(self, database=None, start=True, **settings):
        pattern = None if database else Pattern.get()
        self.database = database or Database(pattern=pattern.database)
        self.user_key = pattern and pattern.user_key
        self.settings = dict(settings)
        self.settings.setdefault("listen", "127.0.0.1:0")
        self.settings["database"] = self.database.url
        self.settings.setdefault("secret", self.database.secret)
        self.settings.setdefault("spool", self.database.folder)
        self.log_file = os.path.join(self.database.folder,
                                     f"log.{next(numbers)}")
        self.process = None
        self.port = self.tls_port = 0
        self.memory = {}        # for the tests that share it
        servers.append(self)
        if start:
            self.start()

    # -- the process

    def start(self):
        before = os.path.getsize(self.log_file) if os.path.exists(
            self.log_file) else 0
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--config", self.database.settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment(self.settings))
        self.read_from = before
        self.wait_for_listen()
        return self

    def wait_for_listen(self):
        wanted = 2 if "tls_listen" in self.settings else 1
        end = time.monotonic() + 20 * SLOW
        while time.monotonic() < end:
            found = re.findall(r"event=serve\.listen address=\S*:(\d+)( tls)?",
                               self.log())
            if len(found) >= wanted:
                for port, tls in found:
                    if tls:
                        self.tls_port = int(port)
                    else:
                        self.port = int(port)
                return
            if self.process.poll() is not None:
                raise Failure("almanac serve: expected it to listen, it ended "
                              f"with {self.process.returncode}: "
                              f"{short(self.log())}")
            time.sleep(0.003)
        self.kill()
        raise Failure(f"almanac serve: expected event=serve.listen, "
                      f"came {short(self.log())}")

    def log(self):
        """What it wrote on standard error since it was started last."""
        with open(self.log_file, "rb") as f:
            f.seek(self.read_from)
            return f.read().decode("utf-8", "replace")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def listens(self):
        try:
            self.connect(timeout=1).close()
            return True
        except OSError:
            return False

    def give_time_to_end(self):
        """A sanitizer takes its time to say why."""
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        try:
            return self.process.wait(seconds * max(1, SLOW))
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"SIGTERM: expected an end within {seconds} s, did "
                          "not come") from None

    def stop(self):
        """As a service manager does; a bad end is a failure."""
        if not self.process:
            return
        if self.alive():
            self.signal(signal.SIGTERM)
        status = self.wait()
        self.process = None
        check_reports(self.log(), "almanac serve")
        same(status, 0, "status of almanac serve: "
             + " | ".join(self.log().splitlines()[-3:]))

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
        self.process = None

    def close(self):
        """Takes everything away, whatever happened."""
        try:
            self.stop()
        finally:
            self.kill()
            servers.remove(self)
            if self.database in databases:
                self.database.drop()

    def rss_kb(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])

    # -- HTTP

    def request(self, method, path, headers=None, body=None, **how):
        return wire.request(self.port, method, path, headers, body, **how)

    def get(self, path, headers=None, **how):
        return self.request("GET", path, headers, **how)

    def post(self, path, body="", headers=None, **how):
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        return self.request("POST", path, headers, body, **how)

    def connect(self, **how):
        return wire.Connection(self.port, **how)

    # -- the command line

    def run(self, *args, **how):
        settings = {n: self.settings[n] for n in ("database", "secret")}
        return run(args, settings, config=self.database.settings, **how)

    def do(self, *args, **how):
        ran = self.run(*args, **how)
        if ran.status != 0:
            raise Failure(f"almanac {' '.join(map(str, args))}: expected "
                          f"status 0, came {ran!r}")
        return ran

    def channel(self, *fields, name="Home", public=False, timezone=None):
        """fields: "Label" or "Label:unit", for 1, 2, 3 ..."""
        words = ["channel", "add", "--owner", "anna", "--name", name]
        for i, label in enumerate(fields or ("Temperature", "Humidity"), 1):
            words += ["--field", f"{i}={label}"]
        if public:
            words.append("--public")
        if timezone:
            words += ["--timezone", timezone]
        return Channel(self.do(*words).json)

    # -- what most tests do

    def store(self, channel, **fields):
        """One reading that must be taken; its entry number."""
        r = self.post("/update", wire.query(api_key=channel.write, **fields))
        same(r.status, 200, "update")
        if not r.body.isdigit() or r.body == b"0":
            raise Failure(f"update: expected an entry number, came {r!r}")
        return int(r.body)

    def store_many(self, channel, updates):
        r = self.post(f"/channels/{channel.id}/bulk_update.json",
                      {"write_api_key": channel.write, "updates": updates},
                      timeout=60 * SLOW)
        same((r.status, r.body), (202, b'{"success":true}'), "bulk update")

    def feeds(self, channel, **params):
        params.setdefault("api_key", channel.read)
        r = self.get(f"/channels/{channel.id}/feeds.json?"
                     + wire.query(**params), timeout=60 * SLOW)
        same(r.status, 200, f"feeds.json {params}")
        return r.json["feeds"]

    def every(self, channel, field="field1"):
        """All entries: number -> value."""
        out, n = {}, 8000
        while True:
            feeds = self.feeds(channel, start_entry_id=len(out) + 1,
                               end_entry_id=len(out) + n, results=n)
            for e in feeds:
                out[e["entry_id"]] = e[field]
            if len(feeds) < n:
                same(sorted(out), list(range(1, len(out) + 1)),
                     "entry numbers 1, 2, 3 ... without gaps")
                return out

    def metric(self, name):
        text = self.get("/metrics").text
        holds(text, "\n" + name + " ", "/metrics")
        return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])


class Shared:
    """A server that starts when it is first used; again, should it have
    ended."""

    def __init__(self, **settings):
        self.settings = settings
        self.server = None

    def __getattr__(self, name):
        if not self.server or self.server not in servers:
            self.server = Server(**self.settings)
        return getattr(self.server, name)


def check_alive(failed):
    """Behind a test: None, or a sentence when a server has ended that nobody
    stopped. It is put away, so that the next test has a new one."""
    for server in servers:
        if failed and server.process and not server.listens():
            server.give_time_to_end()
    for server in list(servers):
        if server.process and not server.alive():
            try:
                server.close()
                return "the server ended by itself"
            except Failure as e:
                return f"the server ended: {e}"
    return None


def close_all():
    """Behind a file of tests: a sentence for each server that ended badly."""
    bad = []
    for server in list(servers):
        try:
            server.close()
        except (Failure, OSError) as e:
            bad.append(str(e))
    for database in list(databases):
        database.drop()
    return bad
