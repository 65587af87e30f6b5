"""Who may not, and tries another way: cookies, tokens, origins, methods,
spellings."""
import re

import harness
import who_may
import wire
from expect import holds, one_of, same, true
from visitor import BROWSER, FORM
from who_asks import SAFE, Cast, came, token_of

S = harness.Shared()


def cast():
    if "cast" not in S.memory:
        S.memory["cast"] = Cast(S)
    return S.memory["cast"]


# -- sessions that are none


def account(cookie, **headers):
    return came(S.get("/account", {**BROWSER, "Cookie": cookie, **headers}))


def test_cookies():
    a, b = cast().session("owner"), cast().session("stranger")
    none = "A" * 43
    for cookie, expected in (
            (f"session={a}", "200"), (f"x=y; session={a}; z", "200"),
            (f"session={a}; session={a}", "200"),
            (f"session={a}; session={b}", "in"),
            (f"session={b}; session={a}", "in"),
            (f"session={none}; session={a}", "in"),
            (f"session=eyJ.flask; session={a}", "200"),
            (f"session={none}", "in"), (f"session={a}A", "in"),
            (f"session={a[:-1]}", "in"), (f"SESSION={a}", "in"),
            (f"__Host-session={a}", "in"), ("session=", "in"), ("", "in"),
            ("session=" + "%00" * 14 + "A", "in"), ("=" * 3000, "in"),
            ("session=;" * 800 + f"session={a}", "in")):
        same(account(cookie), expected, cookie[:100])
    two = wire.build("GET", "/account", {**BROWSER, "Connection": "close",
                     "Cookie": f"session={a}"}, None)
    with S.connect() as c:
        c.send(two.replace(b"\r\n\r\n", f"\r\nCookie: session={b}\r\n\r\n"
                           .encode()))
        same(came(c.read_response()), "in", "two headers")


def test_a_session_is_not_taken_from_elsewhere():
    """Neither from the address nor from the form, and no id of a visitor's
    choice is ever made one."""
    a, chosen = cast().session("owner"), "B" * 43
    same(came(S.get(f"/account?session={a}", BROWSER)), "in", "address")
    same(account("session=" + chosen), "in", "an id that was thought up")
    form = wire.query(username="bob", password="pw")
    r = S.post("/auth/login", form, {**FORM, **BROWSER,
                                     "Cookie": "session=" + chosen})
    same(r.status, 302, "log in with an id that was thought up")
    made = re.match(r"session=([^;]*)", r.header("Set-Cookie"))[1]
    true(made != chosen, "expected a new id, came the visitor's")
    same(account("session=" + chosen), "in", "the id that was thought up")
    old = cast().spend("stranger")
    r = S.post("/auth/login", form + "&csrf_token=" + token_of(old),
               {**FORM, **BROWSER, "Cookie": "session=" + old})
    same(r.status, 302, "log in again")
    same(account("session=" + old), "in", "the session before the log in")


def test_expired():
    a = cast().spend("owner")
    same(account("session=" + a), "200", "a session")
    harness.execute(S.database, "UPDATE session SET expires_at = 1 WHERE hash "
                    "= " + cast().hash(a))
    same(account("session=" + a), "in", "an expired session")


# -- reading with a session


def private(tail, kind="owner", headers=None):
    path = f"/channels/{cast().private.id}/{tail}"
    return S.get(path, {"Cookie": "session=" + cast().session(kind),
                        **(headers or {})})


def test_what_a_session_reads_is_kept_by_nobody():
    for tail in ("feeds.json", "feeds.csv", "fields/1/last.txt",
                 "feeds.xml?headers=false", "status.json"):
        r = private(tail)
        same((r.status, r.header("Cache-Control"), r.header("Vary"),
              r.header("Cross-Origin-Resource-Policy"),
              r.header("X-Content-Type-Options")),
             (200, "no-store", "Cookie", "same-origin", "nosniff"), tail)
        same(private(tail, "stranger").header("Cache-Control"), "no-store",
             tail + ", refused")
    r = S.get(f"/channels/{cast().public.id}/feeds.json",
              {"Cookie": "session=" + cast().session("owner")})
    same((r.status, r.header("Vary")), (200, None), "a public channel")


def test_no_script_elsewhere_reads_with_a_session():
    """JSONP is for those who have a key; another origin never sees more than
    it could have asked for itself."""
    r = private("feeds.json?callback=f")
    same((r.status, r.body), (400, b"-1"), "JSONP with a session")
    r = private("feeds.json?callback=f&api_key=" + cast().private.read)
    same((r.status, r.text[:2]), (200, "f("), "JSONP with a key")
    r = private("feeds.json", headers={"Origin": "http://evil.example"})
    same((r.header("Access-Control-Allow-Origin"),
          r.header("Access-Control-Allow-Credentials")), ("*", None),
         "what another origin is told")
    r = S.request("OPTIONS", f"/channels/{cast().private.id}.json",
                  {"Origin": "http://evil.example",
                   "Access-Control-Request-Method": "DELETE"})
    same((r.status, r.header("Access-Control-Allow-Origin"),
          r.header("Access-Control-Allow-Credentials")), (200, "*", None),
         "preflight")


def test_two_people_at_once():
    """Each proof opens what it opens, and no more."""
    ch, key = cast().private, cast().bob_key
    for path, who, key, expected in (
            (f"/channels/{ch.id}/feeds.json", "stranger", ch.read, 200),
            (f"/channels/{ch.id}/feeds.json", "owner", key, 200),
            (f"/channels/{ch.id}/feeds.json", "stranger", S.user_key, 400),
            (f"/channels/{ch.id}/feeds.json", "owner", "WRONG", 200),
            (f"/channels/{cast().other.id}/feeds.json", "owner", key, 400),
            (f"/channels/{cast().other.id}.json", "owner", key, 200)):
        r = S.get(f"{path}?api_key={key}",
                  {"Cookie": "session=" + cast().session(who)})
        same(r.status, expected, f"{path} by {who} with {key}")
    r = S.get("/channels.json?api_key=" + cast().bob_key,
              {"Cookie": "session=" + cast().session("owner")})
    same([c["id"] for c in r.json], [cast().other.id], "the key's channels")
    r = S.get(f"/channels/{cast().other.id}/edit?api_key={cast().bob_key}",
              {**BROWSER, "Cookie": "session=" + cast().session("owner")})
    same(r.status, 404, "a page is not managed with a key")


# -- other ways in


def test_other_methods():
    """A page has no other methods than its row; nothing is overridden."""
    for row in who_may.PAGES:
        row = ("page", *row)
        if row[1] == "GET":
            continue
        for method in ("PUT", "DELETE", "PATCH"):
            r = cast().ask(row, "owner", method=method)
            one_of(r.status, (404, 405), f"{method} {row[3]}")
        for method in ("GET", "HEAD"):
            r = cast().ask(row, "owner", method=method)
            one_of(came(r), ("200", "403", "404", "405"),
                   f"{method} {row[3]}")
        r = cast().ask(row, "nobody", method="OPTIONS")
        same((r.status, r.body), (200, b""), f"OPTIONS {row[3]}")
        holds(r.header("Allow"), "OPTIONS", f"Allow of {row[3]}")
    session = cast().session("owner")
    for name in ("_method", "X-HTTP-Method-Override"):
        r = S.get(f"/channels/{cast().private.id}.json?{name}=delete",
                  {"Cookie": "session=" + session, name: "DELETE"})
        same(r.status, 200, f"GET with {name}")
    same(private("feeds.json").status, 200, "the channel is still there")


def test_other_spellings():
    """What they lead to is asked about like any other."""
    post = next(cast().ids["post"])
    odd = "".join(f"%{ord(d):02x}" for d in str(post))
    for path, expected in (
            (f"/journal/{odd}/update", "403"), (f"/journal/0{post}/update",
                                                "403"),
            (f"/journal/{post}/upd%61te", "404"),
            (f"/journal/{post}/update/", "404"),
            (f"//journal/{post}/update", "403"),
            (f"/journal//{post}/update", "404"),
            (f"/journal/{post}//update", "404"),
            (f"/journal/./{post}/update", "404"),
            (f"/x/../journal/{post}/update", "404"),
            (f"/journal/{post}%00/update", "404"),
            (f"/journal/{post}%2Fupdate", "404"),
            (f"/journal/+{post}/update", "404"),
            (f"/journal/{post}.0/update", "404"),
            (f"/journal/{post};a=b/update", "404"),
            (f"/JOURNAL/{post}/update", "404"),
            (f"/journal/{2 ** 64 + post}/update", "404"),
            (f"http://evil.example/journal/{post}/update", "403")):
        for method in ("GET", "POST"):
            r = cast().ask(("page", method, None, path, None), "stranger")
            one_of(came(r), (expected, "405") if expected == "404"
                   else (expected,), f"{method} {path}")
