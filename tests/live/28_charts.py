"""Pictures of charts, for places where no script runs."""
import html
import random
import re
import time
import xml.etree.ElementTree as ElementTree

import harness
import wire
from expect import at_most, holds, lacks, one_of, same, true
from visitor import Visitor

S = harness.Shared()
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SVG = "{http://www.w3.org/2000/svg}"
SECONDS = {"hour": 3600, "day": 86400, "week": 7 * 86400,
           "month": 30 * 86400, "year": 365 * 86400}


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Picture:
    """An SVG as a program reads it."""

    def __init__(self, r, status=200):
        same((r.status, r.header("Content-Type")), (status, "image/svg+xml"),
             "a picture")
        self.bytes = len(r.body)
        self.text = r.text
        self.top = ElementTree.fromstring(r.text)
        same(self.top.tag, SVG + "svg", "its first element")

    def words(self):
        return self.top.find(SVG + "desc").text

    def labels(self, kind=None):
        """Texts; "t": the title, "v": the value, "s": the rest."""
        return [e.text for e in self.top.iter(SVG + "text")
                if kind in (None, e.get("class").split()[0])]

    def path(self, kind):
        """What a path of that kind goes through, run by run, in pixels of
        the plot: "m" the means, "b" the band, "d" dots, "c" columns."""
        found = [e.get("d") for e in self.top.iter(SVG + "path")
                 if e.get("class") == kind]
        same(len(found), 1, f"paths {kind}")
        return runs(found[0])


def runs(d):
    out, x, y = [], 0, 0
    for letter, numbers in re.findall(r"([MlhvzV])([-\d ]*)", d):
        n = [int(v) / 10 for v in re.findall(r"-?\d+", numbers)]
        if letter == "M":
            x, y = n
            out.append([])
        elif letter == "l":
            x, y = x + n[0], y + n[1]
        elif letter == "h":
            x += n[0]
        elif letter == "v":
            y += n[0]
        elif letter == "V":
            y = n[0]
        if letter != "z":
            out[-1].append((round(x, 1), round(y, 1)))
    return out


def get(channel, field=1, status=200, **options):
    return Picture(S.get(f"/channels/{channel.id}/charts/{field}.svg?"
                         + wire.query(**options)), status)


def channel_with(values, start, step, *fields, **about):
    """values of field 1, a step of so many seconds apart; None: nothing."""
    ch = S.channel(*fields or ("Temperature:°C",), public=True, **about)
    S.store_many(ch, [{"created_at": stamp(start + i * step), "field1": v}
                      for i, v in enumerate(values) if v is not None])
    return ch


def minutes():
    """The last day, a reading each minute."""
    if "minutes" not in S.memory:
        now = int(time.time())
        S.memory["minutes"] = channel_with(
            [f"{20 + i % 60 / 10:.1f}" for i in range(1440)],
            now - 1439 * 60, 60, timezone="Europe/Berlin")
    return S.memory["minutes"]


def test_a_picture():
    ch = minutes()
    r = S.get(f"/channels/{ch.id}/charts/1.svg?range=day")
    p = Picture(r)
    same(p.labels("t"), ["Temperature"], "title")
    same(p.labels("v"), ["25.9\u00a0°C"], "the newest value")
    holds(p.labels("s"), "°C", "the unit beside the axis")
    same((p.top.get("width"), p.top.get("height")), ("450", "250"), "size")
    same(p.top.find(SVG + "title").text, "Temperature", "title")
    for word in ("Temperature", "last 24 hours", "lowest 20\u00a0°C",
                 "highest 25.9\u00a0°C", "newest 25.9\u00a0°C"):
        holds(p.words(), word, "the description")
    same(len(p.path("m")), 1, "runs of the line")
    at_most(p.bytes, 30000, "bytes")


def test_headers():
    ch = minutes()
    for more in ("", "&headers=false", "&range=x"):
        r = S.get(f"/channels/{ch.id}/charts/1.svg?range=day{more}")
        same(r.header("X-Content-Type-Options"), "nosniff", "nosniff")
        same(r.header("Content-Security-Policy"),
             "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
             "policy")
    r = S.get(f"/channels/{ch.id}/charts/1.svg?range=day")
    same(r.header("Cache-Control"), "no-cache", "Cache-Control")
    for part in ("<script", "http://", "https://", "href", "url(", "@import"):
        lacks(r.text.replace('xmlns="http://www.w3.org/2000/svg"', ""), part,
              "the picture")
    tag = r.header("ETag")
    again = S.get(f"/channels/{ch.id}/charts/1.svg?range=year",
                  {"If-None-Match": tag})
    same(again.status, 200, "another picture with that tag")
    tag = again.header("ETag")
    again = S.get(f"/channels/{ch.id}/charts/1.svg?range=year",
                  {"If-None-Match": tag})
    same((again.status, again.body), (304, b""), "the same picture again")
    head = S.request("HEAD", f"/channels/{ch.id}/charts/1.svg")
    same((head.status, head.body), (200, b""), "HEAD")


def test_every_range():
    ch = minutes()
    for name in list(SECONDS) + ["all"]:
        p = get(ch, range=name, width=1000)
        at_most(p.bytes, 30000, f"bytes of {name}")
        true(p.path("m"), f"{name}: expected a line, came none")


def test_spike_in_a_year():
    """One reading of a year is seen, before and after the hours are summed."""
    now = int(time.time())
    values = ["20"] * 8700
    values[4321] = "99.5"
    ch = channel_with(values, now - 8700 * 3600, 3600)
    high = get(ch, range="year").path("b")[0]
    true(min(y for _, y in high) < max(y for _, y in high) - 100,
         "expected a spike in the band, came none")
    holds(get(ch, range="year").words(), "highest 99.5", "the description")


def test_the_start_is_in_it():
    """A spike in the first second of a window that ends now, as in the CSV."""
    start = int(time.time()) - 2 * 86400
    ch = channel_with(["99.5"] + ["20"] * 200, start, 60)
    rows = S.get(f"/channels/{ch.id}/feeds.csv?"
                 + wire.query(start=stamp(start))).text.splitlines()[1:]
    same((len(rows), rows[0].split(",")[2]), (201, "99.5"), "the CSV")
    for how in ({}, {"results": 8000}, {"max": 200}):
        holds(get(ch, start=stamp(start), **how).words(), "highest 99.5",
              f"the picture {how}")


def test_no_results():
    """As feeds have it: none, with a window and without."""
    ch = minutes()
    start = stamp(time.time() - 86400)
    for how in ({}, {"days": 1}, {"start": start},
                {"start": start, "average": 60}):
        csv = S.get(f"/channels/{ch.id}/feeds.csv?"
                    + wire.query(results=0, **how)).text
        same(len(csv.splitlines()), 1, f"lines of the CSV {how}")
        p = get(ch, results=0, **how)
        holds(p.labels("s"), "No readings in this time", f"the picture {how}")
        same(p.labels("v"), [], f"values {how}")


def test_gaps_break_the_line():
    start = int(time.time()) // 60 * 60 - 3 * 3600
    values = ["1"] * 60 + [None] * 30 + ["3"] + [None] * 29 + ["2"] * 60
    ch = channel_with(values, start, 60)
    p = get(ch, start=stamp(start), end=stamp(start + 3 * 3600))
    line = p.path("m")
    same(len(line), 3, "runs of the line")
    true(line[1][0][0] > line[0][-1][0] + 50 and len(line[1]) == 1,
         f"expected a reading on its own, came {line[1]}")
    true(line[1][0] in [dot[0] for dot in p.path("d")],
         "expected a dot for the reading on its own, came none")


def test_few_and_none():
    empty = S.channel("Empty:°C", public=True)
    p = get(empty, range="all")
    holds(p.labels("s"), "No readings in this time", "an empty channel")
    holds(p.words(), "no readings", "an empty channel")
    same(p.labels("v"), [], "values of an empty channel")
    holds(get(minutes(), start="2001-01-01", end="2001-01-02").labels("s"),
          "No readings in this time", "long before")
    texts = channel_with(["Clouds", "Rain", "nan", ""], time.time() - 900,
                         300, "Sky")
    for name in ("hour", "year", "all"):
        p = get(texts, range=name)
        holds(p.labels("s"), "No numbers in this time", "texts only")
    one = channel_with(["21.20"], time.time() - 900, 60)
    for name in ("hour", "year", "all"):
        p = get(one, range=name)
        same(p.labels("v"), ["21.20\u00a0°C"], "one reading")
        same(len(p.path("d")), 1, f"dots of one reading, {name}")


def test_constant_huge_tiny():
    now = int(time.time())
    for values in (["5"] * 20, ["0"] * 20, ["1e308", "-1e308", "1.7e308"],
                   ["5e-324", "1e-300"], ["5e-324"], ["1e15", "1000000000000001"],
                   ["-0.001", "0.001"]):
        ch = channel_with(values, now - 1800, 60)
        for options in ({}, {"type": "column"}, {"range": "year"}):
            p = get(ch, **options)
            lacks(p.text, "nan", f"{values} {options}")
            lacks(p.text, "inf", f"{values} {options}")
            true(len(p.labels("s")) >= 3, "expected marks, came none")
    p = get(channel_with(["5"] * 20, now - 1800, 60))
    same(len({y for _, y in p.path("m")[0]}), 1, "heights of a constant")


def test_a_day_of_25_hours():
    """Berlin, 31 October 2021: an hour comes twice, and the axis tells."""
    start = 1635631200  # 2021-10-30T22:00Z, midnight there
    ch = channel_with(["1"] * 25, start, 3600, timezone="Europe/Berlin")
    p = get(ch, start="2021-10-31", end="2021-10-31 23:59:59", width=1000)
    marks = [t for t in p.labels("s") if re.fullmatch(r"\d\d:00", t)]
    same(marks, ["03:00", "06:00", "09:00", "12:00", "15:00", "18:00",
                 "21:00"], "marks of the hours")
    at = [float(e.get("x")) for e in p.top.iter(SVG + "text")
          if re.fullmatch(r"\d\d:00", e.text)]
    holds(p.labels("s"), "31 Oct", "the day's own mark")
    steps = [round(b - a) for a, b in zip(at, at[1:])]
    at_most(max(steps) - min(steps), 1, "difference of steps behind the change")
    dots = p.path("d")
    same(len(dots), 25, "readings")
    p = get(ch, start="2021-10-31 00:00", end="2021-10-31 06:00", width=800)
    same([t for t in p.labels("s") if re.fullmatch(r"\d\d:00", t)].count(
        "02:00"), 2, "marks of the hour that comes twice")
    utc = get(ch, start="2021-10-31", end="2021-10-31 23:59:59", width=1000,
              timezone="UTC")
    holds(utc.words(), "(UTC)", "the zone that was asked for")


def test_display_unit():
    ch = channel_with(["0", "100", "22.4"], time.time() - 600, 60,
                      "Garden:°C>°F")
    p = get(ch, range="hour")
    same(p.labels("v"), ["72\u00a0°F"], "the newest value")
    holds(p.labels("s"), "°F", "the unit beside the axis")
    holds(p.labels("s"), "200", "a mark in °F")
    holds(p.words(), "highest 212\u00a0°F", "the description")


def test_options():
    ch = minutes()
    p = get(ch, title="A <b>&", xaxis="time", yaxis="degrees", width=300,
            height=200, round=0, color="d33", bgcolor="#ffffee", days=1,
            dynamic="true", nonsense="1")
    same(p.labels("t"), ["A <b>&"], "title")
    holds(p.labels("s"), "time", "xaxis")
    holds(p.labels("s"), "degrees", "yaxis")
    same(p.labels("v"), ["26\u00a0°C"], "rounded")
    same((p.top.get("width"), p.top.get("height")), ("300", "200"), "size")
    holds(p.text, "#ffffee", "bgcolor")
    holds(p.text, "#dd3333", "color")
    lacks(p.text, "prefers-color-scheme", "with a background")
    same((get(ch, width=99999).top.get("width"),
          get(ch, width="auto", height="").top.get("width")), ("2000", "450"),
         "widths")
    holds(get(ch, yaxismin=0, yaxismax=50, range="day").labels("s"), "50",
          "yaxismax")
    same(len(get(ch, results=7).path("d")), 7, "newest seven")
    same(len(get(ch, range="day", type="column", average=60).path("c")) > 20,
         True, "columns of hours")
    columns = get(ch, results=12, type="column").path("c")
    same(len(columns), 12, "columns")
    at = [(c[0][0], c[2][0]) for c in columns]
    true(all(b[0] >= a[1] and a[1] - a[0] > 15 for a, b in zip(at, at[1:])),
         f"expected columns side by side, came {at}")
    step = get(ch, results=5, type="step").path("m")[0]
    true(all(a[0] == b[0] or a[1] == b[1] for a, b in zip(step, step[1:])),
         f"expected steps, came {step}")


def test_slices():
    start = int(time.time()) // 86400 * 86400 - 86400
    ch = channel_with(["1", "2", "6"], start, 600)
    def last(**how):
        return get(ch, start=stamp(start), end=stamp(start + 7200),
                   **how).labels("v")
    same(last(average=60), ["3\u00a0°C"], "average")
    same(last(median=60), ["2\u00a0°C"], "median")
    same(last(sum=60), ["9\u00a0°C"], "sum")
    same(last(timescale=60), ["1\u00a0°C"], "timescale")
    same(last(max=3), ["2\u00a0°C"], "without what is above")


def test_wrong_options():
    """Whoever asks for nonsense sees why, in the picture."""
    ch = minutes()
    for option, value in (("width", "abc"), ("height", "-3"), ("color", "red!"),
                          ("bgcolor", "12345"), ("type", "pie"),
                          ("yaxismin", "low"), ("yaxismax", "nan"),
                          ("range", "decade"), ("start", "yesterdayish")):
        p = get(ch, status=400, **{option: value})
        holds(" ".join(p.labels()), option, f"the sentence about {option}")
        holds(p.words(), option, f"the description about {option}")
    p = get(ch, status=400, yaxismin=5, yaxismax=5)
    holds(" ".join(p.labels()), "yaxismin", "ends that are one")
    p = Picture(S.get(f"/channels/{ch.id}/charts/1.svg?title=%ff"), 422)
    holds(" ".join(p.labels()), "UTF-8", "a title that is no text")
    for field in ("2", "0", "65", "x", "field2"):
        Picture(S.get(f"/channels/{ch.id}/charts/{field}.svg"), 404)
    Picture(S.get("/channels/99999999/charts/1.svg"), 404)
    one_of(S.get(f"/channels/{ch.id}/charts/1.gif").status, (404,), "a gif")


def test_any_options():
    """Whatever is asked for: a picture that is well-formed, or a sentence."""
    ch = minutes()
    dice = random.Random(7)
    values = ["", "0", "1", "-1", "60", "daily", "auto", "true", "1e9", "abc",
              "999999999999999999999", "2021-03-28", "<&\">'", "ÄÖ" * 200,
              "\u0001\u0008x", "%", "#fff", "column", "step", "hour", "all"]
    names = ["days", "minutes", "start", "end", "results", "title", "xaxis",
             "yaxis", "color", "bgcolor", "width", "height", "type",
             "yaxismin", "yaxismax", "timescale", "average", "median", "sum",
             "round", "range", "timezone", "min", "max"]
    for _ in range(150):
        asked = {dice.choice(names): dice.choice(values)
                 for _ in range(dice.randrange(1, 5))}
        r = S.get(f"/channels/{ch.id}/charts/1.svg?" + wire.query(**asked))
        one_of(r.status, (200, 400, 422), f"{asked}")
        at_most(Picture(r, r.status).bytes, 60000, f"bytes with {asked}")


def test_private_channel():
    ch = S.channel("Secret Temperature:°C", name="Secret")
    S.store(ch, field1="21.5")
    path = f"/channels/{ch.id}/charts/1.svg"
    for query in ("", "?api_key=WRONGWRONGWRONG1"):
        r = S.get(path + query)
        p = Picture(r, 401)
        lacks(r.text, "Secret", "the refusal")
        holds(" ".join(p.labels()), "private", "the refusal")
        holds(r.header("Cache-Control"), "no-store", "Cache-Control")
    r = S.get(f"{path}?api_key={ch.read}")
    same(Picture(r).labels("v"), ["21.5\u00a0°C"], "with the read key")
    holds(r.header("Cache-Control"), "no-store", "Cache-Control")
    anna = Visitor(S)
    anna.log_in("anna", "correct horse")
    same(Picture(anna.get(path)).labels("v"), ["21.5\u00a0°C"],
         "in the owner's session")


def images(page):
    return [dict(re.findall(r'(\w+)="([^"]*)"', tag))
            for tag in re.findall(r"<img ([^>]*)>", page.text)
            if "/charts/" in tag]


def test_on_the_page():
    ch = minutes()
    r = S.get(f"/channels/{ch.id}", BROWSER)
    (image,) = images(r)
    holds(image["src"], "range=day", "the usual range")
    holds(image["alt"], "lowest 20", "what it shows")
    true(image["width"].isdigit() and image["height"].isdigit(),
         f"expected width and height, came {image}")
    ranges = re.findall(r'href="(/channels/\d+\?range=(\w+))#charts"', r.text)
    same([name for _, name in ranges], list(SECONDS) + ["all"], "ranges")
    for link, name in ranges:
        r = S.get(link, BROWSER)
        (image,) = images(r)
        holds(image["src"], f"range={name}&amp;", "the picture")
        Picture(S.get(html.unescape(image["src"])))
        holds(r.text, f'range={name}#charts" aria-current="true"', "the link")
        large = re.search(r'srcset="([^"]*)"', r.text)[1]
        Picture(S.get(html.unescape(large)))
    same(images(S.get(f"/channels/{ch.id}?range=x", BROWSER))[0]["src"],
         images(S.get(f"/channels/{ch.id}", BROWSER))[0]["src"],
         "a range that is none")


def test_on_the_page_of_a_private_channel():
    ch = S.channel("Cellar:°C", name="Hidden")
    S.store(ch, field1="12")
    r = S.get(f"/channels/{ch.id}?range=week&api_key={ch.read}", BROWSER)
    (image,) = images(r)
    holds(image["src"], f"api_key={ch.read}", "the picture's address")
    Picture(S.get(html.unescape(image["src"])))
    links = re.findall(r'<a href="([^"#]*range=[^"#]*)', r.text)
    links += re.findall(r'<link rel="preload" href="([^"]*)', r.text)
    true(len(links) > 5, "links, and what the script will ask for")
    for link in links:
        same(S.get(html.unescape(link), BROWSER).status, 200, link)
    empty = S.channel("Nothing", public=True)
    lacks(S.get(f"/channels/{empty.id}", BROWSER).text, "/charts/",
          "the page of an empty channel")
