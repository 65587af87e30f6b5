"""What a tool made for its visitor, and for nobody else."""
import threading

import harness
from expect import at_most, holds, lacks, one_of, same, soon, true
from maker import NAME, XML, YAML, Maker, count, one_user, total_is_right

S = harness.Shared()


def test_nobody_else():
    owner, other = Maker(S), Maker(S)
    path, theirs = owner.make(), other.make(one_user("other"))
    anna = Maker(S).log_in()
    hers = anna.make(one_user("anna"))
    number = path.rsplit("/")[-1]
    missing = Maker(S).get("/documents/999999999").body
    for who, v in (("no cookie", Maker(S)), ("another", other),
                   ("an account", anna),
                   ("a made-up cookie", Maker(S, "A" * 43)),
                   ("no id", Maker(S, "x")),
                   ("its hash", Maker(S, number * 43))):
        for p in (path, f"{path}/{NAME}"):
            r = v.get(p)
            same((r.status, r.header("Set-Cookie")), (404, None),
                 f"{who}: {p}")
            lacks(r.text, "PASSWORDMARK", f"{who}: {p}")
            same(v.request("HEAD", p).status, 404, f"{who}: HEAD {p}")
        if who == "no cookie":
            same(v.get(path).body, missing, "what is told of one's not there")
        one_of(v.post(f"{path}/delete").status, (403, 404),
               f"{who}: delete")
        lacks(v.get("/documents").text, f'"{path}"', f"{who}: the list")
    same(owner.get(hers).status, 404, "anna's to a stranger")
    S.do("user", "add", "bert", "--password-stdin", stdin="hunter2 hunter2")
    bert = Maker(S).log_in("bert", "hunter2 hunter2")
    for p in (hers, f"{hers}/{NAME}"):
        same(bert.get(p).status, 404, f"bert: {p}")
    same(bert.post(f"{hers}/delete").status, 404, "bert: delete")
    same(S.get(f"{hers}/{NAME}?api_key={S.user_key}").status, 404,
         "with anna's user key: it is no session")
    same(other.file(theirs).status, 200, "their own")
    same(owner.file(path).text, XML, "after all of that")
    same(owner.post(f"{path}/delete", token=False).status, 403,
         "delete without the token")
    for method in ("GET", "PUT", "DELETE", "POST"):
        one_of(owner.request(method, path if method != "GET"
                          else f"{path}/delete").status, (404, 405),
               f"{method} {path}")
    same(owner.file(path).status, 200, "still there")


def test_path_tricks():
    owner, other = Maker(S), Maker(S)
    mine = owner.make().rsplit("/")[-1]
    theirs = other.make(one_user("secret")).rsplit("/")[-1]
    for path in (f"{mine}/.env", f"{mine}/", f"{mine}/../{theirs}/{NAME}",
                 f"%2e%2e/{theirs}/{NAME}", f"{mine}/%2e%2e/{theirs}/{NAME}",
                 f"{mine}/..%2f{theirs}%2f{NAME}", f"{mine}%2f{NAME}",
                 f"{theirs}/{NAME}", f"{mine}%00/{NAME}",
                 f"{mine}/{NAME}%00", f"{mine}/{NAME}%00.txt",
                 f"{mine}/%00{NAME}", f"{mine}/{NAME.upper()}",
                 f"{mine}/{NAME}/x", f"{mine}/x{NAME}", f"{mine}/user-mapping",
                 f"{mine};{theirs}/{NAME}", f"-{mine}/{NAME}",
                 f"{mine}.0/{NAME}", f"0x{mine}/{NAME}", f" {mine}/{NAME}",
                 f"{mine}'--/{NAME}", f"9223372036854775808/{NAME}",
                 f"-9223372036854775808/{NAME}", f"0/{NAME}", "..", "%2e%2e",
                 "%2e%2e/.env", "..%2f..%2fetc%2fpasswd", "%ff", "%",
                 f"{mine}/%2e%2e%5c{NAME}", f"{mine}/{NAME}%0d%0aX: y"):
        r = owner.get("/documents/" + path)
        one_of(r.status, (400, 404), path)
        lacks(r.text, "connection name", path)
        lacks(r.text, "secret", path)
    r = owner.get(f"/documents/{mine}/user%2dmapping%2exml")
    same((r.status, r.text), (200, XML), "the same name, escaped")


def test_delete():
    v = Maker(S)
    first, second = v.make(), v.make(one_user("second"))
    n = count(S, "document")
    r = v.post(f"{first}/delete")
    same((r.status, r.header("Location")), (302, "/documents"), "delete")
    same(v.get(first).status, 404, "deleted")
    same(v.file(first).status, 404, "deleted")
    same(v.post(f"{first}/delete").status, 404, "deleted twice")
    same(v.file(second).status, 200, "the other")
    same(count(S, "document"), n - 1, "documents")
    total_is_right(S)


def test_log_in_keeps_it():
    phone, desk = Maker(S), Maker(S)
    path = phone.make()
    before = phone.cookie
    phone.log_in()
    true(phone.cookie != before, "expected another cookie, came the same")
    same(phone.file(path).text, XML, "after log in")
    same(Maker(S, before).file(path).status, 404, "with the old cookie")
    desk.log_in()
    same(desk.file(path).text, XML, "on another device")
    later = desk.make(one_user("later"))
    holds(phone.get("/documents").text, f'href="{later}"', "the list")
    phone.log_out()
    same(phone.get(path).status, 404, "after log out")
    same(phone.log_in().file(path).text, XML, "when logged in again")
    same(Maker(S).file(path).status, 404, "to a stranger")


def test_goes_with_its_session():
    v = Maker(S)
    path = v.make(one_user("GONEMARK"))
    cookie, number = v.cookie, path.rsplit("/")[-1]
    v.log_out()
    same(Maker(S, cookie).file(path).status, 404, "with the old cookie")
    rows = harness.select(S.database,
                          f"SELECT id FROM document WHERE id = {number}")
    same(len(rows), 0, "rows of a session's document")
    total_is_right(S)


def test_log_out_meanwhile():
    """Nobody could reach what is left behind."""
    text = YAML.replace("quantity: 2", "quantity: 2000")
    got = set()
    for _ in range(15):
        v = Maker(S)
        v.make()
        token, again = v.token(), Maker(S, v.cookie)
        upload = threading.Thread(
            target=lambda: got.add(again.upload(text, token=token).status))
        upload.start()
        v.log_out(token)
        upload.join()
    true(got <= {302, 409, 403}, f"expected 302, 403 or 409, came {got}")
    rows = harness.select(
        S.database, "SELECT count(*) FROM document WHERE session IS NOT NULL "
        "AND session NOT IN (SELECT hash FROM session)")
    same(int(rows[0][0]), 0, "documents of sessions that are over")


def test_expires():
    server = harness.Server(document_time=1)
    v = Maker(server)
    path = v.make()
    same(v.file(path).status, 200, "at first")
    soon(lambda: v.file(path).status == 404, 3, "the end of a document")
    same(v.get(path).status, 404, "its page")
    lacks(v.get("/documents").text, path, "the list")
    server.close()


def test_never_later_than_its_session():
    server = harness.Server(session_time=1000, session_idle_time=900)
    v = Maker(server)
    v.make()
    v.make()
    rows = harness.select(
        server.database, "SELECT d.expires_at - d.created_at, s.expires_at "
        "- d.expires_at FROM document d, session s ORDER BY d.id")
    for lives, spare in rows:
        at_most(int(lives), 900 * 1000, "milliseconds that it is kept")
        true(int(spare) >= 0, f"expected it to end first, came {spare}")
    server.close()


def test_after_a_crash():
    server = harness.Server()
    v = Maker(server)
    path, token = v.make(), v.token()
    server.kill()
    server.start()
    same(v.file(path).text, XML, "after kill -9")
    same(v.post(f"{path}/delete", token=token).status, 302,
         "delete with the same token")
    server.close()


def test_log_tells_nothing():
    v = Maker(S)
    path = v.make()
    v.upload(name="NAMEMARK.txt")
    v.upload(YAML.replace("quantity", "quantityMARK"), "NAMEMARK.yaml")
    v.file(path)
    for mark in ("PASSWORDMARK", "NAMEMARK", "quantityMARK",
                 v.cookie):
        lacks(S.log(), mark, "the log")
