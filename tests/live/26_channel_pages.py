"""What an owner does with channels in a browser, without script."""
import html
import json
import re
import threading
import time
import urllib.parse

import browser
import harness
import wire
from expect import SLOW, at_most, holds, lacks, one_of, same, soon, true

S = harness.Shared()
PASSWORD = "correct horse"


def anna():
    if "anna" not in S.memory:
        S.memory["anna"] = browser.Browser(S, "anna", PASSWORD)
    return S.memory["anna"]


def bert():
    if "bert" not in S.memory:
        S.do("user", "add", "bert", "--password-stdin", stdin=PASSWORD)
        S.memory["bert"] = browser.Browser(S, "bert", PASSWORD)
    return S.memory["bert"]


def nobody():
    return browser.Browser(S)


def text_of(r):
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", r.text)).split())


def show(ch):
    return S.do("channel", "show", ch if isinstance(ch, int) else ch.id).json


def show_of(server, ch):
    return server.do("channel", "show", ch.id).json


def refused(r, about):
    """The form again, with a sentence."""
    same(r.status, 200, about)
    found = re.search(r'class="flash" role="alert">([^<]+)<', r.text)
    true(found, f"{about}: expected a sentence, came {text_of(r)[:300]}")
    return html.unescape(found[1])


def create(**change):
    a = anna()
    r = a.submit(a.page("/channels/create"), "/channels/create",
                 change={"name": "Made", **change})
    same(r.status, 302, f"created, {text_of(r)[:300]}")
    return int(r.header("Location").split("/")[2])


def path(ch, rest=""):
    return f"/channels/{ch if isinstance(ch, int) else ch.id}{rest}"


# -- the list, the home, the channel's page


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
    ways = ("edit", "keys", "devices", "import")
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
    same(r.header("Cache-Control"), "no-store", "the owner's page")
    r = nobody().get(path(ch))
    same(r.status, 403, "for nobody")
    holds(r.text, f'href="/auth/login?next=%2Fchannels%2F{ch.id}"',
          "the way in")
    lacks(bert().get(path(ch)).text, "/auth/login?", "for somebody else")


# -- who may not


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


def csrf(b):
    return re.search(r'name="csrf_token" value="([^"]+)"',
                     b.page("/channels").text)[1]


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


# -- making and describing


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
    same(len(re.findall('name="label', r.text)), 4, "rows at first")
    r = a.submit(r, "/channels/create", ("more", "yes"),
                 {"name": "Half", "label2": "Two", "tags": "t"})
    same(r.status, 200, "more rows")
    same(len(re.findall('name="label', r.text)), 12, "rows then")
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


# -- taking away


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


# -- keys


def copied(r):
    return [html.unescape(v) for v in
            re.findall(r'readonly value="([^"]*)"', r.text)]


def local(address):
    return address.removeprefix("http://localhost")


def test_keys_with_addresses_that_work():
    ch = S.channel("Air:°C", name="Keys")
    r = anna().page(path(ch, "/keys"))
    same(r.header("Cache-Control"), "no-store", "the keys")
    lines = copied(r)
    for key in (ch.write, ch.read):
        true(key in lines, f"expected {key}, came {lines}")
    update, station, bulk, body, feeds, last, page = [
        s for s in lines if len(s) > 20]
    same(S.get(local(update)).body, b"1", update)
    same(S.get(local(station)).body, b"2", station)
    r = S.post(local(bulk), json.loads(body))
    same((r.status, r.body), (202, b'{"success":true}'), bulk)
    r = S.get(local(feeds))
    same([e["field1"] for e in r.json["feeds"]], ["21.5"] * 3, feeds)
    same(S.get(local(last)).body, b"21.5", last)
    same(nobody().get(local(page)).status, 200, page)


def press(ch, number, what):
    """The button of the key's form."""
    a = anna()
    r = a.page(path(ch, "/keys"))
    form = [f for f in browser.Forms(r.text).list
            if ("key", str(number)) in f["inputs"]][0]
    return a.submit(r, path(ch, "/keys"), ("action", what), form=form)


def test_a_renewed_key_replaces_the_old_one_at_once():
    ch = S.channel(name="Renew")
    same(S.store(ch, field1="1"), 1, "with the old key")
    old = show(ch)["keys"][0]
    anna().follow(press(ch, old["id"], "renew"))
    keys = show(ch)["keys"]
    same([k["kind"] for k in keys], ["write", "read"], "its keys")
    same(keys[1]["key"], ch.read, "the other key")
    same(S.get(f"/update?api_key={ch.write}&field1=2").status, 400, "the old")
    same(S.get(f"/update?api_key={keys[0]['key']}&field1=2").body, b"2",
         "the new")
    same(press(ch, keys[1]["id"], "renew").status, 302, "the read key")
    same(S.get(f"/channels/{ch.id}/feeds.json?api_key={ch.read}").status, 400,
         "the old read key")


def test_add_and_remove_keys():
    ch = S.channel(name="Add")
    a = anna()

    def add(**change):
        return a.submit(a.page(path(ch, "/keys")), path(ch, "/keys"),
                        ("action", "add"), change)

    odd = "it's/a&key+%<1>"
    a.follow(add(kind="write", text=odd))
    same(S.get("/update?" + wire.query(api_key=odd, field1="1")).body, b"1",
         "a key of one's own")
    true(odd in copied(a.page(path(ch, "/keys"))), "expected it as it is")
    for address in copied(a.page(path(ch, "/keys"))):
        if "/update" in address and "bulk" not in address \
                and urllib.parse.quote(odd, safe="") in address:
            true(int(S.get(local(address)).body) > 1, f"expected {address}")
    r = add(kind="read", text=odd)
    holds(refused(r, "taken"), "taken already", "the same key again")
    same(dict(a.form(r, path(ch, "/keys"), ("action", "add"))["inputs"])
         ["text"], odd, "what was typed")
    holds(refused(add(kind="write", text="two words"), "spaces"),
          "visible ASCII", "a key with a space")
    holds(refused(add(kind="write", text="é"), "é"), "visible ASCII", "é")
    refused(add(kind="write", text="k" * 65), "too long")
    refused(add(kind="user"), "a user key")
    a.follow(add(kind="read"))
    keys = show(ch)["keys"]
    same([k["kind"] for k in keys], ["write", "write", "read", "read"],
         "its keys")
    same(press(ch, keys[1]["id"], "remove").status, 302, "removed")
    same(S.get("/update?" + wire.query(api_key=odd, field1="1")).status, 400,
         "the removed key")
    last = keys[0]["id"]
    holds(text_of(a.page(path(ch, "/keys"))), "last key that writes",
          "a warning")
    a.follow(press(ch, last, "remove"))
    holds(text_of(a.page(path(ch, "/keys"))), "no write key",
          "without a write key")


def test_another_channels_key_is_left_alone():
    ch, other = S.channel(name="Mine"), S.channel(name="Other")
    theirs = show(other)["keys"]
    a = anna()
    for action in ("renew", "remove"):
        r = a.send("POST", path(ch, "/keys"), wire.query(
            csrf_token=csrf(a), key=theirs[0]["id"], action=action))
        same(r.status, 404, f"{action} a key of another channel")
    same(show(other)["keys"], theirs, "its keys")
    for body in ("action=renew", "action=renew&key=x", "action=burn&key=1",
                 "kind=write"):
        same(a.send("POST", path(ch, "/keys"),
                    f"csrf_token={csrf(a)}&{body}").status, 400, body)


def test_a_key_sealed_with_another_secret():
    server = harness.Server()
    ch = server.channel(name="Sealed")
    server.stop()
    with open(server.database.secret, "rb+") as f:
        old = f.read()
        f.seek(0)
        f.write(bytes(b ^ 1 for b in old) if len(old) == 32 else
                old.translate(bytes.maketrans(b"0123456789abcdef",
                                              b"123456789abcdef0")))
    server.start()
    b = browser.Browser(server, "anna", PASSWORD)
    r = b.page(path(ch, "/keys"))
    lacks(r.text, ch.write, "the page")
    holds(text_of(r), "sealed with another secret", "the page")
    holds(r.text, f"<code>{ch.write[:4]}</code>", "its first letters")
    same(server.store(ch, field1="1"), 1, "it works all the same")
    server.close()


# -- devices


def test_devices():
    ch = S.channel(name="Stations")
    a = anna()

    def send(mac):
        return S.get(f"/update/API_key={ch.write}/mac={mac}/field=1/data=1")

    def press_device(name, what):
        r = a.page(path(ch, "/devices"))
        form = [f for f in browser.Forms(r.text).list
                if ("device", name) in f["inputs"]][0]
        return a.follow(a.submit(r, path(ch, "/devices"), ("action", what),
                                 form=form))

    holds(text_of(a.page(path(ch, "/devices"))), "None is listed",
          "an empty list")
    same(send("AA:1").body, b"1", "any device")
    r = press_device("aa:1", "accept")
    lacks(text_of(r), "None is listed", "a list")
    same(send("aa:2").status, 403, "another device")
    same(send("aa:1").body, b"2", "the accepted one")
    r = a.page(path(ch, "/devices"))
    r = a.follow(a.submit(r, path(ch, "/devices"), ("action", "accept"),
                          {"name": " AA:2 "}))
    same(send("aa:2").body, b"3", "added by its name")
    press_device("aa:1", "forget")
    same(send("aa:1").status, 403, "a forgotten one")
    press_device("aa:2", "forget")
    same(send("aa:1").body, b"4", "any device again")


def test_a_device_that_cannot_be():
    ch = S.channel(name="Stations too")
    a = anna()
    for name in ("", "x" * 65):
        r = a.submit(a.page(path(ch, "/devices")), path(ch, "/devices"),
                     ("action", "accept"), {"name": name})
        holds(refused(r, "device"), "1 to 64", f"device {name!r}")
    holds(r.text, "x" * 65, "what was typed")
    same(a.send("POST", path(ch, "/devices"),
                f"csrf_token={csrf(a)}&name=x").status, 400, "no action")


# -- import and export


def upload(ch, data, who=None, **change):
    b = who or anna()
    r = b.page(path(ch, "/import"))
    return b.submit(r, path(ch, "/import"), change=change or None,
                    files={"file": ("my file.csv", data)},
                    timeout=60 * SLOW)


def test_import_an_export_of_the_hosted_service():
    ch = S.channel("A", "B", "C", "D", name="Import")
    with open(harness.EXPORT, encoding="utf-8") as f:
        data = f.read()
    many = len(data.splitlines()) - 1
    r = anna().follow(upload(ch, data))
    holds(text_of(r), f"{many} readings were stored.", "what it says")
    same(show(ch)["last_entry"], many, "readings")
    r = anna().follow(upload(ch, data))
    holds(text_of(r), f"0 readings were stored. {many} were here already",
          "the same again")
    same(show(ch)["last_entry"], many, "readings")
    twin = S.channel("A", "B", "C", "D", name="By command")
    S.do("import", "--channel", twin.id, harness.EXPORT)
    same(S.do("export", "--channel", ch.id).out,
         S.do("export", "--channel", twin.id).out, "page and command")


def test_import_says_which_line_is_wrong():
    ch = S.channel(name="Lines")
    r = upload(ch, "time,field1\n2020-01-01 00:00:00,1\nnever,2\n"
                   "2020-01-01 00:01:00,3\nnever too,4\n")
    same(r.status, 200, "with lines that are wrong")
    text = text_of(r)
    holds(text, "2 readings were stored.", "what it says")
    holds(text, "2 lines could not be read, the first is line 3: "
                "the time cannot be read", "what it says")
    same(show(ch)["last_entry"], 2, "readings")


def test_import_takes_times_of_a_zone_and_any_order():
    ch = S.channel(name="Zone", timezone="Asia/Tokyo")
    anna().follow(upload(ch, "time,field1\n2020-01-01 09:02,b\n"
                             "2020-01-01 09:01,a\n"))
    same([(e["created_at"], e["field1"]) for e in S.feeds(ch)],
         [("2020-01-01T00:01:00Z", "a"), ("2020-01-01T00:02:00Z", "b")],
         "of the channel's zone, oldest first")
    anna().follow(upload(ch, "time,field1\n2021-01-01 00:00,c\n", zone="UTC"))
    same(S.feeds(ch)[-1]["created_at"], "2021-01-01T00:00:00Z", "of another")
    r = upload(ch, "time,field1\n2021-01-01 00:00,c\n", zone="Asia/Nowhere")
    holds(refused(r, "zone"), "time zone", "no such zone")
    holds(r.text, 'value="Asia/Nowhere"', "what was typed")


def test_files_that_are_none():
    ch = S.channel(name="No file")
    for data, part in (("", "Choose a file"), ("\n\n", "no line"),
                       ("SQLite format 3\0" + "x" * 90, "SQLite"),
                       ("time,field1,field1\n1,2,3\n", "twice"),
                       ('a"b', "no CSV")):
        holds(refused(upload(ch, data), repr(data[:20])), part,
              repr(data[:20]))
    r = anna().send("POST", path(ch, "/import"), f"csrf_token={csrf(anna())}")
    holds(refused(r, "no file"), "Choose a file", "no file")
    same(show(ch)["last_entry"], 0, "readings")


def test_an_upload_beyond_the_limit():
    server = harness.Server(body_limit=200000)
    ch = server.channel(name="Small")
    b = browser.Browser(server, "anna", PASSWORD)
    r = upload(ch, "time,field1\n" + "x" * 300000, b)
    same(r.status, 413, "an upload of 300 kB")
    same(upload(ch, "time,field1\n1600000000,1\n", b).status, 302, "a small")
    server.close()


def test_readings_are_acknowledged_while_an_import_runs():
    """Devices do not wait for it, and numbers have no gaps."""
    ch, busy = S.channel(name="Large"), S.channel(name="Device")
    rows = 120000 if SLOW == 1 else 30000
    data = "time,field1\n" + "".join(
        f"{1500000000 + 60 * i},{i}\n" for i in range(rows))
    came, waits, over = [], [], threading.Event()

    def work():
        try:
            came.append(upload(ch, data))
        finally:
            over.set()

    thread = threading.Thread(target=work)
    thread.start()
    stored = 0
    while not over.is_set():
        began = time.monotonic()
        stored += 1
        same(S.store(busy, field1=stored), stored, "another channel")
        S.store(ch, field1="device")
        waits.append(time.monotonic() - began)
    thread.join()
    holds(text_of(anna().follow(came[0])), f"{rows} readings were stored",
          "the import")
    same(show(ch)["last_entry"], rows + stored, "readings of both")
    at_most(max(waits), 3 * SLOW, "longest wait of a device, in seconds")
    true(stored > 3, f"expected readings meanwhile, came {stored}")


def test_one_import_into_a_channel_at_a_time():
    """A second press of the button stores nothing twice."""
    ch = S.channel(name="Twice")
    rows = 60000 if SLOW == 1 else 15000
    data = "time,field1\n" + "".join(
        f"{1500000000 + 60 * i},{i}\n" for i in range(rows))
    came = []
    threads = [threading.Thread(target=lambda: came.append(upload(ch, data)))
               for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    told = [r for r in came if r.status == 200]
    for r in told:
        holds(refused(r, "a second one"), "under way", "a second one")
    true(len(told) < 4, "expected one of them to be taken")
    same(show(ch)["last_entry"], rows, "readings")


def test_an_import_does_not_keep_the_server_from_stopping():
    server = harness.Server(body_limit=60000000)
    ch = server.channel(name="Stop")
    b = browser.Browser(server, "anna", PASSWORD)
    data = "time,field1\n" + "".join(
        f"{1000000000 + i},{i}\n" for i in range(1500000))
    came = []
    thread = threading.Thread(target=lambda: came.append(upload(ch, data, b)))
    thread.start()
    soon(lambda: b'"entry_id"' in server.get(
        f"/channels/{ch.id}/feeds/last.json?api_key={ch.read}").body, 20,
         "the first readings")
    server.stop()
    thread.join()
    text = text_of(came[0])
    holds(text, "It stopped", "what it says")
    holds(text, "readings were stored", "what it says")
    server.start()
    stored = int(re.search(r"(\d+) readings were stored", text)[1])
    one_of(show_of(server, ch)["last_entry"], (stored,), "what it stored")
    server.close()


def test_export():
    ch = S.channel("A", "B", name="Export")
    for i in range(3):
        S.store(ch, field1=i, field2=f'"{i}", x',
                created_at=f"2020-01-0{i + 1}T00:00:00Z")
    S.post("/update", wire.query(api_key=ch.write, field1="9",
                                 created_at="2020-02-01T00:00:00Z"))
    a = anna()
    r = a.page(path(ch, "/export"))
    whole = a.submit(r, path(ch, "/export.csv"))
    same((whole.status, whole.type), (200, "text/csv"), "the whole")
    same(whole.header("Cache-Control"), "no-store", "the whole")
    holds(whole.header("Content-Disposition"), "attachment", "the whole")
    same(whole.text, S.do("export", "--channel", ch.id).out,
         "page and command")
    tokyo = a.submit(r, path(ch, "/export.csv"),
                     change={"timezone": "Asia/Tokyo"})
    holds(tokyo.text, "2020-01-01T09:00:00+09:00", "in another zone")
    same(a.submit(r, path(ch, "/export.csv"),
                  change={"timezone": "No/Where"}).status, 400, "no zone")
    again = S.channel("A", "B", name="Again")
    holds(text_of(a.follow(upload(again, whole.text))), "4 readings were",
          "imported again")
    form = a.form(r, path(ch, "/feeds.csv"))
    change = {"start": "2020-01-02T00:00", "end": "2020-01-03T00:00"}
    for address, kind in (("/feeds.csv", "text/csv"),
                          ("/feeds.json", "application/json")):
        true(path(ch, address) in r.text, f"expected {address} on the page")
        part = a.submit(r, path(ch, address), form=form, change=change)
        same((part.status, part.type, part.header("Cache-Control")),
             (200, kind, "no-store"), address)
        holds(part.text, "2020-01-02", address)
        holds(part.text, "2020-01-03", address)
        lacks(part.text, "2020-02-01", address)
    hosted = a.get(f"/stream/channels/{ch.id}/feeds.csv")
    same((hosted.status, hosted.header("Cache-Control")), (200, "no-store"),
         "as the hosted service")
    holds(hosted.text, '"""2"", x"', "as the hosted service")


def test_export_is_for_readers():
    private, public = S.channel(name="P"), S.channel(name="Q", public=True)
    S.store(private, field1="secret")
    for way in ("/export", "/export.csv"):
        same(nobody().get(path(public, way)).status, 200, "a public one")
        same(nobody().get(path(private, way)).status, 403, "a private one")
        same(bert().get(path(private, way)).status, 403, "by another")
        r = nobody().get(path(private, f"{way}?api_key={private.read}"))
        same(r.status, 200, "with its read key")
        same(r.header("Cache-Control"), "no-store", "with its read key")
    r = nobody().page(path(private, f"/export?api_key={private.read}"))
    holds(nobody().submit(r, path(private, "/export.csv")).text, "secret",
          "the key goes on to the download")
    for way in ("/feeds.csv", "/feeds.json"):
        same(bert().get(path(private, way)).status, 400, "by another")
