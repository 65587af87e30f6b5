"""Who may do what: every key, every place, one table."""
import harness
import wire
from expect import same, soon

S = harness.Shared()

# What each key gives: (read private, read public, write, bulk, administer)
TABLE = {
    "none": (400, 200, 400, 401, 401),
    "wrong": (400, 200, 400, 401, 401),
    "read": (200, 200, 400, 401, 401),
    "write": (200, 200, 200, 202, 401),
    "user": (400, 200, 400, 401, 200),
    "other read": (400, 200, 400, 401, 401),
    "other write": (400, 200, "other", 401, 401),
    "other user": (400, 200, 400, 401, 404),
}


def channels():
    """A private one, a public one, one of another account."""
    if not S.memory:
        bob = S.do("user", "add", "bob", "--password-stdin",
                   stdin="battery staple").json
        S.memory.update(
            private=S.channel(), public=S.channel(public=True),
            other=harness.Channel(S.do(
                "channel", "add", "--owner", "bob", "--name", "Other",
                "--field", "1=A").json), bob=bob["user_key"])
        for name in ("private", "public"):
            S.store(S.memory[name], field1="1")
    return S.memory


def key_of(name, ch):
    c = channels()
    return {"none": None, "wrong": "WRONGWRONGWRONG1", "read": ch.read,
            "write": ch.write, "user": S.user_key,
            "other read": c["other"].read, "other write": c["other"].write,
            "other user": c["bob"]}[name]


def places(key):
    """(query, headers, body) for each place that a key may be in."""
    if key is None:
        return [("", {}, None)]
    return [(f"?api_key={key}", {}, None),
            ("", {"THINGSPEAKAPIKEY": key}, None),
            ("", {"X-ThingSpeakApiKey": key}, None),
            ("", {"Content-Type": "application/x-www-form-urlencoded"},
             f"api_key={key}"),
            ("", {"Content-Type": "application/json"},
             f'{{"api_key":"{key}"}}')]


def test_read_private():
    ch = channels()["private"]
    for name, (expected, *_) in TABLE.items():
        for tail, headers, body in places(key_of(name, ch)):
            r = S.request("GET", f"/channels/{ch.id}/feeds.json{tail}",
                          headers, body)
            same(r.status, expected, f"feeds of a private channel, {name} key "
                 f"in {tail or headers} {body or ''}")


def test_read_public():
    ch = channels()["public"]
    for name, (_, expected, *_) in TABLE.items():
        for tail, headers, body in places(key_of(name, ch)):
            r = S.request("GET", f"/channels/{ch.id}/feeds/last.json{tail}",
                          headers, body)
            same(r.status, expected, f"last of a public channel, {name} key")


def test_write():
    for which in ("private", "public"):
        ch = channels()[which]
        for name, (_, _, expected, *_) in TABLE.items():
            if expected == "other":
                continue
            for tail, headers, body in places(key_of(name, ch)):
                r = S.request("POST", f"/update{tail}", headers, body)
                same(r.status, expected, f"update, {name} key")
                same(r.body == b"0", expected == 400,
                     f"update, {name} key, is the body 0")


def test_bulk():
    ch = channels()["private"]
    for name, row in TABLE.items():
        body = {"updates": [{"created_at": 1500000000, "field1": "1"}]}
        if key_of(name, ch):
            body["write_api_key"] = key_of(name, ch)
        r = S.post(f"/channels/{ch.id}/bulk_update.json", body)
        same(r.status, row[3], f"bulk_update, {name} key")


def test_administer():
    """The write key does not, and whose channel it is counts."""
    ch = channels()["private"]
    for name, row in TABLE.items():
        for tail, headers, body in places(key_of(name, ch)):
            r = S.request("PUT", f"/channels/{ch.id}.json{tail}", headers,
                          body)
            same(r.status, row[4], f"PUT of a channel, {name} key")
        for path in (f"/channels/{ch.id}/feeds.json",
                     f"/channels/{ch.id}.json"):
            if name == "user":
                continue
            key = key_of(name, ch)
            r = S.request("DELETE", path,
                          {"THINGSPEAKAPIKEY": key} if key else {})
            same(r.status, row[4], f"DELETE {path}, {name} key")
    same(len(S.feeds(ch)) > 0, True, "are the readings still there")


def test_order_of_parameters():
    """key, api_key, apikey; the header before them all."""
    good, bad = channels()["private"].read, "WRONGWRONGWRONG1"
    path = f"/channels/{channels()['private'].id}/feeds/last.json?"
    for tail, expected in ((f"key={good}&api_key={bad}&apikey={bad}", 200),
                           (f"key={bad}&api_key={good}", 400),
                           (f"api_key={good}&apikey={bad}", 200),
                           (f"apikey={good}&api_key={bad}", 400),
                           (f"apikey={good}", 200)):
        same(S.get(path + tail).status, expected,
             tail.replace(good, "GOOD").replace(bad, "BAD"))
    same(S.get(path + f"api_key={bad}", {"THINGSPEAKAPIKEY": good}).status,
         200, "the header wins")


def test_second_keys():
    ch = S.channel()
    S.store(ch, field1="1")
    extra = S.do("key", "add", "--channel", ch.id, "--read").json["key"]
    same(len(S.feeds(ch, api_key=extra)), 1, "a second read key")
    write = S.do("key", "add", "--channel", ch.id, "--write", "--key",
                 "MYOWNKEY").json["key"]
    same(write, "MYOWNKEY", "key add --key")
    same(S.get("/update?api_key=MYOWNKEY&field1=2").body, b"2", "update")


def test_one_key_one_channel():
    one, two = S.channel(), S.channel()
    ran = S.run("key", "add", "--channel", two.id, "--write", "--key",
                one.write)
    same(ran.status, 1, "another channel's key")
    same(S.get(f"/channels/{two.id}/feeds.json?api_key={one.read}").status,
         400, "the read key of another channel")


def test_keys_of_a_public_channel_that_becomes_private():
    ch = S.channel(public=True)
    S.store(ch, field1="1")
    same(S.get(f"/channels/{ch.id}/feeds.json").status, 200, "public")
    r = S.request("PUT", f"/channels/{ch.id}.json?"
                  + wire.query(api_key=S.user_key, public_flag="false"))
    same(r.status, 200, "PUT public_flag=false")
    soon(lambda: S.get(f"/channels/{ch.id}/feeds.json").status == 400, 2,
         "a channel that is private")
