"""Charts in the frames of other sites, and the page that makes their text."""
import html
import re
import time

import harness
import wire
from expect import holds, lacks, same, true
from visitor import BROWSER, Visitor

S = harness.Shared()


def public():
    if "public" not in S.memory:
        ch = S.channel("Outside:°C", "Sky <b>", public=True)
        for i in range(20):
            S.store(ch, field1=f"{i}.5", field2="x")
        S.memory["public"] = ch
    return S.memory["public"]


def frame(channel, field=1, status=200, raw=None, **options):
    query = raw if raw is not None else wire.query(**options)
    r = S.get(f"/channels/{channel.id}/charts/{field}"
              + (f"?{query}" if query else ""), BROWSER)
    same(r.status, status, query)
    return r


def tag(r):
    """The <img> of a frame."""
    return re.search(r"<img [^>]*>", r.text)[0]


def picture(r):
    """Its attributes."""
    return {n: html.unescape(v) for n, v in
            re.findall(r' ([a-z-]+)="([^"]*)"', tag(r))}


def test_snippets_of_the_hosted_service():
    """As they stand in wikis; only the host is another."""
    for raw in ("bgcolor=%23ffffff&color=%23d62020&dynamic=true&results=60"
                "&type=line&update=15",
                "dynamic=true&width=auto&height=auto",
                "days=1&timescale=10&title=Temperature&xaxis=Time&yaxis=C"
                "&yaxismin=-10&yaxismax=40&type=spline&step=false",
                "type=bar&average=60&round=1&push=false&update=5&export=true",
                "type=column&width=450&height=260&timezone=Europe/Berlin",
                ""):
        r = frame(public(), raw=raw)
        same(r.type, "text/html", raw)
        img = picture(r)
        shown = S.get(img["src"])
        same((shown.status, shown.type), (200, "image/svg+xml"), raw)
        holds(shown.text, html.escape(img["alt"], quote=False), raw)


def test_headers():
    r = frame(public())
    same(r.header("X-Frame-Options"), "ALLOWALL", "X-Frame-Options")
    policy = r.header("Content-Security-Policy")
    for part in ("frame-ancestors *", "default-src 'none'",
                 "form-action 'none'"):
        holds(policy, part, "policy")
    lacks(r.text, "<form", "nothing to click by mistake")
    lacks(r.text, "csrf", "nothing of a session")
    same(S.request("HEAD", f"/channels/{public().id}/charts/1").status, 200,
         "HEAD")


def test_size():
    same([picture(frame(public(), **q)).get("data-fill") for q in (
        {}, {"width": 300}, {"height": 200}, {"width": 300, "height": 200},
        {"width": "auto", "height": "auto"}, {"width": 300,
                                              "height": "auto"})],
         ["both", "height", "width", None, "both", "height"], "fills")
    img = picture(frame(public(), width=300, height=200))
    same((img["width"], img["height"]), ("300", "200"), "as it was asked for")


def test_dynamic():
    def how(**q):
        img = picture(frame(public(), **q))
        return "data-push" in tag(frame(public(), **q)), img.get("data-update")
    same(how(), (False, None), "usually not")
    same(how(dynamic="true"), (False, "15"), "asking")
    same(how(dynamic="TRUE", push="True"), (True, "15"), "told, in any case")
    same(how(dynamic="true", push="false"), (False, "15"), "asking")
    for update, seconds in ((60, "60"), (1, "5"), (-7, "5"), ("x", "15"),
                            (99999999999, "86400")):
        same(how(dynamic="true", push="false", update=update),
             (False, seconds), f"each {update}")
    img = picture(frame(public(), dynamic="true"))
    same((img["data-channel"], img["data-entry"]), (str(public().id), "20"),
         "how far it is known")
    sized = {"width": 300, "height": 200}
    lacks(frame(public(), **sized).text, "<script", "nothing to do")
    holds(frame(public(), dynamic="true", **sized).text, "embed.js", "dynamic")
    holds(frame(public()).text, "embed.js", "fills its frame")


def csv_of(r):
    return html.unescape(re.search(r'href="([^"]*\.csv[^"]*)"', r.text)[1])


def test_export():
    old = S.channel("Outside:°C", public=True, timezone="Asia/Tokyo")
    now = int(time.time())
    S.store_many(old, [{"created_at": str(now - hours * 3600),
                        "field1": str(hours)}
                       for hours in (9000, 200, 100, 20, 0)])
    day = time.strftime("%Y-%m-%d", time.gmtime(now - 200 * 3600 + 9 * 3600))
    for options, hours in (
            ({"results": 3}, [100, 20, 0]), ({}, [9000, 200, 100, 20, 0]),
            ({"range": "day"}, [20, 0]), ({"range": "week"}, [100, 20, 0]),
            ({"range": "all"}, [9000, 200, 100, 20, 0]),
            ({"days": 6, "max": 50}, [20, 0]),
            ({"start": day, "end": day + " 23:59:59"}, [200])):
        r = frame(old, export="true", title="&b=\"", **options)
        got = S.get(csv_of(r))
        same((got.status, got.type), (200, "text/csv"), options)
        same([line.split(",")[-1] for line in got.text.splitlines()[1:]],
             [str(h) for h in hours], f"the readings of {options}")
    lacks(frame(old).text, ".csv", "without export")
    shut = S.channel("Inside:°C")
    S.store(shut, field1="1")
    same(S.get(csv_of(frame(shut, export="true", api_key=shut.read))).status,
         200, "with the key")


def test_step():
    """The hosted service's option of its own; columns stay columns."""
    ch = S.channel("Outside:°C", public=True)
    S.store_many(ch, [{"created_at": f"2026-01-0{day}", "field1": str(day)}
                      for day in (1, 2, 4, 8)])

    def drawn(raw):
        return S.get(f"/channels/{ch.id}/charts/1.svg?start=2026-01-01"
                     "&end=2026-01-09&" + raw).text
    same(drawn("step=true"), drawn("type=step"), "step")
    same(drawn("step=true&type=line"), drawn("type=step"), "of a line")
    same(drawn("step=true&type=column"), drawn("type=column"), "of columns")
    same(drawn("step=false&type=line"), drawn("type=line"), "not a step")
    true(drawn("type=step") != drawn("type=line"), "expected two drawings")


def test_texts_are_texts():
    bad = "\"><script>alert('1')</script>&amp;{{title}}"
    r = frame(public(), title=bad, xaxis=bad, yaxis=bad)
    lacks(r.text, "<script>", "a title")
    same(r.text.count("<script"), 1, "scripts: ours")
    frame(public(), raw='title="><b>')
    r = frame(public(), field=2)
    lacks(r.text, "<b>", "a label")


def test_refusals():
    for field, options, status, sentence in (
            (3, {}, 404, "no such field"), ("x", {}, 404, "no such field"),
            (1, {"color": "red!"}, 400, "colour"),
            (1, {"type": "pie"}, 400, "type is not"),
            (1, {"yaxismin": 5, "yaxismax": 1}, 400, "yaxismin")):
        r = frame(public(), field, status, **options)
        same(r.type, "image/svg+xml", "the form of the picture")
        holds(r.text, sentence, f"{field} {options}")
        lacks(r.header("Content-Security-Policy"), "frame-ancestors",
              "shown in frames, too")


def test_private():
    ch = S.channel("Inside:°C")
    S.store(ch, field1="1.5")
    holds(frame(ch, status=401).text, "This channel is private", "no key")
    frame(ch, status=401, api_key="NONE")
    r = frame(ch, api_key=ch.read, dynamic="true")
    same(r.header("Cache-Control"), "no-store", "kept by nobody")
    img = picture(r)
    same(S.get(img["src"]).status, 200, "its picture")
    lacks(r.text, ch.write, "never the write key")


def test_other_names_of_a_key():
    """What a key has opened goes on with it, whatever it was called."""
    ch = S.channel("Inside:°C")
    S.store(ch, field1="1.5")
    for name in ("key", "api_key", "apikey"):
        sent, on = f"{name}={ch.read}", f"api_key={ch.read}"
        r = frame(ch, export="true", **{name: ch.read})
        holds(r.text, on, f"a frame by {name}")
        for path in (f"/channels/{ch.id}", f"/channels/{ch.id}/embed",
                     f"/journal?channel={ch.id}", "/"):
            r = S.get(f"{path}{'&' if '?' in path else '?'}{sent}", BROWSER)
            same(r.status, 200, path)
            holds(r.text, on, f"{path} by {name}")
        r = S.get(f"/channels/{ch.id}/export?{sent}", BROWSER)
        holds(r.text, f'name="api_key" value="{ch.read}"', f"export, {name}")


# -- the page that makes the text

def texts(r):
    return [html.unescape(t) for t in
            re.findall(r'<code id="[a-z-]+">(.*?)</code>', r.text, re.S)]


def test_the_text():
    ch = public()
    r = S.get(f"/channels/{ch.id}/embed?" + wire.query(
        field=1, range="newest", type="step", color="#d62020", title='A "b"',
        width=600, height=300, live="yes"), BROWSER)
    same(r.status, 200, "the page")
    holds(r.header("Content-Security-Policy"), "frame-src 'self'", "preview")
    frame_text, image, markdown = texts(r)
    origin = "http://localhost"  # as it was asked for
    query = ("results=60&type=step&color=%23d62020&title=A%20%22b%22"
             "&width=600&height=300")
    holds(html.unescape(frame_text),
          f'src="{origin}/channels/{ch.id}/charts/1?{query}&dynamic=true&push=true"',
          "frame")
    holds(html.unescape(image),
          f'src="{origin}/channels/{ch.id}/charts/1.svg?{query}"', "image")
    same(markdown,
         f"![Outside]({origin}/channels/{ch.id}/charts/1.svg?{query})", "Markdown")
    same(S.get(f"/channels/{ch.id}/charts/1?{query}").status, 200, "it works")


def test_how_many():
    for results, expected in ((7, 7), ("x", 60), (0, 60), (9000, 60), ("", 60)):
        r = S.get(f"/channels/{public().id}/embed?" + wire.query(
            range="newest", results=results), BROWSER)
        holds(texts(r)[2], f"?results={expected}&", results)
    r = S.get(f"/channels/{public().id}/embed?range=week&results=7", BROWSER)
    lacks(texts(r)[2], "results", "with a range")
    holds(r.text, 'value="7"', "it is still there")


def test_what_makes_no_sense():
    ch = public()
    r = S.get(f"/channels/{ch.id}/embed?" + wire.query(
        field=77, range="x", type="pie", width="wide", height=-1), BROWSER)
    same(r.status, 200, "the usual instead")
    holds(html.unescape(texts(r)[0]),
          f"/channels/{ch.id}/charts/1?range=day&width=450&height=250",
          "frame")
    empty = S.channel("Bare", public=True)
    harness.execute(S.database, "UPDATE field SET label = '' "
                                f"WHERE channel = {empty.id}")
    holds(S.get(f"/channels/{empty.id}/embed", BROWSER).text,
          "there is no chart to show", "no field")


def test_a_private_channels_text():
    ch = S.channel("Inside:°C")
    path = f"/channels/{ch.id}/embed"
    same(S.get(path, BROWSER).status, 403, "a stranger")
    anna = Visitor(S)
    anna.log_in("anna", "correct horse")
    r = anna.get(path)
    holds(r.text, f'<option value="{ch.read}">', "her read key")
    lacks(r.text, ch.write, "never the write key")
    lacks(texts(r)[0], "api_key", "unless chosen")
    r = anna.get(f"{path}?api_key={ch.read}")
    holds(texts(r)[0], f"api_key={ch.read}", "chosen")
    same(r.header("Cache-Control"), "private, no-store", "kept by nobody")
    r = S.get(f"{path}?api_key={ch.read}", BROWSER)
    holds(texts(r)[0], f"api_key={ch.read}", "whom the key let in")
    lacks(r.text, "<select id=\"api_key\"", "no other keys")
    true(ch.read in r.text, "expected the key in the form")


def test_a_write_key_is_not_published():
    """It opens the page, and everybody could read it in an address."""
    ch = S.channel("Inside:°C")
    S.store(ch, field1="1.5")
    path = f"/channels/{ch.id}/embed?api_key={ch.write}"
    anna = Visitor(S)
    anna.log_in("anna", "correct horse")
    for r in (S.get(path, BROWSER), anna.get(path)):
        same(r.status, 200, "the page")
        same(len(texts(r)), 3, "texts")
        for text in texts(r):
            lacks(text, ch.write, "a text")
            lacks(text, "api_key", "a text")
    r = S.get(path, BROWSER)
    holds(r.text, "can do more than read", "why")
    src = html.unescape(re.search(r'<iframe class="preview" src="([^"]*)"',
                                  r.text)[1])
    same(S.get(src).status, 200, "the preview")
    lacks(S.get(f"/channels/{ch.id}/embed?api_key={ch.read}", BROWSER).text,
          "can do more than read", "with a read key")
