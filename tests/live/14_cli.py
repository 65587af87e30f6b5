"""The command line: every command, and readings in and out of files."""
import csv
import io
import os
import re
import sqlite3
import stat
import threading

import harness
import wire
from expect import SLOW, holds, lacks, one_of, same, soon, true

S = harness.Shared()


def path(server, name):
    return os.path.join(server.database.folder, name)


def write(server, name, text):
    with open(path(server, name), "wb") as f:
        f.write(text.encode() if isinstance(text, str) else text)
    return path(server, name)


def fails(server, *words, status=1, **how):
    ran = server.run(*words, **how)
    same(ran.status, status, f"almanac {' '.join(map(str, words))} ({ran!r})")
    sentences = [line for line in ran.err.splitlines()
                 if not line.startswith("at=")]
    same(len(sentences), 1, f"sentences on standard error, {ran.err!r}")
    true(re.search(r"[a-z]", sentences[0]), f"expected words, came {ran!r}")
    return ran


# -- the database

def test_init_db():
    server = harness.Server(harness.Database(), start=False)
    ran = server.do("init-db")
    same(ran.out, "Initialized the database.\n", "init-db")
    same(server.do("init-db").out, "Initialized the database.\n",
         "init-db of an empty database")
    server.do("user", "add", "anna", "--password-stdin", stdin="pw")
    ch = server.channel()
    ran = fails(server, "init-db")
    for part in ("1 account", "1 channel"):
        holds(ran.err, part, "what would be lost")
    same(server.do("channel", "list").lines()[0]["id"], ch.id, "still there")
    server.do("init-db", "--yes")
    same(server.do("channel", "list").out, "", "channels behind --yes")
    server.close()


def test_init_db_names_readings():
    server = harness.Server()
    ch = server.channel()
    for _ in range(3):
        server.store(ch, field1="1")
    server.stop()
    holds(fails(server, "init-db").err, "3 reading", "what would be lost")
    server.close()


def test_check_db():
    server = harness.Server()
    ch = server.channel()
    for _ in range(3):
        server.store(ch, field1="1")
    same(server.do("check-db").status, 0, "while it serves")
    server.stop()
    server.do("check-db")
    harness.execute(server.database,
                    f"DELETE FROM reading WHERE channel = {ch.id} "
                    "AND entry = 2")
    same(server.run("check-db").status, 1, "with an entry missing")
    server.close()


def test_check_db_of_another_kind():
    server = harness.Server(start=False)
    harness.execute(server.database, "ALTER TABLE device RENAME TO gadget")
    same(server.run("check-db").status, 1, "with a table missing")
    server.close()


def test_check_db_broken_file():
    if harness.ON != "sqlite":
        return
    server = harness.Server(start=False)
    size = os.path.getsize(server.database.file)
    with open(server.database.file, "r+b") as f:
        f.seek(size // 2)
        f.write(b"\xa5" * 4096)
    same(server.run("check-db").status, 1, "a broken file")
    write(server, "text.db", "this is no database, but it is long enough. " * 9)
    ran = harness.run(["check-db"], {
        "database": "sqlite:" + path(server, "text.db")})
    same(ran.status, 1, f"a text ({ran!r})")
    server.close()


# -- accounts, channels, keys, devices

def test_user():
    server = harness.Server(start=False)
    made = server.do("user", "add", "bob", "--password-stdin", "--admin",
                     stdin="secret words\n").json
    same(list(made), ["id", "name", "user_key"], "members")
    true(re.fullmatch(r"[0-9A-Z]{16}", made["user_key"]),
         f"expected 16 of 0-9A-Z, came {made}")
    listed = server.do("user", "list")
    same([u["name"] for u in listed.lines()], ["anna", "bob"], "user list")
    lacks(listed.out, "secret words", "user list")
    fails(server, "user", "add", "bob", "--password-stdin", stdin="x")
    fails(server, "user", "add", "carl", "--password-stdin", stdin="")
    fails(server, "user", "add", "", "--password-stdin", stdin="x", status=2)
    server.do("user", "passwd", "bob", "--password-stdin", stdin="other")
    fails(server, "user", "passwd", "nobody", "--password-stdin", stdin="x")
    server.do("user", "remove", "bob")
    fails(server, "user", "remove", "bob")
    server.channel()
    fails(server, "user", "remove", "anna")
    server.close()


def test_password_is_hashed():
    server = harness.Server(start=False)
    row = harness.select(server.database, "SELECT password FROM account")[0]
    lacks(str(row[0]), "correct horse", "what is kept of a password")
    holds(str(row[0]), "argon2id", "what is kept of a password")
    server.close()


def test_keys_are_not_kept_in_the_open():
    server = harness.Server()
    ch = server.channel()
    server.store(ch, field1="1")
    server.stop()
    for row in harness.select(server.database, "SELECT * FROM key"):
        for key in (ch.write, ch.read, server.user_key):
            for value in row:
                lacks(bytes(value) if isinstance(value, bytes)
                      else str(value).encode(), key.encode(), "table key")
    mode = stat.S_IMODE(os.stat(server.settings["secret"]).st_mode)
    same(mode & 0o077, 0, "who else may read the secret")
    server.close()


def test_lost_secret():
    """Costs the display of keys, not the keys."""
    server = harness.Server()
    ch = server.channel()
    server.stop()
    os.unlink(server.settings["secret"])
    server.start()
    same(server.store(ch, field1="1"), 1, "the write key still works")
    listed = server.do("key", "list", "--channel", ch.id).lines()
    same([k["key"] for k in listed], [None, None], "keys that are shown")
    server.close()


def test_channel():
    ran = S.do("channel", "add", "--owner", "anna", "--name", "Gärten",
               "--field", "1=Outside Temperature:°C", "--field", "3=Humidity:%",
               "--field", "12=Twelve", "--timezone", "Europe/Berlin",
               "--public")
    made = ran.json
    true(set(made) >= {"id", "write_key", "read_key"},
         f"expected id, write_key, read_key, came {made}")
    same(ran.out.count("\n"), 1, "lines")
    shown = S.do("channel", "show", made["id"])
    for part in ("Gärten", "Outside Temperature", "°C", "Europe/Berlin",
                 made["write_key"], made["read_key"]):
        holds(shown.out, part, "channel show")
    holds([c["id"] for c in S.do("channel", "list").lines()], made["id"],
          "channel list")
    r = S.get(f"/channels/{made['id']}/feeds.json").json["channel"]
    same({k: v for k, v in r.items() if k.startswith("field") or k == "name"},
         {"name": "Gärten", "field1": "Outside Temperature",
          "field3": "Humidity"}, "as ThingSpeak's dialect sees it")


def test_channel_refused():
    add = ("channel", "add", "--owner", "anna", "--name", "x")
    for words, status in (
            (add + ("--timezone", "Nowhere/Land"), (1, 2)),
            (add + ("--field", "0=A"), (1, 2)),
            (add + ("--field", "65=A"), (1, 2)),
            (add + ("--field", "A"), (1, 2)),
            (add + ("--field", "1="), (1, 2)),
            (add + ("--field", "1=A", "--field", "1=B"), (1, 2)),
            (("channel", "add", "--owner", "nobody", "--name", "x"), (1,)),
            (("channel", "show", "999999"), (1,)),
            (("channel", "remove", "999999"), (1,)),
            (("channel", "show", "x"), (1, 2))):
        ran = S.run(*words)
        one_of(ran.status, status, f"almanac {' '.join(words)} ({ran!r})")
        same(ran.out, "", "standard output")


def test_channel_remove():
    ch = S.channel()
    S.store(ch, field1="1")
    fails(S, "channel", "remove", ch.id)
    S.do("channel", "remove", ch.id, "--yes")
    fails(S, "channel", "show", ch.id)
    same(S.get(f"/channels/{ch.id}/feeds.json").status, 404, "its readings")
    soon(lambda: S.get(f"/update?api_key={ch.write}&field1=1")
                 .status == 400, 2, "its write key stops working")


def test_key():
    ch = S.channel()
    made = S.do("key", "add", "--channel", ch.id, "--read").json
    own = S.do("key", "add", "--channel", ch.id, "--write", "--key",
               "PHDNGI2345").json
    same(own["key"], "PHDNGI2345", "key add --key")
    listed = S.do("key", "list", "--channel", ch.id).lines()
    same(sorted((k["kind"], k["key"]) for k in listed),
         sorted([("write", ch.write), ("read", ch.read),
                 ("read", made["key"]), ("write", "PHDNGI2345")]), "key list")
    fails(S, "key", "add", "--channel", ch.id, "--write", "--key",
          "PHDNGI2345")
    fails(S, "key", "add", "--channel", 999999, "--read")
    S.do("key", "remove", "--channel", ch.id, "--key", "PHDNGI2345")
    fails(S, "key", "remove", "--channel", ch.id, "--key", "PHDNGI2345")
    same(len(S.do("key", "list", "--channel", ch.id).lines()), 3, "keys left")


def test_device():
    ch = S.channel()
    S.do("device", "add", "--channel", ch.id, "--mac", "6C:RF:7F:2B:0E:G8")
    listed = S.do("device", "list", "--channel", ch.id).out.lower()
    holds(listed, "6c:rf:7f:2b:0e:g8", "device list")
    S.do("device", "remove", "--channel", ch.id, "--mac", "6c:rf:7f:2b:0e:g8")
    lacks(S.do("device", "list", "--channel", ch.id).out.lower(),
          "6c:rf:7f:2b:0e:g8", "device list")
    fails(S, "device", "remove", "--channel", ch.id, "--mac", "x")
    one_of(S.run("device", "add", "--channel", ch.id, "--mac", "x" * 65)
           .status, (1, 2), "a mac that is too long")


def test_config():
    ran = S.run("config")
    same(ran.status, 0, "config")
    for name in ("listen", "database", "rate_limit", "body_limit",
                 "header_limit", "connections", "connections_per_address",
                 "idle_time", "request_time", "tls_listen", "tls_certificate",
                 "tls_key", "workers", "secret"):
        true(re.search(rf"^{name}\s", ran.out, re.M),
             f"expected {name} in config, came {ran.out!r}")


def test_config_hides_the_password():
    ran = harness.run(["config"], {"database":
                                   "postgresql://me:hunter2@localhost/x"})
    lacks(ran.out, "hunter2", "config")


# -- files

def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def values(text):
    """Of an export: time and fields, without the entry numbers."""
    head, *rows = rows_of(text)
    number = head.index("entry_id")
    return [tuple(v for i, v in enumerate(r) if i != number) for r in rows]


def counts(ran):
    """Numbers it says, whatever the words."""
    return [int(n) for n in re.findall(r"\b\d+\b", ran.out + ran.err)]


def test_export_to_the_byte():
    ch = S.channel("A", "B")
    S.store_many(ch, [
        {"created_at": "2025-12-01T23:09:48Z", "field1": "30.480",
         "field2": 'a "b", c', "status": "ok", "latitude": "1.5",
         "longitude": "2", "elevation": "3"},
        {"created_at": "2025-12-01T23:10:48Z", "field2": "ü\nx"}])
    same(S.do("export", "--channel", ch.id).out,
         "created_at,entry_id,field1,field2,latitude,longitude,elevation,"
         'status\n2025-12-01T23:09:48+00:00,1,30.480,"a ""b"", c",1.5,2,3,ok\n'
         '2025-12-01T23:10:48+00:00,2,,"ü\nx",,,,\n', "export")
    empty = S.channel("A")
    same(S.do("export", "--channel", empty.id).out,
         "created_at,entry_id,field1,latitude,longitude,elevation,status\n",
         "export of nothing")
    fails(S, "export", "--channel", 999999)


def test_import_both_time_formats():
    for first, second in (
            ("2025-12-01T23:09:48+00:00", "2025-12-01T23:10:48+00:00"),
            ("2025-12-01 23:09:48 UTC", "2025-12-01 23:10:48 UTC"),
            ("2025-12-01 18:09:48 -0500", "2025-12-01 18:10:48 -0500")):
        ch = S.channel("A", "B")
        name = write(S, "small.csv",
                     "created_at,entry_id,field1,field2,latitude,longitude,"
                     f"elevation,status\n{first},17,007,,1.5,2,3,ok\n"
                     f'{second},18," 5","a,""b""",,,,\n')
        ran = S.do("import", "--channel", ch.id, name)
        holds(counts(ran), 2, f"what import says ({ran!r})")
        found = S.feeds(ch, status="true", location="true")
        same([(e["created_at"], e["entry_id"], e["field1"], e["field2"],
               e["latitude"], e["status"]) for e in found],
             [("2025-12-01T23:09:48Z", 1, "007", None, "1.5", "ok"),
              ("2025-12-01T23:10:48Z", 2, " 5", 'a,"b"', None, None)],
             f"imported from {first}")


def test_import_twice():
    ch = S.channel("A")
    name = write(S, "twice.csv", "created_at,entry_id,field1\n"
                 "2025-12-01 23:09:48 UTC,1,a\n2025-12-01 23:09:48 UTC,2,b\n"
                 "2025-12-01 23:10:48 UTC,3,c\n")
    S.do("import", "--channel", ch.id, name)
    ran = S.do("import", "--channel", ch.id, name)
    holds(ran.out + ran.err, "3", "what it says the second time")
    same([e["field1"] for e in S.feeds(ch)], ["a", "b", "c"], "readings")


def test_import_refuses_lines_and_says_why():
    ch = S.channel("A")
    name = write(S, "bad.csv", "created_at,entry_id,field1\n"
                 "2025-12-01 23:09:48 UTC,1,good\nyesterday,2,bad\n"
                 "2025-13-01 00:00:00 UTC,3,bad\n,4,bad\n"
                 "2025-12-01 23:12:48 UTC,5,good too\n")
    ran = S.run("import", "--channel", ch.id, name)
    said = ran.out + ran.err
    true(re.search(r"\b2\b", said) and re.search(r"\b3\b", said),
         f"expected 2 stored and 3 refused, came {ran!r}")
    holds(said, "time", "why they were refused")
    same([e["field1"] for e in S.feeds(ch)], ["good", "good too"], "readings")


def test_import_is_oldest_first():
    ch = S.channel("A")
    name = write(S, "new.csv", "created_at,field1\n"
                 "2025-12-03T00:00:00Z,c\n2025-12-02T00:00:00Z,b\n"
                 "2025-12-01T00:00:00Z,a\n")
    S.do("import", "--channel", ch.id, name)
    same([(e["entry_id"], e["field1"]) for e in S.feeds(ch)],
         [(1, "a"), (2, "b"), (3, "c")], "entries")


def test_import_without_header():
    ch = S.channel("A", "B")
    name = write(S, "bare.csv", "2025-12-01 00:00:00 UTC,1.5,2.5\n"
                 "2025-12-01 00:01:00 UTC,3.5,\n")
    S.do("import", "--channel", ch.id, name)
    same([(e["field1"], e["field2"]) for e in S.feeds(ch)],
         [("1.5", "2.5"), ("3.5", None)], "readings")


def test_import_with_names_and_crlf():
    ch = S.channel("Temperature", "Humidity")
    name = write(S, "named.csv", "\ufefftime,temperature,humidity\r\n"
                 "2025-12-01T00:00:00Z,21.20,50\r\n"
                 "2025-12-01T00:01:00Z,21.30,51\r\n")
    S.do("import", "--channel", ch.id, name)
    same([(e["field1"], e["field2"]) for e in S.feeds(ch)],
         [("21.20", "50"), ("21.30", "51")], "readings")


def test_import_files_that_are_none():
    ch = S.channel()
    for name, content in (("empty.csv", b""), ("zeros", b"\0" * 5000),
                          ("noise", bytes(range(256)) * 40),
                          ("half.db", b"SQLite format 3\0" + b"\1" * 3000)):
        ran = S.run("import", "--channel", ch.id, write(S, name, content))
        one_of(ran.status, (1, 2), f"import {name} ({ran!r})")
        true(ran.err, f"import {name}: expected a sentence, came nothing")
    fails(S, "import", "--channel", ch.id, path(S, "missing.csv"))
    fails(S, "import", "--channel", ch.id, S.database.folder)
    fails(S, "import", "--channel", 999999, harness.EXPORT)
    same(S.feeds(ch), [], "readings")


def test_real_export_round_trip():
    """Imported, exported again, compared with the file."""
    ch = S.channel("A", "B", "C", "D")
    ran = S.do("import", "--channel", ch.id, harness.EXPORT,
               timeout=60 * SLOW)
    holds(counts(ran), 1339, "what import says")
    with open(harness.EXPORT, encoding="utf-8") as f:
        original = f.read()
    exported = S.do("export", "--channel", ch.id).out
    same(rows_of(exported)[0], rows_of(original)[0], "header")
    same(len(values(exported)), 1339, "rows")
    for came, expected in zip(values(exported), values(original)):
        same(came, expected, "a row")
    same([r[1] for r in rows_of(exported)[1:]],
         [str(i) for i in range(1, 1340)], "entry numbers")
    again = S.channel("A", "B", "C", "D")
    S.do("import", "--channel", again.id, write(S, "again.csv", exported))
    same(S.do("export", "--channel", again.id).out, exported,
         "exported, imported and exported again")
    ran = S.do("import", "--channel", ch.id, harness.EXPORT)
    same(S.do("export", "--channel", ch.id).out, exported,
         "imported over itself")


def test_feeds_csv_can_be_imported():
    """The API's own CSV, with times in a zone."""
    ch, copy = S.channel("A", "B"), S.channel("A", "B")
    S.store_many(ch, [{"created_at": 1500000000 + i * 3600, "field1": f"{i}.0",
                       "field2": "x, y"} for i in range(20)])
    r = S.get(f"/channels/{ch.id}/feeds.csv?" + wire.query(
        api_key=ch.read, timezone="America/New_York"))
    S.do("import", "--channel", copy.id, write(S, "api.csv", r.text))
    same([(e["created_at"], e["field1"], e["field2"]) for e in S.feeds(copy)],
         [(e["created_at"], e["field1"], e["field2"]) for e in S.feeds(ch)],
         "readings")


def test_import_while_it_serves():
    """Entry numbers stay without gaps when a device writes meanwhile."""
    ch = S.channel("A")
    lines = ["created_at,entry_id,field1"] + [
        f"{1500000000 + i},{i},{i}" for i in range(20000)]
    name = write(S, "long.csv", "\n".join(lines) + "\n")
    numbers, done = [], threading.Event()

    def send():
        while not done.is_set():
            numbers.append(S.store(ch, field1="live"))
    thread = threading.Thread(target=send)
    thread.start()
    try:
        S.do("import", "--channel", ch.id, name, timeout=60)
    finally:
        done.set()
        thread.join()
    kept = S.every(ch)
    same(len(kept), 20000 + len(numbers), "entries")
    for number in numbers:
        same(kept[number], "live", f"entry {number}")


def article_file(name):
    """The database of the articles' own program."""
    db = sqlite3.connect(name)
    db.execute("CREATE TABLE data (Id INTEGER PRIMARY KEY AUTOINCREMENT, "
               "API_key text, date_time text, mac text, field integer, "
               "data real)")
    db.executemany(
        "INSERT INTO data (API_key, date_time, mac, field, data) "
        "VALUES ('PHDNGI2345', ?, ?, ?, ?)",
        [("2018-09-12T15:07:24.123456+00:00", "6c:rf:7f:2b:0e:g8", 1, 72.3),
         ("2018-09-12T15:08:24.000001+00:00", "a3:45:b5:c9", 2, -4.0),
         ("2018-09-12T15:09:24.5+00:00", "6c:rf:7f:2b:0e:g8", 1, 21.1235)])
    db.commit()
    db.close()


def test_import_of_the_articles_database():
    ch = S.channel("Outside", "Inside")
    name = path(S, "data.db")
    article_file(name)
    ran = S.do("import", "--channel", ch.id, name)
    holds(counts(ran), 3, f"what import says ({ran!r})")
    found = [(e["created_at"], e["field1"], e["field2"]) for e in S.feeds(ch)]
    same([(at, a and float(a), b and float(b)) for at, a, b in found],
         [("2018-09-12T15:07:24Z", 72.3, None),
          ("2018-09-12T15:08:24Z", None, -4.0),
          ("2018-09-12T15:09:24Z", 21.1235, None)], "readings with times")
    rows = harness.select(S.database, "SELECT mac, field, data FROM data "
                          "WHERE date_time LIKE '2018-09-12%' ORDER BY Id")
    same([str(r[0]) for r in rows], ["6c:rf:7f:2b:0e:g8", "a3:45:b5:c9",
                                     "6c:rf:7f:2b:0e:g8"], "stations")
    S.do("import", "--channel", ch.id, name)
    same(len(S.feeds(ch)), 3, "entries when it is imported twice")


def test_import_of_a_real_station():
    """A CSV of somebody else's, by its header."""
    ch = S.channel(*(f"F{i}" for i in range(1, 7)))
    name = os.path.join(harness.TOP, "tests/data/weather-strasbourg-2021.csv")
    ran = S.do("import", "--channel", ch.id, name, timeout=120)
    holds(counts(ran), 16416, f"what import says ({ran!r})")
    first = S.feeds(ch, end_entry_id=1, start="2000-01-01")[0]
    same((first["created_at"], first["field1"], first["field2"]),
         ("2021-02-22T07:01:52Z", "14.38", "31"), "the first reading")
