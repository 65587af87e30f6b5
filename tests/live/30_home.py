"""The home page: cards with the curve of a day, the owner's choice of them."""
import html
import re
import time

import browser
import harness
from expect import holds, lacks, same, true

S = harness.Shared()
PASSWORD = "correct horse"
HOUR = 3600


def nobody():
    return browser.Browser(S)


def text_of(part):
    """What a person reads, or hears."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split())


def seen(part):
    """Without what is for those who listen."""
    return text_of(re.sub(r'<span class="unseen">.*?</span>', " ", part))


def heard(part):
    """Without what is for those who see."""
    return text_of(re.sub(r'<(\w+)[^>]* aria-hidden="true".*?</\1>', " ",
                          part, flags=re.S))


def cards(r):
    return re.findall(r"<article.*?</article>", r.text, re.S)


def card(r, label):
    found = [part for part in cards(r) if f">{label}<" in part]
    same(len(found), 1, f"cards of {label}")
    return found[0]


def stamp(ago):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago))


# -- cards


def day():
    """Temperatures of a day, and fields that say nothing for a curve."""
    if "day" not in S.memory:
        ch = S.memory["day"] = S.channel(
            "Warmer:°C", "Colder:°C", "Same:hPa", "Words", "Once", "Old:°C",
            "Fahrenheit:°C", name="Of a day", public=True)
        harness.execute(S.database, "UPDATE field SET display = '°F' "
                        f"WHERE channel = {ch.id} AND number = 7")
        S.store(ch, field6="3", created_at=stamp(70 * 60))
        S.store(ch, field6="4", created_at=stamp(65 * 60))
        for i in range(24 * 2, -1, -1):
            S.store(ch, field1=f"{20 - i * 0.4:.1f}", field2=f"{i - 5:.2f}",
                    field3="1013.2", field4="Clouds", field7=f"{10 + i}",
                    created_at=stamp(i * HOUR / 2 + 1))
        S.store(ch, field5="1")
    return S.memory["day"]


def test_a_curve():
    day()
    for path in ("/", f"/channels/{day().id}"):
        r = nobody().page(path)
        part = card(r, "Warmer")
        curve = re.search(r"<svg[^>]*>.*?</svg>", part, re.S)[0]
        holds(curve, 'aria-hidden="true"', "the curve")
        line = re.search(r'class="spark-line" d="([^"]*)"', curve)[1]
        y = [float(pair.split()[1]) for pair in re.split("[ML]", line)[1:]]
        true(20 < len(y) < 30, f"expected a point an hour, came {line}")
        true(y == sorted(y, reverse=True), f"it rises: {line}")
        for label in ("Words", "Once"):
            lacks(card(r, label), "<svg", f"the card of {label}")


def test_a_gap_breaks_the_curve():
    ch = S.channel("Broken", public=True)
    for i in (0, 1, 2, 3, 4, 20, 21, 22, 23):
        S.store(ch, field1=str(i), created_at=stamp(i * HOUR + 1))
    line = re.search(r'class="spark-line" d="([^"]*)"',
                     card(nobody().page("/"), "Broken"))[1]
    same(line.count("M"), 2, f"parts of {line}")


def test_change_in_an_hour():
    day()
    r = nobody().page("/")
    for label, sight, words in (
            ("Warmer", "+0.8 in the last hour", "Up by 0.8 °C in the last"),
            ("Colder", "−2.00 in the last hour", "Down by 2.00 °C in the"),
            ("Same", "The same as an hour ago",
             "The same as an hour ago"),
            ("Fahrenheit", "−4 in the last hour", "Down by 4 °F in the")):
        holds(seen(card(r, label)), sight, label)
        holds(heard(card(r, label)), words, label)
    for label in ("Words", "Once", "Old"):
        lacks(card(r, label), "hour ago<", f"the card of {label}")
        lacks(card(r, label), "in the last hour", f"the card of {label}")


def test_numbers_of_any_size():
    ch = S.channel("Huge", "Tiny", "Commas", public=True)
    for i, (huge, tiny) in enumerate((("-1.7e308", "5e-324"), ("1.7e308", "0"),
                                      ("-1.7e308", "1e-320"), ("1e308", "0"))):
        S.store(ch, field1=huge, field2=tiny, field3=f"{i},25",
                created_at=stamp((3 - i) * HOUR + 1))
    r = nobody().page("/")
    for label in ("Huge", "Tiny", "Commas"):
        paths = re.findall(r' d="([^"]*)"', card(r, label))
        same(len(paths), 3, f"paths of {label}")
        for path in paths:
            true(re.fullmatch(r"([ML]\d+\.\d \d+\.\d|h0|Z)+", path),
                 f"{label}: came {path}")
    holds(seen(card(r, "Commas")), "+1.00 in the last hour", "Commas")
    lacks(card(r, "Huge"), "in the last hour", "Huge")


def test_nothing_that_the_policy_forbids():
    day()
    text = nobody().page("/").text
    lacks(text, "style=", "the page")
    lacks(text, "<script>", "the page")
    lacks(text, "<style", "the page")


# -- the choice


def person(name):
    """Somebody new, signed in."""
    S.do("user", "add", name, "--password-stdin", stdin=PASSWORD)
    return browser.Browser(S, name, PASSWORD)


def channel_of(name, *fields, public=False):
    words = ["channel", "add", "--owner", name, "--name", f"{name}'s"]
    for i, label in enumerate(fields, 1):
        words += ["--field", f"{i}={label}"]
    return harness.Channel(S.do(*words + ["--public"] * public).json)


def labels(r):
    return [html.unescape(re.search(r"<h3>(.*?)</h3>", part)[1])
            for part in cards(r)]


def choose(b, *names, **more):
    """Ticks these, and those that were ticked before."""
    r = b.submit(b.page("/home/edit"), "/home/edit", ("action", "choose"),
                 change={**{name: "yes" for name in names}, **more})
    same(r.status, 302, "the choice is saved")
    return b.page("/")


def press(b, card, action):
    r = b.page("/home/edit")
    for form in browser.Forms(r.text).list:
        if ("card", card) in form["inputs"] and (
                "action", action) in form["buttons"]:
            r = b.submit(r, "/home/edit", ("action", action), form=form)
            same(r.status, 302, f"{action} {card}")
            return r
    return None


def test_cards_are_chosen_and_moved():
    dora = person("dora")
    mine = channel_of("dora", "Attic", "Cellar", "Roof")
    other = S.channel("Lake", "River", name="Outdoors", public=True)
    S.store(mine, field1="1", field2="2", field3="3")
    true("Lake" in labels(dora.page("/")), "everything without a choice")
    a, b, lake = f"{mine.id}.1", f"{mine.id}.2", f"{other.id}.1"
    r = choose(dora, a, lake)
    same(labels(r), ["Attic", "Lake"], "the cards that were chosen")
    holds(text_of(cards(r)[1]), "Lake Outdoors", "a card names its channel")
    same(labels(choose(dora, b)), ["Attic", "Lake", "Cellar"],
         "another comes last")
    r = press(dora, b, "up")
    same(r.header("Location"), f"/home/edit#card-{b}", "where it leads")
    same(labels(dora.page("/")), ["Attic", "Cellar", "Lake"], "moved up")
    press(dora, a, "down")
    same(labels(dora.page("/")), ["Cellar", "Attic", "Lake"], "moved down")
    same(press(dora, b, "up"), None, "the first goes no further up")
    same(press(dora, lake, "down"), None, "the last goes no further down")
    press(dora, a, "remove")
    same(labels(dora.page("/")), ["Cellar", "Lake"], "removed")
    same(labels(choose(dora, **{lake: None})), ["Cellar"], "no longer ticked")
    true("Lake" in labels(nobody().page("/")), "others see what they did")
    r = choose(dora, **{b: None})
    true("Attic" in labels(r) and "Lake" in labels(r), "everything again")


def order(b, names, **more):
    r = b.page("/home/edit")
    return b.submit(r, "/home/edit", change={
        "card": None, "action": "order", "order": names, **more},
        form=b.form(r, "/home/edit", ("action", "remove")))


def test_cards_are_put_in_order():
    nina, otto = person("nina"), person("otto")
    ch = channel_of("nina", "Attic", "Barn", "Cellar", "Den")
    other = channel_of("otto", "Diary")
    a, b, c, d = (f"{ch.id}.{n}" for n in (1, 2, 3, 4))
    choose(nina, a, b, c)
    r = order(nina, f"{c},{a},{b}")
    same((r.status, r.header("Location")), (302, "/home/edit"), "an order")
    same(labels(nina.page("/")), ["Cellar", "Attic", "Barn"], "in order")
    for what, names in (
            ("nothing", ""), ("twice the same", f"{a},{a},{b}"),
            ("no name", f"{a},{b},x"), ("a gap", f"{a},,{b},{c}"),
            ("its end", f"{a},{b},{c},,"), ("no field", f"{a},{b},{ch.id}.65"),
            ("of none", None),
            ("too many", ",".join(f"9.{n % 64 + 1}" for n in range(200)))):
        same(order(nina, names).status, 400, what)
    for what, names in (
            ("too few", f"{a},{b}"), ("more", f"{a},{b},{c},{d}"),
            ("another in place of one", f"{a},{b},{d}"),
            ("another person's", f"{a},{b},{other.id}.1"),
            ("one that is not there", f"{a},{b},999.1")):
        r = order(nina, names)
        same(r.status, 200, what)
        holds(r.text, "Your cards were changed meanwhile", what)
    same(order(nina, f"{a},{b},{c}", csrf_token=None).status, 403,
         "without the token")
    same(order(nina, f"{a},{b},{c}", csrf_token=otto.token()).status, 403,
         "with the token of another")
    same(labels(nina.page("/")), ["Cellar", "Attic", "Barn"], "as before")


def test_an_order_of_cards_that_went():
    """In another window one was removed."""
    rosa = person("rosa")
    ch = channel_of("rosa", "Attic", "Barn", "Cellar")
    a, b, c = (f"{ch.id}.{n}" for n in (1, 2, 3))
    choose(rosa, a, b, c)
    r = rosa.page("/home/edit")
    press(rosa, b, "remove")
    r = rosa.submit(r, "/home/edit", change={
        "action": "order", "order": f"{c},{b},{a}"})
    holds(r.text, "Your cards were changed meanwhile", "what it says")
    lacks(r.text, f'id="card-{b}"', "what there is now")
    same(labels(rosa.page("/")), ["Attic", "Cellar"], "as before")


def test_nothing_that_is_not_theirs():
    ella, finn = person("ella"), person("finn")
    secret = channel_of("ella", "Diary")
    r = finn.page("/home/edit")
    lacks(r.text, "Diary", "what finn may choose")
    form = finn.form(r, "/home/edit", ("action", "choose"))
    finn.submit(r, "/home/edit", ("action", "choose"), form=form,
                change={f"{secret.id}.1": "yes"})
    lacks(finn.page("/").text, "Diary", "finn's page")
    # chosen while it was public
    harness.execute(S.database, "UPDATE channel SET is_public = 1 "
                    f"WHERE id = {secret.id}")
    same(labels(choose(finn, f"{secret.id}.1")), ["Diary"], "while public")
    harness.execute(S.database, "UPDATE channel SET is_public = 0 "
                    f"WHERE id = {secret.id}")
    lacks(finn.page("/").text, "Diary", "finn's page, private again")
    holds(ella.page("/").text, "Diary", "ella's page")


def test_a_channel_goes_with_its_cards():
    gina = person("gina")
    ch = channel_of("gina", "Shed:°C", "Barn:°C")
    advise(gina, outside=f"{ch.id}.1", inside=f"{ch.id}.2")
    same(labels(choose(gina, f"{ch.id}.1", f"{ch.id}.2")), ["Shed", "Barn"],
         "chosen")
    harness.execute(S.database, "UPDATE field SET label = '' "
                    f"WHERE channel = {ch.id} AND number = 2")
    same(labels(gina.page("/")), ["Shed"], "without a label")
    same(windows(gina.page("/")), None, "without a sensor")
    r = gina.submit(gina.page(f"/channels/{ch.id}/delete"),
                    f"/channels/{ch.id}/delete", change={"name": "gina's"})
    same(r.status, 302, "deleted")
    lacks(gina.page("/").text, "Shed", "after the channel is gone")


# -- the windows


def advise(b, **change):
    r = b.submit(b.page("/home/edit"), "/home/edit", ("action", "advice"),
                 change=change)
    return r if r.status != 302 else b.follow(r)


def windows(r):
    """What the advice says, and why; None without one."""
    found = re.search(r'<section class="windows.*?</section>', r.text, re.S)
    return found and [text_of(p) for p in
                      re.findall(r"<p .*?</p>", found[0], re.S)]


def house(name, outside, inside, unit="°C", humidities=("50", "50")):
    """A person, and a channel with the last two hours of a house."""
    b = person(name)
    ch = channel_of(name, f"Out:{unit}", f"In:{unit}", "Out damp:%",
                    "In damp:%")
    S.store_many(ch, [{"field1": outside, "field2": inside,
                       "field3": humidities[0], "field4": humidities[1],
                       "created_at": stamp(ago * 60 + 1)}
                      for ago in range(120, -1, -4)])
    return b, ch


def test_open_now():
    b, ch = house("hugo", "22.8", "24.1", humidities=("47", "53"))
    same(windows(b.page("/")), None, "before sensors are chosen")
    r = advise(b, outside=f"{ch.id}.1", inside=f"{ch.id}.2")
    same(windows(r), ["Open now", "It is 24.1° inside and 22.8° outside."],
         "by temperature")
    r = advise(b, outside_humidity=f"{ch.id}.3", inside_humidity=f"{ch.id}.4")
    same(windows(r), ["Open now", "It is 24.1° inside and 22.8° outside, and "
                      "the air outside is drier: dew point 11° against 14°."],
         "by dew points, too")
    same(windows(nobody().page("/")), None, "for others")
    # a comfort of one's own
    r = advise(b, comfort="24,5")
    same(windows(r)[0], "No need to open", "when 24.1 is not warm")
    holds(b.page("/home/edit").text, 'value="24.5"', "what was chosen")
    for wrong in ("", "warm", "-3", "200"):
        r = advise(b, comfort=wrong)
        holds(r.text, 'class="flash"', f"a comfort of {wrong}")
    r = advise(b, comfort="20", outside="")
    holds(r.text, "needs both temperatures", "without the one outside")
    r = advise(b, outside="", inside="", outside_humidity="",
               inside_humidity="")
    same(windows(r), None, "when none is chosen any more")


def test_not_before():
    """It has got cooler by 1.2 K an hour: 1.8 K take an hour and a half."""
    b = person("lena")
    ch = harness.Channel(S.do(
        "channel", "add", "--owner", "lena", "--name", "East", "--timezone",
        "Asia/Kolkata", "--field", "1=Out:°C", "--field", "2=In:°C").json)
    S.store_many(ch, [{"field1": f"{26.3 + 1.2 * ago / 60:.2f}",
                       "field2": "25", "created_at": stamp(ago * 60 + 1)}
                      for ago in range(180, -1, -3)])
    words, reason = windows(advise(b, outside=f"{ch.id}.1",
                                   inside=f"{ch.id}.2"))
    shown = re.fullmatch(r"Not before about (\d\d):(\d\d)", words)
    true(shown, f"expected a time, came {words}")
    want = (time.time() / 60 + 330 + 90) % 1440
    off = (int(shown[1]) * 60 + int(shown[2]) - want + 720) % 1440 - 720
    true(abs(off) <= 16, f"expected about {want} minutes, came {words}")
    holds(reason, "If it goes on as in the last two hours", "the reason")


def test_in_fahrenheit():
    b, ch = house("ines", "86", "77", unit="°F")
    r = advise(b, outside=f"{ch.id}.1", inside=f"{ch.id}.2")
    same(windows(r), ["Keep closed", "It is 77.0° inside and 86.0° outside."],
         "in the unit that the sensors speak")
    holds(b.page("/home/edit").text, 'value="71.6"', "22 °C in °F")
    r = advise(b, comfort="80")
    same(windows(r)[0], "No need to open", "below 80 °F")


def test_no_advice_when_silent():
    b, ch = house("jill", "20", "25")
    r = advise(b, outside=f"{ch.id}.1", inside=f"{ch.id}.2")
    same(windows(r)[0], "Open now", "while both speak")
    choose(b, f"{ch.id}.1", f"{ch.id}.2")
    for by, stale in ((11 * 60, False), (2 * 60, True)):
        harness.execute(S.database, f"UPDATE reading SET at = at - {by}000 "
                        f"WHERE channel = {ch.id}")
        r = b.page("/")
        same((" stale" in cards(r)[0], windows(r)[0] != "Open now"),
             (stale, stale), "the card and the advice, later")
    harness.execute(S.database, f"UPDATE reading SET at = at - 420000 "
                    f"WHERE channel = {ch.id}")
    same(windows(b.page("/")),
         ["No advice just now",
          "There is no fresh reading of the temperature outside."],
         "20 minutes later")
    S.store(ch, field1="-127", field2="25")
    same(windows(b.page("/"))[1], "What the sensor says of the temperature "
         "outside cannot be right.", "a sensor that is not there")


def test_only_fields_that_fit():
    b, ch = house("kim", "20", "25")
    r = b.page("/home/edit")
    part = re.search(r'<select id="outside".*?</select>', r.text, re.S)[0]
    holds(part, ">Out, °C<", "temperatures")
    lacks(part, "damp", "no humidity among them")
    r = advise(b, outside=f"{ch.id}.3", inside=f"{ch.id}.2")
    holds(r.text, "needs both temperatures", "a humidity for a temperature")
