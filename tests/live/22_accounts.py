"""Accounts: to register, to log in and out."""
import hashlib
import statistics
import threading
import time

import harness
import wire
from expect import SLOW, at_most, holds, lacks, same, true
from visitor import FORM, Visitor, flash, rows, sources, text_of

S = harness.Shared()


def visitor(server=S, **how):
    """With an address of its own, so that no test waits for another."""
    return Visitor(server, source=next(sources), **how)


def password_of(name, server=S):
    return rows(server, f"SELECT password FROM account WHERE name = '{name}'")


def form(name, password):
    return {"username": name, "password": password}


# -- register

def test_the_forms():
    for path, title in (("/auth/register", "Register"),
                        ("/auth/login", "Log In")):
        r = Visitor(S).get(path)
        same(flash(r), None, path)
        holds(r.text, f"<title>{title} - Almanac</title>", path)
        holds(r.text, f'value="{title}"', path)
        holds(r.text, 'name="username"', path)
        holds(r.text, 'name="password"', path)
        holds(r.header("Vary") or "", "Cookie", path)
        same(S.get(path + "/").status, 404, path + "/")
        head = S.request("HEAD", path)
        same((head.status, head.body), (200, b""), f"HEAD {path}")


def test_register():
    v = visitor().register("a", "a")
    same(v.cookie, None, "registering does not log in")
    same(len(rows(S, "SELECT id FROM account WHERE name = 'a'")), 1, "a")
    true(password_of("a")[0].startswith("$argon2id$"), "expected argon2id")
    key = rows(S, "SELECT count(*) FROM key WHERE kind = 3 AND account = "
               "(SELECT id FROM account WHERE name = 'a')")
    same(key, ["1"], "user keys of a")


def test_register_messages():
    v = visitor().register("test", "test")
    for name, password, message in (
            ("", "", "Username is required."),
            ("a", "", "Password is required."),
            ("", "a", "Username is required."),
            ("test", "test", "User test is already registered.")):
        r = v.post("/auth/register", form(name, password))
        same(flash(r), message, f"{name!r}, {password!r}")
    holds(v.post("/auth/register", form("bob", "")).text, 'value="bob"',
          "the name that was typed")
    odd = "<b>\"'&"
    v.register(odd)
    r = v.post("/auth/register", form(odd, "x"))
    holds(r.text, "User &lt;b&gt;&#34;&#39;&amp; is already registered.",
          "escaped")


def test_names_are_bytes():
    v = visitor()
    for name in (" ", " x", "x ", "X", "x", "Ünïcode", "é", "e\u0301",
                 "x" * 63, "名" * 21, "../x", "%41", "a=b&c", "\t"):
        v.register(name, "pw")
        same(visitor().log_in(name, "pw").name(), name, "who is signed in")
    for name in ("x" * 64, "名" * 22, "x" * 60000):
        holds(flash(v.post("/auth/register", form(name, "pw"))), "too long",
              f"{len(name)} letters")
    for name in (b"%ff", b"a%00b", b"%ed%a0%80", b"%00"):
        r = v.request("POST", "/auth/register",
                      b"username=" + name + b"&password=x", FORM)
        holds(flash(r), "not UTF-8", repr(name))
    same(rows(S, "SELECT count(*) FROM account WHERE name LIKE 'a%b'"), ["0"],
         "names with a zero in them")


def test_passwords():
    v = visitor()
    for i, password in enumerate((" ", "x" * 1024, "Ünïcode", "a&b=c+d%20",
                                  "\r\n")):
        v.register(f"p{i}", password)
        visitor().log_in(f"p{i}", password)
    holds(flash(v.post("/auth/register", form("q", "x" * 1025))), "too long",
          "a password of 1025 bytes")
    same(flash(v.post("/auth/login", form("p1", "x" * 1025))),
         "Incorrect password.", "one more letter")
    same(flash(v.post("/auth/login", form("p1", "x" * 1023))),
         "Incorrect password.", "one less")


def test_what_is_no_form():
    """A key that is missing is another thing than one that is empty; the
    query and JSON do not count."""
    v = visitor()
    for path in ("/auth/register", "/auth/login"):
        for fields in ({}, {"username": "n"}, {"password": "n"},
                       {"Username": "n", "Password": "n"}):
            same(v.post(path, fields).status, 400, f"{path} {fields}")
        r = v.post(path + "?username=n&password=n", {})
        same((r.status, r.type), (400, "text/html"), "in the query")
        r = v.request("POST", path, '{"username":"n","password":"n"}',
                      {"Content-Type": "application/json"})
        same(r.status, 400, "JSON")
        r = v.request("POST", path, None, FORM)
        same(r.status, 400, "nothing")
        r = v.request("POST", path, "x" * 70000, FORM)
        same(r.status, 413, "too large")
    same(rows(S, "SELECT count(*) FROM account WHERE name = 'n'"), ["0"], "n")


def test_multipart_counts():
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"'
                   f"\r\n\r\nmp\r\n" for n in ("username", "password"))
    r = visitor().request(
        "POST", "/auth/register", body + "--b--\r\n",
        {"Content-Type": "multipart/form-data; boundary=b"})
    same((r.status, r.header("Location")), (302, "/auth/login"), "multipart")
    visitor().log_in("mp", "mp")


def test_one_name_at_once():
    """Of many who want it one gets it, and nobody gets an error."""
    answers, lock = [], threading.Lock()
    visitor().get("/auth/register")

    def register(v):
        r = v.post("/auth/register", form("wanted", "pw"))
        with lock:
            answers.append(r)
    threads = [threading.Thread(target=register, args=(visitor(),))
               for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(r.status for r in answers), [200] * 11 + [302], "statuses")
    for r in answers:
        if r.status == 200:
            same(flash(r), "User wanted is already registered.", "the others")
    same(len(password_of("wanted")), 1, "accounts")


def test_first_account_is_the_administrator():
    server = harness.Server(harness.Database())
    answers = []

    def register(n):
        answers.append(visitor(server).post("/auth/register",
                                            form(f"u{n}", "pw")).status)
    threads = [threading.Thread(target=register, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(answers, [302] * 8, "statuses")
    admins = rows(server, "SELECT id FROM account WHERE admin <> 0")
    same(admins, rows(server, "SELECT min(id) FROM account"),
         "administrators")
    server.close()


def test_registration_switched_off():
    server = harness.Server(registration="no")
    v = visitor(server)
    for r in (v.get("/auth/register"),
              v.post("/auth/register", form("new", "pw"))):
        same((r.status, r.type), (403, "text/html"), "registering")
        holds(text_of(r), "by an administrator", "the reason")
    lacks(v.get("/").text, "/auth/register", "the home page")
    same(rows(server, "SELECT count(*) FROM account"), ["1"], "accounts")
    server.close()
    holds(visitor().get("/").text, ">Register<", "otherwise")


# -- log in and out

def test_log_in():
    v = visitor().register("linda", "lettuce")
    holds(v.get("/").text, ">Log In<", "before")
    r = v.post("/auth/login", form("linda", "lettuce"))
    same((r.status, r.header("Location")), (302, "/"), "log in")
    r = v.get("/")
    holds(r.text, "<span>linda</span>", "signed in")
    holds(r.text, ">Log Out<", "signed in")
    lacks(r.text, ">Log In<", "signed in")
    lacks(r.text, ">Register<", "signed in")
    for path in ("/auth/login", "/auth/register"):
        same(v.get(path).status, 200, f"{path} when signed in")
    r = v.post("/auth/logout")
    same((r.status, r.header("Location"), v.cookie), (302, "/", None),
         "log out")
    same(v.name(), None, "who is signed in")
    r = v.post("/auth/logout")
    same((r.status, r.header("Location")), (302, "/"), "again")


def test_log_in_messages():
    v = visitor().register("mia", "right")
    for name, password, message in (
            ("nobody", "right", "Incorrect username."),
            ("mia", "wrong", "Incorrect password."),
            ("mia", "", "Incorrect password."),
            ("mia", "Right", "Incorrect password."),
            ("Mia", "right", "Incorrect username."),
            ("mia ", "right", "Incorrect username."),
            ("", "", "Incorrect username."),
            ("x" * 500, "x", "Incorrect username.")):
        r = v.post("/auth/login", form(name, password))
        same(flash(r), message, f"{name!r}, {password!r}")
        same(r.all("Set-Cookie"), [], f"{name!r}, {password!r}")
    r = v.request("POST", "/auth/login", b"username=%ff&password=%ff", FORM)
    same(flash(r), "Incorrect username.", "no text")


def test_neutral():
    server = harness.Server(neutral_sign_in="yes")
    v = visitor(server)
    for name in ("anna", "nobody"):
        same(flash(v.post("/auth/login", form(name, "wrong"))),
             "Incorrect username or password.", name)
    v.log_in("anna", "correct horse")
    server.close()


def test_time_does_not_tell():
    """Known and unknown names take the same time, give or take."""
    visitor().register("known", "pw")
    times = {"known": [], "unknown": []}
    for _ in range(7):
        for name, all_of_it in times.items():
            v = visitor()
            began = time.monotonic()
            v.post("/auth/login", form(name, "wrong"))
            all_of_it.append(time.monotonic() - began)
    known, unknown = (statistics.median(t) for t in times.values())
    true(0.5 < known / unknown < 2,
         f"expected the same time, came {known:.4f} s and {unknown:.4f} s")


def test_logout_is_posted():
    v = visitor().register("otto").log_in("otto", "pw")
    r = v.get("/auth/logout")
    same((r.status, r.header("Allow")), (405, "POST, OPTIONS"), "GET")
    same(v.post("/auth/logout", token=False).status, 403, "without the token")
    same(v.name(), "otto", "still signed in")


def test_a_new_session_each_time():
    v = visitor().register("nora").log_in("nora", "pw")
    first = v.cookie
    v.log_in("nora", "pw")
    true(v.cookie != first, "expected another id")
    v.cookie, second = first, v.cookie
    same(v.name(), None, "the first one")
    v.cookie = second
    same(v.name(), "nora", "the second one")
    same(rows(S, "SELECT count(*) FROM session WHERE account = (SELECT id "
              "FROM account WHERE name = 'nora')"), ["1"], "sessions")
    foreign = visitor(cookie=None)
    foreign.cookie = "A" * 43
    foreign.log_in("nora", "pw")
    true(foreign.cookie != "A" * 43, "expected no id of the visitor's making")


def test_another_site():
    v = visitor().register("sven")
    for headers in ({"Origin": "https://evil.example"},
                    {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        for path in ("/auth/login", "/auth/register", "/auth/logout"):
            r = v.post(path, form("sven", "pw"), headers=headers)
            same((r.status, r.all("Set-Cookie")), (403, []),
                 f"{path} {headers}")
    for _ in range(50):
        r = v.post("/auth/login", form("sven", "x"),
                   headers={"Origin": "https://evil.example"})
        same(r.status, 403, "a site that uses up sven's tries")
    v.post("/auth/login", form("sven", "pw"),
           headers={"Origin": "http://localhost"})
    same(v.name(), "sven", "our own Origin")


def test_where_to_go_on():
    v = visitor().register("wim")
    for next_ in ("/journal", "/account?x=1&y=%2F", "/"):
        page = v.get("/auth/login?" + wire.query(next=next_))
        holds(page.text, 'name="next" value="' + next_.replace("&", "&amp;"),
              "the form")
        r = v.post("/auth/login", {**form("wim", "pw"), "next": next_})
        same((r.status, r.header("Location")), (302, next_), "log in")
    for next_ in ("//evil.example", "https://evil.example", "/\\evil.example",
                  "\\/evil.example", "evil", "", "/\t/evil", "/a\r\nX: y",
                  " /x", "javascript:alert(1)", "/x\\y", "/\u00e9",
                  "/" + "x" * 2000):
        lacks(v.get("/auth/login?" + wire.query(next=next_)).text,
              'name="next"', f"{next_[:30]!r}")
        r = v.post("/auth/login", {**form("wim", "pw"), "next": next_})
        same((r.status, r.header("Location")), (302, "/"), f"{next_[:30]!r}")


# -- hashes that came from elsewhere

def test_old_hashes():
    """They open the door once, and are replaced behind it."""
    salt = "0123456789abcDEF"
    sums = {
        "test": "pbkdf2:sha256:50000$TCI4GzcX$0de171a4f4dac32e3364c7ddc7c14f"
                "3e2fa61f2d17574483f7ffbb431b4acb2f",
        "other": "pbkdf2:sha256:50000$kJPKsz6N$d2d4784f1b030a9761f5ccaeeaca4"
                 "13f27f2ecb76d6168407af962ddce849f79",
        "million": f"pbkdf2:sha256:1000000${salt}$" + hashlib.pbkdf2_hmac(
            "sha256", b"million", salt.encode(), 1000000).hex(),
        "scrypt": f"scrypt:32768:8:1${salt}$" + hashlib.scrypt(
            b"scrypt", salt=salt.encode(), n=32768, r=8, p=1,
            maxmem=1 << 26).hex(),
    }
    for i, (name, old) in enumerate(sums.items()):
        name, password = f"old-{name}", name
        harness.execute(S.database, "INSERT INTO account (name, password, "
                        f"created_at) VALUES ('{name}', '{old}', {i + 1})")
        v = visitor()
        same(flash(v.post("/auth/login", form(name, "x"))),
             "Incorrect password.", name)
        same(password_of(name), [old], "after a wrong password")
        v.log_in(name, password)
        true(password_of(name)[0].startswith("$argon2id$"),
             f"{name}: expected argon2id, came {password_of(name)}")
        visitor().log_in(name, password)
        same(flash(v.post("/auth/login", form(name, "x"))),
             "Incorrect password.", name)


def test_hashes_of_no_kind():
    for i, bad in enumerate(("", "x", "!", "plain$$pw", "md5$a$b",
                             "scrypt:1073741824:8:1$a$" + "00" * 64,
                             "pbkdf2:sha256:2000000000$a$" + "00" * 32,
                             "$argon2id$v=19$m=4194304,t=9,p=1$c29tZXNhbHQ$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")):
        harness.execute(S.database, "INSERT INTO account (name, password, "
                        f"created_at) VALUES ('bad{i}', '{bad}', 1)")
        began = time.monotonic()
        r = visitor().post("/auth/login", form(f"bad{i}", "pw"))
        same(flash(r), "Incorrect password.", bad[:30])
        at_most(time.monotonic() - began, 2 * SLOW, bad[:30])
