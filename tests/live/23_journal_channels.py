"""Posts about a channel, and notes at its moments."""
import browser
import harness
from authors import (S, cell, missing, newest_id, nobody, person, redirected,
                     titles, write)
from expect import holds, lacks, same
from visitor import flash, rows


def test_about_a_channel_at_a_moment():
    anna = person("anna")
    ch = S.channel(name="Berlin", public=True, timezone="Europe/Berlin")
    n = write(anna, "storm", channel=ch.id, moment="2018-07-01T10:30")
    same((cell(n, "channel"), cell(n, "at")),
         (str(ch.id), "1530433800000"), "the post")
    r = nobody().get(f"/journal/{n}")
    holds(r.text, f'<a href="/channels/{ch.id}">Berlin</a>', "its page")
    holds(r.text, '<time datetime="2018-07-01T08:30:00Z">10:30:00 AM Jul 01, '
          "2018</time>, Europe/Berlin", "its page")
    r = anna.get(f"/journal/{n}/update")
    holds(r.text, f'<option value="{ch.id}" selected>Berlin (Europe/Berlin)',
          "the form")
    holds(r.text, 'value="2018-07-01T10:30:00"', "the form")
    # Left alone, it stays to the millisecond.
    harness.execute(S.database, f"UPDATE post SET at = at + 7 WHERE id = {n}")
    same_form = {"title": "storm", "body": "", "channel": ch.id,
                 "moment": "2018-07-01T10:30:00"}
    redirected(anna.post(f"/journal/{n}/update", same_form), "/journal", "it")
    same(cell(n, "at"), "1530433800007", "the moment")
    redirected(anna.post(f"/journal/{n}/update",
                         {"title": "storm", "body": ""}), "/journal", "it")
    same((cell(n, "channel"), cell(n, "at")),
         (str(ch.id), "1530433800007"), "what the form did not have")
    redirected(anna.post(f"/journal/{n}/update",
                         {**same_form, "moment": "2018-07-01T10:30:09"}),
               "/journal", "it")
    same(cell(n, "at"), "1530433809000", "the moment")
    redirected(anna.post(f"/journal/{n}/update", {**same_form, "channel": "",
                                                  "moment": ""}),
               "/journal", "it")
    same(rows(S, f"SELECT count(*) FROM post WHERE id = {n} AND at IS NULL "
                 "AND channel IS NULL"), ["1"], "neither any more")


def test_a_note_from_a_chart_in_the_hour_that_comes_twice():
    b = browser.Browser(S, "anna", "correct horse")
    ch = S.channel(name="Paris", timezone="Europe/Paris")
    other = S.channel(name="Delhi", timezone="Asia/Kolkata")
    first, second = 1792888200000, 1792891800000
    def note(when, **change):
        r = b.page(f"/journal/create?channel={ch.id}&at={when}")
        holds(r.text, 'value="2026-10-25T02:30:0', "as the clocks show it")
        r = b.submit(r, "/journal/create", change={"title": "", **change})
        if not change.get("title"):
            holds(r.text, "Title is required", "shown again")
            r = b.submit(r, "/journal/create", change={"title": "in Paris"})
        redirected(r, "/journal", "it")
        return int(cell(newest_id(), "at"))
    same(note("2026-10-25T00:30:00.000Z"), first, "the first of the two")
    same(note("2026-10-25T01:30:00.000Z"), second, "the second")
    same(note("2026-10-25T01:30:07.123Z"), second + 7123, "to the millisecond")
    for change, want in (
            # As browsers write it.
            ({"moment": "2026-10-25T02:30"}, second),
            ({"moment": "2026-10-25T02:31"}, first + 60000),
            ({"moment": "2026-10-25T04:30"}, second + 7200000),
            ({"channel": other.id}, 1792875600000),
            ({"at": "nonsense"}, first), ({"at": None}, first)):
        same(note("2026-10-25T01:30:00.000Z", title="x", **change), want,
             f"with {change}")
    # Changed as browsers send it, it stays the same of two.
    note("2026-10-25T01:30:00.000Z")
    n = newest_id()
    redirected(b.submit(b.page(f"/journal/{n}/update"), f"/journal/{n}/update",
                        change={"moment": "2026-10-25T02:30"}),
               "/journal", "it")
    same(int(cell(n, "at")), second, "after a change")


def test_channels_that_are_none():
    anna, ch = person("anna"), S.channel(name="hers")
    tries = (("999999", "", "no such channel"), ("x", "", "no such channel"),
             ("-1", "", "no such channel"),
             ("", "2018-07-01T10:30", "needs a channel"),
             (str(ch.id), "2018-02-30T10:30", "not a date"),
             (str(ch.id), "tomorrow", "not a date"))
    before = newest_id()
    for channel, moment, words in tries:
        r = anna.post("/journal/create", {
            "title": "kept", "body": "too", "channel": channel,
            "moment": moment})
        holds(flash(r), words, f"channel {channel!r} moment {moment!r}")
        holds(r.text, 'value="kept"', "what was typed")
        holds(r.text, f'value="{moment}"', "what was typed")
    r = person("bob").post("/journal/create", {
        "title": "x", "body": "", "channel": ch.id})
    holds(flash(r), "no such channel", "somebody else's channel")
    same(newest_id(), before, "the newest post")


def test_a_channel_that_is_somebody_elses_by_now():
    anna, bob = person("anna"), person("bob")
    ch = S.channel(name="Handed on")
    n = write(anna, "before", channel=ch.id)
    m = write(anna, "elsewhere")
    harness.execute(S.database, "UPDATE channel SET owner = (SELECT id FROM "
                    f"account WHERE name = 'bob') WHERE id = {ch.id}")
    form = {"title": "after", "body": "", "channel": ch.id}
    holds(anna.get(f"/journal/{n}/update").text,
          f'<option value="{ch.id}" selected>', "its own form")
    lacks(anna.get(f"/journal/{m}/update").text, "Handed on", "another's form")
    redirected(anna.post(f"/journal/{n}/update", form), "/journal", "it stays")
    same((cell(n, "title"), cell(n, "channel")), ("after", str(ch.id)), "it")
    holds(flash(anna.post(f"/journal/{m}/update", form)), "no such channel",
          "another post")
    for who in (anna, bob):
        same(who.get(f"/journal/{n}").status, 200, "author and owner")
        same(titles("/journal?q=after", who), ["after"], "author and owner")
    missing(nobody().get(f"/journal/{n}"), n, "to nobody")
    same(bob.post(f"/journal/{n}/update", form).status, 403, "the owner")


def test_private_channels():
    anna, bob = person("anna"), person("bob")
    ch, other = S.channel(name="Cellar"), S.channel(name="Attic")
    n = write(anna, "secretword", "it floods", channel=ch.id)
    path = f"/journal/{n}"
    key = "api_key=" + ch.read
    for who, about in ((nobody(), "nobody"), (bob, "somebody else")):
        missing(who.get(path), n, f"its page, to {about}")
        lacks(who.get("/journal").text, "secretword", f"list, to {about}")
        lacks(who.get("/journal?q=it+floods").text, "secretword",
              f"search, to {about}")
        lacks(who.get("/journal.atom").text, "secretword",
              f"feed, to {about}")
        for number in (ch.id, 999999):
            same(who.get(f"/journal?channel={number}").status, 404,
                 f"the channel's posts, to {about}")
            same(who.get(f"/journal.atom?channel={number}").status, 404,
                 f"the channel's feed, to {about}")
        missing(who.get(path + "?api_key=" + other.read), n, "another key")
    for what in ("update", "delete", "restore"):
        missing(bob.post(f"{path}/{what}", {"title": "x", "body": "x"}), n,
                f"{what}, by somebody else")
    same(anna.get(path).status, 200, "its page, to its author")
    same(titles("/journal?q=secretword", anna), ["secretword"], "its author")
    same(titles(f"/journal?channel={ch.id}", anna), ["secretword"], "the same")
    lacks(anna.get("/journal.atom").text, "secretword", "feeds know no cookie")
    # The channel's key opens them, and nothing else.
    r = nobody().get(f"{path}?{key}")
    same((r.status, r.header("Cache-Control")), (200, "no-store"), "by key")
    holds(r.text, f'href="/channels/{ch.id}?{key}"', "by key")
    r = nobody().get(f"/journal?channel={ch.id}&{key}")
    same(r.header("Cache-Control"), "no-store", "the list by key")
    holds(r.text, f'href="{path}?{key}"', "the list by key")
    holds(r.text, f'name="api_key" value="{ch.read}"', "the list by key")
    r = nobody().get(f"/journal.atom?channel={ch.id}&{key}")
    holds(r.text, "secretword", "the feed by key")
    lacks(r.text, ch.read, "the feed by key")
    same(r.header("Cache-Control"), "no-store", "the feed by key")
    redirected(nobody().post(f"{path}/delete?{key}"), "/auth/login",
               "deleting by key")


def test_posts_go_with_their_channel():
    anna, ch = person("anna"), S.channel(name="Short", public=True)
    n = write(anna, "goes too", channel=ch.id)
    form = {"title": "late", "body": "kept", "channel": ch.id}
    S.do("channel", "remove", ch.id, "--yes")
    missing(nobody().get(f"/journal/{n}"), n, "its page")
    r = anna.post("/journal/create", form)
    holds(flash(r), "no such channel", "a channel that went meanwhile")
    holds(r.text, ">\nkept</textarea>", "what was typed")
