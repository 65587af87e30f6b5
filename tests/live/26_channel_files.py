"""Readings that come and go as files, in a browser."""
import re
import threading
import time

import browser
import harness
import wire
from expect import SLOW, at_most, holds, lacks, one_of, same, soon, true
from owners import (PASSWORD, S, anna, bert, csrf, nobody, path, refused,
                    show, show_of)
from visitor import text_of


def upload(ch, data, who=None, **change):
    b = who or anna()
    r = b.page(path(ch, "/import"))
    return b.submit(r, path(ch, "/import"), change=change or None,
                    files={"file": ("my file.csv", data)},
                    timeout=60 * SLOW)


def test_import_an_export_of_the_hosted_service():
    ch = S.channel("A", "B", "C", "D", name="Import")
    with open(harness.EXPORT, encoding="utf-8") as f:
        data = f.read()
    many = len(data.splitlines()) - 1
    r = anna().follow(upload(ch, data))
    holds(text_of(r), f"{many} readings were stored.", "what it says")
    same(show(ch)["last_entry"], many, "readings")
    r = anna().follow(upload(ch, data))
    holds(text_of(r), f"0 readings were stored. {many} were here already",
          "the same again")
    same(show(ch)["last_entry"], many, "readings")
    twin = S.channel("A", "B", "C", "D", name="By command")
    S.do("import", "--channel", twin.id, harness.EXPORT)
    same(S.do("export", "--channel", ch.id).out,
         S.do("export", "--channel", twin.id).out, "page and command")


def test_import_says_which_line_is_wrong():
    ch = S.channel(name="Lines")
    r = upload(ch, "time,field1\n2020-01-01 00:00:00,1\nnever,2\n"
                   "2020-01-01 00:01:00,3\nnever too,4\n")
    same(r.status, 200, "with lines that are wrong")
    text = text_of(r)
    holds(text, "2 readings were stored.", "what it says")
    holds(text, "2 lines could not be read, the first is line 3: "
                "the time cannot be read", "what it says")
    same(show(ch)["last_entry"], 2, "readings")


def test_import_takes_times_of_a_zone_and_any_order():
    ch = S.channel(name="Zone", timezone="Asia/Tokyo")
    anna().follow(upload(ch, "time,field1\n2020-01-01 09:02,b\n"
                             "2020-01-01 09:01,a\n"))
    same([(e["created_at"], e["field1"]) for e in S.feeds(ch)],
         [("2020-01-01T00:01:00Z", "a"), ("2020-01-01T00:02:00Z", "b")],
         "of the channel's zone, oldest first")
    anna().follow(upload(ch, "time,field1\n2021-01-01 00:00,c\n", zone="UTC"))
    same(S.feeds(ch)[-1]["created_at"], "2021-01-01T00:00:00Z", "of another")
    r = upload(ch, "time,field1\n2021-01-01 00:00,c\n", zone="Asia/Nowhere")
    holds(refused(r, "zone"), "time zone", "no such zone")
    holds(r.text, 'value="Asia/Nowhere"', "what was typed")


def test_files_that_are_none():
    ch = S.channel(name="No file")
    for data, part in (("", "Choose a file"), ("\n\n", "no line"),
                       ("SQLite format 3\0" + "x" * 90, "SQLite"),
                       ("time,field1,field1\n1,2,3\n", "twice"),
                       ('a"b', "no CSV")):
        holds(refused(upload(ch, data), repr(data[:20])), part,
              repr(data[:20]))
    r = anna().send("POST", path(ch, "/import"), f"csrf_token={csrf(anna())}")
    holds(refused(r, "no file"), "Choose a file", "no file")
    same(show(ch)["last_entry"], 0, "readings")


def test_an_upload_beyond_the_limit():
    server = harness.Server(body_limit=200000)
    ch = server.channel(name="Small")
    b = browser.Browser(server, "anna", PASSWORD)
    r = upload(ch, "time,field1\n" + "x" * 300000, b)
    same(r.status, 413, "an upload of 300 kB")
    same(upload(ch, "time,field1\n1600000000,1\n", b).status, 302, "a small")
    server.close()


def test_readings_are_acknowledged_while_an_import_runs():
    """Devices do not wait for it, and numbers have no gaps."""
    ch, busy = S.channel(name="Large"), S.channel(name="Device")
    rows = 120000 if SLOW == 1 else 30000
    data = "time,field1\n" + "".join(
        f"{1500000000 + 60 * i},{i}\n" for i in range(rows))
    came, waits, over = [], [], threading.Event()

    def work():
        try:
            came.append(upload(ch, data))
        finally:
            over.set()

    thread = threading.Thread(target=work)
    thread.start()
    stored = 0
    while not over.is_set():
        began = time.monotonic()
        stored += 1
        same(S.store(busy, field1=stored), stored, "another channel")
        S.store(ch, field1="device")
        waits.append(time.monotonic() - began)
    thread.join()
    holds(text_of(anna().follow(came[0])), f"{rows} readings were stored",
          "the import")
    same(show(ch)["last_entry"], rows + stored, "readings of both")
    at_most(max(waits), 3 * SLOW, "longest wait of a device, in seconds")
    true(stored > 1, f"expected readings meanwhile, came {stored}")


def test_one_import_into_a_channel_at_a_time():
    """A second press of the button stores nothing twice."""
    ch = S.channel(name="Twice")
    rows = 60000 if SLOW == 1 else 15000
    data = "time,field1\n" + "".join(
        f"{1500000000 + 60 * i},{i}\n" for i in range(rows))
    came = []
    threads = [threading.Thread(target=lambda: came.append(upload(ch, data)))
               for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    told = [r for r in came if r.status == 200]
    for r in told:
        holds(refused(r, "a second one"), "under way", "a second one")
    true(len(told) < 4, "expected one of them to be taken")
    same(show(ch)["last_entry"], rows, "readings")


def test_an_import_does_not_keep_the_server_from_stopping():
    server = harness.Server(body_limit=60000000)
    ch = server.channel(name="Stop")
    b = browser.Browser(server, "anna", PASSWORD)
    data = "time,field1\n" + "".join(
        f"{1000000000 + i},{i}\n" for i in range(1500000))
    came = []
    thread = threading.Thread(target=lambda: came.append(upload(ch, data, b)))
    thread.start()
    soon(lambda: b'"entry_id"' in server.get(
        f"/channels/{ch.id}/feeds/last.json?api_key={ch.read}").body, 20,
         "the first readings")
    server.stop()
    thread.join()
    text = text_of(came[0])
    holds(text, "It stopped", "what it says")
    holds(text, "readings were stored", "what it says")
    server.start()
    stored = int(re.search(r"(\d+) readings were stored", text)[1])
    one_of(show_of(server, ch)["last_entry"], (stored,), "what it stored")
    server.close()


def test_export():
    ch = S.channel("A", "B", name="Export")
    for i in range(3):
        S.store(ch, field1=i, field2=f'"{i}", x',
                created_at=f"2020-01-0{i + 1}T00:00:00Z")
    S.post("/update", wire.query(api_key=ch.write, field1="9",
                                 created_at="2020-02-01T00:00:00Z"))
    a = anna()
    r = a.page(path(ch, "/export"))
    whole = a.submit(r, path(ch, "/export.csv"))
    same((whole.status, whole.type), (200, "text/csv"), "the whole")
    same(whole.header("Cache-Control"), "no-store", "the whole")
    holds(whole.header("Content-Disposition"), "attachment", "the whole")
    same(whole.text, S.do("export", "--channel", ch.id).out,
         "page and command")
    tokyo = a.submit(r, path(ch, "/export.csv"),
                     change={"timezone": "Asia/Tokyo"})
    holds(tokyo.text, "2020-01-01T09:00:00+09:00", "in another zone")
    same(a.submit(r, path(ch, "/export.csv"),
                  change={"timezone": "No/Where"}).status, 400, "no zone")
    again = S.channel("A", "B", name="Again")
    holds(text_of(a.follow(upload(again, whole.text))), "4 readings were",
          "imported again")
    form = a.form(r, path(ch, "/feeds.csv"))
    change = {"start": "2020-01-02T00:00", "end": "2020-01-03T00:00"}
    for address, kind in (("/feeds.csv", "text/csv"),
                          ("/feeds.json", "application/json")):
        true(path(ch, address) in r.text, f"expected {address} on the page")
        part = a.submit(r, path(ch, address), form=form, change=change)
        same((part.status, part.type, part.header("Cache-Control")),
             (200, kind, "no-store"), address)
        holds(part.text, "2020-01-02", address)
        holds(part.text, "2020-01-03", address)
        lacks(part.text, "2020-02-01", address)
    hosted = a.get(f"/stream/channels/{ch.id}/feeds.csv")
    same((hosted.status, hosted.header("Cache-Control")), (200, "no-store"),
         "as the hosted service")
    holds(hosted.text, '"""2"", x"', "as the hosted service")


def test_export_is_for_readers():
    private, public = S.channel(name="P"), S.channel(name="Q", public=True)
    S.store(private, field1="secret")
    for way in ("/export", "/export.csv"):
        same(nobody().get(path(public, way)).status, 200, "a public one")
        same(nobody().get(path(private, way)).status, 403, "a private one")
        same(bert().get(path(private, way)).status, 403, "by another")
        r = nobody().get(path(private, f"{way}?api_key={private.read}"))
        same(r.status, 200, "with its read key")
        same(r.header("Cache-Control"), "no-store", "with its read key")
    r = nobody().page(path(private, f"/export?api_key={private.read}"))
    holds(nobody().submit(r, path(private, "/export.csv")).text, "secret",
          "the key goes on to the download")
    for way in ("/feeds.csv", "/feeds.json"):
        same(bert().get(path(private, way)).status, 400, "by another")
