"""One's own account, and everybody's for administrators."""
import html
import re
import threading

import harness
import wire
from expect import holds, lacks, same, true
from visitor import Visitor, flash, rows, signed_in, text_of

S = harness.Shared()
PHONE = ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like "
         "Gecko) Chrome/126.0.0.0 Mobile Safari/537.36")


def row_of(r, part):
    """The row of a table, or the card, that says so."""
    found = [row for _, row in re.findall(
        r"<(tr|article)\b[^>]*>(.*?)</\1>", r.text, re.S)
             if part in text_of_part(row)]
    same(len(found), 1, f"rows with {part}")
    return found[0]


def text_of_part(part):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split())


def handle(row):
    return re.search(r'name="session" value="([^"]*)"', row)[1]


def key_of(r):
    return re.search(r"<code>([0-9A-Z]{16})</code>", r.text)[1]


def account_id(name, server=S):
    return rows(server, f"SELECT id FROM account WHERE name = '{name}'")[0]


def channels_with(key, server=S):
    return server.get("/channels.json?" + wire.query(api_key=key)).status


def sessions_of(name, server=S):
    return int(rows(server, "SELECT count(*) FROM session WHERE account = "
                    "(SELECT id FROM account WHERE name = "
                    f"'{name}')")[0])


# -- who gets in

def test_strangers_are_sent_to_the_form():
    posts = ("/account/password", "/account/key", "/account/sessions/end",
             "/account/sessions/end_others", "/account/close", "/accounts",
             "/accounts/1/password", "/accounts/1/admin",
             "/accounts/1/remove")
    v = Visitor(S)
    for path in ("/account", "/account/close", "/accounts", "/accounts/1",
                 "/accounts/999"):
        r = v.get(path)
        same((r.status, r.header("Location")), (302, "/auth/login"), path)
    for path in posts:
        r = v.post(path, {"password": "x", "admin": "yes", "sure": "yes"})
        same((r.status, r.header("Location")), (302, "/auth/login"), path)
        if path != "/accounts" and path != "/account/close":
            same(v.get(path).status, 405, f"GET {path}")


def test_without_the_token():
    v = signed_in(S, "toni", admin=True)
    toni = account_id("toni")
    fields = {"password": "pw", "current_password": "pw", "admin": "no",
              "new_password": "stolen", "sure": "yes", "session": "x",
              "username": "stolen"}
    for path in ("/account/password", "/account/key", "/account/sessions/end",
                 "/account/sessions/end_others", "/account/close", "/accounts",
                 f"/accounts/{toni}/password", f"/accounts/{toni}/admin",
                 f"/accounts/{toni}/remove"):
        for token in (False, "A" * 43, "x"):
            same(v.post(path, fields, token=token).status, 403,
                 f"{path}, token {token}")
        same(v.post(path, fields, headers={"Origin": "http://evil"}).status,
             403, f"{path} from elsewhere")
        query = wire.query(csrf_token=v.token(), **fields)
        same(v.request("POST", f"{path}?{query}", "").status, 403,
             f"{path}, all in the query")
    same(v.name(), "toni", "still there")
    same(rows(S, "SELECT count(*) FROM account WHERE name = 'stolen'"), ["0"],
         "accounts made")
    Visitor(S).log_in("toni", "pw")


def test_not_an_administrator():
    v = signed_in(S, "norm")
    for path in ("/accounts", "/accounts/1", "/accounts/999"):
        same(v.get(path).status, 403, path)
    anna = account_id("anna")
    for path in ("/accounts", f"/accounts/{anna}/password",
                 f"/accounts/{anna}/admin", f"/accounts/{anna}/remove"):
        r = v.post(path, {"username": "x", "password": "x", "admin": "yes",
                          "sure": "yes"})
        same(r.status, 403, path)
    lacks(v.get("/account").text, 'href="/accounts"', "the page")
    Visitor(S).log_in("anna", "correct horse")


# -- one's own

def test_the_page():
    v = signed_in(S, "<vera> & 'co'")
    r = v.get("/account")
    text = text_of(r)
    same(r.status, 200, "the page")
    holds(text, "<vera> & 'co'", "the name")
    holds(r.text, "&lt;vera&gt; &amp; &#39;co&#39;", "escaped")
    holds(text, "An account since", "since when")
    holds(r.header("Cache-Control"), "no-store", "Cache-Control")
    row = row_of(r, "this one")
    holds(text_of_part(row), "Firefox on Linux", "the browser")
    holds(text_of_part(row), "127.0.0.1", "the address")
    holds(text_of_part(row), "just now", "the last use")
    same(len(re.findall(r'<time datetime="\d{4}-\d\d-\d\dT[\d:]*Z"', row)), 3,
         "times of a session")
    lacks(r.text, v.cookie, "the page")
    lacks(text, "End all others", "with one session")
    same(channels_with(key_of(r)), 200, "with the key of the page")
    for tag in re.findall(r'<input (?![^>]*type="(?:hidden|submit)")'
                          r"(?![^>]* hidden)[^>]*>", r.text):
        name = re.search(r' id="([^"]*)"', tag)[1]
        holds(r.text, f'<label for="{name}"', "a label")


def test_change_the_password():
    v = signed_in(S, "paula", "old")
    other = Visitor(S).log_in("paula", "old")
    first = v.cookie

    def change(**fields):
        return v.post("/account/password", fields)
    for current, new, message in (
            ("old", "", "Password is required."),
            ("wrong", "new", "That is not your present password."),
            ("", "new", "That is not your present password."),
            ("old", "x" * 1025,
             "That password is too long: it may have 1024 bytes.")):
        r = change(current_password=current, new_password=new)
        same(flash(r), message, f"{current!r}, {new[:9]!r}")
    same(change(new_password="x").status, 400, "without the present one")
    same(change(current_password="old").status, 400, "without the new one")
    same((v.cookie, other.name()), (first, "paula"), "nothing changed")
    r = change(current_password="old", new_password="new")
    same((r.status, r.header("Location")), (302, "/account?done=password"),
         "changed")
    true(v.cookie != first, "expected another id")
    holds(text_of(v.get("/account?done=password")), "password is changed",
          "the page")
    same((v.name(), other.name()), ("paula", None), "who is signed in")
    same(sessions_of("paula"), 1, "sessions")
    v.cookie = first
    same(v.name(), None, "with the old id")
    same(flash(Visitor(S).post("/auth/login", {"username": "paula",
                                               "password": "old"})),
         "Incorrect password.", "the old password")
    Visitor(S).log_in("paula", "new")


def test_guesses_of_the_present_password():
    v = signed_in(S, "greta")
    came = [v.post("/account/password", {"current_password": f"x{i}",
                                         "new_password": "y"}).status
            for i in range(14)]
    holds(came, 429, "who guesses with somebody else's browser")
    same(set(came), {200, 429}, "answers")


def test_sessions():
    v = signed_in(S, "sara")
    phone = Visitor(S, **{"User-Agent": PHONE}).log_in("sara", "pw")
    script = Visitor(S, **{"User-Agent": "<b>x</b>"}).log_in("sara", "pw")
    r = v.get("/account")
    holds(r.text, "&lt;b&gt;x&lt;/b&gt;", "a browser nobody knows")
    row = row_of(r, "Chrome on Android")
    for bad in ("", "x", handle(row)[:-1], "0" * 64):
        r = v.post("/account/sessions/end", {"session": bad})
        same(r.status, 302, "a session that is none")
    same(v.post("/account/sessions/end", {}).status, 400, "no session")
    same(sessions_of("sara"), 3, "sessions")
    r = v.post("/account/sessions/end", {"session": handle(row)})
    same((r.status, r.header("Location")), (302, "/account?done=session"),
         "the phone's")
    same([x.name() for x in (v, phone, script)], ["sara", None, "sara"],
         "who is signed in")
    same(v.post("/account/sessions/end_others").status, 302, "the others")
    same([x.name() for x in (v, script)], ["sara", None], "who is signed in")
    row = row_of(v.get("/account"), "this one")
    r = v.post("/account/sessions/end", {"session": handle(row)})
    same((r.status, r.header("Location"), v.cookie), (302, "/", None),
         "this one")
    same((v.name(), sessions_of("sara")), (None, 0), "who is signed in")


def test_more_sessions_than_a_page_shows():
    v = signed_in(S, "mona")
    number = account_id("mona")
    noise = ("sha256(CAST(CAST(n AS TEXT) AS BYTEA))"
             if harness.ON == "postgres" else "randomblob(32)")
    harness.execute(S.database, f"""
        INSERT INTO session (hash, account, agent, address, created_at,
                             seen_at, expires_at)
        WITH RECURSIVE k (n) AS (SELECT 1 UNION ALL
                                 SELECT n + 1 FROM k WHERE n < 120)
        SELECT {noise}, account, agent, address, created_at, seen_at - 60000,
               expires_at FROM session, k WHERE account = {number}""")
    r = v.get("/account")
    same(r.text.count('name="session"'), 100, "sessions on the page")
    holds(r.text, "this one", "the page")
    holds(text_of(r), "And 21 others, last used before these.", "the page")
    same(v.post("/account/sessions/end_others").status, 302, "the others")
    same((v.name(), sessions_of("mona")), ("mona", 1), "what is left")


def test_somebody_elses_session():
    v, victim = signed_in(S, "eve"), signed_in(S, "adam")
    row = row_of(victim.get("/account"), "this one")
    v.post("/account/sessions/end", {"session": handle(row)})
    v.post("/account/sessions/end_others")
    same((v.name(), victim.name()), ("eve", "adam"), "who is signed in")


def test_renew_the_key():
    v = signed_in(S, "kim")
    old = key_of(v.get("/account"))
    same(channels_with(old), 200, "the old key")
    r = v.post("/account/key")
    same((r.status, r.header("Location")), (302, "/account?done=key"),
         "renewed")
    new = key_of(v.get("/account"))
    true(new != old, "expected another key")
    true(channels_with(old) != 200, "expected the old key to open nothing")
    same(channels_with(new), 200, "the new key")
    same(rows(S, "SELECT count(*) FROM key WHERE account = "
              + account_id("kim")), ["1"], "keys")


def test_a_key_sealed_elsewhere():
    v = signed_in(S, "lost")
    harness.execute(S.database, "UPDATE key SET sealed = "
                    + ("x'00'" if harness.ON == "sqlite" else "'\\x00'")
                    + " WHERE account = " + account_id("lost"))
    holds(text_of(v.get("/account")), "sealed with another secret", "the page")


# -- to leave

def test_close():
    v = signed_in(S, "otto")
    other = Visitor(S).log_in("otto", "pw")
    otto, key = account_id("otto"), key_of(v.get("/account"))
    harness.execute(S.database, "INSERT INTO post (author, title, body, "
                    f"folded, created_at, updated_at) VALUES ({otto}, 't', "
                    "'b', 't', 1, 1)")
    holds(text_of(v.get("/account/close")), "your 1 post in the journal",
          "the page")
    same(v.post("/account/close", {}).status, 400, "without a password")
    same(flash(v.post("/account/close", {"password": "x"})),
         "That is not your password.", "a wrong one")
    r = v.post("/account/close", {"password": "pw"})
    same((r.status, r.header("Location"), v.cookie), (302, "/", None),
         "closed")
    same((other.name(), sessions_of("otto")), (None, 0), "elsewhere")
    for table, column in (("account", "id"), ("post", "author"),
                          ("key", "account"), ("session", "account")):
        same(rows(S, f"SELECT count(*) FROM {table} WHERE {column} = {otto}"),
             ["0"], table)
    true(channels_with(key) != 200, "expected the key to open nothing")
    same(flash(Visitor(S).post("/auth/login", {"username": "otto",
                                               "password": "pw"})),
         "Incorrect username.", "afterwards")


def test_close_with_channels():
    S.do("user", "add", "own", "--password-stdin", stdin="pw")
    ch = S.do("channel", "add", "--owner", "own", "--name", "C", "--field",
              "1=A").json
    v = Visitor(S).log_in("own", "pw")
    holds(text_of(v.get("/account/close")), "You still own 1 channel",
          "the page")
    holds(flash(v.post("/account/close", {"password": "pw"})),
          "still own channels", "closing")
    same(v.name(), "own", "still there")
    S.do("channel", "remove", ch["id"], "--yes")
    same(v.post("/account/close", {"password": "pw"}).status, 302, "then")


def test_the_last_administrator():
    server = harness.Server(harness.Database())
    v = Visitor(server).register("root").log_in("root", "pw")
    other = Visitor(server).register("bob").log_in("bob", "pw")
    holds(text_of(v.get("/account")), "An administrator since", "the first")
    root, bob = account_id("root", server), account_id("bob", server)
    holds(flash(v.post("/account/close", {"password": "pw"})),
          "only administrator", "closing")
    holds(flash(v.post(f"/accounts/{root}/admin", {"admin": "no"})),
          "last administrator", "stepping down")
    holds(flash(v.post(f"/accounts/{root}/remove", {"sure": "yes"})),
          "last administrator", "removing")
    same(v.post(f"/accounts/{bob}/admin", {"admin": "yes"}).status, 302,
         "another one")
    same(other.get("/accounts").status, 200, "bob")

    def step_down(visitor, who):
        visitor.post(f"/accounts/{who}/admin", {"admin": "no"})
    threads = [threading.Thread(target=step_down, args=x)
               for x in ((v, root), (other, bob))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(rows(server, "SELECT count(*) FROM account WHERE admin <> 0"), ["1"],
         "administrators, after both wanted to be none")
    server.close()


def test_alone_one_may_leave():
    server = harness.Server(harness.Database())
    v = Visitor(server).register("solo").log_in("solo", "pw")
    same(v.post("/account/close", {"password": "pw"}).status, 302, "closed")
    same(rows(server, "SELECT count(*) FROM account"), ["0"], "accounts")
    Visitor(server).register("next").log_in("next", "pw")
    same(rows(server, "SELECT admin FROM account"), ["1"], "the first again")
    server.close()


# -- everybody's

def admin():
    if "admin" not in S.memory:
        S.memory["admin"] = signed_in(S, "boss", admin=True)
    return S.memory["admin"]


def test_the_list():
    v = admin()
    S.channel(name="One")
    r = v.get("/accounts")
    same(r.status, 200, "the list")
    holds(text_of_part(row_of(r, "boss")), "administrator", "boss")
    anna = row_of(r, "anna")
    lacks(text_of_part(anna), "administrator", "anna")
    true(re.search(r"<td>[1-9]\d*</td>", anna), "expected channels of anna")
    holds(anna, f'href="/accounts/{account_id("anna")}"', "her page")
    holds(v.get("/account").text, 'href="/accounts"', "the way there")


def test_a_long_list():
    server = harness.Server()
    v = signed_in(server, "boss", admin=True)
    values = ", ".join(f"('user{i:03}', 'x', 1)" for i in range(250))
    harness.execute(server.database, "INSERT INTO account (name, password, "
                    f"created_at) VALUES {values}")
    seen, path = [], "/accounts"
    while path:
        r = v.get(path)
        holds(text_of(r), "252 accounts", path)
        seen += re.findall(r'<a href="/accounts/\d+">([^<]*)</a>', r.text)
        more = re.search(r'href="(/accounts\?after=[^"]*)"', r.text)
        path = more and html.unescape(more[1])
    same((len(seen), len(set(seen))), (252, 252), "accounts")
    for bad in ("x", "-5", "99999999999999999999"):
        same(v.get("/accounts?after=" + bad).status, 200, bad)
    server.close()


def test_add():
    v = admin()
    for name, password, message in (
            ("", "x", "Username is required."),
            ("new", "", "Password is required."),
            ("anna", "x", "User anna is already registered.")):
        same(flash(v.post("/accounts", {"username": name,
                                        "password": password})), message,
             f"{name!r}, {password!r}")
    same(v.post("/accounts", {"username": "x"}).status, 400, "a missing key")
    r = v.post("/accounts", {"username": "new", "password": "pw"})
    same((r.status, r.header("Location")), (302, "/accounts"), "added")
    r = v.post("/accounts", {"username": "vice", "password": "pw",
                             "admin": "yes"})
    same(r.status, 302, "added")
    same(Visitor(S).log_in("new", "pw").get("/accounts").status, 403, "new")
    same(Visitor(S).log_in("vice", "pw").get("/accounts").status, 200, "vice")
    same(channels_with(key_of(Visitor(S).log_in("new", "pw")
                              .get("/account"))), 200, "its key")


def test_set_a_password():
    v, other = admin(), signed_in(S, "forgetful", "old")
    who = account_id("forgetful")
    r = v.get(f"/accounts/{who}")
    holds(text_of(r), "forgetful", "the page")
    same(flash(v.post(f"/accounts/{who}/password", {"password": ""})),
         "Password is required.", "none")
    same(v.post(f"/accounts/{who}/password", {}).status, 400, "no key")
    r = v.post(f"/accounts/{who}/password", {"password": "new"})
    same(r.header("Location"), f"/accounts/{who}?done=yes", "set")
    same((other.name(), v.name()), (None, "boss"), "who is signed in")
    Visitor(S).log_in("forgetful", "new")


def test_administrators_come_and_go():
    v, other = admin(), signed_in(S, "deputy")
    who = account_id("deputy")
    same(other.get("/accounts").status, 403, "before")
    for value, status in (("yes", 200), ("yes", 200), ("no", 403)):
        same(v.post(f"/accounts/{who}/admin", {"admin": value}).status, 302,
             value)
        same(other.get("/accounts").status, status, f"at once: {value}")
    for bad in ({}, {"admin": ""}, {"admin": "maybe"}):
        same(v.post(f"/accounts/{who}/admin", bad).status, 400, bad)


def test_remove():
    v, other = admin(), signed_in(S, "gone")
    who = account_id("gone")
    same(flash(v.post(f"/accounts/{who}/remove", {})),
         "Tick the box to remove the account.", "without it")
    r = v.post(f"/accounts/{who}/remove", {"sure": "yes"})
    same((r.status, r.header("Location")), (302, "/accounts"), "removed")
    same((other.name(), sessions_of("gone")), (None, 0), "who is signed in")
    same(v.get(f"/accounts/{who}").status, 404, "afterwards")
    S.channel()
    anna = account_id("anna")
    holds(text_of(v.get(f"/accounts/{anna}")), "This account owns", "anna")
    holds(flash(v.post(f"/accounts/{anna}/remove", {"sure": "yes"})),
          "still owns channels", "anna")


def test_accounts_that_are_none():
    v = admin()
    for which in ("999999", "0", "-1", "abc", "1.5", "9" * 30, "%00", "1%20"):
        same(v.get(f"/accounts/{which}").status, 404, which)
        for what, fields in (("password", {"password": "x"}),
                             ("admin", {"admin": "yes"}),
                             ("remove", {"sure": "yes"})):
            same(v.post(f"/accounts/{which}/{what}", fields).status, 404,
                 f"{which}/{what}")


def test_password_by_the_command_line():
    v = signed_in(S, "cli", "old")
    S.do("user", "passwd", "cli", "--password-stdin", stdin="new")
    same(v.name(), None, "who is signed in")
    Visitor(S).log_in("cli", "new")


def test_nothing_is_read_aloud():
    """No password and no id of a session in the log."""
    v = signed_in(S, "quiet", "very-secret-word")
    v.get("/account")
    v.post("/auth/login", {"username": "quiet", "password": "also-secret"})
    for part in ("very-secret-word", "also-secret", v.cookie):
        lacks(S.log(), part, "the log")
