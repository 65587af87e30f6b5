"""One reading through ThingSpeak's /update, in every form devices use."""
import re
import time

import harness
import wire
from expect import SLOW, at_most, holds, lacks, one_of, same, true

S = harness.Shared()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def channel():
    if "channel" not in S.memory:
        S.memory["channel"] = S.channel(*(f"Field {i}" for i in range(1, 9)))
    return S.memory["channel"]


def last(**params):
    """The newest entry as it is read back."""
    ch = channel()
    r = S.get(f"/channels/{ch.id}/feeds/last.json?"
              + wire.query(api_key=ch.read, **params))
    same(r.status, 200, "feeds/last.json")
    return r.json


def entry_of(r):
    same(r.status, 200, "update")
    true(re.fullmatch(rb"[1-9][0-9]*", r.body),
         f"expected the entry number and nothing else, came {r!r}")
    return int(r.body)


def update(**params):
    return S.get("/update?" + wire.query(api_key=channel().write, **params))


def test_get():
    n = entry_of(update(field1="21.5"))
    n2 = entry_of(update(field1="21.6"))
    same(n2, n + 1, "the next entry")
    same(last()["field1"], "21.6", "field1")


def test_first_entry_is_one():
    ch = S.channel()
    r = S.get(f"/update?api_key={ch.write}&field1=1")
    same(r.body, b"1", "first entry of a channel")


def test_answer_for_crude_parsers():
    ch = channel()
    with S.connect() as c:
        c.send(f"GET /update?api_key={ch.write}&field1=1 HTTP/1.1\r\n"
               "Host: x\r\nConnection: close\r\n\r\n")
        raw = c.read_to_end()
    true(raw.startswith(b"HTTP/1.1 200 OK\r\n"),
         f"expected HTTP/1.1 200 OK, came {raw[:40]!r}")
    holds(raw, b"\r\nContent-Length: ")
    lacks(raw.lower(), b"chunked")
    holds(raw, b"\r\nStatus: 200 OK\r\n")
    lacks(raw, b"Set-Cookie")
    true(re.search(rb"\r\n\r\n[0-9]+$", raw),
         f"expected digits and no line end, came {raw[-20:]!r}")


def test_post_form():
    entry_of(S.post("/update", wire.query(api_key=channel().write,
                                          field1="a b", field2="ü+&="),
                    {"Content-Type": FORM}))
    entry = last()
    same((entry["field1"], entry["field2"]), ("a b", "ü+&="), "values")


def test_post_form_without_type():
    entry_of(S.post("/update", f"api_key={channel().write}&field1=untyped"))
    same(last()["field1"], "untyped", "field1")


def test_post_everything_in_query():
    entry_of(S.post("/update?" + wire.query(api_key=channel().write,
                                            field1="q")))
    same(last()["field1"], "q", "field1")


def test_post_query_and_body_merge():
    entry_of(S.post(f"/update?api_key={channel().write}&field1=one",
                    "field2=two"))
    entry = last()
    same((entry["field1"], entry["field2"]), ("one", "two"), "values")


def test_form_body_on_get():
    entry_of(S.request("GET", "/update", {"Content-Type": FORM},
                       f"api_key={channel().write}&field1=body"))
    same(last()["field1"], "body", "field1")


def test_unescaped_form():
    """MathWorks' Arduino library escapes nothing."""
    entry_of(S.post("/update", f"api_key={channel().write}&field1=a b"
                    "&status=it is 5 o'clock: ü&created_at="
                    "2020-01-02T03:04:05Z", {"Content-Type": FORM}))
    entry = last(status="true")
    same((entry["field1"], entry["status"], entry["created_at"]),
         ("a b", "it is 5 o'clock: ü", "2020-01-02T03:04:05Z"), "entry")


def test_body_with_line_end():
    """Counted or not, CR LF behind the body is no part of the value."""
    body = f"api_key={channel().write}&field1=31\r\n"
    entry_of(S.post("/update", body, {"Content-Type": FORM}))
    same(last()["field1"], "31", "field1, counted")
    with S.connect() as c:
        text = f"api_key={channel().write}&field1=32"
        c.send("POST /update HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               f"Content-Length: {len(text)}\r\n\r\n{text}\r\n")
        entry_of(c.read_response())
    same(last()["field1"], "32", "field1, not counted")
    entry_of(update(field1="33\\r\\n"))
    same(last()["field1"], "33", "field1 with the texts \\r and \\n")


def test_json_body():
    entry_of(S.post("/update", {"api_key": channel().write,
                                "field1": "x\"y\\z\n\u00fc\U0001f600",
                                "field2": None, "status": "s"}))
    entry = last(status="true")
    same((entry["field1"], entry["field2"], entry["status"]),
         ("x\"y\\z\n\u00fc\U0001f600", None, "s"), "entry")


def test_json_numbers_verbatim():
    """As text they come back, as numbers the reply echoes them."""
    for number in ("21.20", "1e3", "-0.0", "100000000000000000000", "7"):
        r = S.post("/update.json", f'{{"api_key":"{channel().write}",'
                   f'"field1":{number}}}', {"Content-Type": JSON})
        same(r.status, 200, "update.json")
        true(f'"field1":{number},' in r.text
             or f'"field1":"{number}",' in r.text,
             f"expected field1 {number} echoed verbatim, came {r!r}")
        same(last()["field1"], number, "field1 as it is read")


def test_json_broken():
    before = S.store(channel(), field1="1")
    for body in ('{"api_key":"' + channel().write + '","field1":',
                 "nonsense", "[]", '"x"', "",
                 '{"api_key":"' + channel().write + '","field1":1}}'):
        r = S.post("/update", body, {"Content-Type": JSON})
        same((r.status, r.body), (400, b"0"), f"JSON {body[:30]!r}")
    same(S.store(channel(), field1="1"), before + 1,
         "entry behind broken requests")


def test_multipart():
    parts = [("api_key", channel().write), ("field1", "multi\r\nline"),
             ("field2", "ü"), ("status", "fine")]
    text = "".join(f'--XyZ\r\nContent-Disposition: form-data; name="{n}"'
                   f"\r\n\r\n{v}\r\n" for n, v in parts) + "--XyZ--\r\n"
    entry_of(S.post("/update", text, {
        "Content-Type": "multipart/form-data; boundary=XyZ"}))
    entry = last(status="true")
    same((entry["field1"], entry["field2"], entry["status"]),
         ("multi\r\nline", "ü", "fine"), "values")
    entry_of(S.post("/update", text, {
        "Content-Type": 'multipart/form-data; boundary="XyZ"'}))


def test_multipart_broken():
    for text in ("", "--XyZ", "--XyZ\r\n\r\n", "nothing",
                 "--XyZ\r\nContent-Disposition: form-data; name=\"field1"):
        r = S.post("/update", text, {
            "Content-Type": "multipart/form-data; boundary=XyZ"})
        same((r.status, r.body), (400, b"0"), f"multipart {text!r}")


def test_key_places():
    key = channel().write
    for name in ("THINGSPEAKAPIKEY", "X-THINGSPEAKAPIKEY", "ThingSpeakApiKey",
                 "x-thingspeakapikey"):
        entry_of(S.get("/update?field1=h", {name: f" {key} "}))
    for name in ("api_key", "key", "apikey"):
        entry_of(S.get(f"/update?{name}={key}&field1=p"))
    entry_of(S.get(f"/update?api_key=%20{key}%20&field1=spaces"))


def test_header_key_wins():
    entry_of(S.get("/update?api_key=WRONGWRONGWRONG1&field1=1",
                   {"THINGSPEAKAPIKEY": channel().write}))
    r = S.get(f"/update?api_key={channel().write}&field1=1",
              {"THINGSPEAKAPIKEY": "WRONGWRONGWRONG1"})
    same((r.status, r.body), (400, b"0"), "wrong key in the header")


def test_path_forms():
    for path in ("/update", "/update.txt", "/s/update", "/update/",
                 "//update", "/update.php"):
        r = S.get(f"{path}?api_key={channel().write}&field1=1")
        entry_of(r)


def test_answer_json():
    r = S.get("/update.json?" + wire.query(
        api_key=channel().write, field1="3", lat="1.5", long="-2.25",
        elevation="800", status="ok", created_at="2024-05-01T12:00:00Z"))
    same(r.status, 200, "update.json")
    same(r.header("Content-Type"), "application/json; charset=utf-8", "type")
    number = r.json["entry_id"]
    same(r.text, f'{{"channel_id":{channel().id},'
         f'"created_at":"2024-05-01T12:00:00Z","entry_id":{number},'
         '"field1":"3","field2":null,"field3":null,"field4":null,'
         '"field5":null,"field6":null,"field7":null,"field8":null,'
         '"latitude":"1.5","longitude":"-2.25","elevation":"800",'
         '"status":"ok"}', "body of update.json")


def test_answer_xml():
    r = S.get("/update.xml?" + wire.query(
        api_key=channel().write, field1="<3&>",
        created_at="2024-05-01T12:00:00Z"))
    same(r.header("Content-Type"), "application/xml; charset=utf-8", "type")
    text = re.sub(r">\s+<", "><", r.text.strip())
    holds(text, '<?xml version="1.0" encoding="UTF-8"?><feed>')
    for part in (f'<channel-id type="integer">{channel().id}</channel-id>',
                 '<created-at type="dateTime">2024-05-01T12:00:00Z'
                 "</created-at>", '<entry-id type="integer">',
                 "<field1>&lt;3&amp;&gt;</field1>", '<field2 nil="true"/>',
                 '<field8 nil="true"/>',
                 '<latitude type="decimal" nil="true"/>',
                 '<longitude type="decimal" nil="true"/>',
                 '<elevation nil="true"/>', '<status nil="true"/></feed>'):
        holds(text, part, "update.xml")


def test_accept_json():
    r = S.get(f"/update?api_key={channel().write}&field1=1",
              {"Accept": "application/json"})
    true(r.json["entry_id"] > 0, f"expected an entry as JSON, came {r!r}")


def test_values_verbatim():
    for value in ("007", " 5", "5 ", "1e3", "21.20", "nan", "-INF", "Clouds",
                  "0x10", "1,5", "", "ä€😀", "<b>&amp;</b>", "'; DROP TABLE",
                  "a\tb", "%", "100%", "+5", "null", "true", "-1"):
        entry_of(update(field1=value, field2="x"))
        same(last()["field1"], value or None, "field1")


def test_value_in_form_and_json_alike():
    for value in ("007", " 5", "21.20", "ä"):
        for send in (lambda v: S.post("/update", {"api_key": channel().write,
                                                  "field1": v}),
                     lambda v: S.post("/update", wire.query(
                         api_key=channel().write, field1=v))):
            entry_of(send(value))
            same(last()["field1"], value, "field1")


def test_255_bytes():
    cases = (("x" * 255, "x" * 255), ("x" * 256, "x" * 255),
             ("ü" * 128, "ü" * 127), ("x" + "ü" * 127, "x" + "ü" * 127),
             ("€" * 86, "€" * 85), ("xx" + "😀" * 64, "xx" + "😀" * 63),
             ("y" * 5000, "y" * 255))
    for sent, kept in cases:
        entry_of(S.post("/update", wire.query(
            api_key=channel().write, field1=sent, status=sent)))
        entry = last(status="true")
        same(entry["field1"], kept, f"field1 of {len(sent.encode())} bytes")
        same(entry["status"], kept, "status")


def test_broken_utf8():
    r = S.get(f"/update?api_key={channel().write}&field1=%ff%fe&field2=ok")
    one_of((r.status, r.body), ((400, b"0"), (422, b"0")), "broken UTF-8")


def test_nul_in_value():
    """PostgreSQL cannot keep it; neither may it end the server."""
    r = S.get(f"/update?api_key={channel().write}&field1=a%00b")
    true(r.status < 500, f"expected no server error, came {r!r}")
    entry_of(update(field1="after"))


def test_entries_without_values():
    number = entry_of(update(field1="x"))
    for params in ({}, {"unknown": "1"}, {"field9": "1"}, {"field1": ""},
                   {"status": "only"}, {"FIELD1": "9"}, {"field0": "1"}):
        number += 1
        same(entry_of(update(**params)), number, f"entry with {params}")
        entry = last()
        same([entry[f"field{i}"] for i in range(1, 9)], [None] * 8,
             f"fields with {params}")


def test_plain_numbers_as_names():
    entry_of(S.get("/update?" + wire.query(
        api_key=channel().write, **{"1": "a", "8": "h", "9": "i"})))
    entry = last()
    same((entry["field1"], entry["field8"]), ("a", "h"), "fields 1 and 8")


def test_names_of_places():
    entry_of(update(lat="1", latitude="2", long="3", longitude="4"))
    entry = last(location="true")
    same((entry["latitude"], entry["longitude"]), ("2", "4"),
         "the long name wins")
    entry_of(S.get(f"/update?api_key={channel().write}&latitude=2&lat=1"
                   "&longitude=4&long=3&elevation=10.50"))
    entry = last(location="true")
    same((entry["latitude"], entry["longitude"], entry["elevation"]),
         ("2", "4", "10.50"), "the long name wins in any order")


def test_created_at():
    cases = (
        ("2018-01-30T10:26:21Z", None, "2018-01-30T10:26:21Z"),
        ("2018-01-30 10:26:21", None, "2018-01-30T10:26:21Z"),
        ("2018-01-30T10:26:21-05:00", None, "2018-01-30T15:26:21Z"),
        ("2018-01-30 10:26:21 -0500", None, "2018-01-30T15:26:21Z"),
        ("2018-01-30T10:26:21+01:00", None, "2018-01-30T09:26:21Z"),
        ("2018-01-30", None, "2018-01-30T00:00:00Z"),
        ("2018-01-30 10:26:21", "America/New_York", "2018-01-30T15:26:21Z"),
        ("2018-07-30 10:26:21", "America/New_York", "2018-07-30T14:26:21Z"),
        ("2018-07-30 10:26:21", "Europe/Berlin", "2018-07-30T08:26:21Z"),
        ("2018-07-30T10:26:21Z", "Europe/Berlin", "2018-07-30T10:26:21Z"),
        ("2018-07-30 10:26:21", "Nowhere/Land", "2018-07-30T10:26:21Z"),
        ("1999-12-31T23:59:59Z", None, "1999-12-31T23:59:59Z"),
        ("1969-12-31T23:59:59Z", None, "1969-12-31T23:59:59Z"))
    for text, zone, expected in cases:
        params = {"created_at": text, "field1": "t"}
        if zone:
            params["timezone"] = zone
        entry_of(update(**params))
        same(last()["created_at"], expected,
             f"created_at={text} timezone={zone}")


def seconds_ago(text):
    return time.time() - time.mktime(time.strptime(
        text, "%Y-%m-%dT%H:%M:%SZ")) + time.timezone


def test_created_at_unreadable():
    """Ignored: the reading counts, with the server's time."""
    for text in ("2020-19-06 04:47:10", "2020-02-30T00:00:00Z", "yesterday",
                 "", "99999999999999999999", "2020-01-01T25:00:00Z",
                 "-1", "0000-00-00 00:00:00"):
        entry_of(update(created_at=text, field1="u"))
        entry = last()
        same(entry["field1"], "u", "field1")
        at_most(abs(seconds_ago(entry["created_at"])), 5 * SLOW,
                f"seconds from now with created_at={text!r}")


def test_time_is_the_servers():
    entry_of(update(field1="now"))
    at_most(abs(seconds_ago(last()["created_at"])), 5 * SLOW,
            "seconds from now")


def test_duplicate_created_at():
    """[guess] accepted."""
    ch = S.channel()
    for _ in range(2):
        S.store(ch, field1="d", created_at="2020-01-01T00:00:00Z")
    same([e["entry_id"] for e in S.feeds(ch)], [1, 2], "entries")


def test_ip_address():
    entry_of(update(field1="IP_ADDRESS", field2="IP_ADDRESSES"))
    entry = last()
    same((entry["field1"], entry["field2"]), ("127.0.0.1", "IP_ADDRESSES"),
         "the client's address")


def test_copied_from_a_web_page():
    entry_of(S.get(f"/update?api_key={channel().write}&amp;field1=1"
                   "&amp;field2=2"))
    entry = last()
    same((entry["field1"], entry["field2"]), ("1", "2"), "values")


def test_odd_queries():
    key = channel().write
    for text, expected in ((f"?&api_key={key}&&field1=1&", "1"),
                           (f"?api_key={key}&field1=1&field1=2", "2"),
                           (f"?field1=a+b%20c&api_key={key}", "a b c"),
                           (f"?api_key={key}&field1=%zz%4", "%zz%4"),
                           (f"?api_key={key}&field1=a=b", "a=b"),
                           (f"?api_key={key}&field1=%2B5", "+5")):
        entry_of(S.get("/update" + text))
        same(last()["field1"], expected, f"field1 of {text}")


def refused(path, about, headers=None, status=(400,)):
    for suffix, kind in (("", "text/plain"), (".json", "application/json"),
                         (".xml", "application/xml")):
        r = S.get(path.replace("/update", "/update" + suffix), headers)
        one_of(r.status, status, about)
        same(r.body, b"0", f"{about}, body of update{suffix}")
        if suffix:
            same(r.type, kind, f"{about}, type of update{suffix}")


def test_refusals():
    ch = channel()
    before = S.store(ch, field1="1")
    refused("/update?field1=1", "no key")
    refused("/update?api_key=&field1=1", "an empty key")
    refused("/update?api_key=AAAABBBBCCCCDDDD&field1=1", "a wrong key")
    refused(f"/update?api_key={ch.read}&field1=1", "the read key")
    refused(f"/update?api_key={S.user_key}&field1=1", "the user key")
    refused(f"/update?api_key={ch.write[:-1]}&field1=1", "a shorter key")
    refused(f"/update?api_key={ch.write}X&field1=1", "a longer key")
    refused(f"/update?api_key={ch.write.lower()}&field1=1", "in lower case")
    refused(f"/update?api_key={'x' * 5000}&field1=1", "a very long key")
    refused("/update?api_key=%00%ff&field1=1", "a key of other bytes",
            status=(400, 422))
    same(S.store(ch, field1="1"), before + 1, "the entry behind the refusals")


def test_channel_number_is_never_in_an_update():
    other = S.channel()
    number = entry_of(update(channel_id=other.id, id=other.id, field1="mine"))
    same(last()["entry_id"], number, "it went to the key's channel")
    same(S.feeds(other), [], "the other channel")


def test_wrong_method():
    for method in ("PUT", "DELETE", "PATCH"):
        r = S.request(method, f"/update?api_key={channel().write}&field1=1")
        one_of(r.status, (404, 405), method)


def test_head_does_not_write():
    before = S.store(channel(), field1="1")
    S.request("HEAD", f"/update?api_key={channel().write}&field1=1")
    same(S.store(channel(), field1="1"), before + 1, "the entry behind HEAD")


def test_head_override_does_not_make_get_of_it():
    before = S.store(channel(), field1="1")
    S.request("OPTIONS", f"/update?api_key={channel().write}&field1=1")
    same(S.store(channel(), field1="1"), before + 1, "the entry behind "
         "OPTIONS")


def test_callback():
    r = S.get(f"/update.json?api_key={channel().write}&field1=1&callback=f")
    true(re.fullmatch(r"f\(\{.*\}\);?", r.text),
         f"expected f({{...}}), came {r!r}")
    one_of(r.type, ("text/javascript", "application/javascript"), "type")


def test_no_rate_limit():
    for _ in range(30):
        entry_of(update(field1="fast"))


def test_rate_limit():
    """With the setting: 200 and 0, which is what the libraries look for."""
    server = harness.Server(rate_limit=2)
    ch, other = server.channel(), server.channel()
    same(server.store(ch, field1="1"), 1, "the first")
    r = server.get(f"/update?api_key={ch.write}&field1=2")
    same((r.status, r.body), (200, b"0"), "inside the limit")
    r = server.get(f"/update.json?api_key={ch.write}&field1=2")
    same((r.status, r.body), (200, b"0"), "inside the limit, JSON")
    same(server.store(other, field1="1"), 1, "another channel meanwhile")
    time.sleep(2.1)
    same(server.store(ch, field1="3"), 2, "behind the limit")
    same([e["field1"] for e in server.feeds(ch)], ["1", "3"], "values")
    server.close()
