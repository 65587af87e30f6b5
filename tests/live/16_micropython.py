"""The article's station in MicroPython, and curl, beside the real server."""
import json
import os
import shutil
import subprocess
import tempfile

import harness
import wire
from expect import Failure, SLOW, WITHOUT, holds, same, soon, true

S = harness.Shared(idle_time=2)
MAIN = os.path.join(harness.TOP, "tests/live/device/main.py")
MAC = "6c:rf:7f:2b:0e:g8"


def micropython(*words):
    """Its output; None when this part was left out by name."""
    if "micropython" in WITHOUT:
        return None
    program = os.path.join(harness.TOP, "tools/micropython")
    run = subprocess.run([program] + [str(w) for w in words],
                         capture_output=True, text=True, timeout=50 * SLOW)
    if run.returncode != 0:
        raise Failure(f"micropython: expected it to run, came status "
                      f"{run.returncode}: {run.stderr[-300:]}")
    return run.stdout


def station(key, rounds=1, seconds=0, mac=MAC):
    return micropython(MAIN, f"127.0.0.1:{S.port}", key, mac, rounds, seconds)


def accepting():
    """A channel that takes readings of the one station."""
    ch = S.channel("Outside Temperature:°C", "Inside Temperature:°C")
    S.do("device", "add", "--channel", ch.id, "--mac", MAC)
    return ch


def test_micropython_runs():
    out = micropython("-c", "print(6 * 7)")
    if out is not None:
        same(out, "42\n", "micropython -c")


def test_station_stores_readings():
    ch = accepting()
    out = station(ch.write, rounds=3)
    if out is None:
        return
    same([line.split()[:2] for line in out.splitlines()],
         [["1", "20.25"], ["2", "-3.5"], ["1", "20.5"], ["2", "-4.0"],
          ["1", "20.75"], ["2", "-4.5"]], "what the station printed")
    same([(e["field1"], e["field2"]) for e in S.feeds(ch)],
         [("20.25", None), (None, "-3.5"), ("20.5", None), (None, "-4.0"),
          ("20.75", None), (None, "-4.5")], "what was stored")


def test_station_is_refused_and_goes_on():
    """It ignores the status; nothing it gets may make it stop."""
    ch = accepting()
    for key, mac in (("PHDNGI2345", MAC), (ch.write, "a3:45:b5:c9")):
        out = station(key, rounds=2, mac=mac)
        if out is None:
            return
        same(len(out.splitlines()), 4, f"lines that it printed, {out!r}")
    same(S.feeds(ch), [], "what was stored")


def test_station_for_an_hour():
    """Sixty rounds and no socket closed: none may stay with the server."""
    ch = accepting()
    if station(ch.write, rounds=60) is None:
        return
    same(len(S.feeds(ch, results=1000)), 120, "readings")
    soon(lambda: S.metric("almanac_connections") <= 1, 5,
         "connections that are closed")


def test_station_that_waits():
    ch = accepting()
    if station(ch.write, rounds=2, seconds=3) is None:
        return
    same(len(S.feeds(ch)), 4, "readings, seconds apart")


def test_library_of_micropython():
    """What MicroPython itself brings for HTTP, with ThingSpeak's dialect."""
    ch = S.channel("A")
    url = f"http://127.0.0.1:{S.port}"
    out = micropython("-c", f"""
import requests
r = requests.get("{url}/update?api_key={ch.write}&field1=21.20")
print(r.status_code, r.text)
r = requests.post("{url}/update.json", json={{"api_key": "{ch.write}",
                                              "field1": "007"}})
print(r.status_code, r.json()["entry_id"])
r = requests.get("{url}/channels/{ch.id}/fields/1/last.txt?api_key={ch.read}")
print(r.status_code, r.text)
r = requests.get("{url}/channels/{ch.id}/feeds.json?api_key={ch.read}")
print(len(r.json()["feeds"]))
""")
    if out is not None:
        same(out, "200 1\n200 2\n200 007\n2\n", "what it printed")


# -- curl

def curl(*words):
    program = shutil.which("curl")
    true(program, "expected curl here (package curl), came none")
    run = subprocess.run([program, "-sS", "--max-time", str(20 * SLOW), *words],
                         capture_output=True, text=True, timeout=30 * SLOW)
    same((run.returncode, run.stderr), (0, ""), f"curl {' '.join(words)}")
    return run.stdout


def test_curl():
    ch = S.channel("A", "B")
    url = f"http://127.0.0.1:{S.port}"
    same(curl(f"{url}/update?api_key={ch.write}&field1=1"), "1", "GET")
    same(curl(f"{url}/update", "-d", f"api_key={ch.write}&field1=2"), "2",
         "a form")
    same(curl(f"{url}/update", "-F", f"api_key={ch.write}", "-F", "field1=3"),
         "3", "multipart")
    same(curl(f"{url}/update", "-H", f"THINGSPEAKAPIKEY: {ch.write}",
              "-H", "Content-Type: application/json", "-d", '{"field1":4}'),
         "4", "JSON")
    same(curl("-G", f"{url}/update", "-d", f"api_key={ch.write}",
              "--data-urlencode", "field1=5 °C"), "5", "an encoded query")
    same(curl("-0", f"{url}/update?api_key={ch.write}&field1=6"), "6",
         "HTTP/1.0")
    curl(f"{url}/update/API_key={ch.write}/mac={MAC}/field=1/data=7")
    same(curl("-H", "Transfer-Encoding: chunked", f"{url}/update", "-d",
              f"api_key={ch.write}&field1=8"), "8", "chunked")
    same([e["field1"] for e in S.feeds(ch)],
         ["1", "2", "3", "4", "5 °C", "6", "7", "8"], "what was stored")


def test_curl_bulk():
    """More than a megabyte: curl asks with Expect first."""
    ch = S.channel("A")
    body = json.dumps({"write_api_key": ch.write, "updates": [
        {"created_at": 1500000000 + i, "field1": "x" * 200}
        for i in range(7000)]})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        f.write(body)
        f.flush()
        same(curl(f"http://127.0.0.1:{S.port}/channels/{ch.id}/"
                  "bulk_update.json", "-H", "Content-Type: application/json",
                  "--data-binary", "@" + f.name), '{"success":true}', "bulk")
    same(len(S.feeds(ch, results=8000)), 7000, "entries")


def test_curl_pages():
    holds(curl("-L", f"http://127.0.0.1:{S.port}/showrecent"), "<html",
          "/showrecent, redirect followed")
    holds(curl("-I", f"http://127.0.0.1:{S.port}/health"), "200 OK", "HEAD")
    same(wire.request(S.port, "GET", "/health").status, 200, "/health")
