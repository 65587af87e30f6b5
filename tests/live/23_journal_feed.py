"""The journal as an Atom feed."""
import re
import xml.etree.ElementTree as ET

import harness
from authors import ATOM, S, nobody, person, write
from expect import holds, same, true
from visitor import Visitor, text_of


def entries(r):
    same((r.status, r.type), (200, "application/atom+xml"), "the feed")
    feed = ET.fromstring(r.body)
    same(feed.tag, ATOM + "feed", "the feed")
    for name in ("id", "title", "updated"):
        same(len(feed.findall(ATOM + name)), 1, f"{name} of the feed")
    return feed, {e.findtext(ATOM + "title"): e
                  for e in feed.findall(ATOM + "entry")}


def test_feed():
    evil = "<&>\"' ]]> ä\u0001"
    n = write(person("anna"), evil, "one\ntwo <b>")
    harness.execute(S.database, "UPDATE post SET created_at = 4102444800000, "
                    f"updated_at = 4102444800123 WHERE id = {n}")
    r = nobody().get("/journal.atom", headers={"Host": "almanac.example:81"})
    feed, found = entries(r)
    same(feed.findtext(ATOM + "updated"), "2100-01-01T00:00:00.123Z",
         "when the feed changed")
    same({link.get("rel"): link.get("href")
          for link in feed.findall(ATOM + "link")},
         {"self": "http://almanac.example:81/journal.atom",
          "alternate": "http://almanac.example:81/journal"}, "links")
    e = found[evil.replace("\u0001", "\ufffd")]
    same((e.findtext(ATOM + "published"), e.findtext(ATOM + "updated"),
          e.find(ATOM + "link").get("href"),
          e.findtext(f"{ATOM}author/{ATOM}name"),
          e.find(ATOM + "content").get("type"),
          e.findtext(ATOM + "content")),
         ("2100-01-01T00:00:00.000Z", "2100-01-01T00:00:00.123Z",
          f"http://almanac.example:81/journal/{n}", "anna", "text",
          "one\ntwo <b>"), "the entry")
    ids = [feed.findtext(ATOM + "id")] + [
        e.findtext(ATOM + "id") for e in found.values()]
    same(len(set(ids)), len(ids), "ids that differ")
    for one in ids:
        true(re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-"
                          r"[89ab][0-9a-f]{3}-[0-9a-f]{12}", one),
             f"expected a UUID, came {one}")
    again, _ = entries(nobody().get("/journal.atom"))
    same([e.findtext(ATOM + "id") for e in again.findall(ATOM + "entry")],
         [e.findtext(ATOM + "id") for e in feed.findall(ATOM + "entry")],
         "ids by another name of the host")
    harness.execute(S.database, f"DELETE FROM post WHERE id = {n}")


def test_feed_that_is_known_already():
    first = nobody().get("/journal.atom")
    tag = first.header("ETag")
    r = nobody().get("/journal.atom", headers={"If-None-Match": tag})
    same((r.status, r.body, r.header("ETag")), (304, b"", tag), "the same")
    write(person("anna"), "news")
    r = nobody().get("/journal.atom", headers={"If-None-Match": tag})
    same(r.status, 200, "another")


def test_feed_of_a_channel():
    anna, ch = person("anna"), S.channel(name="A & B", public=True)
    write(anna, "about it", channel=ch.id)
    write(anna, "about nothing")
    feed, found = entries(nobody().get(f"/journal.atom?channel={ch.id}"))
    same(list(found), ["about it"], "the entries")
    same(feed.findtext(ATOM + "title"), "Posts about A & B - Almanac", "it")
    whole, _ = entries(nobody().get("/journal.atom"))
    true(whole.findtext(ATOM + "id") != feed.findtext(ATOM + "id"),
         "expected two ids for two feeds, came one")
    r = nobody().get(f"/journal?channel={ch.id}")
    holds(text_of(r), "Posts about A & B", "the list of a channel")
    holds(r.text, f'href="/journal.atom?channel={ch.id}"', "its feed")


def test_an_empty_journal():
    server = harness.Server()
    who = Visitor(server)
    holds(text_of(who.get("/journal")), "There is no post yet.", "the list")
    feed, found = entries(who.get("/journal.atom"))
    same((feed.findtext(ATOM + "updated"), found),
         ("1970-01-01T00:00:00.000Z", {}), "the feed")
    server.close()
