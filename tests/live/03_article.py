"""The article's dialect: everything in the path, pages for a browser."""
import re

import harness
import wire
from expect import holds, lacks, one_of, same, soon, true

S = harness.Shared()
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MAC = "6c:rf:7f:2b:0e:g8"
DENIED = ("API Call Invalid: the URL entered does not contain a valid API key "
          "or mac address")


def channel():
    """One that accepts a single station."""
    if "channel" not in S.memory:
        ch = S.memory["channel"] = S.channel("Outside Temperature:°C",
                                           "Inside Temperature:°C",
                                           timezone="America/Los_Angeles")
        S.do("device", "add", "--channel", ch.id, "--mac", MAC)
    return S.memory["channel"]


def path(key=None, mac=MAC, field="1", data="72.3"):
    return (f"/update/API_key={key or channel().write}/mac={mac}"
            f"/field={field}/data={data}")


def last():
    feeds = S.feeds(channel(), results=1)
    return feeds[0] if feeds else {"entry_id": 0}


def short(r):
    true(len(r.body) <= 32, f"expected at most 32 bytes, came {r!r}")
    same(r.type, "text/plain", "type of a device's answer")


def test_accepted():
    before = last()["entry_id"]
    r = S.get(path())
    same(r.status, 200, "a reading")
    short(r)
    true(r.body, "expected a body, came none")
    entry = last()
    same((entry["entry_id"], entry["field1"]), (before + 1, "72.3"), "entry")


def test_double_slash():
    for slashes in ("/", "//"):
        before = last()["entry_id"]
        same(S.get(slashes + path()).status, 200, f"{slashes}/update/...")
        same(last()["entry_id"], before + 1, "entry")


def test_values():
    for data in ("-4", "1e1", "0", "007", "21.20", "+3.5", ".5", "1E-3"):
        r = S.get(path(data=data.replace("+", "%2B")))
        same(r.status, 200, f"data={data}")
        same(last()["field1"], data, "field1, verbatim")


def test_fields():
    for field in ("1", "2", "8", "9"):
        same(S.get(path(field=field)).status, 200, f"field={field}")
    before = last()["entry_id"]
    for field in ("0", "10", "-1", "x", "", "1.0", "99999999999999999999",
                  "field1"):
        r = S.get(path(field=field))
        same(r.status, 400, f"field={field}")
        short(r)
        holds(r.text, "field", f"the sentence for field={field}")
    same(last()["entry_id"], before, "the newest entry")


def test_not_a_number():
    before = last()["entry_id"]
    for data in ("nan", "NaN", "inf", "-Infinity", "abc", "", "0x10", "1,5",
                 "12abc", "1e999", "--1", "1e", "72.3%20C", "%00", "%ff"):
        r = S.get(path(data=data))
        same(r.status, 400, f"data={data} ({r!r})")
        short(r)
        holds(r.text, "data", f"the sentence for data={data}")
    same(last()["entry_id"], before, "the newest entry")


def test_parts_missing():
    key = channel().write
    for text in (f"/update/API_key={key}/mac={MAC}/field=1",
                 f"/update/API_key={key}/mac={MAC}/data=1",
                 f"/update/API_key={key}/mac={MAC}"):
        same(S.get(text).status, 400, text.replace(key, "K"))
    for text in (f"/update/mac={MAC}/field=1/data=1",
                 f"/update/API_key=/mac={MAC}/field=1/data=1",
                 f"/update/API_key={key}/field=1/data=1"):
        one_of(S.get(text).status, (400, 403), text.replace(key, "K"))


def test_mac_without_regard_to_case():
    for mac in (MAC.upper(), MAC.title(), MAC.replace(":", "%3A")):
        same(S.get(path(mac=mac)).status, 200, f"mac={mac}")


def test_wrong_key_or_mac():
    before = last()["entry_id"]
    for text in (path(key="PHDNGI2345"), path(mac="a3:45:b5:c9"),
                 path(mac=MAC + "0"), path(mac=MAC[:-1]),
                 path(key=channel().read), path(mac="x" * 65)):
        r = S.get(text)
        same(r.status, 403, text)
        short(r)
        true(r.body, "expected a short text, came none")
    same(last()["entry_id"], before, "the newest entry")


def test_wrong_key_page():
    for text in (path(key="PHDNGI2345"), path(mac="a3:45:b5:c9")):
        r = S.get(text, BROWSER)
        same((r.status, r.type), (403, "text/html"), text)
        plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", r.text))
        holds(plain, DENIED, "the page")
        holds(plain, "TO HOME", "the page")
        lacks(r.text, "PHDNGI2345", "the page")


def test_browser_page():
    before = last()["entry_id"]
    r = S.get(path(data="72.3"), BROWSER)
    same((r.status, r.type), (200, "text/html"), "a reading by a browser")
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", r.text))
    for part in ("Most Recent Data Point", "72.3", "REFRESH",
                 "Outside Temperature"):
        holds(plain, part, "the page")
    true(re.search(r"\d\d:\d\d:\d\d [AP]M [A-Z][a-z]{2} \d{2}, \d{4}", plain),
         f"expected the time as 08:07:24 AM Sep 12, 2018, came {plain}")
    same(last()["entry_id"], before + 1, "entry")
    lacks(r.text, "<script", "the page")


def test_refresh_does_not_write():
    """REFRESH shows; it must not send the reading again."""
    r = S.get(path(), BROWSER)
    links = re.findall(r'href="([^"]*)"[^>]*>\s*REFRESH', r.text)
    true(links, f"expected a REFRESH link, came {r!r}")
    before = last()["entry_id"]
    r = S.get(links[0].replace("&amp;", "&"), BROWSER)
    if r.status == 302:
        r = S.get(r.header("Location"), BROWSER)
    same((r.status, r.type), (200, "text/html"), links[0])
    holds(r.text, "Outside Temperature", "what REFRESH shows")
    same(last()["entry_id"], before, "the newest entry behind REFRESH")


def test_page_escapes():
    r = S.get("/update/API_key=%3Cscript%3Ealert(1)%3C/script%3E/mac=x/"
              "field=1/data=1", BROWSER)
    lacks(r.text, "<script>alert", "the page")
    r = S.get(path(data="%3Cscript%3Ealert(1)"), BROWSER)
    same(r.status, 400, "a script as data")
    lacks(r.text, "<script>alert", "the page")


def test_head_does_not_write():
    before = last()["entry_id"]
    S.request("HEAD", path())
    S.request("HEAD", path(), BROWSER)
    same(last()["entry_id"], before, "the newest entry behind HEAD")


def test_only_get_writes():
    before = last()["entry_id"]
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        r = S.request(method, path())
        if method != "OPTIONS":
            one_of(r.status, (404, 405), method)
    same(last()["entry_id"], before, "the newest entry")


def test_one_segment():
    for _ in range(5):
        with S.connect() as c:
            c.send(f"GET {path()} HTTP/1.0\r\nHost: x\r\n\r\n")
            same(c.read_response().status, 200, "a reading")
            same(c.segments(), 1, "segments of the answer")


def test_old_keys_can_be_brought_along():
    ch = channel()
    for key in ("PHDNGI2346", "DTLZ3LBY", "GTW89NF3", "x", "k" * 64):
        S.do("key", "add", "--channel", ch.id, "--write", "--key", key)
        same(S.get(path(key=key)).status, 200, f"API_key={key}")
    for key in ("", "k" * 65, "with space", "tab\there", "ü\n"):
        ran = S.run("key", "add", "--channel", ch.id, "--write", "--key", key)
        one_of(ran.status, (1, 2), f"key add --key {key!r} ({ran!r})")
        true(ran.err, "expected a sentence, came nothing")


def test_any_station_without_a_list():
    """A channel with no devices accepts any, and remembers it as seen."""
    ch = S.channel("Temperature")
    for mac in ("a3:45:b5:c9", "Any-Thing 7".replace(" ", "%20"), "x" * 64):
        same(S.get(path(key=ch.write, mac=mac)).status, 200, f"mac={mac}")
    listed = S.do("device", "list", "--channel", ch.id).out
    holds(listed, "a3:45:b5:c9", "device list")
    same([e["field1"] for e in S.feeds(ch)], ["72.3"] * 3, "readings")
    S.do("device", "add", "--channel", ch.id, "--mac", "A3:45:B5:C9")

    def others_are_out():
        return S.get(path(key=ch.write, mac="other")).status == 403
    soon(others_are_out, 2, "a station that is not in the new list")
    same(S.get(path(key=ch.write, mac="a3:45:b5:c9")).status, 200,
         "the one that is listed")
    S.do("device", "remove", "--channel", ch.id, "--mac", "a3:45:b5:c9")
    soon(lambda: S.get(path(key=ch.write, mac="other")).status == 200,
                 2, "any station when the list is empty again")


def test_a_station_of_another_channel():
    ch = S.channel("Temperature")
    S.do("device", "add", "--channel", ch.id, "--mac", "aa:bb")
    same(S.get(path(key=ch.write, mac=MAC)).status, 403, "the other's mac")


def test_field_nine():
    """Field 9 is beyond ThingSpeak's eight; it is kept and exported."""
    ch = S.channel("One")
    same(S.get(path(key=ch.write, field="9", data="99.5")).status, 200,
         "field=9")
    feeds = S.feeds(ch)
    same(len(feeds), 1, "entries")
    holds(S.do("export", "--channel", ch.id).out, "99.5", "export")


def test_view_data():
    """Readings as the article's table."""
    ch = S.channel("Temperature")
    same(S.get(path(key=ch.write, field="1", data="72.3")).status, 200, "")
    row = harness.select(
        S.database, "SELECT Id, API_key, date_time, mac, field, data FROM "
        "data ORDER BY Id DESC LIMIT 1")[0]
    true(int(row[0]) > 0, f"expected an Id, came {row}")
    holds(str(row[1]), ch.write[:4], "API_key begins with the key's letters")
    lacks(str(row[1]), ch.write, "API_key")
    true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(row[2])),
         f"expected date_time as 2018-09-10T20:23:45.000Z, came {row[2]}")
    same([str(v) for v in row[3:]], [MAC, "1", "72.3"], "mac, field, data")


def test_any_host_and_none():
    for line in ("", "Host: domain\r\n", "Host: \r\n", "Host: 10.0.0.1:80\r\n",
                 "Host: a b\r\n"):
        with S.connect() as c:
            c.send(f"GET {path()} HTTP/1.1\r\n{line}Connection: close\r\n\r\n")
            same(c.read_response().status, 200, f"{line!r}")


def test_query_form_is_not_touched():
    """The same server, ThingSpeak's dialect."""
    same(S.get("/update?" + wire.query(api_key=channel().write,
                                       field1="1")).status, 200, "/update?")
