"""Streams of events: what a page that is open is told."""
import datetime
import os
import time

import harness
import wire
from expect import holds, lacks, same, soon, true
from owners import S, anna, bert, path
from follower import Follower
from visitor import Visitor

CLOCK = "%I:%M:%S %p %b %d, %Y"


def ms(stamp):
    return int(datetime.datetime.fromisoformat(stamp).timestamp() * 1000)


def public(*fields, **about):
    return S.channel(*fields or ("A",), public=True, **about)


def store(ch, *values):
    return [S.store(ch, field1=v) for v in values]


def events(ch, tail="", **how):
    return S.get(path(ch, "/events" + tail), **how)


# -- the answer

def test_hello():
    ch = public()
    store(ch, 1, 2, 3)
    before = time.time() * 1000
    with Follower(S, ch) as w:
        same((w.hello.id, list(w.hello.data)), ("3", ["now", "changed"]),
             "hello")
        same(list(w.hello.data["changed"]), [str(ch.id)], "changed")
        true(before - 2 <= w.hello.data["now"] <= time.time() * 1000 + 2,
             f"expected the server's clock, came {w.hello!r}")
    with Follower(S, public()) as w:
        same(w.hello.id, "0", "id of an empty channel")


def test_headers():
    with Follower(S, public(), {"Accept-Encoding": "gzip"}) as w:
        r = w.head
        for name, value in (
                ("Content-Type", "text/event-stream; charset=utf-8"),
                ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
                ("Access-Control-Allow-Origin", "*"), ("Content-Length", None),
                ("Transfer-Encoding", None), ("Content-Encoding", None),
                ("ETag", None), ("Connection", "close")):
            same(r.header(name), value, name)


def test_refusals_are_kept_by_nobody():
    ch, secret = public(), S.channel("A")
    for where in (path(secret, "/events"), "/channels/999999/events",
                  f"/events?channels={ch.id},999999", "/events",
                  f"/events?channels={secret.id}",
                  path(ch, "/events?last_event_id=x")):
        r = S.get(where)
        true(r.status >= 400, f"{where}: expected a refusal, came {r!r}")
        same(r.header("Cache-Control"), "no-store", where)


def test_head():
    ch = public()
    r = S.request("HEAD", path(ch, "/events"))
    same((r.status, r.type), (200, "text/event-stream"), "HEAD")
    soon(lambda: S.metric("almanac_watchers") == 0, 5, "nobody watches")


def test_http_1_0():
    ch = public()
    with S.connect() as c:
        c.send(f"GET {path(ch, '/events')} HTTP/1.0\r\n\r\n")
        same(c.read_response().status, 200, "HTTP/1.0")
        while b"event: hello" not in c.got:
            true(c.more(), "expected hello, came the end")


def test_other_methods():
    ch = public()
    for where in (path(ch, "/events"), f"/events?channels={ch.id}"):
        for method in ("POST", "PUT", "DELETE"):
            r = S.request(method, where, body=b"")
            same(r.status, 405, f"{method} {where}")
            holds(r.header("Allow"), "GET, HEAD", "Allow")


def test_what_else_is_sent_is_not_read():
    """A second request behind the first gets no answer in the stream."""
    ch = public()
    text = wire.build("GET", path(ch, "/events"), {}, None)
    with S.connect() as c:
        c.send(text + b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
               + b"x" * 100000)
        same(c.read_response().status, 200, "the first")
        store(ch, 1)
        while b"event: reading" not in c.got:
            true(c.more(), "expected a reading, came the end")
        lacks(c.got, b"HTTP/1.1", "the stream")


# -- what is told

def test_every_member():
    ch = public("Air:°C>°F", "Air:%", "Door", "Empty", "Noise:dB",
                timezone="Europe/Berlin")
    with Follower(S, ch) as w:
        S.store(ch, field1="21.54", field2="45.50", field3=' "on" é\n',
                field4=" ", field5="1e400", field7="unlabelled",
                created_at="2021-03-28T00:59:59Z")
        e, = w.readings(1)
    same(e.id, "1", "id")
    same({n: v for n, v in e.data.items() if n != "fields"}, {
        "channel": ch.id, "entry": 1, "at": ms("2021-03-28T00:59:59+00:00"),
        "iso": "2021-03-28T00:59:59Z", "clock": "01:59:59 AM Mar 28, 2021"},
        "members")
    f = e.data["fields"]
    same(sorted(f), ["1", "2", "3", "5"], "fields with label and value")
    same((f["1"]["text"], f["1"]["unit"]), ("71", "°F"), "what a card shows")
    true(abs(f["1"]["number"] - 70.772) < 1e-9, f"{f['1']}: not rounded")
    same(f["2"], {"text": "45.50", "unit": "%", "number": 45.5}, "a number")
    same((f["3"]["text"].strip(), f["3"]["unit"], "number" in f["3"]),
         ('"on" é', "", False), "a text")
    same((f["5"]["text"], "number" in f["5"]), ("1e400", False),
         "a number that is none")


def test_clocks_around_a_change():
    """Both changes of a year, to the second."""
    ch = public(timezone="Europe/Berlin")
    stamps = (("2021-03-28T00:59:59Z", "01:59:59 AM Mar 28, 2021"),
              ("2021-03-28T01:00:00Z", "03:00:00 AM Mar 28, 2021"),
              ("2021-10-31T00:59:59Z", "02:59:59 AM Oct 31, 2021"),
              ("2021-10-31T01:00:00Z", "02:00:00 AM Oct 31, 2021"),
              ("1999-12-31T23:30:00Z", "12:30:00 AM Jan 01, 2000"))
    with Follower(S, ch) as w:
        for i, (stamp, _) in enumerate(stamps):
            S.store(ch, field1=i, created_at=stamp)
        came = w.readings(len(stamps))
    same([(e.data["iso"], e.data["clock"]) for e in came], list(stamps),
         "iso and clock")


def test_numbers_as_charts_show_them():
    ch = public("A:°F>°C")
    values = ["70", "-0", "0.1", "-459.67", " 5 ", "+7", "0x10", "NaN",
              "1,5", "1e3"]
    with Follower(S, ch) as w:
        for v in values:
            S.store(ch, field1=v)
        came = w.readings(len(values))
    words = []
    for v, f in zip(values, (e.data["fields"]["1"] for e in came)):
        if "number" not in f:
            same(f["unit"], "", f"unit of {v!r}")
            words.append(v)
            continue
        same(f["unit"], "°C", f"unit of {v!r}")
        number = (float(v.replace(",", ".")) - 32) / 1.8
        true(abs(f["number"] - number) < 1e-9, f"{v!r}: {f}")
    same(words, ["0x10", "NaN"], "those that are no numbers")


def import_file(ch, name, text):
    file = os.path.join(S.database.folder, name)
    with open(file, "w", encoding="utf-8") as f:
        f.write(text)
    S.do("import", "--channel", ch.id, file)


def import_page(ch, text):
    a = anna()
    where = path(ch, "/import")
    a.follow(a.submit(a.page(where), where,
                      files={"file": ("my file.csv", text)}))


def test_every_way_in():
    """In order of the entry numbers, whoever stored them."""
    ch = public()
    with Follower(S, ch) as w, Follower(S, [ch, public()]) as several:
        store(ch, "update")
        same(S.get(f"/update/API_key={ch.write}/mac=m/field=1/data=7").status,
             200, "a path write")
        S.store_many(ch, [{"created_at": 1500000000 + i, "field1": f"json{i}"}
                          for i in range(3)])
        r = S.post(f"/channels/{ch.id}/bulk_update.csv", wire.query(
            write_api_key=ch.write, time_format="absolute",
            updates="2018-06-14T12:12:22Z,csv0|2018-06-14T12:12:23Z,csv1"),
            {"Content-Type": "application/x-www-form-urlencoded"})
        same(r.status, 202, "CSV")
        import_page(ch, "time,field1\n2019-01-01 00:00:00,page\n")
        import_file(ch, "a.csv", "time,field1\n2019-02-01 00:00:00,command\n")
        values = ["update", "7", "json0", "json1", "json2", "csv0", "csv1",
                  "page", "command"]
        for one in (w, several):
            came = one.readings(len(values))
            same([e.data["entry"] for e in came], list(range(1, 10)), "order")
            same([e.data["fields"]["1"]["text"] for e in came], values,
                 "values")


def test_a_reading_is_stored_when_it_is_told():
    ch = public()
    with Follower(S, ch) as w:
        for i in range(20):
            with S.connect() as c:  # the answer is not waited for
                c.send(f"GET /update?api_key={ch.write}&field1={i} HTTP/1.1"
                       "\r\nHost: x\r\n\r\n")
                entry, = w.entries(1)
                n = harness.select(S.database, "SELECT count(*) FROM reading "
                                   f"WHERE channel = {ch.id}")
                true(int(n[0][0]) >= entry, f"entry {entry} is not stored")
                same(c.read_response().status, 200, "update")


def test_a_change_of_the_channel_is_seen():
    """Whoever watches, and by what right: the numbers are to be loaded anew,
    and are told in the new unit from then on."""
    open_one, private = public("A:°C"), S.channel("A:°C")
    for ch, params in ((open_one, {}), (open_one, {"api_key": open_one.read}),
                       (private, {"api_key": private.read})):
        with Follower(S, ch, **params) as w:
            entry, = store(ch, 20)
            same(w.readings(1)[0].data["fields"]["1"]["unit"], "°C", "before")
            change(ch, "°F")
            same(w.reset(), {"channel": ch.id, "entry": entry},
                 f"channel {ch.id}, {params}")
            S.store(ch, field1=20, created_at="2021-01-01T00:00:00Z")
            e, = w.readings(1)
            same((e.data["fields"]["1"]["text"], e.data["clock"]),
                 ("68", "09:00:00 AM Jan 01, 2021"), "after")
        change(ch, "")


def test_a_change_while_nobody_watches():
    ch, other = public("A:°C"), public("A")

    def changed():
        with Follower(S, [ch, other]) as w:
            return [w.hello.data["changed"][str(c.id)] for c in (ch, other)]
    before = changed()
    store(ch, 1)
    same(changed(), before, "after a reading")
    for what in (lambda: change(ch, "°F"), lambda: clear(ch)):
        what()
        after = changed()
        true(after[0] > before[0], f"expected later than {before}, came {after}")
        same(after[1], before[1], "the other")
        before = after


def change(ch, unit):
    form = {"name": "Changed", "zone": "Asia/Tokyo", "rows": 1, "label1": "A",
            "unit1": "°C", "display1": unit}
    if S.do("channel", "show", ch.id).json["public"]:
        form["is_public"] = "yes"
    same(anna().post(path(ch, "/edit"), form).status, 302, "the form")


# -- who comes back

def clear(ch):
    r = S.request("DELETE", path(ch, "/feeds.json") + f"?api_key={S.user_key}")
    same(r.status, 200, "clear")


def test_what_was_missed():
    ch = public()
    newest = store(ch, *range(7))[-1]
    for back in (4, 7, 1, 0):
        last = newest - back
        with Follower(S, ch, last=last) as w:
            same(w.hello.id, str(last), "hello says how far it has got")
            newest, = store(ch, "new")
            same(w.entries(back + 1), list(range(last + 1, newest + 1)),
                 f"{back} behind")


def test_the_parameter_and_the_header():
    ch = public()
    store(ch, *range(7))
    for param, header, missed in (("5", None, [6, 7]), ("2", 6, [7]),
                                  ("", None, []), ("9", 6, [7]),
                                  (" 6 ", None, [7])):
        with Follower(S, ch, last=header, last_event_id=param) as w:
            same(w.entries(len(missed)), missed, f"{param!r}, {header}")
            w.silent(0.2)


def test_a_hundred_are_told_and_no_more():
    ch = public()
    S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                      for i in range(150)])
    with Follower(S, ch, last=50) as w:
        same(w.entries(100), list(range(51, 151)), "a hundred")
    with Follower(S, ch, last=49) as w:
        same(w.reset(), {"channel": ch.id, "entry": 150}, "one more")
        same(w.last, "150", "its id")
        new, = store(ch, "new")
        same(w.entries(1), [new], "what comes next")


def test_more_at_once_than_are_told():
    ch = public()
    with Follower(S, ch) as w:
        S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                          for i in range(100)])
        same(w.entries(100), list(range(1, 101)), "a hundred")
        S.store_many(ch, [{"created_at": 1600000000 + i, "field1": i}
                          for i in range(101)])
        same(w.reset(), {"channel": ch.id, "entry": 201}, "one more")
        new, = store(ch, "new")
        same(w.entries(1), [new], "what comes next")


def test_few_that_are_large():
    """48 KiB are told, about twenty of eight long texts."""
    ch = public(*"ABCDEFGH")
    S.store_many(ch, [{"created_at": 1500000000 + i,
                       **{f"field{f}": "x" * 255 for f in range(1, 9)}}
                      for i in range(40)])
    with Follower(S, ch, last=0) as w:
        same(w.reset(), {"channel": ch.id, "entry": 40}, "all of them")
    with Follower(S, ch, last=30) as w:
        same(w.entries(10), list(range(31, 41)), "some of them")


def test_ahead_of_the_channel():
    ch = public()
    store(ch, 1, 2)
    for last in (3, 10 ** 18):
        with Follower(S, ch, last=last) as w:
            same(w.reset(), {"channel": ch.id, "entry": 2}, f"after {last}")
            same(w.last, "2", "its id")


def test_ids_that_are_none():
    ch, other = public(), public()
    one, two = path(ch, "/events"), f"/events?channels={ch.id},{other.id}"
    for where, ids in ((one, ("x", "-1", "1.5", "1:2", "1,2", "9" * 30, "0x1")),
                       (two, ("5", f"{ch.id}:", f"{ch.id}:-1", ":", "x:1",
                              f"{ch.id}:1;{other.id}:1"))):
        for id in ids:
            r = S.get(where, {"Last-Event-ID": id})
            same((r.status, r.type), (400, "application/json"), f"id {id}")
            holds(r.json["error"]["details"], "last_event_id", f"id {id}")


def test_a_channel_that_is_cleared():
    ch = public()
    store(ch, *range(5))
    with Follower(S, ch) as w, Follower(S, [ch, public()]) as several:
        clear(ch)
        same(w.reset(), {"channel": ch.id, "entry": 0}, "cleared")
        same(several.reset(), {"channel": ch.id, "entry": 0}, "cleared")
        store(ch, "new")
        same((w.entries(1), several.entries(1)), ([1], [1]), "its first")


def test_a_channel_that_is_cleared_and_filled():
    """At once, with more than it had: nobody takes them for the next."""
    ch = public()
    store(ch, *range(3))
    with Follower(S, ch) as w, Follower(S, ch, api_key=ch.read) as guest:
        store(ch, 3)
        same((w.entries(1), guest.entries(1)), ([4], [4]), "before")
        clear(ch)
        S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                          for i in range(9)])
        for one in (w, guest):
            entry = one.reset()["entry"]
            same(one.entries(9 - entry), list(range(entry + 1, 10)), "behind")


# -- who may

def test_a_channel_that_is_removed():
    ch, other = public(), public()
    with Follower(S, ch) as w, Follower(S, [other, ch]) as several:
        S.do("channel", "remove", ch.id, "--yes")
        same(w.refused().status, 404, "one")
        same(several.refused().status, 404, "one of several")
    with Follower(S, other) as w:
        w.silent(0.1)


def test_a_channel_that_becomes_private():
    ch = public()
    with Follower(S, ch) as w, Follower(S, ch, api_key=ch.read) as invited:
        same(S.request("PUT", f"/channels/{ch.id}.json?" + wire.query(
            api_key=S.user_key, public_flag="false")).status, 200, "private")
        r = w.refused()
        same((r.status, r.body), (400, b"-1"), "without a key")
        new, = store(ch, 1)
        same(invited.entries(1), [new], "with its key")


def test_a_key_that_is_removed():
    ch = S.channel("A")
    with Follower(S, ch, api_key=ch.read) as w:
        S.do("key", "remove", "--channel", ch.id, "--key", ch.read)
        r = w.refused()
        same((r.status, r.body), (400, b"-1"), "with that key")


def cookie(visitor):
    return {"Cookie": "session=" + visitor.cookie}


def test_what_others_change():
    """Who may is asked again, and whoever still may notices nothing."""
    ch, other = S.channel("A"), S.channel("B")
    with Follower(S, ch, api_key=ch.read, again=False) as by_key, \
            Follower(S, ch, cookie(anna()), again=False) as by_session, \
            Follower(S, [ch, other], cookie(anna()), again=False) as both:
        for entry in range(1, 9):
            one = S.channel("C")
            change(one, "°F")
            S.do("key", "remove", "--channel", one.id, "--key", one.read)
            time.sleep(0.2)  # it is noticed now and then
            store(ch, entry)
            for w in (by_key, by_session, both):
                same(w.entries(1), [entry], "each once")
        S.do("channel", "remove", other.id, "--yes")
        store(ch, 9)
        for w in (by_key, by_session):
            same(w.entries(1), [9], "each once")


def test_a_session_that_ends():
    ch, visitor = S.channel("A"), Visitor(S).log_in("anna", "correct horse")
    with Follower(S, ch, cookie(visitor)) as w:
        same(visitor.post("/auth/logout").status, 302, "log out")
        change(S.channel("C"), "°F")
        r = w.refused()
        same((r.status, r.body), (400, b"-1"), "after it")


def test_a_private_channel():
    ch, other = S.channel("A"), S.channel("A")
    path_of = path(ch, "/events")
    for headers, tail in (({}, ""), ({}, "?api_key=WRONGWRONGWRONG1"),
                          ({}, f"?api_key={other.read}"),
                          ({}, f"?api_key={S.user_key}"),
                          (cookie(bert()), "")):
        r = S.get(path_of + tail, headers)
        same((r.status, r.body), (400, b"-1"), f"{headers} {tail}")
    for headers, params in (({}, {"api_key": ch.read}),
                            ({}, {"api_key": ch.write}),
                            ({"THINGSPEAKAPIKEY": ch.read}, {}),
                            (cookie(anna()), {})):
        with Follower(S, ch, headers, **params) as w:
            new, = store(ch, 1)
            same(w.entries(1), [new], f"{headers} {params}")


def test_no_such_channel():
    ch = public()
    for where in ("/channels/999999/events", "/events?channels=999999",
                  f"/events?channels={ch.id},999999"):
        same(S.get(where).status, 404, where)


# -- several channels

def test_several():
    a, b, c = public("A"), public("B"), S.channel("C")
    store(a, 1, 2)
    with Follower(S, [b, a, c], api_key=c.read) as w:
        same(w.hello.id, f"{b.id}:0,{a.id}:2,{c.id}:0", "hello")
        store(a, 3)
        e, = w.readings(1)
        same((e.data["channel"], e.data["entry"], e.id),
             (a.id, 3, f"{b.id}:0,{a.id}:3,{c.id}:0"), "of a")
        store(c, 1)
        e, = w.readings(1)
        same((e.data["channel"], e.id),
             (c.id, f"{b.id}:0,{a.id}:3,{c.id}:1"), "of c")
    for ch in (a, b, c):
        store(ch, 8, 9)
    with Follower(S, [a, b, c], last=e.id, api_key=c.read) as w:
        came = [(e.data["channel"], e.data["entry"]) for e in w.readings(6)]
    same(sorted(came), sorted([(a.id, 4), (a.id, 5), (b.id, 1), (b.id, 2),
                               (c.id, 2), (c.id, 3)]), "what was missed")
    for ch in (a, b, c):
        mine = [n for id, n in came if id == ch.id]
        same(mine, sorted(mine), "the order of one channel")
    same(dict(p.split(":") for p in w.last.split(",")),
         {str(a.id): "5", str(b.id): "2", str(c.id): "3"}, "the last id")
    r = S.get(f"/events?channels={a.id},{c.id}")
    same((r.status, r.body), (400, b"-1"), "without the key of c")


def test_an_id_of_other_channels():
    """What it does not name begins now; what nobody asks for is nothing."""
    a, b = public(), public()
    store(a, 1, 2)
    store(b, 1, 2)
    with Follower(S, [a, b], last=f"999:7,{a.id}:1") as w:
        same(w.hello.id, f"{a.id}:1,{b.id}:2", "hello")
        e, = w.readings(1)
        same((e.data["channel"], e.data["entry"]), (a.id, 2), "of a")
        w.silent(0.2)


def test_lists_of_channels():
    many = S.memory.setdefault("many", [public() for _ in range(51)])
    ids = [str(ch.id) for ch in many]
    for list, status in (("", 400), ("x", 400), ("1;2", 400), (",", 400),
                         (f"{ids[0]},,{ids[1]}", 400), ("-1", 404),
                         ("9" * 30, 400), (",".join(ids), 400),
                         (",".join(ids[:50]), 200),
                         (",".join(ids[:50] * 3), 200),
                         (f" {ids[0]} , {ids[0]} ", 200)):
        r = S.get("/events?" + wire.query(channels=list))
        same(r.status, status, f"channels={list[:40]}")
    same(S.get("/events").status, 400, "no channels")
    with Follower(S, [many[0], many[1], many[0]]) as w:
        same(w.hello.id, f"{ids[0]}:0,{ids[1]}:0", "each once")
        store(many[0], 1)
        w.readings(1)
        w.silent(0.2)
    with Follower(S, many[:50]) as w:
        for ch in many[:50]:
            store(ch, 1)
        came = w.readings(50)
        same(sorted(e.data["channel"] for e in came),
             sorted(ch.id for ch in many[:50]), "from each")
        same(w.last, ",".join(f"{ch.id}:{2 if ch is many[0] else 1}"
                              for ch in many[:50]), "the last id")
