"""Channels and accounts, with the user key."""
import json
import re

import harness
import wire
from expect import holds, lacks, one_of, same, true

S = harness.Shared()
MEMBERS = ["id", "name", "description", "latitude", "longitude", "created_at",
           "elevation", "last_entry_id", "public_flag", "url", "ranking",
           "metadata", "license_id", "github_url", "tags", "api_keys"]
HIDDEN = {"metadata", "license_id", "github_url", "api_keys"}


def call(method, path, form=None, key=True, **params):
    params = dict(params)
    if key is True:
        params["api_key"] = S.user_key
    elif key:
        params["api_key"] = key
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if method in ("GET", "HEAD"):
        return S.request(method, f"{path}?{wire.query(**params)}")
    return S.request(method, path, headers, wire.query(**{**params,
                                                          **(form or {})}))


def create(**params):
    r = call("POST", "/channels.json", **params)
    same(r.status, 200, f"POST /channels.json {params}")
    return r.json


def error(r, status, about):
    same(r.status, status, about)
    same(r.json["status"], str(status), about + ", status in the body")
    true(r.json["error"]["error_code"], f"{about}: expected an error_code")


def test_create_with_nothing():
    made = create()
    same(list(made), MEMBERS, "members")
    same(made["name"], f"Channel {made['id']}", "name")
    true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created_at"]),
         f"expected a time, came {made['created_at']}")
    same({k: made[k] for k in MEMBERS[2:] if k not in
          ("created_at", "ranking", "api_keys")},
         {"description": None, "latitude": "0.0", "longitude": "0.0",
          "elevation": None, "last_entry_id": None, "public_flag": False,
          "url": None, "metadata": None, "license_id": 0, "github_url": None,
          "tags": []}, "defaults")
    same([k["write_flag"] for k in made["api_keys"]], [True, False],
         "the write key first")
    for key in made["api_keys"]:
        true(re.fullmatch(r"[0-9A-Z]{16}", key["api_key"]),
             f"expected 16 of 0-9A-Z, came {key}")


def test_keys_work_at_once():
    made = create(field1="A")
    write, read = (k["api_key"] for k in made["api_keys"])
    same(S.get(f"/update?api_key={write}&field1=1").body, b"1", "write key")
    same(S.get(f"/channels/{made['id']}/feeds.json?api_key={read}").status,
         200, "read key")


def test_create_with_everything():
    made = create(name="Ünder", description="d", field1="A", field8="H",
                  latitude="40.5", longitude="-79.25", elevation="800",
                  metadata="m", public_flag="true", tags="one, two,,one",
                  url="http://example.org")
    same({k: made[k] for k in ("name", "description", "latitude", "longitude",
                               "elevation", "metadata", "public_flag",
                               "url")},
         {"name": "Ünder", "description": "d", "latitude": "40.5",
          "longitude": "-79.25", "elevation": "800", "metadata": "m",
          "public_flag": True, "url": "http://example.org"}, "members")
    same([t["name"] for t in made["tags"]], ["one", "two"], "tags")
    true(all(isinstance(t["id"], int) for t in made["tags"]), "expected ids")
    same(made["ranking"], 15 + 20 + 15 + 15 + 20, "ranking")
    labels = S.get(f"/channels/{made['id']}/feeds.json?results=0").json
    same((labels["channel"]["field1"], labels["channel"]["field8"]),
         ("A", "H"), "labels")
    lacks(labels["channel"], "field2", "labels")


def test_create_json_body():
    r = S.post("/channels.json", {"api_key": S.user_key, "name": "J",
                                  "field1": "T", "public_flag": True})
    same((r.status, r.json["name"], r.json["public_flag"]),
         (200, "J", True), "JSON body")


def test_rails_labels_field_one():
    made = create(name="x")
    r = S.get(f"/channels/{made['id']}/feeds.json?results=0&api_key="
              + made["api_keys"][0]["api_key"])
    same(r.json["channel"].get("field1"), "Field Label 1", "field1")


def test_create_refused():
    for key in (None, "WRONGWRONGWRONG1", create()["api_keys"][0]["api_key"]):
        error(call("POST", "/channels.json", key=key, name="x"), 401,
              "POST /channels.json")
    for params in ({"name": "x" * 256}, {"latitude": "91"},
                   {"longitude": "north"}, {"field1": "x" * 256}):
        one_of(call("POST", "/channels.json", **params).status, (400, 413),
               f"POST /channels.json {params}")


def test_list():
    server = harness.Server()
    r = server.get(f"/channels.json?api_key={server.user_key}")
    same((r.status, r.json), (200, []), "no channels")
    for name in ("a", "b"):
        server.post("/channels.json", wire.query(
            api_key=server.user_key, name=name, tags=f"t{name},all"))
    r = server.get(f"/channels.json?api_key={server.user_key}")
    same(sorted(c["name"] for c in r.json), ["a", "b"], "names")
    same(list(r.json[0]), MEMBERS, "members")
    same([k["write_flag"] for k in r.json[0]["api_keys"]], [True, False],
         "the write key first")
    r = server.get(f"/channels.json?api_key={server.user_key}&tag=tb")
    same([c["name"] for c in r.json], ["b"], "with tag=tb")
    same(server.get("/channels.json").status, 401, "without a key")
    r = server.get(f"/channels.xml?api_key={server.user_key}")
    holds(r.text, '<channels type="array">', "channels.xml")
    holds(r.text, '<public-flag type="boolean">false</public-flag>',
          "channels.xml")
    server.close()


def test_get_one():
    made = create(name="private one", metadata="m")
    path = f"/channels/{made['id']}.json"
    same(call("GET", path).json, made, "private view")
    one_of(call("GET", path, key=None).status, (400, 401), "no key")
    public = create(name="public one", metadata="m", public_flag="true")
    path = f"/channels/{public['id']}.json"
    r = call("GET", path, key=None)
    same(r.status, 200, "public view")
    same(HIDDEN & set(r.json), set(), "members that are hidden")
    same(r.json["name"], "public one", "name")
    same(call("GET", path).json, public, "its owner's view")
    holds(call("GET", f"/channels/{made['id']}.xml").text,
          "<name>private one</name>", "xml")
    for number in ("999999999", "0", "x"):
        error(call("GET", f"/channels/{number}.json"), 404,
              f"channel {number}")


def test_put():
    made = create(name="before", description="d", field1="A", field2="B",
                  tags="one")
    path = f"/channels/{made['id']}.json"
    r = call("PUT", path, name="after", field2="", field3="C")
    same(r.status, 200, "PUT")
    same({**made, "name": "after"}, r.json, "only what was given changes")
    labels = S.get(f"/channels/{made['id']}/feeds.json?results=0&api_key="
                   + made["api_keys"][0]["api_key"]).json["channel"]
    same({k: v for k, v in labels.items() if k.startswith("field")},
         {"field1": "A", "field3": "C"}, "labels")
    same(call("PUT", path, name="").json["name"], f"Channel {made['id']}",
         "an empty name")
    r = S.request("PUT", path, {"Content-Type": "application/json"},
                  json.dumps({"api_key": S.user_key, "public_flag": True,
                              "tags": "x,y"}))
    same((r.json["public_flag"], [t["name"] for t in r.json["tags"]]),
         (True, ["x", "y"]), "PUT of JSON")
    error(call("PUT", "/channels/999999999.json", name="x"), 404,
          "an unknown channel")


def test_delete():
    made = create(field1="A")
    write = made["api_keys"][0]["api_key"]
    S.get(f"/update?api_key={write}&field1=1")
    path = f"/channels/{made['id']}.json"
    r = call("DELETE", path)
    same(r.status, 200, "DELETE")
    same((r.json["id"], "api_keys" in r.json), (made["id"], False),
         "the object without keys")
    error(call("GET", path), 404, "the channel behind DELETE")
    same(S.get(f"/update?api_key={write}&field1=1").status, 400,
         "its write key")
    error(call("DELETE", path), 404, "DELETE again")


def test_clear():
    made = create(field1="A")
    ch = harness.Channel({"id": made["id"],
                          "write_key": made["api_keys"][0]["api_key"],
                          "read_key": made["api_keys"][1]["api_key"]})
    for _ in range(3):
        S.store(ch, field1="1")
    r = call("DELETE", f"/channels/{ch.id}/feeds.json")
    same((r.status, r.body), (200, b"[]"), "clear")
    same(S.feeds(ch), [], "readings")
    same(call("GET", f"/channels/{ch.id}.json").json["last_entry_id"], None,
         "last_entry_id")
    same(S.store(ch, field1="1"), 1, "the next entry")
    same(call("DELETE", f"/channels/{ch.id}/feeds.xml").status, 200, "xml")


def test_form_body_on_delete():
    """The docs' own curl line."""
    made = create()
    r = S.request("DELETE", f"/channels/{made['id']}/feeds.json",
                  {"Content-Type": "application/x-www-form-urlencoded"},
                  f"api_key={S.user_key}")
    same(r.status, 200, "DELETE with a form")


def test_method_override():
    made = create(name="x")
    path = f"/channels/{made['id']}.json"
    same(call("POST", path, _method="put", name="y").json["name"], "y", "put")
    same(call("POST", path, _method="delete").status, 200, "delete")
    error(call("GET", path), 404, "the channel")


def test_public_list():
    server = harness.Server()
    places = [("40.0", "-80.0"), ("40.1", "-80.0"), ("52.5", "13.4")]
    for i in range(18):
        lat, long = places[i % 3]
        server.post("/channels.json", wire.query(
            api_key=server.user_key, name=f"p{i}", public_flag="true",
            latitude=lat, longitude=long, tags="even" if i % 2 == 0 else "odd",
            metadata="secret"))
    server.post("/channels.json", wire.query(api_key=server.user_key,
                                             name="hidden"))

    def listed(**params):
        r = server.get("/channels/public.json?" + wire.query(**params))
        same(r.status, 200, f"public.json {params}")
        return r.json
    first = listed()
    same(first["pagination"], {"current_page": 1, "per_page": 15,
                               "total_entries": 18}, "pagination")
    second = listed(page=2)
    same((len(first["channels"]), len(second["channels"])), (15, 3), "pages")
    names = {c["name"] for c in first["channels"] + second["channels"]}
    same(names, {f"p{i}" for i in range(18)}, "names")
    same(listed(page=99)["channels"], [], "page 99")
    same(server.get("/channels/public.json?page=0").status, 404, "page 0")
    lacks(str(first), "secret", "the public list")
    lacks(str(first), "api_key", "the public list")
    same(first["channels"][0].get("username"), "anna", "username")
    same(listed(tag="even")["pagination"]["total_entries"], 9, "tag=even")
    same(listed(username="anna")["pagination"]["total_entries"], 18, "anna")
    same(listed(username="nobody")["channels"], [], "nobody")
    same(listed(latitude="40", longitude="-80", distance="50")
         ["pagination"]["total_entries"], 12, "within 50 km")
    same(listed(latitude="40", longitude="-80", distance="5")
         ["pagination"]["total_entries"], 6, "within 5 km")
    some = [c["id"] for c in first["channels"][:2]]
    same(sorted(c["id"] for c in listed(
        channel_ids=",".join(map(str, some)))["channels"]), sorted(some),
        "channel_ids")
    same(server.get("/channels/public.xml").status, 200, "xml")
    server.close()


def test_account():
    r = S.get("/users/anna.json")
    same((r.status, r.json["login"]), (200, "anna"), "/users/anna.json")
    true(set(r.json) >= {"id", "login", "created_at"},
         f"expected id, login, created_at, came {r!r}")
    lacks(r.text, "password", "/users/anna.json")
    same(S.get("/users/nobody.json").status, 404, "/users/nobody.json")
    holds(S.get("/users/anna.xml").text, "<login>anna</login>", "xml")


def test_account_channels():
    public = create(name="pub", public_flag="true")["id"]
    private = create(name="priv")["id"]
    r = S.get("/users/anna/channels.json")
    ids = [c["id"] for c in r.json["channels"]]
    true(public in ids and private not in ids,
         f"expected {public} and not {private}, came {ids}")
    lacks(r.text, "api_key", "the public view")
    r = S.get(f"/users/anna/channels.json?api_key={S.user_key}")
    ids = [c["id"] for c in r.json["channels"]]
    true(public in ids and private in ids, f"expected both, came {ids}")


def test_text_in_objects():
    made = create(name='<b>"x"&\\', description="a\nb\u2028")
    same((made["name"], made["description"]), ('<b>"x"&\\', "a\nb\u2028"),
         "texts come back")
    r = call("GET", f"/channels/{made['id']}.xml")
    holds(r.text, "&lt;b&gt;", "xml escapes")
