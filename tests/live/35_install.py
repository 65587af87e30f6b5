"""What a phone needs to keep the site, and a page for a screen on a wall."""
import json
import re
import struct

import harness
import wire
from expect import holds, lacks, same, true
from visitor import BROWSER

S = harness.Shared()


def test_manifest():
    head = S.get("/", BROWSER)
    link = re.search(r'<link rel="manifest" href="([^"]+)">', head.text)[1]
    holds(head.header("Content-Security-Policy"), "manifest-src 'self'",
          "policy")
    r = S.get(link)
    same((r.status, r.type), (200, "application/manifest+json"), link)
    m = json.loads(r.text)
    same((m["start_url"], m["scope"], m["display"]), ("/", "/", "standalone"),
         "manifest")
    sizes = set()
    for icon in m["icons"]:
        r = S.get(icon["src"])
        same((r.status, r.type), (200, icon["type"]), icon["src"])
        if icon["type"] == "image/png":
            same(r.body[:8], b"\x89PNG\r\n\x1a\n", icon["src"])
            size = "%dx%d" % struct.unpack(">II", r.body[16:24])
            same(size, icon["sizes"], icon["src"])
            sizes.add((size, icon.get("purpose", "any")))
    true({("192x192", "any"), ("512x512", "any"),
          ("512x512", "maskable")} <= sizes, f"expected more, came {sizes}")
    touch = re.search(r'"apple-touch-icon" href="([^"]+)"', head.text)[1]
    same(struct.unpack(">II", S.get(touch).body[16:24]), (180, 180), touch)


def test_worker():
    r = S.get("/static/worker.js")
    same((r.status, r.type, r.header("Service-Worker-Allowed")),
         (200, "text/javascript", "/"), "worker")
    for name in re.search(r"SHELL = \[(.*?)\]", r.text, re.S)[1].split(","):
        same(S.get(name.strip(' "\n')).status, 200, name)
    same(S.get("/static/style.css").header("Service-Worker-Allowed"), None,
         "nothing else")


def wall(path):
    r = S.get(path, BROWSER)
    same(r.status, 200, path)
    return r.text


def test_wall():
    ch = S.channel("Outside:°C", public=True)
    S.store(ch, field1=1)
    for path in ("/", f"/channels/{ch.id}"):
        usual, text = wall(path), wall(path + "?view=wall")
        holds(usual, f'href="{path}?view=wall"', "the way there")
        lacks(usual, '<html lang="en" class="wall">', "usually not")
        holds(text, '<html lang="en" class="wall">', "wall")
        lacks(text, 'aria-label="Main"', "no navigation")
        holds(text, '<noscript><meta http-equiv="refresh" content="60">',
              "without script")
        holds(text, f'<a href="{path}">Back to the page</a>', "the way back")
        holds(text, 'class="value"', "a number")


def test_wall_keeps_the_address():
    ch = S.channel("Inside:°C")
    S.store(ch, field1=1)
    q = wire.query(range="week", api_key=ch.read).replace("&", "&amp;")
    text = wall(f"/channels/{ch.id}?view=wall&range=week&api_key={ch.read}")
    holds(text, f'<a href="/channels/{ch.id}?{q}">Back to the page</a>',
          "key and range")
    text = wall(f"/channels/{ch.id}?range=week&api_key={ch.read}")
    holds(text, f'href="/channels/{ch.id}?{q}&amp;view=wall"', "there, too")
    text = wall('/?view=wall&x="><b>')
    lacks(text, "<b>", "what stands in an address is escaped")
