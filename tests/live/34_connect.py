"""Connecting a device: lines to copy that work as they are, whatever the
channel is called, and what the page says when a reading has come."""
import html
import os
import re
import subprocess
import tempfile

import yaml

import browser
import harness
import wire
from expect import SLOW, WITHOUT, holds, lacks, same, soon, true
from owners import (PASSWORD, S, anna, bert, create, csrf, nobody, path, show)
from visitor import text_of

DEVICES = ("curl", "micropython", "arduino", "esphome", "tasmota")
COMMENT = {"curl": None, "micropython": "#", "arduino": "//", "esphome": "#",
           "tasmota": None}
HOSTILE = ('"""\nimport os', "a\\", "\u2028evil()", "\x85b: c", "*/ \" ' `id`",
           "{{key}} ${x} %value% ; ENDON", "-->\r\n</code><script>", "\u202eabc",
           "#include <x>", "🌡 Wärme ??/")


def page(ch, **how):
    return anna().page(path(ch, "/connect"), **how)


def lines(r, device):
    """What is copied, as the browser has it."""
    found = re.findall(rf'<code id="device_{device}">(.*?)</code>', r.text,
                       re.S)
    same(len(found), 1, f"lines for {device}")
    lacks(found[0], "<", f"lines for {device}")
    return html.unescape(found[0])


def code(r, device):
    """The same without what stands in comments."""
    mark = COMMENT[device]
    out = []
    for line in lines(r, device).split("\n"):
        at = line.find(mark) if mark else -1
        if at == 0 or at > 0 and line[at - 1] == " ":
            line = line[:at].rstrip()
        out.append(line)
    return "\n".join(out)


def headline(r):
    found = re.search(r'<h2 id="arrival_head"[^>]*>(.*?)</h2>', r.text, re.S)
    return html.unescape(found[1])


def run(*words, **how):
    done = subprocess.run(words, capture_output=True, text=True,
                          timeout=30 * SLOW, **how)
    same(done.returncode, 0, f"{words[0]}: {done.stderr[-300:]}")
    return done.stdout


def page_here(ch):
    """Opened at the address that this machine reaches the server by."""
    return page(ch, headers={"Host": f"127.0.0.1:{S.port}"})


def test_a_new_channel_leads_there():
    ch = create(label1="Air", unit1="°C")
    r = page(ch)
    same(r.header("Cache-Control"), "private, no-store", "a page with a key")
    true(f'href="/channels/{ch}/connect" aria-current="page"' in r.text,
         "expected the tab to say where this is")
    key = show(ch)["keys"][0]["key"]
    for device in DEVICES:
        holds(lines(r, device), f"api_key={key}", f"lines for {device}")
    lacks(r.text, show(ch)["keys"][1]["key"], "the read key")
    for way in ("", "/keys"):
        holds(anna().page(path(ch, way)).text,
              f'href="/channels/{ch}/connect"', f"the way from {way}")
    holds(anna().page("/").text, "/connect", "the way from home")


def test_the_key_is_its_owners():
    for public in (False, True):
        ch = S.channel(name="Whose", public=public)
        for who in (bert(), nobody()):
            for how in ("", f"?api_key={ch.read}", f"?api_key={ch.write}"):
                r = who.get(path(ch, "/connect") + how)
                true(r.status in (302, 403, 404), f"expected no, came {r!r}")
                lacks(r.text, ch.write, "what others get")


def test_curl():
    ch = S.channel("Outside:°C", "Humidity:%", "Rain:mm", name="Curl")
    r = page_here(ch)
    same(run("sh", "-c", lines(r, "curl") + "\n", cwd="/").strip(), "1",
         "the answer")
    same([(e["field1"], e["field2"], e["field3"]) for e in S.feeds(ch)],
         [("21.5", "48", "0.2")], "what was stored")


def test_micropython():
    if "micropython" in WITHOUT:
        return
    ch = S.channel("Outside:°C", "Humidity:%", name="MicroPython")
    r = page_here(ch)
    with tempfile.TemporaryDirectory() as folder:
        main = os.path.join(folder, "main.py")
        with open(main, "w", encoding="utf-8") as f:
            f.write(lines(r, "micropython"))
        station = subprocess.Popen(
            [os.path.join(harness.TOP, "tools/micropython"), main],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            soon(lambda: S.feeds(ch) or station.poll() is not None, 30,
                 "a reading")
        finally:
            station.kill()
            said = station.communicate()[1].decode()
    same([(e["field1"], e["field2"]) for e in S.feeds(ch)], [("21.5", "48")],
         f"what was stored; {said[-300:]}")


def test_esphome_is_yaml():
    class Loader(yaml.SafeLoader):
        pass
    Loader.add_constructor("!lambda", lambda l, node: node.value)
    ch = S.channel("Outside:°C", "Humidity:%", *HOSTILE[:4], name="ESPHome")
    made = yaml.load(lines(page(ch), "esphome"), Loader)
    same(sorted(made), ["http_request", "interval", "sensor"], "its parts")
    same([s["id"] for s in made["sensor"]],
         [f"field{n}" for n in range(1, 7)], "sensors")
    url = made["interval"][0]["then"][0]["http_request.get"]["url"]
    holds(url, f"/update?api_key={ch.write}\";", "the address")
    same(url.count("snprintf("), 6, "fields in the address")


def test_tasmota_sends_one_reading():
    ch = S.channel("Outside:°C", "Humidity:%", name="Tasmota")
    first, *rest = lines(page(ch), "tasmota").splitlines()
    same(rest, ["Rule1 1", "TelePeriod 60"], "the rest")
    same(first.split(" http")[0],
         "Rule1 ON Tele-BME280#Temperature DO Var1 %value% ENDON "
         "ON Tele-BME280#Humidity DO WebQuery", "its triggers")
    true(first.endswith(f"/update?api_key={ch.write}&field1=%var1%"
                        "&field2=%value% GET ENDON"), f"its end, {first}")
    many = S.channel(*[f"F{n}" for n in range(1, 9)], name="Many")
    true(len(lines(page(many), "tasmota").splitlines()[0]) < 500,
         "a rule has 511 bytes at most")


def test_whatever_it_is_called():
    """What people type is in comments, and ends none of them."""
    tame = S.channel(*["F"] * 8, name="Tame")
    usual = page(tame)
    for i, name in enumerate(HOSTILE):
        fields = (HOSTILE[i:] + HOSTILE[:i])[:8]
        ch = create(name=name.replace("\n", " ").strip() or "x",
                    **{f"label{n + 1}": f for n, f in enumerate(fields)})
        key = show(ch)["keys"][0]["key"]
        r = page(ch)
        for device in DEVICES:
            same(code(r, device).replace(key, tame.write),
                 code(usual, device), f"{device} with {name!r}")
            for c in lines(r, device):
                true(c == "\n" or c.isprintable(), f"expected no {c!r}")
        compile(lines(r, "micropython"), "main.py", "exec")
        lacks(lines(r, "arduino"), "\\", "arduino")
        lacks(r.text, "<script>", "the page")


def test_a_key_of_ones_own():
    """Every address in it takes a key of any characters."""
    odd = "it's/a&key+%<1>`$\"\\;"
    ch = S.channel("A", name="Odd")
    a = anna()
    for fields in ({"action": "remove", "key": show(ch)["keys"][0]["id"]},
                   {"action": "add", "kind": "write", "text": odd}):
        same(a.send("POST", path(ch, "/keys"), wire.query(
            csrf_token=csrf(a), **fields)).status, 302, str(fields))
    r = page_here(ch)
    same(run("sh", "-c", lines(r, "curl")).strip(), "1", "curl")
    url = re.search(r'URL = "(.*)"', lines(r, "micropython"))[1]
    same(url, re.search(r'URL = "(.*)"', lines(r, "arduino"))[1], "arduino")
    same(S.get(url.split(str(S.port))[1] + "&field1=2").body, b"2", url)


def test_without_a_key_to_show():
    server = harness.Server()
    ch = server.channel("A", name="Sealed")
    server.stop()
    with open(server.database.secret, "rb+") as f:
        old = f.read()
        f.seek(0)
        f.write(bytes(b ^ 1 for b in old) if len(old) == 32 else
                old.translate(bytes.maketrans(b"0123456789abcdef",
                                              b"123456789abcdef0")))
    server.start()
    b = browser.Browser(server, "anna", PASSWORD)
    r = b.page(path(ch, "/connect"))
    holds(text_of(r), "sealed with another secret", "the page")
    holds(lines(r, "curl"), "api_key=YOUR_WRITE_KEY&", "curl")
    lacks(r.text, ch.write, "the page")
    keys = server.do("channel", "show", ch.id).json["keys"]
    same(b.send("POST", path(ch, "/keys"), wire.query(
        csrf_token=csrf(b), action="remove", key=keys[0]["id"])).status, 302,
        "removed")
    r = b.page(path(ch, "/connect"))
    holds(text_of(r), "no write key", "the page")
    holds(r.text, f'href="/channels/{ch.id}/keys#add"', "the way to one")
    server.close()


def test_an_address_that_stays_here():
    ch = S.channel("A", name="Where")
    for host, here in (("127.0.0.1:8080", True), ("localhost", True),
                       ("[::1]:8080", True), ("almanac.lan:8080", False),
                       ("192.168.1.7", False), ("localhost.lan", False),
                       ("[fe80::1]", False)):
        r = page(ch, headers={"Host": host})
        same("finds only itself" in text_of(r), here, f"warned at {host}")
        holds(lines(r, "curl"), f'"http://{host}/update?', "curl")
        name, port = re.search(r'<code>"(.*?)"</code>.*begin\(client, (\d+)\)',
                               html.unescape(r.text)).groups()
        same((name, port), (host.removesuffix(":8080"),
                            "8080" if host.endswith(":8080") else "80"),
             f"for a library, of {host}")


def test_the_first_reading():
    ch = S.channel("Outside:°C", "Sky", "Inside:°C>°F", name="First")
    r = page(ch)
    same(headline(r), "Waiting for the first reading…", "before")
    holds(r.text, 'data-entry="0"', "before")
    true(re.search(r'<noscript>.*href="(/channels/\d+/connect\?look=\d+)'
                   r'#arrival">Look again', r.text, re.S),
         "expected a way to look again")
    S.store(ch, field1="21.5", field2="Clouds", field3="22.4")
    r = page(ch)
    same(headline(r), "It works: 21.5 °C", "then")
    holds(r.text, 'data-entry="1"', "then")
    lacks(text_of(r), "Waiting", "then")
    holds(text_of(r), "Outside 21.5 °C Sky Clouds Inside 72 °F The newest of "
          "1 reading", "then")
    pictures = re.findall(r'<img src="([^"]*/charts/[^"]*)"', r.text)
    same([re.search(r"charts/(\d)", p)[1] for p in pictures], ["1", "3"],
         "charts of numbers")
    for p in pictures:
        same(anna().get(html.unescape(p)).status, 200, p)
    S.store(ch, field2="Rain " * 20)
    same(headline(page(ch)), "It works", "a long text")
    S.request("DELETE", f"/channels/{ch.id}/feeds.json?api_key={S.user_key}")
    same(headline(page(ch)), "Waiting for the first reading…", "cleared")


def test_a_reading_that_shows_nothing():
    ch = S.channel(name="Bare")
    S.store(ch, field7="1")
    r = page(ch)
    same(headline(r), "It works", "a value without a label")
    holds(text_of(r), "no value in a field that has a label", "why")
