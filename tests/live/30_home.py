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
            ("Same", "As an hour ago", "As an hour ago"),
            ("Fahrenheit", "−4 in the last hour", "Down by 4 °F in the")):
        holds(seen(card(r, label)), sight, label)
        holds(heard(card(r, label)), words, label)
    for label in ("Words", "Once", "Old"):
        lacks(card(r, label), "hour ago<", f"the card of {label}")
        lacks(card(r, label), "in the last hour", f"the card of {label}")


def test_nothing_that_the_policy_forbids():
    day()
    text = nobody().page("/").text
    lacks(text, "style=", "the page")
    lacks(text, "<script", "the page")
    lacks(text, "<style", "the page")
