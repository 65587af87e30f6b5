"""Starts, answers, stops; what it says when it is used wrongly."""
import os
import signal
import socket
import time

import harness
from expect import SLOW, at_most, holds, one_of, same, true

S = harness.Shared()
COMMANDS = ("serve", "init-db", "check-db", "user", "channel", "key", "device",
            "import", "export", "config")


def one_sentence(ran):
    """On standard error, beside what is logged."""
    lines = [line for line in ran.err.splitlines()
             if not line.startswith("at=")]
    same(len(lines), 1, f"almanac {' '.join(ran.args)}, sentences on standard "
         f"error ({ran.err!r})")


def test_help():
    for command in COMMANDS:
        ran = harness.run([command, "--help"])
        same((ran.status, ran.err), (0, ""), f"almanac {command} --help")
        holds(ran.out, command, "its help")
    ran = harness.run(["--help"])
    same(ran.status, 0, "almanac --help")
    for command in COMMANDS:
        holds(ran.out, command, "almanac --help")


def test_wrong_use():
    for words in ([], ["nonsense"], ["user", "nonsense"], ["user", "add"],
                  ["channel", "add", "--owner", "anna"],
                  ["key", "add", "--channel", "x", "--write"],
                  ["key", "add", "--channel", "1"],
                  ["export"], ["import", "--channel", "1"],
                  ["init-db", "--nonsense"], ["check-db", "surplus"],
                  ["serve", "--nonsense"], ["serve", "surplus"],
                  ["serve", "--rate-limit", "soon"],
                  ["config", "--body-limit", "-1"]):
        ran = S.run(*words) if words else harness.run(words)
        same(ran.status, 2, f"almanac {' '.join(words)}, status ({ran!r})")
        same(ran.out, "", f"almanac {' '.join(words)}, standard output")
        true(ran.err, f"almanac {' '.join(words)}: expected a sentence on "
             "standard error, came nothing")


def test_no_database():
    """An address that is none is wrong use or a failure, never a crash."""
    for url in ("", "nonsense", "mysql://localhost/x",
                "sqlite:/nonexistent/folder/x.db"):
        ran = harness.run(["channel", "list"], {"database": url})
        one_of(ran.status, (1, 2), f"status with database {url!r} ({ran!r})")
        one_sentence(ran)


def test_serve_answers():
    r = S.get("/health")
    same(r.status, 200, "/health")


def test_starts_quickly():
    server = harness.Server(start=False)
    began = time.monotonic()
    server.start()
    server.get("/health")
    at_most(round(time.monotonic() - began, 2), 3 * SLOW,
            "seconds from start to the first answer")
    server.close()


def test_sigterm_and_sigint():
    for number in (signal.SIGTERM, signal.SIGINT):
        server = harness.Server()
        same(server.get("/health").status, 200, "/health")
        server.signal(number)
        same(server.wait(), 0, f"status after {number.name}")
        with socket.socket() as s:
            s.settimeout(2)
            true(s.connect_ex(("127.0.0.1", server.port)) != 0,
                 "expected nobody at the port behind the end, came a "
                 "connection")
        server.close()


def test_second_start_keeps_data():
    server = harness.Server()
    channel = server.channel()
    same(server.store(channel, field1="007"), 1, "first entry")
    server.stop()
    server.start()
    same([e["field1"] for e in server.feeds(channel)], ["007"], "readings")
    same(server.store(channel, field1="8"), 2, "entry after the second start")
    server.close()


def test_port_taken():
    server = harness.Server(start=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = server.run("serve", "--listen",
                         f"127.0.0.1:{taken.getsockname()[1]}", timeout=10)
    same(ran.status, 1, f"status with a port that is taken ({ran!r})")
    holds(ran.err, "taken", "what it says")
    server.close()


def test_listen_that_is_none():
    server = harness.Server(start=False)
    for address in ("nonsense", "127.0.0.1", "127.0.0.1:99999",
                    "999.0.0.1:80", "127.0.0.1:-1", ":"):
        ran = server.run("serve", "--listen", address, timeout=10)
        one_of(ran.status, (1, 2), f"status with --listen {address} ({ran!r})")
        true(ran.err, "expected a sentence, came nothing")
    server.close()


def test_flags_go_before_environment():
    server = harness.Server(start=False)
    ran = harness.run(["config", "--idle-time", "7"],
                      {"database": server.database.url, "idle_time": "9",
                       "rate_limit": "11"})
    same(ran.status, 0, "config")
    found = [line for line in ran.out.splitlines() if "idle_time" in line]
    true(found and "7" in found[0] and "flag" in found[0],
         f"expected idle_time 7 from the flag, came {found}")
    found = [line for line in ran.out.splitlines() if "rate_limit" in line]
    true(found and "11" in found[0] and "environment" in found[0],
         f"expected rate_limit 11 from the environment, came {found}")
    server.close()


def test_settings_file():
    server = harness.Server(start=False)
    name = os.path.join(server.database.folder, "mine.conf")
    with open(name, "w") as f:
        f.write("# a comment\n\nidle_time = 13  # seconds\n")
    ran = harness.run(["config"], {"database": server.database.url},
                      config=name)
    same(ran.status, 0, f"config ({ran!r})")
    found = [line for line in ran.out.splitlines() if "idle_time" in line]
    true(found and "13" in found[0] and "mine.conf" in found[0],
         f"expected idle_time 13 from mine.conf, came {found}")
    with open(name, "w") as f:
        f.write("no_such_setting = 1\n")
    ran = harness.run(["config"], {}, config=name)
    same(ran.status, 2, f"a setting that does not exist ({ran!r})")
    holds(ran.err, "no_such_setting", "what it says")
    ran = harness.run(["config"], {}, config="/nonexistent.conf")
    true(ran.status != 0, "expected a failure without the named file, came 0")
    server.close()


def test_serve_without_tables():
    """./run makes the database; serve may make the tables or refuse."""
    database = harness.Database()
    server = harness.Server(database, start=False)
    try:
        server.start()
    except harness.Failure as e:
        holds(str(e), "it ended with 1", "serve without tables")
        server.kill()
    else:
        same(server.get("/health").status, 200, "/health")
        same(server.get("/").status, 200, "the page of an empty database")
    server.close()
