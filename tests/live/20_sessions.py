"""Sessions: what is kept of them, how they begin, and what ends when."""
import concurrent.futures
import contextlib
import hashlib
import itertools
import math
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import time

import harness
import wire
from expect import SLOW, at_most, holds, lacks, one_of, same, soon, true
from visitor import BROWSER, FORM, Visitor, rows, text_of

S = harness.Shared()
PASSWORD = "correct horse"
SHAPE = r"[A-Za-z0-9_-]{43}"
FORGED = "A" * 43
sources = (f"127.2.{n // 250}.{n % 250 + 1}" for n in itertools.count())


def visitor(server=S, **how):
    """With an address of its own, so that no test waits for another."""
    return Visitor(server, source=next(sources), **how)


def anna(server=S):
    return visitor(server).log_in("anna", PASSWORD)


def hex_hash(cookie):
    return hashlib.sha256(cookie.encode()).hexdigest()


def hashes(server=S):
    hex_of = "hex(hash)" if harness.ON == "sqlite" else "encode(hash, 'hex')"
    return [h.lower() for h in rows(server, f"SELECT {hex_of} FROM session")]


def count(server=S):
    return int(rows(server, "SELECT count(*) FROM session")[0])


def with_cookie(cookie, path="/account", server=S, **headers):
    """As a browser that has that one; nothing is remembered."""
    return server.get(path, {**BROWSER, "Cookie": f"session={cookie}",
                             **headers})


def signed_in(cookie, server=S):
    """Does the cookie open its owner's page?"""
    r = with_cookie(cookie, server=server)
    one_of(r.status, (200, 302), "/account")
    if r.status == 302:
        true(r.header("Location").startswith("/auth/login"),
             f"expected the log-in, came {r.header('Location')}")
    return r.status == 200


# -- what is kept

def test_only_the_hash_is_kept():
    v = anna()
    true(re.fullmatch(SHAPE, v.cookie), f"expected 43 characters, came "
         f"{v.cookie}")
    holds(hashes(), hex_hash(v.cookie), "the table of sessions")
    everything = repr(harness.select(S.database, "SELECT * FROM session"))
    lacks(everything, v.cookie, "the table of sessions")
    if harness.ON == "sqlite":
        for end in ("", "-wal"):
            with open(S.database.file + end, "rb") as f:
                lacks(f.read(), v.cookie.encode(), "the file" + end)
    same(signed_in(hex_hash(v.cookie)[:43]), False, "a hash as the cookie")


def test_no_id_twice():
    seen = {anna().cookie for _ in range(8)}
    same(len(seen), 8, "ids")


def test_another_shape_is_nobodys():
    before = count()
    for cookie in ("", "x", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "+",
                   "A" * 42 + "/", "A" * 42 + "%41", "../" + "A" * 40,
                   "' OR 1=1 --" + "A" * 32, "A" * 8000, '"' + FORGED + '"',
                   "A" * 42 + "\xff", FORGED + "; session"):
        r = with_cookie(cookie, "/account")
        same(r.status, 302, f"{cookie[:50]!r}")
        same(r.all("Set-Cookie"), [], f"{cookie[:50]!r}")
    same(count(), before, "sessions")


def test_a_forged_id_is_never_adopted():
    for path in ("/", "/account", "/auth/login"):
        same(with_cookie(FORGED, path).all("Set-Cookie"), [], path)
    v = visitor()
    v.cookie = FORGED
    r = v.request("POST", "/auth/login", wire.query(
        username="anna", password=PASSWORD), FORM)
    same(r.status, 302, "log in with a forged cookie")
    true(v.cookie != FORGED and signed_in(v.cookie), "expected an id of ours")
    same(signed_in(FORGED), False, "the forged one")


# -- the cookie

def attributes(r):
    parts = r.header("Set-Cookie").split("; ")
    return parts[0], sorted(parts[1:])


def test_the_cookie_over_http():
    v = visitor()
    r = v.post("/auth/login", {"username": "anna", "password": PASSWORD})
    first, rest = attributes(r)
    true(re.fullmatch("session=" + SHAPE, first), f"expected it, came {first}")
    same(rest, ["HttpOnly", "Max-Age=2678400", "Path=/", "SameSite=Lax"],
         "attributes")
    first, rest = attributes(v.post("/auth/logout"))
    same(first, "session=", "log out")
    same(rest, ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax"], "log out")


def tls_server():
    database = harness.Database(pattern=harness.Pattern.get().database)
    cert, key = (os.path.join(database.folder, n) for n in ("c.pem", "k.pem"))
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", key, "-out", cert],
        capture_output=True, timeout=60 * SLOW)
    same(made.returncode, 0, "openssl")
    return harness.Server(database, tls_listen="127.0.0.1:0",
                          tls_certificate=cert, tls_key=key)


def test_the_cookie_over_tls():
    server = tls_server()
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE

    def request(method, path, cookie=None, body=None):
        headers = {**BROWSER, **(FORM if body else {})}
        if cookie:
            headers["Cookie"] = cookie
        return wire.request(server.tls_port, method, path, headers, body,
                            tls=trust)
    r = request("POST", "/auth/login", body=wire.query(username="anna",
                                                       password=PASSWORD))
    first, rest = attributes(r)
    true(re.fullmatch("__Host-session=" + SHAPE, first),
         f"expected it, came {first}")
    same(rest, ["HttpOnly", "Max-Age=2678400", "Path=/", "SameSite=Lax",
                "Secure"], "attributes")
    cookie = first.partition("=")[2]
    same(request("GET", "/account", first).status, 200, "over TLS")
    same(request("GET", "/account", "session=" + cookie).status, 302,
         "the name that anybody can set")
    same(server.get("/account", {**BROWSER, "Cookie": first}).status, 302,
         "the name of TLS, without it")
    server.close()


def test_no_cookie_without_a_reason():
    v = anna()
    for path in ("/", "/account", "/journal", "/auth/login", "/nowhere",
                 "/documents"):
        r = v.get(path)
        same(r.all("Set-Cookie"), [], path)
    r = v.post("/journal/create", {"title": "t", "body": "b"})
    same(r.all("Set-Cookie"), [], "a post")
    for path in ("/", "/account"):
        holds(v.get(path).header("Vary"), "Cookie", path)
        same(v.get(path).header("Cache-Control"), "private, no-store", path)


# -- a new id at each step

def test_a_new_id_at_log_in():
    v = anna()
    first = v.cookie
    v.log_in("anna", PASSWORD)
    true(v.cookie != first, "expected another id")
    same(signed_in(first), False, "the first one")
    lacks(hashes(), hex_hash(first), "sessions")


def test_log_out():
    v = anna()
    cookie = v.cookie
    same(v.get("/auth/logout").status, 405, "GET /auth/logout")
    same(signed_in(cookie), True, "after a GET")
    for token in (False, "x" * 43, anna().token()):
        r = v.post("/auth/logout", token=token)
        same((r.status, r.all("Set-Cookie")), (403, []), f"token {token}")
    same(signed_in(cookie), True, "after wrong tokens")
    r = v.post("/auth/logout")
    same((r.status, v.cookie), (302, None), "log out")
    same(signed_in(cookie), False, "the old cookie")
    lacks(hashes(), hex_hash(cookie), "sessions")


def test_a_changed_password_ends_all_others():
    server = harness.Server()
    here, there = anna(server), anna(server)
    before = here.cookie
    r = here.post("/account/password", {"current_password": PASSWORD,
                                        "new_password": "battery staple"})
    one_of(r.status, (200, 302), "a new password")
    true(here.cookie != before, "expected another id")
    same([signed_in(c, server) for c in (before, there.cookie, here.cookie)],
         [False, False, True], "the old one, another browser's, the new one")
    same(hashes(server), [hex_hash(here.cookie)], "sessions")
    server.do("user", "passwd", "anna", "--password-stdin", stdin=PASSWORD)
    same(signed_in(here.cookie, server), False, "behind the command line")
    server.close()


def test_my_sessions():
    server = harness.Server()
    here = anna(server)
    there = visitor(server, **{"User-Agent": "<b>curl</b>/7.88"}).log_in(
        "anna", PASSWORD)
    server.do("user", "add", "bert", "--password-stdin", stdin="pw")
    bert = visitor(server).log_in("bert", "pw")
    page = here.get("/account")
    lacks(page.text, there.cookie, "the page")
    lacks(page.text, here.cookie, "the page")
    lacks(page.text, "<b>curl", "the page")
    named = re.findall(r'name="session" value="([^"]*)"', page.text)
    same(sorted(named), sorted(map(hex_hash, (here.cookie, there.cookie))),
         "sessions on the page")
    here.post("/account/sessions/end", {"session": hex_hash(bert.cookie)})
    same(signed_in(bert.cookie, server), True, "somebody else's")
    here.post("/account/sessions/end", {"session": hex_hash(there.cookie)})
    same([signed_in(v.cookie, server) for v in (here, there, bert)],
         [True, False, True], "anna here, anna there, bert")
    again = anna(server)
    here.post("/account/sessions/end_others")
    same([signed_in(v.cookie, server) for v in (here, again, bert)],
         [True, False, True], "anna here, anna again, bert")
    server.close()


def test_an_account_that_is_gone():
    server = harness.Server()
    for name in ("bert", "carl"):
        server.do("user", "add", name, "--password-stdin", stdin="pw")
    v = visitor(server).log_in("bert", "pw")
    server.do("user", "remove", "bert")
    same(signed_in(v.cookie, server), False, "bert")
    r = with_cookie(v.cookie, "/", server)
    same(r.status, 200, "the page for everybody")
    holds(text_of(r), "Log In", "the page for everybody")
    same(count(server), 0, "sessions")
    server.close()


# -- limits

def test_limits():
    """A moment without a visit, or a longer one with visits."""
    idle_time = math.ceil(2 * SLOW ** 0.5)
    server = harness.Server(session_idle_time=idle_time,
                            session_time=2 * idle_time + 1)
    began = time.monotonic()
    idle, busy = anna(server), anna(server)
    met = []
    while time.monotonic() - began < 2 * idle_time:
        met.append(signed_in(busy.cookie, server))
        time.sleep(0.25)
    same(all(met), True, "a session that is used")
    same(signed_in(idle.cookie, server), False, "one that is not")
    lacks(hashes(server), hex_hash(idle.cookie), "sessions")
    soon(lambda: not signed_in(busy.cookie, server), 3,
         "the end of the one that is used")
    true(time.monotonic() - began >= 2 * idle_time + 1,
         "expected it when its time was over")
    server.close()


def test_a_use_is_seldom_noted():
    v = anna()
    sql = "SELECT seen_at || ' ' || expires_at FROM session"
    before = sorted(rows(S, sql))
    for _ in range(60):
        same(signed_in(v.cookie), True, "signed in")
    same(sorted(rows(S, sql)), before, "what is kept of the sessions")
    harness.execute(S.database, "UPDATE session SET seen_at = seen_at - 600000")
    shifted = set(rows(S, sql))
    for _ in range(10):
        same(signed_in(v.cookie), True, "signed in")
    same(len(set(rows(S, sql)) - shifted), 1, "sessions that changed")


def test_nobody_has_no_session():
    server = harness.Server()
    ch = server.channel(public=True)
    with server.connect() as c:
        for i in range(1000):
            c.send(wire.build("GET", "/", BROWSER, None))
            same(c.read_response().all("Set-Cookie"), [], "GET /")
            c.send(wire.build("GET", f"/update?api_key={ch.write}&field1={i}",
                              {"Cookie": "session=" + FORGED}, None))
            r = c.read_response()
            same((r.body, r.all("Set-Cookie")), (b"%d" % (i + 1), []),
                 "a reading")
    same(count(server), 0, "sessions")
    server.close()


def add_expired(server, n):
    """Sessions of long ago, each with a document."""
    if harness.ON == "sqlite":
        a_hash, body = "CAST(printf('%032d', i) AS BLOB)", "CAST('b' AS BLOB)"
    else:
        a_hash = "convert_to(lpad(i::text, 32, '0'), 'UTF8')"
        body = "convert_to('b', 'UTF8')"
    series = ("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s "
              f"WHERE i < {n}) ")
    harness.execute(server.database, series + f"""
        INSERT INTO session (hash, account, agent, address, created_at,
                             seen_at, expires_at)
        SELECT {a_hash}, NULL, '', '', 1, 1, 2 + i FROM s""")
    harness.execute(server.database, series + f"""
        INSERT INTO document (account, session, name, type, size, body,
                              created_at, expires_at)
        SELECT NULL, {a_hash}, 'a', 'text/plain', 1, {body}, 1, 2 + i
        FROM s""")


def test_ten_thousand_expire():
    server = harness.Server()
    ch = server.channel()
    v = anna(server)
    server.stop()
    add_expired(server, 10000)
    same(count(server), 10001, "sessions")
    server.start()
    slowest, n = 0, 0
    end = time.monotonic() + 60 * SLOW
    while count(server) > 1 and time.monotonic() < end:
        began = time.monotonic()
        n = server.store(ch, field1=n)
        slowest = max(slowest, time.monotonic() - began)
    same(hashes(server), [hex_hash(v.cookie)], "sessions that are left")
    soon(lambda: rows(server, "SELECT count(*) FROM document") == ["0"], 20,
         "the end of the documents")
    at_most(slowest, 0.5 * SLOW, "seconds for a reading")
    same(signed_in(v.cookie, server), True, "one that lives")
    server.close()


# -- more than one at a time, and restarts

def test_survives_a_restart():
    server = harness.Server()
    v = anna(server)
    server.stop()
    server.start()
    same(signed_in(v.cookie, server), True, "signed in")
    server.kill()
    server.start()
    same(signed_in(v.cookie, server), True, "signed in, behind kill -9")
    server.close()


def test_no_log_out_is_lost():
    """Slower requests of the same session are under way."""
    server = harness.Server(session_idle_time=3, session_time=60)
    for _ in range(3):
        v = anna(server)
        cookie, token = v.cookie, v.token()
        with concurrent.futures.ThreadPoolExecutor(8) as many:
            pages = [many.submit(with_cookie, cookie, server=server)
                     for _ in range(60)]
            out = many.submit(v.post, "/auth/logout", None, token)
            pages += [many.submit(with_cookie, cookie, server=server)
                      for _ in range(60)]
            same(out.result().status, 302, "log out")
            for p in pages:
                one_of(p.result().status, (200, 302), "a page")
        same(signed_in(cookie, server), False, "behind the log-out")
        same(count(server), 0, "sessions")
    server.close()


# -- gone

def dump(server):
    run = subprocess.run(["pg_dump", "-d", server.database.url],
                         capture_output=True, timeout=60 * SLOW)
    same(run.returncode, 0, "pg_dump")
    return {"pg_dump": run.stdout}


def copies(server):
    """The bytes of the database and of each kind of backup."""
    if harness.ON == "postgres":
        return dump(server)
    file, out = server.database.file, {}
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        db.execute("VACUUM INTO ?", (file + ".vacuum",))
        with contextlib.closing(sqlite3.connect(file + ".backup")) as to:
            db.backup(to)
    for end in ("", "-wal", ".vacuum", ".backup"):
        with open(file + end, "rb") as f:
            out["almanac.db" + end] = f.read()
        if end.startswith("."):
            os.remove(file + end)
    return out


def marks(server, cookie):
    """What could be left of a session and its document."""
    raw = bytes.fromhex(hex_hash(cookie))
    return [raw if harness.ON == "sqlite" else raw.hex().encode(),
            b"a browser of 1987",
            b"MARKED-BODY" if harness.ON == "sqlite" else b"MARKED-BODY".hex(
            ).encode()]


def add_document(server, cookie):
    body = b"MARKED-BODY" * 4000
    h = hex_hash(cookie)
    literal = ("x'{}'" if harness.ON == "sqlite" else "'\\x{}'::bytea")
    harness.execute(
        server.database,
        "INSERT INTO document (account, session, name, type, size, body, "
        f"created_at, expires_at) VALUES (NULL, {literal.format(h)}, 'a', "
        f"'text/plain', {len(body)}, {literal.format(body.hex())}, 1, "
        f"{int(time.time() * 1000) + 3600000})")


def test_what_has_ended_is_gone():
    server = harness.Server()
    v = visitor(server, **{"User-Agent": "a browser of 1987"}).log_in(
        "anna", PASSWORD)
    cookie = v.cookie
    add_document(server, cookie)
    for name, data in copies(server).items():
        if name.endswith("-wal"):
            continue
        for mark in marks(server, cookie):
            true(mark in data, f"expected {mark[:20]} in {name} before")
    same(v.post("/auth/logout").status, 302, "log out")
    for name, data in copies(server).items():
        for mark in marks(server, cookie):
            true(mark not in data, f"expected no {mark[:20]} in {name}")
    server.close()


def restored(server, without):
    """Another server, from a backup made as docs/operation.md says."""
    other = harness.Database()
    if harness.ON == "sqlite":
        run_shell("sqlite3", server.database.file,
                  f"VACUUM INTO '{other.file}'")
        if without:
            run_shell("sqlite3", other.file, "DELETE FROM session")
    else:
        sql = run_shell("pg_dump", "-d", server.database.url, *(
            ["--exclude-table-data=session"] if without else []))
        run_shell("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", other.url,
                  stdin=sql)
    shutil.copy(server.database.secret, other.secret)
    return harness.Server(other)


def run_shell(*words, stdin=None):
    run = subprocess.run(words, input=stdin, capture_output=True,
                         timeout=60 * SLOW)
    same((run.returncode, run.stderr), (0, b""), words[0])
    return run.stdout


def test_a_backup_with_sessions_or_without():
    server = harness.Server()
    v = anna(server)
    for without in (False, True):
        other = restored(server, without)
        same(signed_in(v.cookie, other), not without,
             f"in a copy without={without}")
        same(signed_in(anna(other).cookie, other), True, "signed in anew")
        if without and harness.ON == "sqlite":
            with open(other.database.file, "rb") as f:
                lacks(f.read(), bytes.fromhex(hex_hash(v.cookie)), "the copy")
        other.close()
    server.close()


def test_ids_are_told_to_nobody():
    server = harness.Server()
    v = anna(server)
    ids = [v.cookie]
    token = v.token()
    texts = []
    for path in ("/account", "/nowhere", "/channels/999", "/documents/1",
                 "/journal/9/update", "/" + "x" * 9000, "/update?x=%zz"):
        texts.append(v.get(path))
    texts.append(v.post("/journal/create", {"title": ""}))
    texts.append(v.post("/auth/logout", token="wrong"))
    texts.append(v.post("/account/password", {
        "current_password": PASSWORD, "new_password": PASSWORD + "!"}))
    ids.append(v.cookie)
    texts.append(v.request("BREW", "/account"))
    v.post("/auth/logout")
    for cookie in ids:
        for r in texts:
            lacks(r.text, cookie, f"a page ({r.status})")
            lacks(r.header("Location") or "", cookie, "an address")
        for part in (cookie, token, hex_hash(cookie)):
            lacks(server.log(), part, "the log")
    server.close()
