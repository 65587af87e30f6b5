"""The last entry, one entry, how old it is, what was said as status."""
import re
import time

import harness
import wire
from expect import SLOW, at_most, holds, one_of, same, true

S = harness.Shared()
T0 = 1517307981  # 2018-01-30T10:26:21Z


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def house():
    """The highest entry is not the latest in time; field 2 not in it."""
    if "house" not in S.memory:
        ch = S.memory["house"] = S.channel("A", "B", "C")
        S.store_many(ch, [
            {"created_at": T0, "field1": "1", "field2": "21.20",
             "status": "first"},
            {"created_at": T0 + 600, "field1": " 5", "latitude": "1.5",
             "longitude": "2", "elevation": "3"},
            {"created_at": T0 + 300, "field1": "007"}])
    return S.memory["house"]


def get(path, **params):
    params.setdefault("api_key", house().read)
    return S.get(f"/channels/{house().id}/{path}?" + wire.query(**params))


LAST = (f'{{"created_at":"{stamp(T0 + 300)}","entry_id":3,"field1":"007",'
        '"field2":null,"field3":null}')


def test_last_is_the_highest_entry():
    for suffix in (".json", ".txt", ""):
        r = get("feeds/last" + suffix)
        same((r.status, r.text), (200, LAST), f"feeds/last{suffix}")


def test_last_xml_csv():
    text = re.sub(r">\s+<", "><", get("feeds/last.xml").text)
    for part in (f'<created-at type="dateTime">{stamp(T0 + 300)}</created-at>',
                 '<entry-id type="integer">3</entry-id>',
                 "<field1>007</field1>", '<field2 nil="true"/>'):
        holds(text, part, "feeds/last.xml")
    same(get("feeds/last.csv").text, "created_at,entry_id,field1,field2,field3"
         "\n2018-01-30 10:31:21 UTC,3,007,,\n", "feeds/last.csv")


def test_last_for_the_arduino_library():
    """It searches the text for "field1":" and so on."""
    text = get("feeds/last.txt", status="true", location="true").text
    same(text, LAST[:-1] + ',"latitude":null,"longitude":null,'
         '"elevation":null,"status":null}', "feeds/last.txt")


def test_last_with_parameters():
    same(get("feeds/last.json", timezone="America/New_York")
         .json["created_at"], "2018-01-30T05:31:21-05:00", "timezone")
    same(get("feeds/last.json", offset=1).json["created_at"],
         "2018-01-30T11:31:21+01:00", "offset")
    same(get("feeds/last.json", round=2).json["field1"], "7.00", "round")
    r = get("feeds/last.json", callback="f")
    true(r.text.startswith("f({") and r.text.rstrip(";").endswith("})"),
         f"expected f({{...}}), came {r!r}")


def test_one_entry():
    for path in ("feeds/1.json", "feeds/entry/1.json", "feeds/1",
                 "feeds/1.txt", "feed/1.json"):
        r = get(path, status="true")
        same(r.text, f'{{"created_at":"{stamp(T0)}","entry_id":1,"field1":"1",'
             '"field2":"21.20","field3":null,"status":"first"}', path)
    same(get("feeds/2.json", location="true").json["latitude"], "1.5",
         "latitude")


def test_field_last():
    for field, expected in (("1", "007"), ("2", "21.20")):
        for suffix in (".txt", ""):
            r = get(f"fields/{field}/last{suffix}")
            same((r.status, r.body), (200, expected.encode()),
                 f"fields/{field}/last{suffix}, the bare value")
            one_of(r.type, ("text/plain", "text/html"), "type")
    same(get("fields/2/last.json").text,
         f'{{"created_at":"{stamp(T0)}","entry_id":1,"field2":"21.20"}}',
         "fields/2/last.json")
    same(get("fields/field2/last").body, b"21.20", "fields/field2/last")
    same(get("field/2/last").body, b"21.20", "field/2/last")
    same(get("fields/2/last", prepend="<", append=">").body, b"<21.20>",
         "prepend and append")
    same(get("fields/2/last", round=1).body, b"21.2", "round")
    same(get("fields/2/last.csv").text,
         "created_at,entry_id,field2\n2018-01-30 10:26:21 UTC,1,21.20\n",
         "fields/2/last.csv")


def test_field_of_an_entry():
    same(get("fields/1/2").body, b" 5", "fields/1/2, verbatim")
    same(get("fields/1/2.txt").body, b" 5", "fields/1/2.txt")
    same(get("fields/1/2.json").json, {"created_at": stamp(T0 + 600),
                                       "entry_id": 2, "field1": " 5"},
         "fields/1/2.json")


def test_nothing_there():
    ch = S.channel("A")
    tail = f"?api_key={ch.read}"
    for path in ("feeds/last", "fields/1/last", "feeds/last_data_age",
                 "fields/1/last_data_age", "feeds/7", "status/last",
                 "fields/1/7"):
        r = S.get(f"/channels/{ch.id}/{path}.txt{tail}")
        same((r.status, r.body), (200, b"-1"), f"{path}.txt")
        r = S.get(f"/channels/{ch.id}/{path}.json{tail}")
        same((r.status, r.body), (200, b'"-1"'), f"{path}.json")
    same((get("fields/3/last").status, get("fields/3/last").body),
         (200, b"-1"), "a field without a value")


def test_refused():
    for key in ("", "?api_key=WRONGWRONGWRONG1", f"?api_key={S.user_key}"):
        for path in ("feeds/last", "feeds/last.json", "feeds/last.xml",
                     "feeds/last.csv", "feeds/1.json", "fields/1/last",
                     "fields/1/last.txt", "fields/1/last.json", "fields/1/2",
                     "feeds/last_data_age.json", "status.json",
                     "status/last.txt", "fields/1.json", "fields/2.csv"):
            r = S.get(f"/channels/{house().id}/{path}{key}")
            same((r.status, r.body), (400, b"-1"), path + key)


def test_no_such_channel():
    for path in ("feeds/last.json", "fields/1/last", "status.json",
                 "feeds/last_data_age.txt"):
        same(S.get(f"/channels/999999999/{path}").status, 404, path)


def test_last_data_age():
    ch = S.channel("A", "B")
    now = int(time.time())
    S.store_many(ch, [{"created_at": now - 500, "field2": "1"},
                      {"created_at": now - 174, "field1": "1"}])
    tail = f"?api_key={ch.read}"
    for path, age in (("feeds/last_data_age", 174),
                      ("fields/1/last_data_age", 174),
                      ("fields/2/last_data_age", 500)):
        body = S.get(f"/channels/{ch.id}/{path}.json{tail}").json
        same(list(body), ["last_data_age", "last_data_age_units"], "members")
        same(body["last_data_age_units"], "s", "unit")
        true(isinstance(body["last_data_age"], str),
             f"expected the age as text, came {body}")
        at_most(abs(int(body["last_data_age"]) - age), 5 * SLOW,
                f"seconds that {path} is off")
        text = S.get(f"/channels/{ch.id}/{path}.txt{tail}").text
        at_most(abs(int(re.match(r"\d+", text)[0]) - age), 5 * SLOW,
                f"seconds that {path}.txt is off")
        for suffix in (".xml", ".csv"):
            same(S.get(f"/channels/{ch.id}/{path}{suffix}{tail}").status, 200,
                 path + suffix)


def test_status():
    ch = S.channel("A")
    now = int(time.time())
    S.store_many(ch, [
        {"created_at": now - 200000, "status": "old"},
        {"created_at": now - 100, "status": "a, \"b\""},
        {"created_at": now - 50, "field1": "1"},
        {"created_at": now - 10, "status": "new"}])
    tail = f"?api_key={ch.read}"
    body = S.get(f"/channels/{ch.id}/status.json{tail}").json
    same(list(body["channel"]), ["name", "latitude", "longitude"],
         "members of the channel")
    with_text = [(e["entry_id"], e["status"]) for e in body["feeds"]
                 if e["status"] is not None]
    same(with_text, [(2, "a, \"b\""), (4, "new")], "statuses of one day")
    same(list(body["feeds"][0]), ["created_at", "entry_id", "status"],
         "members of a status")
    body = S.get(f"/channels/{ch.id}/status.json{tail}&days=7").json
    same(body["feeds"][0]["status"], "old", "with days=7")
    same(S.get(f"/channels/{ch.id}/statuses.json{tail}").status, 200, "alias")
    for suffix in (".xml", ".csv"):
        holds(S.get(f"/channels/{ch.id}/status{suffix}{tail}").text, "new",
              f"status{suffix}")
    same(S.get(f"/channels/{ch.id}/status/last.txt{tail}").body, b"new",
         "status/last.txt")
    last = S.get(f"/channels/{ch.id}/status/last.json{tail}").json
    same((list(last), last["status"]),
         (["created_at", "entry_id", "status"], "new"), "status/last.json")


def test_last_average():
    ch = S.channel("A", "B")
    S.store_many(ch, [{"created_at": T0 + i, "field1": i}
                      for i in range(1, 41)])
    tail = f"?api_key={ch.read}"
    r = S.get(f"/channels/{ch.id}/feeds/last_average.json{tail}")
    same(float(r.json["field1"]), 25.5, "average of the last 30")
    r = S.get(f"/channels/{ch.id}/feeds/last_average.json{tail}&average=4")
    same(float(r.json["field1"]), 38.5, "average of the last 4")
    r = S.get(f"/channels/{ch.id}/feeds/last_sum.json{tail}&sum=2")
    same(float(r.json["field1"]), 79.0, "sum of the last 2")
    r = S.get(f"/channels/{ch.id}/feeds/last_median.json{tail}&median=3")
    same(float(r.json["field1"]), 39.0, "median of the last 3")


def test_entry_numbers_that_are_none():
    for path in ("feeds/0", "feeds/-1", "feeds/x", "feeds/entry/x",
                 "feeds/99999999999999999999", "fields/1/0", "fields/x/last"):
        one_of(get(path + ".json").status, (200, 400, 404), path)
