"""Who may do what: every route by every kind of visitor."""
import os
import re

import harness
import who_may
import wire
from expect import holds, lacks, same, true
from visitor import BROWSER, FORM
from who_asks import SAFE, Cast, came, columns, token_of

S = harness.Shared()
DEVICES = ("/update.*", "/s/update.*", "/update/*")
SOURCE = os.path.join(harness.TOP, "src/web/routes.c")


def cast():
    if "cast" not in S.memory:
        S.memory["cast"] = Cast(S)
    return S.memory["cast"]


def ask(row, who, **how):
    return cast().ask(row, who, **how)


def check_all(kind, method_is, **how):
    wrong = []
    for row in who_may.ROWS:
        if row[0] != kind or not method_is(row[1]):
            continue
        for who, expected in columns(row).items():
            r = ask(row, who, **how)
            if came(r) != expected:
                wrong.append(f"{row[1]} {row[3]}, {who}: expected {expected}, "
                             f"came {came(r)}")
            check_headers(row, r)
    true(not wrong, "; ".join(wrong[:30]) + f" ({len(wrong)} in all)")


def check_headers(row, r):
    about = f"{row[1]} {row[3]} {r.status}"
    same(r.header("X-Content-Type-Options"), "nosniff", about)
    same((r.header("X-Powered-By"), r.header("Server")), (None, None), about)
    if r.type == "text/html":
        policy = r.header("Content-Security-Policy")
        framed = row[2] == "/channels/:/charts/:"
        for part in ("default-src 'none'", "base-uri 'none'",
                     *(("frame-ancestors *", "form-action 'none'") if framed
                       else ("frame-ancestors 'none'",
                             "form-action 'self'"))):
            holds(policy, part, about)
        lacks(policy, "unsafe", about)
        same((r.header("Referrer-Policy"),
              r.header("Cross-Origin-Opener-Policy")),
             ("same-origin", "same-origin"), about)
    if row[0] == "page":
        same(r.header("Access-Control-Allow-Origin"), None, about)
    else:
        same(r.all("Access-Control-Allow-Credentials"), [], about)


def routes():
    """(page or data, method, route) of the table in the source."""
    with open(SOURCE) as f:
        text = f.read()
    text = text[text.index("const struct route routes[]"):]
    text = re.sub(r"/\* .*? \*/", "", text[:text.index("NULL, NULL")],
                  flags=re.S)
    found = set()
    for methods, path, dialect in re.findall(
            r'{\s*([A-Z| ]+),\s*"([^"]+)",\s*\w+,\s*\w+,\s*(\w+),', text):
        for method in methods.replace("LOOK", "GET").split("|"):
            found.add(("page" if dialect == "PAGE" else "data",
                       method.strip(), path))
    same(len(re.findall(r'"/', text)) > 0, True, "routes")
    same(sum(1 for _ in re.findall(r'"/[^"]*"', text)),
         len(re.findall(r'{\s*[A-Z| ]+,\s*"', text)), "lines that were read")
    return found


# -- the table


def test_every_route_has_a_row():
    known = {row[:3] for row in who_may.ROWS}
    same(sorted(routes() - known), [], "routes without a row in who_may.py")
    same(sorted(known - routes()), [], "rows that no route has")


def test_pages_that_are_looked_at():
    check_all("page", lambda m: m == "GET")


def test_data_that_is_looked_at():
    check_all("data", lambda m: m == "GET")


def test_data_that_changes():
    check_all("data", lambda m: m not in SAFE)


# -- with HEAD, and without the token


def test_head():
    """As GET, without the body."""
    wrong = []
    for row in who_may.ROWS:
        if row[1] != "GET" or row[2] in DEVICES:
            continue
        for who in ("nobody", "stranger", "owner", "read key"):
            r = ask(row, who, method="HEAD")
            if came(r) != columns(row)[who]:
                wrong.append(f"HEAD {row[3]}, {who}: came {came(r)}")
    same(wrong, [], "HEAD")


def unsafe(kind):
    """What the owner may change; the two that look at the fields first have a
    test of their own."""
    return [row for row in who_may.ROWS if row[0] == kind
            and row[1] not in SAFE
            and row[2] not in ("/auth/login", "/auth/register")]


def test_pages_want_the_token():
    """And another origin is refused whoever asks."""
    others = token_of(cast().sessions["owner"][0])
    ours, foreign = {"Origin": "http://localhost"}, "http://evil.example"
    for row in unsafe("page"):
        about = f"{row[1]} {row[3]}"
        for token in (False, others, "", "x" * 43):
            r = ask(row, "owner", token=token, headers=ours)
            same((r.status, r.type), (403, "text/html"), about)
            holds(r.text, "load the page again", about)
        for who in ("nobody", "owner"):
            for bad in ({"Origin": foreign}, {"Origin": "null"},
                        {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site", **ours}):
                r = ask(row, who, headers=bad)
                same(r.status, 403, f"{about} by {who}, {bad}")
                holds(r.text, "Another site", about)


def test_data_wants_the_token():
    """Without it a session is as good as none, wherever it comes from."""
    others = token_of(cast().sessions["owner"][0])
    for row in unsafe("data"):
        expected = columns(row)["nobody"]
        for how in ({"token": False}, {"token": others},
                    {"headers": {"Origin": "http://evil.example"}},
                    {"headers": {"Sec-Fetch-Site": "same-site"}}):
            same(came(ask(row, "owner", **how)), expected,
                 f"{row[1]} {row[3]}, {how}")


def test_the_token_comes_in_a_body():
    """Not in an address, which is kept and handed on; not as JSON, which a
    form cannot send."""
    ch = cast().private
    for path, refused in ((f"/channels/{ch.id}/devices", 403),
                          (f"/channels/{ch.id}.json", 401)):
        method = "PUT" if path.endswith("json") else "POST"
        session = cast().session("owner")
        token, cookie = token_of(session), {"Cookie": "session=" + session}
        r = S.request(method, f"{path}?csrf_token={token}", cookie, "")
        same(r.status, refused, f"{path}, in the address")
        r = S.request(method, path, {**cookie, "Content-Type":
                      "application/json"}, f'{{"csrf_token":"{token}"}}')
        same(r.status, refused, f"{path}, in JSON")
    body = ("--b\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n"
            "{}\r\n--b--\r\n")
    session = cast().session("owner")
    kind = {"Cookie": "session=" + session,
            "Content-Type": "multipart/form-data; boundary=b"}
    for token, expected in ((token_of(session), 200), ("no", 403)):
        same(S.post(f"/channels/{ch.id}/import", body.format(token), kind)
             .status, expected, f"in a multipart body, {token}")


def test_signing_in_from_elsewhere():
    """A page elsewhere could sign a visitor in as somebody else."""
    form = wire.query(username="bob", password="pw")
    for bad in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/auth/login", "/auth/register"):
            r = S.post(path, form, {**FORM, **BROWSER, **bad})
            same((r.status, r.all("Set-Cookie")), (403, []), f"{path} {bad}")
    session = cast().session("owner")
    r = S.post("/auth/login", form, {**FORM, **BROWSER, "Cookie":
                                     "session=" + session})
    same((r.status, r.all("Set-Cookie")), (403, []), "without the token")
    same(harness.select(S.database, "SELECT count(*) FROM account")[0][0]
         in (3, "3"), True, "accounts")


def test_pages_that_change():
    check_all("page", lambda m: m not in SAFE)


def test_nothing_else_has_changed():
    """Behind all of the above."""
    ch = cast()
    for one, name in ((ch.private, "Private"), (ch.public, "Public"),
                      (ch.other, "Other")):
        r = S.do("channel", "show", one.id).json
        same(r["name"], name, "a channel")
        same(r["last_entry"] > 0, True, "its readings")
    same({name for name, in harness.select(S.database,
                                           "SELECT name FROM account")},
         set(ch.accounts), "accounts")
