"""What an owner does with channels in a browser, without script."""
import re

import browser
import harness
import wire
from expect import holds, lacks, same, true
from owners import (PASSWORD, S, anna, bert, create, csrf, nobody, path,
                    refused, show)
from visitor import text_of


def test_the_list_is_a_page_for_browsers_only():
    ch = S.channel(name="Listed <b>", public=True)
    hidden = S.channel(name="Hidden one")
    S.store(ch, field1="1")
    text = text_of(anna().page("/channels"))
    for part in ("Listed <b> Public 1 reading, the newest from",
                 "Hidden one Private Nothing has arrived yet", "Create"):
        holds(text, part, "one's own list")
    text = text_of(nobody().page("/channels"))
    holds(text, "Listed <b> of anna", "the list for everybody")
    lacks(text, "Hidden one", "the list for everybody")
    r = S.get(f"/channels?api_key={S.user_key}")
    same((r.status, r.type), (200, "application/json"), "the same as data")
    true(hidden.id in [c["id"] for c in r.json], "expected all of anna's")
    same(S.get("/channels").status, 401, "data without a key")


def test_long_lists_have_pages():
    server = harness.Server()
    for i in range(53):
        server.post("/channels.json", wire.query(
            api_key=server.user_key, name=f"Nr{i:03}", public_flag="true"))
    b = browser.Browser(server, "anna", PASSWORD)
    first = b.page("/channels")
    same(len(re.findall(r">Nr\d{3}</a>", first.text)), 100, "first pages")
    holds(first.text, 'href="/channels?mine=2"', "the way on")
    second = b.page("/channels?mine=2")
    holds(second.text, ">Nr052</a>", "the second page")
    holds(second.text, 'href="/channels?mine=1"', "the way back")
    server.close()


def test_home_shows_ones_own_channels_first():
    S.channel("Cellar", name="Mine alone")
    S.do("user", "add", "clara", "--password-stdin", stdin=PASSWORD)
    clara = browser.Browser(S, "clara", PASSWORD)
    holds(text_of(clara.page("/")), "You have no channel yet", "home")
    text = text_of(anna().page("/"))
    holds(text, "Mine alone Private", "home of its owner")
    lacks(text_of(clara.page("/")), "Mine alone", "home of somebody else")
    lacks(text_of(nobody().page("/")), "Mine alone", "home of nobody")


def test_home_without_any_channel():
    server = harness.Server()
    r = browser.Browser(server).page("/")
    holds(text_of(r), "almanac channel add", "home")
    holds(r.text, 'href="/auth/register"', "home")
    holds(r.text, 'href="/auth/login?next=%2Fchannels%2Fcreate"', "home")
    r = browser.Browser(server, "anna", PASSWORD).page("/")
    holds(r.text, 'href="/channels/create"', "home of somebody")
    server.close()


def test_the_channels_page_leads_its_owner_on():
    ch = S.channel(name="Tabs", public=True)
    ways = ("edit", "connect", "keys", "devices", "import")
    r = anna().page(path(ch))
    for way in ways:
        holds(r.text, f'href="/channels/{ch.id}/{way}"', "for its owner")
    r = nobody().page(path(ch))
    for way in ways:
        lacks(r.text, f'href="/channels/{ch.id}/{way}"', "for others")
    holds(r.text, f'href="/channels/{ch.id}/export"', "for others")


def test_a_private_channel_opens_to_its_owner():
    ch = S.channel(name="Shut")
    S.store(ch, field1="7.25")
    r = anna().page(path(ch))
    holds(r.text, "7.25", "the owner's page")
    same(r.header("Cache-Control"), "private, no-store", "the owner's page")
    r = nobody().get(path(ch))
    same(r.status, 403, "for nobody")
    holds(r.text, f'href="/auth/login?next=%2Fchannels%2F{ch.id}"',
          "the way in")
    lacks(bert().get(path(ch)).text, "/auth/login?", "for somebody else")


def test_who_may_not():
    public = S.channel(name="Theirs", public=True)
    private = S.channel(name="Theirs too")
    for way in ("edit", "clear", "delete", "keys", "devices", "import"):
        for method, body in (("GET", None), ("POST", "name=x&sure=yes")):
            r = nobody().send(method, path(public, "/" + way), body)
            same((r.status, r.header("Location")), (302, "/auth/login"),
                 f"nobody: {method} {way}")
            r = nobody().send(method, "/channels/999999/" + way, body)
            same(r.status, 302, f"nobody, no such channel: {method} {way}")
            token = csrf(bert())
            full = body and body + "&csrf_token=" + token
            same(bert().send(method, path(public, "/" + way), full).status,
                 403, f"another's public one: {method} {way}")
            same(bert().send(method, path(private, "/" + way), full).status,
                 404, f"another's private one: {method} {way}")
    for method in ("GET", "POST"):
        r = nobody().send(method, "/channels/create",
                          "name=x" if method == "POST" else None)
        same((r.status, r.header("Location")), (302, "/auth/login"),
             f"nobody: {method} create")


def test_every_form_needs_its_token():
    ch = S.channel(name="Tokens")
    S.store(ch, field1="1")
    for way, body in (("edit", "name=Other&zone=UTC&rows=4"),
                      ("clear", "sure=yes"), ("delete", "name=Tokens"),
                      ("keys", "action=add&kind=read"),
                      ("devices", "action=accept&name=x"),
                      ("import", "file=time%2Cfield1")):
        r = anna().send("POST", path(ch, "/" + way), body)
        same(r.status, 403, f"{way} without a token")
        r = anna().send("POST", path(ch, "/" + way), body + "&csrf_token=no")
        same(r.status, 403, f"{way} with a wrong token")
    same(anna().send("POST", "/channels/create", "name=x&zone=UTC").status,
         403, "create without a token")
    left = show(ch)
    same((left["name"], left["last_entry"], len(left["keys"]),
          left["devices"]), ("Tokens", 1, 2, []), "what is left of it")


def test_create():
    ch = create(name="Ünder <one>", description="a\r\nb", tags="x, y,x",
                is_public="yes", zone="Europe/Berlin", latitude="48.5734",
                longitude="-7.75", elevation="142", url="https://example.org/",
                metadata="{}", label1="Outside", unit1="°F", display1="°C",
                colour1="#0B6e5c", label4="Sky")
    made = show(ch)
    same({k: made[k] for k in ("name", "public", "timezone", "description",
                               "owner")},
         {"name": "Ünder <one>", "public": True, "timezone": "Europe/Berlin",
          "description": "a\nb", "owner": "anna"}, "the channel")
    same([(f["number"], f["label"], f["unit"], f["display"])
          for f in made["fields"]],
         [(1, "Outside", "°F", "°C"), (4, "Sky", "", "")], "its fields")
    same([k["kind"] for k in made["keys"]], ["write", "read"], "its keys")
    r = S.get(f"/channels/{ch}.json?api_key={S.user_key}").json
    same((r["latitude"], r["longitude"], r["elevation"], r["url"],
          r["metadata"], [t["name"] for t in r["tags"]]),
         ("48.5734", "-7.75", "142", "https://example.org/", "{}",
          ["x", "y"]), "the rest")
    write = made["keys"][0]["key"]
    same(S.get(f"/update?api_key={write}&field1=68").body, b"1", "a reading")
    holds(anna().page(path(ch)).text, "20.0", "shown in °C")


def test_create_with_a_name_only():
    made = show(create())
    same((made["public"], made["timezone"]), (False, "UTC"), "what is usual")
    same([f["label"] for f in made["fields"]], ["Field Label 1"],
         "its only field")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept():
    a = anna()
    for change, part in (({"name": " "}, "name"),
                         ({"zone": "Europe/Nowhere"}, "time zone"),
                         ({"zone": "../etc/passwd"}, "time zone"),
                         ({"latitude": "91"}, "latitude"),
                         ({"longitude": "east"}, "longitude"),
                         ({"url": "javascript:alert(1)"}, "https://"),
                         ({"colour1": "red"}, "colour of field 1"),
                         ({"unit3": "°C"}, "Field 3"),
                         ({"tags": ",".join(map(str, range(33)))}, "32 tags"),
                         ({"name": "x" * 256}, "too long"),
                         ({"description": "x" * 4097}, "too long"),
                         ({"label2": "y" * 256}, "too long")):
        given = {"name": "Kept <name>", "label1": "Kept \"label\"",
                 "is_public": "yes", **change}
        r = a.submit(a.page("/channels/create"), "/channels/create",
                     change=given)
        holds(refused(r, f"{change}"), part, f"{change}")
        folded = {"zone", "latitude", "longitude", "url", "colour1", "tags",
                  "description"} & set(change)
        same('<details class="folded" open>' in r.text, bool(folded),
             f"{change}: shown")
        kept = dict(a.form(r, "/channels/create")["inputs"])
        for name, value in given.items():
            same(kept.get(name, "").strip(), value.strip(), f"{name} again")
    r = a.send("POST", "/channels/create", "csrf_token=" + csrf(a)
               + "&zone=UTC&name=%ff")
    refused(r, "bytes that are no text")
    names = [c["name"] for c in S.do("channel", "list").lines()]
    true(not [n for n in names if n.startswith("Kept")],
         f"expected none of them, came {names}")


def test_more_rows_keep_what_was_typed():
    a = anna()
    r = a.page("/channels/create")
    same(len(re.findall('name="label', r.text)), 3, "rows at first")
    r = a.submit(r, "/channels/create", ("more", "yes"),
                 {"name": "Half", "label2": "Two", "tags": "t"})
    same(r.status, 200, "more rows")
    same(len(re.findall('name="label', r.text)), 11, "rows then")
    for _ in range(9):
        r = a.submit(r, "/channels/create", ("more", "yes")
                     if 'name="more"' in r.text else None, {"name": "Half"}) \
            if 'name="more"' in r.text else r
    same(len(re.findall('name="label', r.text)), 64, "rows at most")
    kept = dict(a.form(r, "/channels/create")["inputs"])
    same((kept["name"], kept["label2"], kept["tags"]), ("Half", "Two", "t"),
         "what was typed")
    r = a.submit(r, "/channels/create", change={"label64": "Last"})
    same(r.status, 302, "created")
    fields = show(int(r.header("Location").split("/")[2]))["fields"]
    same([f["number"] for f in fields], [2, 64], "its fields")


def test_edit():
    ch = S.channel("One:°C", "Two", "Three", name="Before",
                   timezone="Europe/Paris")
    S.store(ch, field1="1", field2="2")
    a = anna()
    r = a.page(path(ch, "/edit"))
    kept = dict(a.form(r, path(ch, "/edit"))["inputs"])
    same((kept["name"], kept["zone"], kept["label1"], kept["unit1"],
          kept["label3"], kept["label4"]),
         ("Before", "Europe/Paris", "One", "°C", "Three", ""), "the form")
    true("is_public" not in kept, "expected it to be private")
    r = a.submit(r, path(ch, "/edit"), change={
        "name": "After", "label2": "", "label3": "3", "label5": "Five",
        "is_public": "yes"})
    holds(a.follow(r).text, "After", "where it leads")
    after = show(ch)
    same((after["name"], after["public"], after["timezone"],
          after["last_entry"]), ("After", True, "Europe/Paris", 1), "changed")
    same([(f["number"], f["label"]) for f in after["fields"]],
         [(1, "One"), (3, "3"), (5, "Five")], "its fields")
    same(S.get(f"/channels/{ch.id}/fields/2/last.txt").body, b"2",
         "a reading of a field that is not shown")


def test_a_field_of_a_row_that_was_not_shown_stays():
    ch = S.channel("One", name="Rows")
    r = anna().page(path(ch, "/edit"))
    S.request("PUT", f"/channels/{ch.id}.json",
              {"Content-Type": "application/x-www-form-urlencoded"},
              wire.query(api_key=S.user_key, field8="Eight"))
    same(anna().submit(r, path(ch, "/edit")).status, 302, "saved")
    same([f["number"] for f in show(ch)["fields"]], [1, 8], "its fields")


def test_clear():
    ch = S.channel(name="Full", public=True)
    for i in range(3):
        S.store(ch, field1=i)
    a = anna()
    r = a.page(path(ch, "/clear"))
    holds(text_of(r), "3 readings would be lost", "what is said first")
    refused(a.submit(r, path(ch, "/clear")), "without the tick")
    a.get(path(ch, "/clear?sure=yes"))
    same(show(ch)["last_entry"], 3, "after a GET")
    r = a.submit(r, path(ch, "/clear"), change={"sure": "yes"})
    holds(a.follow(r).text, "Nothing yet", "where it leads")
    same(show(ch)["last_entry"], 0, "readings")
    same(S.store(ch, field1="again"), 1, "the next")
    r = a.submit(a.page(path(ch, "/clear")), path(ch, "/clear"),
                 change={"sure": "yes"})
    same(r.status, 302, "again")
    holds(text_of(a.page(path(ch, "/clear"))), "no readings", "an empty one")


def test_delete():
    ch = S.channel(name="Gone soon")
    S.store(ch, field1="1")
    S.do("device", "add", "--channel", ch.id, "--mac", "m1")
    a = anna()
    r = a.submit(a.page("/journal/create"), "/journal/create", change={
        "title": "A note about it", "body": "", "channel": str(ch.id)})
    same(r.status, 302, "a post")
    r = a.page(path(ch, "/delete"))
    text = text_of(r)
    for part in ("1 reading", "2 keys", "1 device", "1 post in the journal"):
        holds(text, part, "what is said first")
    r = a.submit(r, path(ch, "/delete"), change={"name": "Gone  soon"})
    holds(refused(r, "another name"), "not the channel", "another name")
    a.get(path(ch, "/delete?name=Gone+soon"))
    same(show(ch)["last_entry"], 1, "after a GET")
    r = a.submit(r, path(ch, "/delete"), change={"name": " Gone soon "})
    same((r.status, r.header("Location")), (302, "/channels"), "deleted")
    same(S.get(f"/update?api_key={ch.write}&field1=2").status, 400,
         "its write key")
    text = a.page("/journal").text
    lacks(text, "A note about it", "the journal")
    for method in ("GET", "POST"):
        same(a.send(method, path(ch, "/delete"),
                    f"csrf_token={csrf(a)}" if method == "POST" else None)
             .status, 404, f"{method} afterwards")
