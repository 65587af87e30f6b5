"""who_asks.py -- the cast of who_may.py, and what each of them asks.

Sessions, posts and documents are put into the database directly, because the
table needs many of them; a form's token is made from the session's id."""
import base64
import hashlib
import os
import re
import time

import harness
import who_may
import wire
from expect import same
from visitor import BROWSER, FORM

SAFE = ("GET", "HEAD")
SPARE = 40
DAY_MS = 24 * 3600 * 1000


def token_of(session):
    """What forms carry."""
    made = hashlib.sha256(b"form token of session " + session.encode())
    return base64.urlsafe_b64encode(made.digest()).rstrip(b"=").decode()


def came(r):
    """As the table says it."""
    if r.status != 302:
        return str(r.status)
    return "in" if r.header("Location").startswith("/auth/login") else "ok"


def columns(row):
    out = row[4].replace("|", " ").split()
    same(len(out), len(who_may.VISITORS), f"columns of {row[1]} {row[3]}")
    return dict(zip(who_may.VISITORS, out))


class Cast:
    def __init__(self, server):
        self.server = server
        add = ("user", "add", "--password-stdin")
        self.bob_key = server.do(*add, "bob", stdin="pw").json["user_key"]
        server.do(*add, "carol", "--admin", stdin="pw")
        self.private = server.channel(name="Private")
        self.public = server.channel(name="Public", public=True)
        for ch in (self.private, self.public):
            server.store(ch, field1="1", status="s")
        self.other = harness.Channel(server.do(
            "channel", "add", "--owner", "bob", "--name", "Other", "--field",
            "1=A").json)
        self.accounts = {name: int(n) for n, name in harness.select(
            server.database, "SELECT id, name FROM account")}
        self.keys = dict(zip(who_may.VISITORS[5:], (
            server.user_key, self.bob_key, self.private.read,
            self.private.write, self.other.read, self.other.write)))
        self.now = int(time.time() * 1000)
        self.make_sessions()
        self.make_posts()
        self.make_documents()

    # -- what is in the database

    def bytes(self, data):
        return (f"X'{data.hex()}'" if self.server.database.kind == "sqlite"
                else f"'\\x{data.hex()}'::bytea")

    def hash(self, session):
        return self.bytes(hashlib.sha256(session.encode()).digest())

    def insert(self, table, columns, rows):
        harness.execute(
            self.server.database, f"INSERT INTO {table} ({columns}) VALUES "
            + ", ".join(f"({', '.join(map(str, r))})" for r in rows))

    def make_sessions(self):
        owners = {"anonymous": "NULL", "stranger": self.accounts["bob"],
                  "owner": self.accounts["anna"],
                  "administrator": self.accounts["carol"]}
        self.sessions, rows = {}, []
        for kind, account in owners.items():
            ids = [base64.urlsafe_b64encode(os.urandom(32)).decode()[:43]
                   for _ in range(SPARE)]
            self.sessions[kind] = ids
            rows += [(self.hash(i), account, "'test'", "'::1'", self.now,
                      self.now, self.now + DAY_MS) for i in ids]
        self.insert("session", "hash, account, agent, address, created_at, "
                    "seen_at, expires_at", rows)
        self.keeper = self.spend("anonymous") # of the documents

    def make_posts(self):
        anna, n = self.accounts["anna"], 1000
        self.ids = {"post": iter(range(n, 2 * n)),
                    "note": iter(range(2 * n, 3 * n)),
                    "removed": iter(range(3 * n, 4 * n))}
        rows = [(first + i, anna, channel, "'title'", "'body'", "'title body'",
                 self.now, self.now, gone)
                for first, channel, gone in (
                    (n, "NULL", "NULL"), (2 * n, self.private.id, "NULL"),
                    (3 * n, "NULL", self.now)) for i in range(SPARE * 5)]
        self.insert("post", "id, author, channel, title, body, folded, "
                    "created_at, updated_at, deleted_at", rows)

    def make_documents(self):
        n = 10000
        self.ids.update(document=iter(range(n, 2 * n)),
                        loose=iter(range(2 * n, 3 * n)))
        rows = [(first + i, account, session, "'a.xml'", "'application/xml'",
                 4, self.now, self.now + DAY_MS, self.bytes(b"<a/>"))
                for first, account, session in (
                    (n, self.accounts["anna"], "NULL"),
                    (2 * n, "NULL", self.hash(self.keeper)))
                for i in range(SPARE * 3)]
        self.insert("document", "id, account, session, name, type, size, "
                    "created_at, expires_at, body", rows)

    # -- what they ask for

    def session(self, kind):
        return self.sessions[kind][-1]

    def spend(self, kind):
        """One that is going to end."""
        return self.sessions[kind].pop()

    def new_channel(self):
        r = self.server.post("/channels.json",
                             wire.query(api_key=self.server.user_key))
        same(r.status, 200, "a channel to try things on")
        return r.json["id"]

    def path(self, pattern, who):
        fill = {"private": self.private.id, "public": self.public.id,
                "bob": self.accounts["bob"], "name": "a.xml",
                "key": self.keys.get(who, "NONE")}
        for name in re.findall(r"{(\w+)}", pattern):
            if name == "new":
                fill[name] = self.new_channel()
            elif name not in fill:
                fill[name] = next(self.ids[name])
        path = pattern.format(**fill)
        if who in self.keys:
            path += ("&" if "?" in path else "?") + wire.query(
                api_key=self.keys[who])
        return path

    def session_for(self, who, pattern):
        if who not in self.sessions:
            return None
        if who == "anonymous" and "{loose}" in pattern:
            return self.keeper
        ends = pattern == "/auth/logout"
        return self.spend(who) if ends else self.session(who)

    def ask(self, row, who, method=None, token=True, headers=None):
        """token: that of the session, or another; False: none."""
        kind, verb, _, pattern, _ = row
        method, body = method or verb, None
        sent = {**(BROWSER if kind == "page" else {}), **(headers or {})}
        session = self.session_for(who, pattern)
        if session:
            sent["Cookie"] = "session=" + session
        if method not in SAFE:
            token = token_of(session) if token is True and session else token
            body = wire.query(csrf_token=token) if session and token else ""
            sent.update(FORM)
        return self.server.request(method, self.path(pattern, who), sent, body)
