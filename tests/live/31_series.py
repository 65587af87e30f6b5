"""The numbers that a chart in a browser is drawn from."""
import gzip
import json
import random
import re
import time

import harness
import wire
from expect import at_most, holds, lacks, same, true
from visitor import Visitor

S = harness.Shared()
HOUR = 3600
START = 1616803200  # 27 March 2021, 00:00 UTC: the day before clocks change


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def channel_with(rows, *fields, **about):
    """rows: (seconds, {field: text})."""
    ch = S.channel(*fields or ("Temperature:°C",),
                   **{"public": True, **about})
    S.store_many(ch, [{"created_at": stamp(at), **values}
                      for at, values in rows])
    return ch


def ask(channel, status=200, headers=None, **options):
    r = S.get(f"/channels/{channel.id}/series.json?" + wire.query(**options),
              headers)
    same((r.status, r.type), (status, "application/json"), f"{options}")
    return r


def series(channel, **options):
    a = ask(channel, **options).json
    at = 0
    for i, distance in enumerate(a["times"]):
        at += distance
        a["times"][i] = at
    for f in a["fields"]:
        for part in ("low", "mean", "high"):
            f[part] = f.get(part, f["mean"])
            same(len(f[part]), len(a["times"]), f"{part} of {f['label']}")
    return a


def ms(at):
    return at * 1000


def window(start, end, **more):
    return {"from": ms(start), "until": ms(end) - 1, **more}


def anna():
    if "anna" not in S.memory:
        S.memory["anna"] = Visitor(S)
        S.memory["anna"].log_in("anna", "correct horse")
    return S.memory["anna"]


def test_single_readings():
    ch = channel_with([(START + i * 60, {"field1": v}) for i, v in
                       enumerate(("20", "20.50", "-3e0", "cloudy", "007"))])
    a = series(ch, **window(START, START + 300))
    same(a["times"], [ms(START + i * 60) for i in (0, 1, 2, 4)], "times")
    f, = a["fields"]
    same((f["field"], f["label"], f["unit"], f["colour"]),
         (1, "Temperature", "°C", None), "the field")
    same(f["mean"], [20, 20.5, -3, 7], "numbers")
    same((f["low"], f["high"]), (f["mean"], f["mean"]), "edges")
    lacks(ask(ch, **window(START, START + 300)).text, '"low"',
          "an answer in which each bucket has one number")
    same((a["readings"], a["last_entry"]), (5, 5), "readings")
    same((a["oldest"], a["newest"]), (ms(START), ms(START + 240)), "ends")


def test_against_a_plain_reference():
    dice = random.Random(31)
    rows = [(START + dice.randrange(6 * HOUR), {"field1": f"{v:.2f}"})
            for v in (dice.gauss(20, 5) for _ in range(2000))]
    ch = channel_with(rows)
    for points in (10, 60, 700):
        a = series(ch, **window(START, START + 6 * HOUR, points=points))
        buckets = {}
        for at, values in rows:
            buckets.setdefault(ms(at) // a["bucket"], []).append(
                float(values["field1"]))
        f, = a["fields"]
        same([t // a["bucket"] for t in a["times"]], sorted(buckets),
             "buckets")
        for t, low, mean, high in zip(a["times"], f["low"], f["mean"],
                                      f["high"]):
            here = buckets[t // a["bucket"]]
            same((low, high), (min(here), max(here)), f"edges at {t}")
            at_most(abs(mean - sum(here) / len(here)), 0.06,
                    f"a mean that is off at {t} by")


def test_a_spike_survives():
    rows = [(START + i * 60, {"field1": "99" if i == 700 else "20"})
            for i in range(1440)]
    ch = channel_with(rows)
    for points in (10, 100, 1000):
        f, = series(ch, **window(START, START + 86400,
                                 points=points))["fields"]
        same((max(f["high"]), min(f["low"])), (99, 20), f"{points} points")


def test_gaps_and_fields():
    rows = [(START + i * 60, {"field1": str(i), "field2": str(-i)})
            for i in range(20)]
    rows += [(START + i * 60, {"field2": str(-i)}) for i in range(20, 40)]
    rows += [(START + i * 60, {"field1": str(i), "field2": str(-i)})
             for i in range(40, 60)]
    ch = channel_with(rows, "A:V", "B:%", "C")
    a = series(ch, **window(START, START + HOUR))
    same(len(a["times"]), 60, "rows")
    one, two, three = a["fields"]
    same(one["mean"][19:41], [19] + [None] * 20 + [40], "a gap")
    same((one["breaks"], two["breaks"], three["breaks"]), ([40], [], []),
         "where lines are interrupted")
    same(three["mean"], [None] * 60, "a field without numbers")
    a = series(ch, fields="2", **window(START, START + HOUR))
    same([f["field"] for f in a["fields"]], [2], "the field asked for")
    same(a["all"], [{"field": 1, "label": "A"}, {"field": 2, "label": "B"},
                    {"field": 3, "label": "C"}], "all fields")


def test_the_clocks_change():
    ch = channel_with([(START, {"field1": "1"})], timezone="Europe/Berlin")
    a = series(ch, **window(START, START + 2 * 86400))
    same(a["zone"], "Europe/Berlin", "zone")
    same([o[1] for o in a["offsets"]], [3600, 7200], "offsets")
    same(a["offsets"][1][0], ms(1616893200), "when")  # 01:00 UTC, 28 March
    true(a["offsets"][0][0] <= ms(START), "the first offset comes too late")
    a = series(ch, **window(START, START + 5 * 365 * 86400))
    true(len(a["offsets"]) > 10, "five years have ten changes")


def test_shown_in_another_unit():
    ch = channel_with([(START, {"field1": "20"}),
                       (START + 60, {"field1": "21.5"})],
                      "Temperature:°C>°F")
    f, = series(ch, **window(START, START + HOUR))["fields"]
    same((f["unit"], f["mean"]), ("°F", [68, 70.7]), "in its unit")


def test_colours_are_seen():
    ch = channel_with([(START, {"field1": "20"})], "A")
    same(anna().post(f"/channels/{ch.id}/edit", {
        "name": "Yellow", "zone": "UTC", "is_public": "yes", "rows": 1,
        "label1": "A", "colour1": "#ffff00"}).status, 302, "the form")
    f, = series(ch, range="all")["fields"]
    light, dark = f["colour"]
    same(dark, "#ffff00", "on a dark card")
    true(re.fullmatch("#[0-9a-f]{6}", light) and light != "#ffff00",
         f"on a light card it is {light}")


def test_ranges_and_limits():
    now = int(time.time())
    ch = channel_with([(now - i * 60, {"field1": str(i)})
                       for i in range(120)])
    for name, many in (("hour", 60), ("day", 120), ("all", 120)):
        a = series(ch, range=name)
        same(a["range"], name, "range")
        true(abs(a["readings"] - many) <= 1, f"{name}: {a['readings']}")
        true(a["until"] >= ms(now), f"{name} ends too early")
    same(series(ch)["range"], "day", "the usual range")
    same(series(ch, range="day", points=3)["readings"], 120, "few points")
    at_most(len(series(ch, range="all", points=9999)["times"]), 2001, "rows")
    for wrong, word in (
            ({"range": "decade"}, "range"), ({"points": "many"}, "points"),
            ({"fields": "2"}, "fields"), ({"fields": "1,x"}, "fields"),
            ({"fields": "-1"}, "fields"), ({"from": "then"}, "from"),
            ({"from": ms(now)}, "until"), ({"until": ms(now)}, "from"),
            ({"from": ms(now), "until": ms(now)}, "until")):
        r = ask(ch, status=400, **wrong)
        holds(r.json["error"]["details"], word, f"{wrong}")
    a = series(ch, **{"from": "2021-03-28 02:30:00",
                      "until": "2021-03-28T05:30:00+02:00"})
    same((a["times"], a["readings"]), ([], 0), "a time without readings")
    series(ch, **{"from": "0001-01-01T00:00:00Z",
                  "until": "9999-12-31T23:59:59Z"})


def test_an_empty_channel():
    ch = S.channel("A", "B", public=True)
    for name in ("hour", "all"):
        a = series(ch, range=name)
        same((a["times"], a["last_entry"]), ([], 0), name)
        lacks(a, "oldest", "an empty channel")
    same([f["mean"] for f in a["fields"]], [[], []], "fields")


def test_packed_and_known_already():
    ch = channel_with([(START + i * 60, {"field1": f"{i % 7}.25"})
                       for i in range(1000)])
    options = window(START, START + 86400)
    plain = ask(ch, **options)
    packed = ask(ch, headers={"Accept-Encoding": "br, gzip;q=0.5"}, **options)
    same(plain.header("Content-Encoding"), None, "unasked")
    same(packed.header("Content-Encoding"), "gzip", "asked")
    same(gzip.decompress(packed.body), plain.body, "the same")
    at_most(len(packed.body), len(plain.body) // 2, "bytes")
    holds(packed.header("Vary"), "Accept-Encoding", "Vary")
    refused = ask(ch, headers={"Accept-Encoding": "gzip;q=0"}, **options)
    same(refused.header("Content-Encoding"), None, "refused")
    true(plain.header("ETag") != packed.header("ETag"), "two tags are alike")
    again = S.get(f"/channels/{ch.id}/series.json?" + wire.query(**options),
                  {"If-None-Match": plain.header("ETag")})
    same((again.status, again.body), (304, b""), "the same again")
    same(plain.header("Cache-Control"), "no-cache", "Cache-Control")


def test_a_private_channel():
    ch = channel_with([(START, {"field1": "1"})], public=False)
    path = f"/channels/{ch.id}/series.json?range=all"
    same(S.get(path).status, 401, "without a key")
    r = S.get(path + f"&api_key={ch.read}")
    same((r.status, r.header("Cache-Control")), (200, "no-store"),
         "with its key")
    same(json.loads(r.text)["readings"], 1, "readings")


def test_notes():
    visitor = anna()
    id = S.channel("A", public=True, timezone="Europe/Berlin").id
    for title, moment in (("First", "2021-03-27T10:00:00"),
                          ("<Second>", "2021-03-28T12:30:00"),
                          ("Later", "2022-01-01T00:00:00"), ("No", "")):
        same(visitor.post("/journal/create", {
            "title": title, "body": "", "channel": id,
            "moment": moment}).status, 302, "a post")

    def titles():
        a = S.get(f"/channels/{id}/series.json?" + wire.query(
            **window(START, START + 3 * 86400))).json
        return [(n["title"], n["at"]) for n in a["notes"]]
    first = ("First", ms(START + 9 * HOUR))
    second = ("<Second>", ms(START + 34 * HOUR + 1800))
    same(titles(), [first, second], "notes")
    found = S.get(f"/channels/{id}/series.json?" + wire.query(
        **window(START, START + 86400))).json["notes"][0]["id"]
    visitor.post(f"/journal/{found}/delete")
    same(titles(), [second], "without the one that was removed")


def test_the_form_of_a_note_is_filled_in():
    visitor = anna()
    id = S.channel("A", public=True, timezone="Europe/Berlin").id
    text = visitor.get("/journal/create?" + wire.query(
        channel=id, at="2021-03-28T10:30:05.250Z")).text
    holds(text, f'<option value="{id}" selected', "the channel")
    holds(text, 'value="2021-03-28T12:30:05"', "the moment, on its clocks")
    for channel, at in ((id, "soon"), (999999, "2021-03-28T10:30:05Z"),
                        ("", ""), ('"><b>', '"><b>')):
        text = visitor.get("/journal/create?" + wire.query(
            channel=channel, at=at)).text
        holds(text, 'type="datetime-local" step="1" value=""', "no moment")
        lacks(text, '"><b>', "the form")


def test_the_page_keeps_range_and_fields():
    ch = channel_with([(START + i, {"field1": "1", "field2": "2"})
                       for i in range(5)], "A", "B", public=True)
    accept = {"Accept": "text/html"}
    text = S.get(f"/channels/{ch.id}?range=week&fields=2", accept).text
    holds(text, f"/channels/{ch.id}/charts/2.svg?range=week&amp;", "picture")
    lacks(text, "/charts/1.svg", "the page")
    holds(text, f'href="/channels/{ch.id}?range=hour&amp;fields=2#charts"',
          "the page")
    holds(text, 'data-range="week" data-fields="2"', "the page")
    text = S.get(f"/channels/{ch.id}?from=2021-03-27T00:00:00Z"
                 "&until=2021-03-28T00:00:00Z", accept).text
    holds(text, "/charts/1.svg?start=2021-03-27T00:00:00.000Z&amp;"
                "end=2021-03-28T00:00:00.000Z&amp;", "picture")
    holds(text, f'data-from="{ms(START)}" data-until="{ms(START + 86400)}"',
          "the page")
    holds(text, "lowest 1, highest 1", "the words")
    text = S.get(f"/channels/{ch.id}?from=x&until=%22%3E&fields=9&range=z",
                 accept).text
    holds(text, 'data-range="day"', "the page")
    holds(text, "/charts/1.svg?range=day", "picture")


def test_scripts_run_where_numbers_are_live_only():
    ch = channel_with([(START, {"field1": "1"})])
    accept = {"Accept": "text/html"}
    policy = S.get(f"/channels/{ch.id}", accept).header(
        "Content-Security-Policy")
    for part in ("default-src 'none'", "script-src 'self'",
                 "connect-src 'self'", "img-src 'self'"):
        holds(policy, part, "the policy")
    lacks(policy, "unsafe", "the policy")
    holds(S.get("/", accept).header("Content-Security-Policy"),
          "script-src 'self'; connect-src 'self'", "home")
    for path in ("/journal", "/auth/login"):
        lacks(S.get(path, accept).header("Content-Security-Policy"),
              "script-src", path)
    for name, kind in (("uplot.js", "text/javascript"),
                       ("uplot.css", "text/css"),
                       ("chart.js", "text/javascript")):
        plain = S.get(f"/static/{name}")
        packed = S.get(f"/static/{name}", {"Accept-Encoding": "gzip"})
        same((plain.type, packed.type), (kind, kind), name)
        same(packed.header("Content-Encoding"), "gzip", name)
        same(gzip.decompress(packed.body), plain.body, name)
        same(plain.header("X-Content-Type-Options"), "nosniff", name)
    holds(S.get("/static/uplot.js").text, "Permission is hereby granted",
          "its licence")
