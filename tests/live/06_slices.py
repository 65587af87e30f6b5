"""timescale, sum, average and median beside a plain Python reference."""
import math
import random
import re
import statistics
import time

import harness
import wire
from expect import SLOW, Failure, one_of, same, short, soon, true

S = harness.Shared()
LENGTHS = (10, 15, 20, 30, 60, 240, 720, 1440)
KINDS = ("timescale", "sum", "average", "median")
T0 = 1500000000


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# -- the reference

def number(text):
    """What counts as one; nothing the server and Python could differ on."""
    if text is None:
        return None
    match = re.fullmatch(r"\s*[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?\s*", text)
    return float(text.replace(",", ".")) if match else None


def value_of(kind, texts):
    """texts: of one field in one slice, in order; None where it is null."""
    numbers = [n for n in map(number, texts) if n is not None]
    if kind == "timescale":
        return texts[0]
    if not numbers:
        return None
    if kind == "sum":
        return math.fsum(numbers)
    if kind == "average":
        return math.fsum(numbers) / len(texts)
    return statistics.median(numbers)


def slices(readings, kind, minutes, fields):
    """readings: (second, [texts]) in order of time, then of entry."""
    length = minutes * 60
    by_start = {}
    for at, texts in sorted(readings, key=lambda r: r[0]):
        by_start.setdefault(at // length * length, []).append(texts)
    if not by_start:
        return []
    out = []
    for start in range(min(by_start), max(by_start) + 1, length):
        rows = by_start.get(start)
        out.append((stamp(start), [
            value_of(kind, [r[i] for r in rows]) if rows else None
            for i in range(fields)]))
    return out


# -- what the server says

def asked(ch, kind, minutes, **params):
    r = S.get(f"/channels/{ch.id}/feeds.json?" + wire.query(
        api_key=ch.read, start="2000-01-01", **{kind: minutes}, **params),
        timeout=30 * SLOW)
    same(r.status, 200, f"{kind}={minutes}")
    return r.json["feeds"]


def equal(came, expected, kind):
    if expected is None or kind == "timescale":
        return came == expected
    if came is None:
        return False
    text = came.replace(",", ".")
    if not re.fullmatch(r"-?\d+\.\d+(e[+-]\d+)?", text):
        return False
    return math.isclose(float(text), expected, rel_tol=1e-9, abs_tol=1e-9)


def compare(ch, readings, fields, kinds=KINDS, lengths=LENGTHS):
    for kind in kinds:
        for minutes in lengths:
            came = asked(ch, kind, minutes)
            expected = slices(readings, kind, minutes, fields)
            same([e["created_at"] for e in came], [e[0] for e in expected],
                 f"slices of {kind}={minutes}")
            for got, (at, values) in zip(came, expected):
                if "entry_id" in got:
                    raise Failure(f"{kind}: expected no entry_id, came {got}")
                for i, value in enumerate(values, 1):
                    if not equal(got[f"field{i}"], value, kind):
                        raise Failure(
                            f"{kind}={minutes} at {at}, field{i}: expected "
                            f"{short(value)}, came {short(got[f'field{i}'])}")


def series(seed, count, step, gap=0.02):
    """Random, with gaps, missing fields, texts and commas."""
    r = random.Random(seed)
    at, out = T0 + r.randrange(3600), []
    for _ in range(count):
        at += r.randrange(1, 2 * step)
        if r.random() < gap:
            at += r.randrange(step * 40)
        out.append((at, [some_text(r), f"{r.uniform(-50, 50):.2f}"]))
    return out


def some_text(r):
    kind = r.random()
    if kind < 0.1:
        return None
    if kind < 0.2:
        return r.choice(("Clouds", "n/a", "12 C", "--", "0x10"))
    if kind < 0.3:
        return str(r.randrange(-1000, 1000))
    return f"{r.uniform(-1000, 1000):.{r.randrange(1, 6)}f}"


def store(ch, readings):
    for i in range(0, len(readings), 5000):
        S.store_many(ch, [
            {"created_at": at, **{f"field{k}": v for k, v in
                                  enumerate(texts, 1) if v is not None}}
            for at, texts in readings[i:i + 5000]])


# -- tests

def test_by_hand():
    """The examples of the contract, to the letter."""
    ch = S.channel("A", "B")
    store(ch, [(T0, ["10", "1"]), (T0 + 1, ["20", None]),
               (T0 + 2, ["21", "Clouds"]), (T0 + 1860, ["7", "x"])])
    expected = {
        "timescale": [("10", "1"), (None, None), (None, None), ("7", "x")],
        "sum": [("51.0", "1.0"), (None, None), (None, None), ("7.0", None)],
        "average": [("17.0", "0.3333333333333333"), (None, None),
                    (None, None), ("7.0", None)],
        "median": [("20.0", "1.0"), (None, None), (None, None),
                   ("7.0", None)]}
    for kind, values in expected.items():
        start = T0 // 600 * 600
        came = asked(ch, kind, 10)
        same([list(e) for e in came][:1], [["created_at", "field1", "field2"]],
             f"members of {kind}")
        found = {e["created_at"]: (e["field1"], e["field2"]) for e in came}
        for i, value in enumerate(values):
            if stamp(start + i * 600) in found:
                same(found[stamp(start + i * 600)], value,
                     f"{kind} in slice {i}")
        same(len(came), (T0 + 1860) // 600 - T0 // 600 + 1, f"{kind}, slices")


def test_random_series():
    ch = S.channel("A", "B")
    readings = series(1, 1500, 120)
    store(ch, readings)
    compare(ch, readings, 2)


def test_dense_series():
    ch = S.channel("A", "B")
    readings = series(2, 3000, 2, gap=0.001)
    store(ch, readings)
    compare(ch, readings, 2, lengths=(10, 60))


def test_sparse_series():
    """Mostly gaps."""
    ch = S.channel("A", "B")
    readings = series(3, 60, 9000, gap=0.3)
    store(ch, readings)
    compare(ch, readings, 2)


def test_summed_hours_and_late_readings():
    """Hours that were summed beforehand give what single readings give, also
    when a reading of that time comes in late, or the channel is cleared."""
    ch = S.channel("A", "B")
    readings = series(4, 6000, 120)
    store(ch, readings)
    compare(ch, readings, 2, ("sum", "average"), (60, 240, 1440))
    wait_until_summed(ch)
    compare(ch, readings, 2, ("sum", "average"), (60, 240, 720, 1440))
    late = [(at + 30, ["1000000", "-5"]) for at, _ in readings[100:4000:400]]
    store(ch, late)
    readings += late
    compare(ch, readings, 2, ("sum", "average"), (60, 720))
    wait_until_summed(ch)
    compare(ch, readings, 2, ("sum", "average"), (60, 720))
    r = S.request("DELETE", f"/channels/{ch.id}/feeds.json?"
                  + wire.query(api_key=S.user_key))
    same(r.status, 200, "clear")
    same(asked(ch, "sum", 60), [], "a cleared channel")
    store(ch, readings[:50])
    compare(ch, readings[:50], 2, ("sum", "average"), (60, 240))


def wait_until_summed(ch):
    """If hours are summed beforehand at all; that is the server's business."""
    def summed():
        rows = harness.select(S.database, "SELECT summed_until FROM progress "
                              f"WHERE channel = {ch.id}")
        return int(rows[0][0]) > (T0 + 86400 * 2) * 1000
    soon(summed, 15, "hours that are summed")


def test_wide_sums_are_exact():
    """Large and small together."""
    ch = S.channel("A", "B")
    readings = [(T0 + i, [v, "0.1"]) for i, v in enumerate(
        ["1e15", "0.25", "-1e15", "0.5"] * 50)]
    store(ch, readings)
    for entry in asked(ch, "sum", 1440):
        same(float(entry["field1"]), 37.5, "sum of large and small")
        same(float(entry["field2"]), 20.0, "two hundred times 0.1")


def test_round():
    ch = S.channel("A")
    store(ch, [(T0, ["10"]), (T0 + 1, ["10"]), (T0 + 2, ["11"])])
    same(asked(ch, "average", 60, round=3)[0]["field1"], "10.333", "round=3")
    same(asked(ch, "sum", 60, round=1)[0]["field1"], "31.0", "round=1")
    same(asked(ch, "median", 60, round=2)[0]["field1"], "10.00", "round=2")
    same(asked(ch, "sum", 60, round=0)[0]["field1"], "31", "round=0")


def test_comma():
    """A comma in the values is a comma in the answer."""
    ch = S.channel("A")
    store(ch, [(T0, ["1,5"]), (T0 + 1, ["2,25"])])
    same(asked(ch, "sum", 60)[0]["field1"], "3,75", "sum")
    same(asked(ch, "median", 60)[0]["field1"], "1,875", "median")


def test_text_alone_is_null():
    ch = S.channel("A")
    store(ch, [(T0, ["Clouds"]), (T0 + 1, ["nan"]), (T0 + 2, ["-INF"])])
    for kind in ("sum", "average", "median"):
        same([e["field1"] for e in asked(ch, kind, 60)], [None], kind)


def test_precedence():
    """timescale, sum, average, median."""
    ch = S.channel("A")
    store(ch, [(T0, ["1"]), (T0 + 1, ["2"]), (T0 + 2, ["6"])])
    for params, expected in (
            ({"median": 60, "average": 60, "sum": 60, "timescale": 60}, "1"),
            ({"median": 60, "average": 60, "sum": 60}, "9.0"),
            ({"median": 60, "average": 60}, "3.0"), ({"median": 60}, "2.0")):
        kind = next(iter(params))
        rest = {k: v for k, v in params.items() if k != kind}
        same(asked(ch, kind, 60, **rest)[0]["field1"], expected, f"{params}")


def test_daily_and_unknown():
    ch = S.channel("A")
    store(ch, [(T0, ["1"]), (T0 + 1, ["2"])])
    same(asked(ch, "sum", "daily"), asked(ch, "sum", 1440), "daily")
    for minutes in ("7", "0", "-10", "x", "", "100000", "60.0"):
        came = asked(ch, "sum", minutes)
        same([e.get("entry_id") for e in came], [1, 2], f"sum={minutes}")


def test_slices_in_a_zone():
    """The zone changes how times are written, not where slices begin."""
    ch = S.channel("A")
    store(ch, [(T0, ["1"])])
    same(asked(ch, "sum", 60, timezone="America/New_York")[0]["created_at"],
         "2017-07-13T22:00:00-04:00", "start of the hour in New York")


def test_one_field_and_csv():
    ch = S.channel("A", "B")
    store(ch, [(T0, ["1", "5"]), (T0 + 7200, ["2", "6"])])
    tail = f"?api_key={ch.read}&start=2000-01-01&sum=60"
    same(S.get(f"/channels/{ch.id}/fields/2.csv{tail}").text,
         "created_at,field2\n2017-07-14 02:00:00 UTC,5.0\n"
         "2017-07-14 03:00:00 UTC,\n2017-07-14 04:00:00 UTC,6.0\n",
         "fields/2.csv")
    r = S.get(f"/channels/{ch.id}/feeds.json{tail}&status=true&location=true")
    for entry in r.json["feeds"]:
        one_of(entry.get("status"), (None,), "status of a slice")


def test_window_and_slices():
    ch = S.channel("A")
    readings = [(T0 + i * 600, [str(i)]) for i in range(100)]
    store(ch, readings)
    start, end = T0 + 100 * 60, T0 + 500 * 60
    r = S.get(f"/channels/{ch.id}/feeds.json?" + wire.query(
        api_key=ch.read, start=stamp(start), end=stamp(end), sum=60))
    inside = [x for x in readings if start <= x[0] <= end]
    same([(e["created_at"], float(e["field1"])) for e in r.json["feeds"]],
         [(at, v[0]) for at, v in slices(inside, "sum", 60, 1)],
         "slices of a window cut through the first and the last hour")


def test_far_apart():
    """Two readings, decades between them, are no way to exhaust the server."""
    ch = S.channel("A")
    store(ch, [("1970-01-02", ["1"]), (4000000000, ["2"])])
    began = time.monotonic()
    r = S.get(f"/channels/{ch.id}/feeds.json?" + wire.query(
        api_key=ch.read, start="1960-01-01", sum=10), timeout=30 * SLOW)
    true(r.status < 500, f"expected an answer, came {r!r}")
    true(time.monotonic() - began < 10 * SLOW,
         "expected an answer within 10 s, took longer")
