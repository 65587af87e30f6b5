"""The page that people open: what is happening now, and since when."""
import html
import re
import time

import harness
import wire
from expect import SLOW, holds, lacks, one_of, same, true

S = harness.Shared()
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CLOCK = r"\d\d:\d\d:\d\d [AP]M [A-Z][a-z]{2} \d{2}, \d{4}"


def page(server, path="/", **how):
    r = server.get(path, BROWSER, **how)
    same((r.status, r.type), (200, "text/html"), path)
    return r


def text_of(r):
    """What a person reads."""
    body = re.sub(r"<(script|style).*?</\1>", " ", r.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def card(r, label):
    """The part of the page that is about a field."""
    found = [part for part in re.findall(r"<article.*?</article>", r.text, re.S)
             if f">{label}<" in part]
    same(len(found), 1, f"cards of {label}")
    return found[0]


def classes(part):
    return re.search(r'<article class="([^"]*)"', part)[1].split()


def test_no_channel_yet():
    server = harness.Server()
    text = text_of(page(server))
    holds(text, "almanac channel add", "a page without any channel")
    server.close()


def test_empty_channel_shows_the_url_to_send():
    server = harness.Server()
    server.channel("Outside Temperature:°C", public=True)
    r = page(server)
    text = text_of(r)
    holds(text, "Nothing", "the page of an empty channel")
    holds(text, "Outside Temperature", "the page of an empty channel")
    holds(text, f"http://localhost/update?api_key=", "the page")
    holds(text, "/update/API_key=", "the page")
    server.close()


def home():
    if "home" not in S.memory:
        ch = S.memory["home"] = S.channel(
            "Outside Temperature:°C", "Inside Temperature:°F", "Sky",
            "Silent", name="My <Home>", public=True,
            timezone="America/Los_Angeles")
        S.store(ch, field1="21.20", created_at=stamp(-7200))
        for age in range(300, 0, -60):
            S.store(ch, field2="72.3", field3="Clouds",
                    created_at=stamp(-age))
    return S.memory["home"]


def stamp(delta):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                         time.gmtime(time.time() + delta))


def test_newest_values():
    home()
    r = page(S)
    for label, value, unit in (("Outside Temperature", "21.20", "°C"),
                               ("Inside Temperature", "72.3", "°F"),
                               ("Sky", "Clouds", "")):
        part = card(r, label)
        text = " ".join(html.unescape(
            re.sub(r"<[^>]*>", " ", part)).split())
        holds(text, f"{label} {value} {unit}".strip(), f"card of {label}")
    holds(card(r, "Silent"), "Nothing", "card of a field without a value")


def test_local_time():
    home()
    part = card(page(S), "Inside Temperature")
    shown = re.search(CLOCK, part)
    true(shown, f"expected a time as 08:07:24 AM Sep 12, 2018, came {part}")
    iso = re.search(r'datetime="([^"]*)"', part)[1]
    utc = time.mktime(time.strptime(iso, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    local = time.mktime(time.strptime(shown[0], "%I:%M:%S %p %b %d, %Y")) \
        - time.timezone
    one_of((utc - local) / 3600, (7, 8), "hours between UTC and Los Angeles")


def test_stale():
    """A stale number never looks like a fresh one."""
    home()
    r = page(S)
    holds(classes(card(r, "Outside Temperature")), "stale", "two hours old")
    holds(card(r, "Outside Temperature"), "2 hours", "its age")
    lacks(classes(card(r, "Inside Temperature")), "stale", "a minute old")
    lacks(classes(card(r, "Sky")), "stale", "a minute old")


def test_fresh_again():
    ch = S.channel("Again", public=True)
    S.store(ch, field1="1", created_at=stamp(-90000))
    holds(classes(card(page(S), "Again")), "stale", "a day old")
    S.store(ch, field1="2")
    part = card(page(S), "Again")
    lacks(classes(part), "stale", "just arrived")
    holds(part, ">2<", "the newest value")


def test_display_unit():
    """°C kept, °F shown, as the article did."""
    ch = S.channel("Garden:°C", "Cellar:°C", public=True)
    for number, unit in ((1, "°F"), (2, "°C")):
        harness.execute(S.database, f"UPDATE field SET display = '{unit}' "
                        f"WHERE channel = {ch.id} AND number = {number}")
    S.store(ch, field1="22.4", field2="22.4")
    r = page(S)
    holds(re.sub(r"<[^>]*>", "", card(r, "Garden")), "72 °F", "Garden")
    holds(re.sub(r"<[^>]*>", "", card(r, "Cellar")), "22.4 °C", "Cellar")
    same(S.feeds(ch)[0]["field1"], "22.4", "what is kept")


def test_labels_are_escaped():
    home()
    r = page(S)
    lacks(r.text, "My <Home>", "the page")
    holds(r.text, "My &lt;Home&gt;", "the page")
    ch = S.channel("<script>x</script>", public=True)
    S.store(ch, field1="<img src=x onerror=y>")
    r = page(S)
    lacks(r.text, "<img src=x", "the page")
    lacks(r.text, "<script>x", "the page")


def test_no_script_needed():
    r = page(S)
    same(re.findall(r"<script.*", r.text),
         [f'<script src="/static/{name}.js" type="module"></script>'
          for name in ("cards", "app")], "script")
    holds(r.text, 'name="viewport"', "the page")
    lacks(r.text, "://fonts.", "the page")
    for link in re.findall(r'(?:href|src)="([^"]*)"', r.text):
        true(not re.match(r"(https?:)?//", link),
             f"expected nothing from elsewhere, came {link}")


def test_what_it_links_is_there():
    home()
    r = page(S)
    links = set(re.findall(r'(?:href|src)="(/[^"]*)"', r.text))
    true(len(links) > 2, f"expected links, came {links}")
    for link in links:
        r = S.get(html.unescape(link), BROWSER)
        one_of(r.status, (200, 302), link)


def test_style_is_cached():
    r = page(S)
    style = re.search(r'rel="stylesheet" href="([^"]*)"', r.text)[1]
    r = S.get(style)
    same((r.status, r.type), (200, "text/css"), style)
    tag = r.header("ETag")
    if tag:
        again = S.get(style, {"If-None-Match": tag})
        same((again.status, again.body), (304, b""), "with its ETag")


def test_private_channel():
    """Not on the page, but for who has its read key."""
    server = harness.Server()
    ch = server.channel("Secret Temperature:°C", name="Secret Garden")
    server.store(ch, field1="21.5")
    r = page(server)
    lacks(r.text, "Secret", "the page")
    r = page(server, f"/?api_key={ch.read}")
    holds(text_of(r), "Secret Temperature 21.5", "with the read key")
    holds(r.header("Cache-Control") or "", "no-store", "Cache-Control")
    r = page(server, "/?api_key=WRONGWRONGWRONG1")
    lacks(r.text, "Secret", "with a wrong key")
    server.close()


def test_channel_page():
    ch = home()
    r = page(S, f"/channels/{ch.id}")
    holds(text_of(r), "Outside Temperature 21.20 °C", "the channel's page")
    r = S.get("/channels/999999999", BROWSER)
    same((r.status, r.type), (404, "text/html"), "an unknown channel")
    private = S.channel("Hidden")
    r = S.get(f"/channels/{private.id}", BROWSER)
    same((r.status, r.type), (403, "text/html"), "a private channel")
    lacks(r.text, "Hidden", "a private channel")
    same(page(S, f"/channels/{private.id}?api_key={private.read}").status,
         200, "with its read key")


def test_old_addresses():
    for path in ("/showrecent", "/showtemp", "/showdoubletemp"):
        r = S.get(path, BROWSER)
        one_of(r.status, (301, 302, 303, 307, 308), path)
        where = r.header("Location")
        true(where.startswith("/") and not where.startswith("//"),
             f"{path}: expected a place here, came {where}")
        same(S.get(where, BROWSER).status, 200, where)


def test_not_found():
    r = S.get("/no/such/page", BROWSER)
    same(r.status, 404, "an unknown page")


def test_post_to_a_page():
    same(S.request("POST", "/", {}, "x=1").status, 405, "POST /")


def test_safety_headers():
    r = page(S)
    for name in ("Content-Security-Policy", "X-Content-Type-Options",
                 "Referrer-Policy"):
        true(r.header(name), f"expected {name}, came none")
    lacks(r.header("Content-Security-Policy"), "unsafe", "the policy")


def test_host_is_not_believed():
    server = harness.Server()
    server.channel("A", public=True)
    r = page(server, "/", timeout=wire.TIMEOUT)
    holds(r.text, "http://localhost/", "the page of an empty channel")
    r = server.get("/", {"Host": "\"><script>x</script>", **BROWSER})
    lacks(r.text, "<script>", "a Host that is none")
    server.close()


def test_future_value():
    """From a station whose clock is wrong: it says so, and is not "fresh"."""
    ch = S.channel("Ahead", public=True)
    S.store(ch, field1="5", created_at=stamp(86400 * 300))
    part = card(page(S), "Ahead")
    lacks(part, "just now", "a time that is yet to come")


def test_many_channels():
    server = harness.Server()
    for i in range(70):
        server.post("/channels.json", wire.query(
            api_key=server.user_key, name=f"c{i}", field1="A",
            public_flag="true"))
    began = time.monotonic()
    page(server)
    true(time.monotonic() - began < 2 * SLOW, "expected it within 2 s")
    server.close()


def test_about_a_channel():
    """What a visitor without an account learns of it."""
    ch = S.channel("A", public=True)
    about = dict(latitude="48.5734", longitude="7.7521", elevation="140",
                 tags="wind,rain <b>", description="Behind the house")
    same(S.request("PUT", f"/channels/{ch.id}.json", body=wire.query(
        api_key=S.user_key, **about)).status, 200, "put")
    text = S.get(f"/channels/{ch.id}", BROWSER).text
    for part in ("Behind the house", "At 48.5734, 7.7521, 140 m high",
                 "Tags: ", "rain &lt;b&gt;"):
        holds(text, part, "the page")
    bare = S.channel("A", public=True)
    lacks(S.get(f"/channels/{bare.id}", BROWSER).text, "Tags:", "without")
