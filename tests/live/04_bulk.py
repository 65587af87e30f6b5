"""Many readings in one request: all of them or none."""
import json
import time

import harness
import wire
from expect import SLOW, at_most, one_of, same, true

S = harness.Shared(bulk_limit=15000, body_limit=4 * 1024 * 1024)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DONE = (202, b'{"success":true}')


def send(ch, body, suffix="json", headers=None, key=None):
    path = f"/channels/{ch.id}/bulk_update.{suffix}"
    if isinstance(body, list):
        body = {"write_api_key": key or ch.write, "updates": body}
    return S.post(path, body, headers, timeout=60 * SLOW)


def send_csv(ch, updates, **params):
    params.setdefault("write_api_key", ch.write)
    return send(ch, wire.query(updates=updates, **params), "csv", FORM)


def done(r, about):
    same((r.status, r.body), DONE, about)
    same(r.type, "application/json", about + ", type")


def refused(r, status, about, code=None):
    one_of(r.status, status if isinstance(status, tuple) else (status,), about)
    body = r.json
    same(body.get("status"), str(r.status), about + ", status in the body")
    for name in ("error_code", "message", "details"):
        true(body["error"].get(name),
             f"{about}: expected an error object with {name}, came {r!r}")
    if code:
        same(body["error"]["error_code"], code, about)


def refused_csv(r, about):
    """The error object, or its code alone as text answers have it."""
    same(r.status, 400, about)
    if r.body != b"error_bad_request":
        refused(r, 400, about)


def rows(ch, *names, **params):
    names = names or ("created_at", "entry_id", "field1")
    return [tuple(e[n] for n in names) for e in S.feeds(ch, **params)]


def test_json_absolute():
    ch = S.channel()
    done(send(ch, [
        {"created_at": "2018-01-30 10:26:21 -0500", "field1": "20",
         "status": "x", "latitude": 1.5, "longitude": 2, "elevation": 3},
        {"created_at": "2018-01-30T15:26:22Z", "field1": 21.20,
         "field2": "b"},
        {"created_at": 1517325983, "field1": "007"},
        {"created_at": "1517325984", "field1": None}]), "absolute times")
    same(rows(ch, "created_at", "entry_id", "field1", "field2", "status",
              "latitude", "longitude", "elevation", status="true",
              location="true"),
         [("2018-01-30T15:26:21Z", 1, "20", None, "x", "1.5", "2", "3"),
          ("2018-01-30T15:26:22Z", 2, "21.2", "b", None, None, None, None),
          ("2018-01-30T15:26:23Z", 3, "007", None, None, None, None, None),
          ("2018-01-30T15:26:24Z", 4, None, None, None, None, None, None)],
         "what was stored")


def test_json_numbers_verbatim():
    ch = S.channel()
    done(send(ch, f'{{"write_api_key":"{ch.write}","updates":['
              '{"created_at":1517325981,"field1":21.20,"field2":1e3}]}',
              headers={"Content-Type": "application/json"}), "numbers")
    same(rows(ch, "field1", "field2"), [("21.20", "1e3")], "values")


def test_json_relative():
    """The last entry is now; delta_t as a number or as text."""
    ch = S.channel()
    done(send(ch, [{"delta_t": 0, "field1": "a"}, {"delta_t": 15,
                                                  "field1": "b"},
                   {"delta_t": "45", "field1": "c"}]), "relative times")
    found = rows(ch)
    times = [time.strptime(r[0], "%Y-%m-%dT%H:%M:%SZ") for r in found]
    seconds = [time.mktime(t) - time.timezone for t in times]
    same([r[1:] for r in found], [(1, "a"), (2, "b"), (3, "c")], "entries")
    same([seconds[1] - seconds[0], seconds[2] - seconds[1]], [15, 45],
         "seconds between the entries")
    at_most(abs(seconds[-1] - time.time()), 5 * SLOW,
            "seconds of the last one from now")


def test_csv_absolute():
    ch = S.channel(*(f"F{i}" for i in range(1, 9)))
    done(send_csv(ch, "2018-06-14T12:12:22-05:00,1,2,3,4,5,6,7,8,40.5,-79.9,"
                  "800,ok|2018-06-14 17:12:23 +0000,7|1528996344,,,x",
                  time_format="absolute"), "CSV with absolute times")
    names = ["created_at", "entry_id"] + [f"field{i}" for i in range(1, 9)]
    same(rows(ch, *names, "latitude", "longitude", "elevation", "status",
              location="true", status="true"),
         [("2018-06-14T17:12:22Z", 1, "1", "2", "3", "4", "5", "6", "7", "8",
           "40.5", "-79.9", "800", "ok"),
          ("2018-06-14T17:12:23Z", 2, "7") + (None,) * 11,
          ("2018-06-14T17:12:24Z", 3, None, None, "x") + (None,) * 9],
         "what was stored")


def test_csv_relative():
    ch = S.channel()
    done(send_csv(ch, "0,1|15,2|15,3", time_format="relative"), "CSV, relative")
    same([r[1:] for r in rows(ch)], [(1, "1"), (2, "2"), (3, "3")], "entries")


def test_csv_raw_separators():
    """As clients write it by hand: nothing escaped."""
    ch = S.channel()
    done(send(ch, f"write_api_key={ch.write}&time_format=absolute&updates="
              "2018-06-14 12:12:22 -0500,1|2018-06-14 12:12:23 -0500,2",
              "csv", FORM), "raw form")
    same([r[2] for r in rows(ch)], ["1", "2"], "values")


def test_key_in_normal_places():
    ch = S.channel()
    updates = {"updates": [{"created_at": 1517325981, "field1": "1"}]}
    path = f"/channels/{ch.id}/bulk_update.json"
    done(S.post(path, updates, {"THINGSPEAKAPIKEY": ch.write}), "header")
    done(S.post(f"{path}?api_key={ch.write}", updates), "query")
    done(S.post(path, {**updates, "api_key": ch.write}), "api_key in the body")
    same(len(rows(ch)), 3, "entries")


def test_ids_follow_the_array():
    """Also where times do not; feeds are in order of time."""
    ch = S.channel()
    done(send(ch, [{"created_at": 1517325983, "field1": "late"},
                   {"created_at": 1517325981, "field1": "early"},
                   {"created_at": 1517325982, "field1": "middle"}]), "")
    same([r[1:] for r in rows(ch)],
         [(2, "early"), (3, "middle"), (1, "late")], "order")
    same(S.store(ch, field1="next"), 4, "the next entry")


def test_14400_entries():
    ch = S.channel()
    done(send(ch, [{"created_at": 1500000000 + i * 60, "field1": str(i),
                    "field2": i / 10} for i in range(14400)]), "14,400 entries")
    found = rows(ch, "entry_id", "field1", results=8000)
    same((len(found), found[0], found[-1]),
         (8000, (6401, "6400"), (14400, "14399")), "the newest 8000")
    done(send_csv(ch, "|".join(f"{1600000000 + i},{i}" for i in range(14400)),
                  time_format="absolute"), "14,400 entries as CSV")
    same(rows(ch, "entry_id", "field1", results=1), [(28800, "14399")],
         "the newest")


def test_too_many():
    ch = S.channel()
    r = send(ch, [{"created_at": 1500000000 + i, "field1": i}
                  for i in range(15001)])
    refused(r, 413, "more than the limit")
    same(rows(ch), [], "entries")


def test_too_large():
    ch = S.channel()
    r = send(ch, [{"created_at": 1500000000, "field1": "x" * (5 << 20)}])
    same(r.status, 413, "a body over the limit")
    same(rows(ch), [], "entries")


def test_all_or_nothing():
    ch = S.channel()
    S.store(ch, field1="before")
    good = {"created_at": "2018-01-30T10:26:21Z", "field1": "good"}
    for bad in ({"created_at": "2018-19-39", "field1": "x"},
                {"created_at": "soon"}, {"field1": "no time"},
                {"created_at": 1500000000, "latitude": 91},
                {"created_at": 1500000000, "latitude": "north"},
                {"created_at": 1500000000, "longitude": -180.5},
                {"created_at": 1500000000, "field1": {"a": 1}},
                {"created_at": 1500000000, "field1": [1]},
                {"delta_t": -1}, {"delta_t": "x"}, {"delta_t": 1e99}, 7, None,
                "text", []):
        r = send(ch, [good, good, bad])
        refused(r, 400, f"with {bad}", "error_bad_request")
    for updates in ([{"delta_t": 0}, {"delta_t": 0}],
                    [{"delta_t": 5}, {"delta_t": 0}]):
        refused(send(ch, updates), 400, f"{updates}")
    same([r[2] for r in rows(ch)], ["before"], "entries behind the refusals")
    same(S.store(ch, field1="after"), 2, "the next entry")


def test_csv_all_or_nothing():
    ch = S.channel()
    for updates in ("1500000000,1|when,2", "1500000000,1|,2",
                    "1500000000,1,2,3,4,5,6,7,8,9,10,11,12,13",
                    "1500000000,,,,,,,,,95,0", "|", ""):
        refused_csv(send_csv(ch, updates, time_format="absolute"), updates)
    refused_csv(send_csv(ch, "1500000000,1", time_format="sideways"),
                "time_format=sideways")
    refused_csv(send_csv(ch, "-5,1", time_format="relative"), "-5 relative")
    same(rows(ch), [], "entries")


def test_bad_json():
    ch = S.channel()
    body = json.dumps({"write_api_key": ch.write, "updates": []})
    for text in (body[:-1], body + "x", "", "[]", "nonsense", body.replace(
            "[]", "{}"), body.replace("[]", "7"), body.replace("[]", "null"),
            '{"write_api_key":"%s"}' % ch.write, body,
            body.replace("[]", "[" * 5000 + "]" * 5000)):
        r = send(ch, text, headers={"Content-Type": "application/json"})
        one_of(r.status, (400, 401), f"JSON {text[:40]!r}")
        refused(r, (400, 401), f"JSON {text[:40]!r}")
    same(rows(ch), [], "entries")


def test_keys():
    ch, other = S.channel(), S.channel()
    updates = [{"created_at": 1500000000, "field1": "1"}]
    for key, about in (("WRONGWRONGWRONG1", "a wrong key"),
                       (ch.read, "the read key"), (S.user_key, "the user key"),
                       (other.write, "the write key of another channel")):
        refused(send(ch, updates, key=key), 401, about, "error_auth_required")
    r = send(ch, {"updates": updates})
    refused(r, 401, "no key", "error_auth_required")
    same(r.body, b'{"status":"401","error":{"error_code":"error_auth_required"'
         b',"message":"Authorization Required","details":"Please provide '
         b'proper authentication details."}}', "the recorded answer")
    same(rows(ch) + rows(other), [], "entries")


def test_no_such_channel():
    ch = S.channel()
    for number in ("999999999", "0", "-1", "x", "99999999999999999999"):
        r = S.post(f"/channels/{number}/bulk_update.json",
                   {"write_api_key": ch.write, "updates": [
                       {"created_at": 1500000000, "field1": "1"}]})
        one_of(r.status, (401, 404), f"channel {number}")
    same(rows(ch), [], "entries")


def test_values_are_cut_and_clean():
    ch = S.channel()
    done(send(ch, [{"created_at": 1500000000, "field1": "ü" * 200,
                    "field2": "7\r\n"}]), "a long value")
    same(rows(ch, "field1", "field2"), [("ü" * 127, "7")], "values")


def test_ip_address():
    ch = S.channel()
    done(send(ch, [{"created_at": 1500000000, "field1": "IP_ADDRESS"}]), "")
    same(rows(ch, "field1"), [("127.0.0.1",)], "value")


def test_rate_limit():
    server = harness.Server(rate_limit=30)
    ch = server.channel()
    server.store_many(ch, [{"created_at": 1500000000, "field1": "1"}])
    r = server.post(f"/channels/{ch.id}/bulk_update.json",
                    {"write_api_key": ch.write, "updates": [
                        {"created_at": 1500000001, "field1": "2"}]})
    refused(r, 429, "too soon", "error_too_many_requests")
    same(len(server.feeds(ch)), 1, "entries")
    server.close()


def test_get_is_no_bulk():
    ch = S.channel()
    r = S.get(f"/channels/{ch.id}/bulk_update.json?write_api_key={ch.write}")
    one_of(r.status, (404, 405), "GET")
