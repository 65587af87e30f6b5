"""Readings read back: every form to the byte, every window."""
import json
import re
import time

import harness
import wire
from expect import holds, lacks, one_of, same, true

S = harness.Shared()
T0 = 1517307981  # 2018-01-30T10:26:21Z


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def house():
    """Private, three labels of eight, five readings a minute apart."""
    if "house" not in S.memory:
        r = S.post("/channels.json", wire.query(
            api_key=S.user_key, name="my house", description="a \"test\" <&>",
            field1="Light", field2="Outside, Temperature", field4="Four",
            field3="", latitude="40.44", longitude="-79.9965",
            elevation="800", metadata="{\"a\":1}"))
        same(r.status, 200, "POST /channels.json")
        keys = r.json["api_keys"]
        ch = harness.Channel({"id": r.json["id"],
                              "write_key": keys[0]["api_key"],
                              "read_key": keys[1]["api_key"]})
        S.store_many(ch, [
            {"created_at": T0, "field1": "199", "field2": "28.4",
             "status": "up", "latitude": "1.5", "longitude": "-2",
             "elevation": "3"},
            {"created_at": T0 + 60, "field1": "007", "field3": "hidden"},
            {"created_at": T0 + 120, "field2": 'say "hi", you'},
            {"created_at": T0 + 180, "field1": "1,5", "field2": "Clouds",
             "field4": " 5"},
            {"created_at": T0 + 240, "field1": "-3.25", "field2": "a\nb",
             "status": "<&>"}])
        S.memory["house"] = ch
    return S.memory["house"]


def get(suffix="", path="feeds", **params):
    params.setdefault("api_key", house().read)
    return S.get(f"/channels/{house().id}/{path}{suffix}?"
                 + wire.query(**params))


def ids(**params):
    r = get(".json", **params)
    same(r.status, 200, f"feeds.json {params}")
    return [e["entry_id"] for e in r.json["feeds"]]


def channel_text(extra="", last=5):
    """The channel as it stands before the entries."""
    r = get(".json", results=0)
    times = re.search(r'"created_at":"([^"]*)","updated_at":"([^"]*)"',
                      r.text)
    true(times, f"expected created_at and updated_at, came {r!r}")
    for t in times.groups():
        true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", t),
             f"expected a time, came {t}")
    return (f'{{"channel":{{"id":{house().id},"name":"my house",'
            f'"description":"a \\"test\\" <&>",{extra}"latitude":"40.44",'
            '"longitude":"-79.9965","field1":"Light","field2":'
            f'"Outside, Temperature","field4":"Four","created_at":"{times[1]}"'
            f',"updated_at":"{times[2]}","elevation":"800",'
            f'"last_entry_id":{last}}},')


def plain(text):
    """JSON may escape <, > and & so that it is safe inside a page."""
    for char in "<>&":
        for code in (f"\\u{ord(char):04x}", f"\\u{ord(char):04X}"):
            text = text.replace(code, char)
    return text


def test_json_bytes():
    r = get(".json", results=2)
    same(r.header("Content-Type"), "application/json; charset=utf-8", "type")
    same(plain(r.text), plain(channel_text()) + '"feeds":['
         f'{{"created_at":"{stamp(T0 + 180)}","entry_id":4,"field1":"1,5",'
         '"field2":"Clouds","field4":" 5"},'
         f'{{"created_at":"{stamp(T0 + 240)}","entry_id":5,"field1":"-3.25",'
         '"field2":"a\\nb","field4":null}]}', "feeds.json")


def test_json_everything():
    r = get(".json", results=8000, status="true", location="TRUE",
            metadata="True", end=stamp(T0))
    holds(plain(r.text), plain(channel_text('"metadata":"{\\"a\\":1}",')),
          "the channel")
    holds(r.text, f'"feeds":[{{"created_at":"{stamp(T0)}","entry_id":1,'
          '"field1":"199","field2":"28.4","field4":null,"latitude":"1.5",'
          '"longitude":"-2","elevation":"3","status":"up"}]}', "the entry")


def bare(text):
    """A value with a space at its end may be quoted or not."""
    return text.replace('" 5"', " 5")


def test_csv_bytes():
    r = get(".csv")
    same(r.header("Content-Type"), "text/csv; charset=utf-8", "type")
    same(bare(r.text), "created_at,entry_id,field1,field2,field4\n"
         "2018-01-30 10:26:21 UTC,1,199,28.4,\n"
         "2018-01-30 10:27:21 UTC,2,007,,\n"
         '2018-01-30 10:28:21 UTC,3,,"say ""hi"", you",\n'
         '2018-01-30 10:29:21 UTC,4,"1,5",Clouds, 5\n'
         '2018-01-30 10:30:21 UTC,5,-3.25,"a\nb",\n', "feeds.csv")


def test_csv_zone():
    for zone, first in (("America/New_York", "2018-01-30 05:26:21 -0500"),
                        ("Asia/Kolkata", "2018-01-30 15:56:21 +0530"),
                        ("UTC", "2018-01-30 10:26:21 UTC"),
                        ("Nowhere/Land", "2018-01-30 10:26:21 UTC")):
        same(get(".csv", timezone=zone).text.splitlines()[1].split(",")[0],
             first, f"first time in {zone}")


def test_csv_members():
    text = get(".csv", results=1, location="true", status="true").text
    same(text, "created_at,entry_id,field1,field2,field4,latitude,longitude,"
         'elevation,status\n2018-01-30 10:30:21 UTC,5,-3.25,"a\nb",,,,,<&>\n',
         "feeds.csv")


def tight(text):
    return re.sub(r">\s+<", "><", text.strip())


def test_xml():
    r = get(".xml", results=1, status="true")
    same(r.header("Content-Type"), "application/xml; charset=utf-8", "type")
    text = tight(r.text)
    true(text.startswith('<?xml version="1.0" encoding="UTF-8"?><channel>'),
         f"expected an XML document, came {text[:90]}")
    for part in (f'<id type="integer">{house().id}</id>',
                 "<name>my house</name>",
                 '<latitude type="decimal">40.44</latitude>',
                 "<field1>Light</field1>", '<created-at type="dateTime">',
                 '<last-entry-id type="integer">5</last-entry-id>',
                 '<feeds type="array"><feed><created-at type="dateTime">'
                 f"{stamp(T0 + 240)}</created-at>",
                 '<entry-id type="integer">5</entry-id>',
                 "<field1>-3.25</field1><field2>a\nb</field2>",
                 '<field4 nil="true"/>', "<status>&lt;&amp;&gt;</status>",
                 "</feed></feeds></channel>"):
        holds(text, part, "feeds.xml")
    lacks(text, "field3", "feeds.xml")


def test_txt_and_none_are_json():
    same(get("").json, get(".json").json, "no suffix")
    same(get("", results=1).type, "application/json", "type without suffix")


def test_aliases():
    for path in ("feed", "feeds"):
        same(get(".json", path).json, get(".json").json, path)
    for path in ("fields/1", "field/1", "fields/field1"):
        same([e["field1"] for e in get(".json", path).json["feeds"]],
             ["199", "007", None, "1,5", "-3.25"], path)
    same(S.get(f"/channels/{house().id}/feeds.json/?api_key={house().read}")
         .status, 200, "a slash at the end")


def test_one_field():
    r = get(".json", "fields/2", results=1)
    same(plain(r.text), plain(channel_text()) + '"feeds":['
         f'{{"created_at":"{stamp(T0 + 240)}","entry_id":5,"field2":"a\\nb"'
         "}]}", "fields/2.json")
    same(bare(get(".csv", "fields/4", results=2).text),
         "created_at,entry_id,field4\n2018-01-30 10:29:21 UTC,4, 5\n"
         "2018-01-30 10:30:21 UTC,5,\n", "fields/4.csv")


def test_unlabelled_field():
    r = get(".json", "fields/3")
    same(r.status, 200, "fields/3")
    for entry in r.json["feeds"]:
        same(sorted(entry), ["created_at", "entry_id"], "members")
    for path in ("fields/0", "fields/x", "fields/999"):
        one_of(get(".json", path).status, (200, 400, 404), path)


def test_results():
    same(ids(results=3), [3, 4, 5], "results=3")
    same(ids(results=100000), [1, 2, 3, 4, 5], "results=100000")
    r = get(".json", results=0)
    same(r.json["feeds"], [], "results=0")
    same(r.json["channel"]["field1"], "Light", "results=0 has the labels")
    for text in ("-1", "x", "", "1.5", "99999999999999999999"):
        one_of(get(".json", results=text).status, (200, 400), f"results={text}")


def test_hundred_without_a_window():
    """Of any age, and oldest first."""
    ch = S.channel()
    S.store_many(ch, [{"created_at": 1000000000 + i * 86400, "field1": i}
                      for i in range(150)])
    found = [e["entry_id"] for e in S.feeds(ch)]
    same((len(found), found[0], found[-1]), (100, 51, 150), "the newest 100")
    found = [e["entry_id"] for e in S.feeds(ch, start="2000-01-01")]
    same((len(found), found[0]), (150, 1), "all of a window")


def test_start_end():
    for start, end, expected in (
            (T0, T0 + 240, [1, 2, 3, 4, 5]), (T0 + 1, T0 + 239, [2, 3, 4]),
            (T0 + 60, T0 + 60, [2]), (T0 + 241, None, []), (None, T0 - 1, []),
            (None, T0 + 60, [1, 2]), (T0 + 180, None, [4, 5]),
            (T0 + 240, T0, [])):
        params = {}
        if start is not None:
            params["start"] = stamp(start)
        if end is not None:
            params["end"] = stamp(end)
        same(ids(**params), expected, f"{params}")
    same(ids(start="2018-01-30 10:27:21", results=2), [4, 5],
         "the newest two of a window")
    same(ids(start="2018-01-30", end="2018-01-31"), [1, 2, 3, 4, 5], "dates")


def test_window_in_zone():
    same(ids(start="2018-01-30 05:29:21", timezone="America/New_York"), [4, 5],
         "start as New York's clocks show it")
    same(ids(start="2018-01-30 05:29:21", offset="-5"), [4, 5],
         "start with offset=-5")
    same(ids(start="2018-01-30T10:29:21Z", timezone="America/New_York"), [4, 5],
         "start with its own zone")
    same(ids(end="2018-01-30 11:27:21", timezone="Europe/Berlin"), [1, 2],
         "end as Berlin's clocks show it")


def test_fraction_of_a_second():
    """Bounds are inclusive also where times have milliseconds."""
    ch = S.channel()
    S.store(ch, field1="x", created_at="2020-01-01T00:00:00.750Z")
    same(len(S.feeds(ch, start="2020-01-01T00:00:00Z",
                     end="2020-01-01T00:00:01Z")), 1, "inside")
    same(S.feeds(ch)[0]["created_at"], "2020-01-01T00:00:00Z",
         "whole seconds")


def test_bad_window():
    """A time that is none is refused or left out, never a server error."""
    for text in ("nonsense", "2018-13-45", "99999999999999999999", "%00"):
        one_of(get(".json", start=text).status, (200, 400), f"start={text}")


def test_days_and_minutes():
    ch = S.channel()
    now = int(time.time())
    S.store_many(ch, [{"created_at": now - age, "field1": age}
                      for age in (200000, 90000, 80000, 4000, 3000, 100, 5)])

    def ages(**params):
        return [int(e["field1"]) for e in S.feeds(ch, **params)]
    same(ages(days=1), [80000, 4000, 3000, 100, 5], "days=1")
    same(ages(days=2), [90000, 80000, 4000, 3000, 100, 5], "days=2")
    same(ages(minutes=60), [3000, 100, 5], "minutes=60")
    same(ages(minutes=60, results=2), [100, 5], "minutes=60 results=2")
    same(ages(minutes=1), [5], "minutes=1")


def test_order_by_time():
    ch = S.channel()
    for at in (300, 100, 200, 200):
        S.store(ch, field1=at, created_at=stamp(T0 + at))
    same([(e["entry_id"], e["field1"]) for e in S.feeds(ch)],
         [(2, "100"), (3, "200"), (4, "200"), (1, "300")],
         "oldest first, ties by entry")
    same([e["entry_id"] for e in S.feeds(ch, results=2)], [4, 1],
         "the newest two by time")


def test_zones():
    for zone, expected in (("America/New_York", "2018-01-30T05:26:21-05:00"),
                           ("Europe/Berlin", "2018-01-30T11:26:21+01:00"),
                           ("Asia/Kathmandu", "2018-01-30T16:11:21+05:45"),
                           ("UTC", "2018-01-30T10:26:21Z"),
                           ("Etc/UTC", "2018-01-30T10:26:21Z"),
                           ("Nowhere/Land", "2018-01-30T10:26:21Z"),
                           ("../../etc/passwd", "2018-01-30T10:26:21Z"),
                           ("", "2018-01-30T10:26:21Z")):
        came = get(".json", timezone=zone).json["feeds"][0]["created_at"]
        if expected.endswith("Z"):
            came = came.replace("+00:00", "Z")
        same(came, expected, f"timezone={zone}")


def test_offset():
    for offset, expected in ((2, "2018-01-30T12:26:21+02:00"),
                             (-5, "2018-01-30T05:26:21-05:00"),
                             (0, "2018-01-30T10:26:21Z")):
        same(get(".json", offset=offset).json["feeds"][0]["created_at"],
             expected, f"offset={offset}")
    same(get(".json", offset=2, timezone="America/New_York")
         .json["feeds"][0]["created_at"], "2018-01-30T05:26:21-05:00",
         "timezone wins over offset")


def test_summer_time():
    ch = S.channel()
    S.store(ch, field1="1", created_at="2018-07-01T12:00:00Z")
    same(S.feeds(ch, timezone="America/New_York")[0]["created_at"],
         "2018-07-01T08:00:00-04:00", "in summer")


def test_round():
    ch = S.channel()
    for value in ("1.005", "2", "Clouds", "-0.5", "1e2", "3.14159", "1,25"):
        S.store(ch, field1=value)
    same([e["field1"] for e in S.feeds(ch, round=2)][:6],
         ["%.2f" % 1.005, "2.00", "Clouds", "-0.50", "100.00", "3.14"],
         "round=2")
    one_of([e["field1"] for e in S.feeds(ch, round=1)][6],
           ("1.2", "1.3", "1,2", "1,3"), "1,25 with round=1")
    same([e["field1"] for e in S.feeds(ch, round=0)][5], "3", "round=0")
    same([e["field1"] for e in S.feeds(ch)][0], "1.005", "without round")


def test_min_max():
    """The whole entry goes when one of its numbers is out of bounds."""
    ch = S.channel()
    for one, two in (("1", "10"), ("5", "50"), ("9", None), ("text", "5"),
                     (None, None)):
        S.store(ch, **{k: v for k, v in (("field1", one), ("field2", two))
                       if v is not None})

    def found(**params):
        return [e["entry_id"] for e in S.feeds(ch, **params)]
    same(found(min=5), [2, 3, 4, 5], "min=5")
    same(found(max=9), [3, 4, 5], "max=9")
    same(found(min=2, max=50), [2, 3, 4, 5], "min=2 max=50")
    r = S.get(f"/channels/{ch.id}/fields/1.json?api_key={ch.read}&max=8")
    same([e["entry_id"] for e in r.json["feeds"]], [1, 2, 4, 5],
         "max=8 looks at field1 alone")


def test_callback():
    r = get(".json", callback="jQuery_1.cb")
    match = re.fullmatch(r"jQuery_1\.cb\((.*)\);?", r.text, re.S)
    true(match, f"expected jQuery_1.cb(...), came {r!r}")
    same(json.loads(match[1]), get(".json").json, "inside")
    one_of(r.type, ("text/javascript", "application/javascript"), "type")
    same(get("", callback="f").text[:2], "f(", "without suffix")


def test_callback_is_no_script():
    for name in ("alert(1)//", "<script>", "a b", "x;y", "%0d%0aSet-Cookie:x"):
        r = get(".json", callback=name)
        lacks(r.text[:20], name, f"callback={name}")


def test_entry_range():
    same(ids(start_entry_id=2, end_entry_id=4), [2, 3, 4], "ids 2 to 4")


def test_private():
    for key in ({}, {"api_key": "WRONGWRONGWRONG1"},
                {"api_key": S.user_key}):
        for suffix, kind in ((".json", "application/json"),
                             (".xml", "application/xml"), (".csv", "text/csv"),
                             ("", None)):
            r = S.get(f"/channels/{house().id}/feeds{suffix}?"
                      + wire.query(**key))
            same((r.status, r.body), (400, b"-1"), f"feeds{suffix} with {key}")
            if kind:
                same(r.type, kind, f"type of the refused feeds{suffix}")


def test_write_key_reads():
    same(len(get(".json", api_key=house().write).json["feeds"]), 5, "entries")
    r = S.get(f"/channels/{house().id}/feeds.json",
              {"THINGSPEAKAPIKEY": house().read})
    same(r.status, 200, "key in the header")


def test_public():
    ch = S.channel(public=True)
    S.store(ch, field1="1")
    for tail in ("", "?api_key=WRONGWRONGWRONG1"):
        r = S.get(f"/channels/{ch.id}/feeds.json{tail}")
        same((r.status, len(r.json["feeds"])), (200, 1), f"public{tail}")


def test_unset_members():
    ch = S.channel("Only")
    r = S.get(f"/channels/{ch.id}/feeds.json?api_key={ch.read}")
    channel = r.json["channel"]
    same(list(channel), ["id", "name", "latitude", "longitude", "field1",
                         "created_at", "updated_at", "last_entry_id"],
         "members of a channel")
    same((channel["latitude"], channel["longitude"], channel["last_entry_id"]),
         ("0.0", "0.0", None), "unset members")


def test_empty():
    ch = S.channel("Only")
    tail = f"?api_key={ch.read}"
    same(S.get(f"/channels/{ch.id}/feeds.json{tail}").json["feeds"], [], "json")
    same(S.get(f"/channels/{ch.id}/feeds.csv{tail}").text,
         "created_at,entry_id,field1\n", "csv")
    holds(tight(S.get(f"/channels/{ch.id}/feeds.xml{tail}").text),
          '<feeds type="array"/>', "xml")


def test_no_such_channel():
    for number in ("999999999", "0", "x", "-1", "99999999999999999999"):
        for suffix in (".json", ".xml", ".csv", ""):
            same(S.get(f"/channels/{number}/feeds{suffix}").status, 404,
                 f"channel {number}, feeds{suffix}")
    r = S.get("/channels/999999999/feeds.json")
    same(r.json["error"]["error_code"], "error_resource_not_found", "object")


def test_true_in_any_case_only():
    lacks(get(".json", status="1").text, '"status"', "status=1")
    lacks(get(".json", status="false").text, '"status"', "status=false")


def test_form_body_on_get():
    r = S.request("GET", f"/channels/{house().id}/feeds.json", {
        "Content-Type": "application/x-www-form-urlencoded"},
        f"api_key={house().read}&results=1")
    same((r.status, len(r.json["feeds"])), (200, 1), "parameters in the body")


def test_last_8000():
    """Larger is cut, not refused."""
    ch = S.channel()
    S.store_many(ch, [{"created_at": T0 + i, "field1": i}
                      for i in range(8500)])
    found = [e["entry_id"] for e in S.feeds(ch, results=9000)]
    same((len(found), found[0], found[-1]), (8000, 501, 8500), "results=9000")
    same(len(S.feeds(ch, results=8001)), 8000, "results=8001")
    found = [e["entry_id"] for e in S.feeds(ch, start=stamp(T0))]
    same((len(found), found[0]), (8000, 501), "a window with more")
