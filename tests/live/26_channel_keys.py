"""The keys and the devices of a channel, in a browser."""
import html
import json
import re
import urllib.parse

import browser
import harness
import wire
from expect import holds, lacks, same, true
from owners import (PASSWORD, S, anna, csrf, nobody, path, refused, show)
from visitor import text_of


def copied(r):
    return [html.unescape(v) for v in
            re.findall(r'readonly value="([^"]*)"', r.text)]


def local(address):
    return address.removeprefix("http://localhost")


def test_keys_with_addresses_that_work():
    ch = S.channel("Air:°C", name="Keys")
    r = anna().page(path(ch, "/keys"))
    same(r.header("Cache-Control"), "private, no-store", "the keys")
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
