"""Charts in the frames of other sites, and the page that makes their text."""
import html
import re

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


def picture(r):
    """The <img> of a frame: its attributes."""
    tag = re.search(r"<img [^>]*>", r.text)[0]
    return {n: html.unescape(v) for n, v in
            re.findall(r' ([a-z-]+)="([^"]*)"', tag)}


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
        return img.get("data-events"), img.get("data-update")
    events = f"/channels/{public().id}/events"
    same(how(), (None, None), "usually not")
    same(how(dynamic="true"), (events, None), "told")
    same(how(dynamic="TRUE"), (events, None), "in any case")
    same(how(dynamic="true", push="false"), (None, "15"), "asking")
    same(how(dynamic="true", push="false", update=60), (None, "60"), "seldom")
    same(how(dynamic="true", push="false", update=1), (None, "5"), "often")
    same(how(dynamic="true", push="false", update="x"), (None, "15"), "none")


def test_export():
    r = frame(public(), export="true", results=3)
    link = html.unescape(re.search(r'href="([^"]*\.csv[^"]*)"', r.text)[1])
    got = S.get(link)
    same((got.status, got.type, len(got.text.splitlines())),
         (200, "text/csv", 4), "these readings")
    lacks(frame(public()).text, ".csv", "without export")


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
    same(img["data-events"],
         f"/channels/{ch.id}/events?api_key={ch.read}", "its events")


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
          f'src="{origin}/channels/{ch.id}/charts/1?{query}&dynamic=true"',
          "frame")
    holds(html.unescape(image),
          f'src="{origin}/channels/{ch.id}/charts/1.svg?{query}"', "image")
    same(markdown,
         f"![Outside]({origin}/channels/{ch.id}/charts/1.svg?{query})", "Markdown")
    same(S.get(f"/channels/{ch.id}/charts/1?{query}").status, 200, "it works")


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
    same(r.header("Cache-Control"), "no-store", "kept by nobody")
    r = S.get(f"{path}?api_key={ch.read}", BROWSER)
    holds(texts(r)[0], f"api_key={ch.read}", "whom the key let in")
    lacks(r.text, "<select id=\"api_key\"", "no other keys")
    true(ch.read in r.text, "expected the key in the form")
