"""who_may.py -- every route by every kind of visitor: what they get.

Anna owns a private and a public channel, posts and documents; bob and carol
are others, and carol is an administrator. Keys are those of the private
channel, of another channel (bob's), and the user keys of anna and bob.

A row is (method, the route as src/web/routes.c has it, the path to ask for,
what each visitor gets). The number of columns is the number of VISITORS:

    nobody . anonymous | stranger . owner . administrator
           | user key: owner's . stranger's | read . write | other read . write

The form's token goes with every session. "in" is a redirect to the log-in,
"ok" any other. {new} is a channel of anna's own for every request; {post},
{note}, {removed}, {document} and {loose} are, too.
"""
VISITORS = ("nobody", "anonymous", "stranger", "owner", "administrator",
            "owner's key", "stranger's key", "read key", "write key",
            "other read key", "other write key")
SESSIONS = ("anonymous", "stranger", "owner", "administrator")

# What comes again and again. Pages:
ALL = "200 200 | 200 200 200 | 200 200 | 200 200 | 200 200"
SIGNED_IN = "in in | 200 200 200 | in in | in in | in in"
ADMIN = "in in | 403 403 200 | in in | in in | in in"
# a private channel's, a public one's, and what is not there
READ = "403 403 | 403 200 403 | 403 403 | 200 200 | 403 403"
MANAGE = "in in | 404 200 404 | in in | in in | in in"
MANAGE_PUBLIC = "in in | 403 200 403 | in in | in in | in in"
MANAGE_NONE = "in in | 404 404 404 | in in | in in | in in"
NONE = "404 404 | 404 404 404 | 404 404 | 404 404 | 404 404"
# anna's post; a removed one; a note on her private channel
CHANGE_POST = "in in | 403 200 403 | in in | in in | in in"
CHANGE_GONE = "in in | 404 404 404 | in in | in in | in in"
CHANGE_NOTE = "in in | 404 200 404 | in in | in in | in in"
READ_NOTE = "404 404 | 404 200 404 | 404 404 | 200 200 | 404 404"
# documents: of anna's account; of the session without an account
DOCUMENT = "404 404 | 404 200 404 | 404 404 | 404 404 | 404 404"
SESSIONS_DOCUMENT = "404 200 | 404 404 404 | 404 404 | 404 404 | 404 404"
# Data:
D_READ = "400 400 | 400 200 400 | 400 400 | 200 200 | 400 400"
D_SEE = "401 401 | 404 200 404 | 200 404 | 401 401 | 401 401"
D_MANAGE = "401 401 | 404 200 404 | 200 404 | 401 401 | 401 401"
D_MANAGE_PUBLIC = "401 401 | 403 200 403 | 200 404 | 401 401 | 401 401"
D_USE = "401 401 | 200 200 200 | 200 200 | 401 401 | 401 401"
# any write key will do, where the key names the channel
STORE = "400 400 | 400 400 400 | 400 400 | 400 200 | 400 200"
STORE_PATH = "403 403 | 403 403 403 | 403 403 | 403 200 | 403 200"
STORE_HERE = "401 401 | 401 401 401 | 401 401 | 401 200 | 401 401"


def of(pattern, granted):
    """The same for who may, but with what it comes to."""
    return pattern.replace("200", str(granted))


CH, PUB, NEW = "/channels/{private}", "/channels/{public}", "/channels/{new}"

PAGES = [
    ("GET", "/", "/", ALL),
    ("GET", "/home/edit", "/home/edit", SIGNED_IN),
    ("POST", "/home/edit", "/home/edit", of(SIGNED_IN, 400)),
    ("GET", "/showrecent", "/showrecent", of(ALL, "ok")),
    ("GET", "/showtemp", "/showtemp", of(ALL, "ok")),
    ("GET", "/showdoubletemp", "/showdoubletemp", of(ALL, "ok")),
    ("GET", "/static/*", "/static/style.css", ALL),
    ("GET", "/hello", "/hello", ALL),

    ("GET", "/channels.*", "/channels", ALL),
    ("GET", "/channels/create", "/channels/create", SIGNED_IN),
    ("POST", "/channels/create", "/channels/create", SIGNED_IN),
    ("GET", "/channels/:.*", CH, READ),
    ("GET", "/channels/:.*", PUB, ALL),
    ("GET", "/channels/:.*", "/channels/999", NONE),
    ("GET", "/channels/:/export", CH + "/export", READ),
    ("GET", "/channels/:/export.csv", CH + "/export.csv", READ),
    ("GET", "/channels/:/export.csv", PUB + "/export.csv", ALL),
    ("GET", "/channels/:/embed", CH + "/embed", READ),
    ("GET", "/channels/:/embed", PUB + "/embed", ALL),

    ("GET", "/auth/register", "/auth/register", ALL),
    ("POST", "/auth/register", "/auth/register", of(ALL, 400)),
    ("GET", "/auth/login", "/auth/login", ALL),
    ("POST", "/auth/login", "/auth/login", of(ALL, 400)),
    ("POST", "/auth/logout", "/auth/logout", of(ALL, "ok")),

    ("GET", "/account", "/account", SIGNED_IN),
    ("POST", "/account/password", "/account/password", of(SIGNED_IN, 400)),
    ("POST", "/account/sessions/end", "/account/sessions/end",
     of(SIGNED_IN, 400)),
    ("GET", "/account/close", "/account/close", SIGNED_IN),
    ("POST", "/account/close", "/account/close", of(SIGNED_IN, 400)),

    ("GET", "/accounts", "/accounts", ADMIN),
    ("POST", "/accounts", "/accounts", of(ADMIN, 400)),
    ("GET", "/accounts/:", "/accounts/{bob}", ADMIN),
    ("POST", "/accounts/:/password", "/accounts/{bob}/password",
     of(ADMIN, 400)),
    ("POST", "/accounts/:/admin", "/accounts/999/admin", of(ADMIN, 400)),
    ("POST", "/accounts/:/remove", "/accounts/999/remove", of(ADMIN, 404)),

    ("GET", "/tools/mapper", "/tools/mapper", ALL),
    ("POST", "/tools/mapper", "/tools/mapper", ALL),
    ("GET", "/documents", "/documents", ALL),
    ("GET", "/documents/:", "/documents/{document}", DOCUMENT),
    ("GET", "/documents/:", "/documents/{loose}", SESSIONS_DOCUMENT),
    ("GET", "/documents/:", "/documents/999999", NONE),
    ("GET", "/documents/:/:", "/documents/{document}/{name}", DOCUMENT),
    ("GET", "/documents/:/:", "/documents/{loose}/{name}",
     SESSIONS_DOCUMENT),
    ("POST", "/documents/:/delete", "/documents/{document}/delete",
     of(DOCUMENT, "ok")),
    ("POST", "/documents/:/delete", "/documents/{loose}/delete",
     of(SESSIONS_DOCUMENT, "ok")),

    ("GET", "/journal", "/journal", ALL),
    ("GET", "/journal.atom", "/journal.atom", ALL),
    ("GET", "/journal/create", "/journal/create", SIGNED_IN),
    ("POST", "/journal/create", "/journal/create", of(SIGNED_IN, 400)),
    ("GET", "/journal/removed", "/journal/removed", SIGNED_IN),
    ("GET", "/journal/:", "/journal/{post}", ALL),
    ("GET", "/journal/:", "/journal/{note}", READ_NOTE),
    ("GET", "/journal/:", "/journal/{removed}", NONE),
    ("GET", "/journal/:", "/journal/999999", NONE),
    ("GET", "/journal/:/update", "/journal/{post}/update", CHANGE_POST),
    ("GET", "/journal/:/update", "/journal/{note}/update", CHANGE_NOTE),
    ("GET", "/journal/:/update", "/journal/{removed}/update", CHANGE_GONE),
    ("POST", "/journal/:/update", "/journal/{post}/update",
     of(CHANGE_POST, 400)),
    ("POST", "/journal/:/update", "/journal/999999/update", CHANGE_GONE),
    ("POST", "/journal/:/delete", "/journal/{post}/delete",
     of(CHANGE_POST, "ok")),
    ("POST", "/journal/:/delete", "/journal/{note}/delete",
     of(CHANGE_NOTE, "ok")),
    ("POST", "/journal/:/delete", "/journal/{removed}/delete", CHANGE_GONE),
    ("POST", "/journal/:/restore", "/journal/{removed}/restore",
     of(CHANGE_NOTE, "ok")),
]
# Most show the form again when something is missing.
for what, granted in (("edit", 200), ("clear", 200), ("delete", 200),
                      ("import", 200), ("keys", 400), ("devices", 400)):
    route = f"/channels/:/{what}"
    PAGES += [("GET", route, f"{CH}/{what}", MANAGE),
              ("GET", route, f"{PUB}/{what}", MANAGE_PUBLIC),
              ("GET", route, f"/channels/999/{what}", MANAGE_NONE),
              ("POST", route, f"{CH}/{what}", of(MANAGE, granted)),
              ("POST", route, f"{PUB}/{what}", of(MANAGE_PUBLIC, granted)),
              ("POST", route, f"/channels/999/{what}", MANAGE_NONE)]
for channel, granted in ((CH, MANAGE), (PUB, MANAGE_PUBLIC),
                         ("/channels/999", MANAGE_NONE)):
    PAGES.append(("GET", "/channels/:/connect", channel + "/connect",
                  granted))
# These end what the others use.
PAGES += [
    ("POST", "/account/key", "/account/key", of(SIGNED_IN, "ok")),
    ("POST", "/account/sessions/end_others", "/account/sessions/end_others",
     of(SIGNED_IN, "ok")),
]

DATA = [
    ("GET", "/update.*", "/update?field1=1", STORE),
    ("POST", "/update.*", "/update.json?field1=1", STORE),
    ("GET", "/s/update.*", "/s/update?field1=1", STORE),
    ("POST", "/s/update.*", "/s/update?field1=1", STORE),
    ("GET", "/update/*", "/update/API_key={key}/mac=m/field=1/data=1",
     STORE_PATH),
    ("POST", "/channels/:/bulk_update.json*", CH + "/bulk_update.json",
     of(STORE_HERE, 400)),

    ("GET", "/channels/:/charts/:.svg", CH + "/charts/1.svg",
     D_READ.replace("400", "401")),
    ("GET", "/channels/:/charts/:.svg", PUB + "/charts/1.svg", ALL),
    ("GET", "/channels/:/charts/:", CH + "/charts/1",
     D_READ.replace("400", "401")),
    ("GET", "/channels/:/charts/:", PUB + "/charts/1", ALL),
    ("GET", "/channels/:/series.json*", CH + "/series.json",
     D_READ.replace("400", "401")),
    ("GET", "/channels/:/series.json*", PUB + "/series.json", ALL),
    ("GET", "/channels/:/events", CH + "/events", D_READ),
    ("GET", "/channels/:/events", PUB + "/events", ALL),
    ("GET", "/events", "/events?channels={private}", D_READ),
    ("GET", "/events", "/events?channels={public}", ALL),
    ("GET", "/events", "/events?channels={public},{private}", D_READ),
    ("POST", "/stream/channels/:/feeds.*", f"/stream{CH}/feeds", D_READ),
    ("GET", "/stream/channels/:/feeds.*", f"/stream{CH}/feeds", D_READ),
    ("GET", "/channels/:/feeds.json*", PUB + "/feeds.json", ALL),
    ("GET", "/channels/:/feeds.json*", "/channels/999/feeds.json", NONE),

    ("GET", "/channels.*", "/channels.json", D_USE),
    ("POST", "/channels.*", "/channels.json", D_USE),
    ("GET", "/channels/public.*", "/channels/public.json", ALL),
    ("GET", "/channels/:.*", CH + ".json", D_SEE),
    ("GET", "/channels/:.*", PUB + ".json", ALL),
    ("GET", "/channels/:.*", "/channels/999.json", NONE),
    ("PUT", "/channels/:.*", CH + ".json", D_MANAGE),
    ("PUT", "/channels/:.*", PUB + ".json", D_MANAGE_PUBLIC),
    ("DELETE", "/channels/:.*", NEW + ".json", D_MANAGE),
    ("POST", "/channels/:.*", CH + ".json?_method=put", D_MANAGE),
    ("POST", "/channels/:.*", NEW + ".json?_method=delete", D_MANAGE),
    ("POST", "/channels/:.*", CH + ".json", of(ALL, 405)),
    ("DELETE", "/channels/:/feeds.*", NEW + "/feeds.json", D_MANAGE),
    ("POST", "/channels/:/feeds.*", NEW + "/feeds.json?_method=delete",
     D_MANAGE),
    ("GET", "/users/:.*", "/users/anna.json", ALL),
    ("GET", "/users/:/channels.*", "/users/anna/channels.json", ALL),

    ("GET", "/health", "/health", ALL),
    ("GET", "/metrics", "/metrics", ALL),
]
for route, path in (
        ("feeds.json*", "feeds.json"), ("feeds/last.*", "feeds/last.json"),
        ("feeds/last_data_age.*", "feeds/last_data_age.json"),
        ("feeds/last_average.*", "feeds/last_average.json"),
        ("feeds/last_sum.*", "feeds/last_sum.json"),
        ("feeds/last_median.*", "feeds/last_median.json"),
        ("feeds/entry/:.*", "feeds/entry/1.json"),
        ("feeds/:.*", "feeds/1.json"), ("fields/:.json*", "fields/1.json"),
        ("fields/:/last.*", "fields/1/last.txt"),
        ("fields/:/last_data_age.*", "fields/1/last_data_age.txt"),
        ("fields/:/last_average.*", "fields/1/last_average.json"),
        ("fields/:/last_sum.*", "fields/1/last_sum.json"),
        ("fields/:/last_median.*", "fields/1/last_median.json"),
        ("fields/:/:.*", "fields/1/1.json"),
        ("status.json*", "status.json"),
        ("status/last.*", "status/last.json")):
    DATA.append(("GET", "/channels/:/" + route, f"{CH}/{path}", D_READ))

ROWS = [("page", *row) for row in PAGES] + [("data", *row) for row in DATA]
