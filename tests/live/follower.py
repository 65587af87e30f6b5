"""follower.py -- a page that is open: a client of event streams, as strict as
wire.py, which comes back with its last id as a browser does. See docs/live.md.
"""
import json
import re
import selectors
import socket
import time

import wire
from expect import Failure, SLOW, same, true

PATIENCE = 15 * SLOW
BLOCK = re.compile(r"(?:id: ([0-9:,]+)\n)?event: ([a-z]+)\ndata: (\{.*\})")
NAMES = {"hello": True, "reading": True, "reset": True, "beat": False}


class Event:
    def __init__(self, block):
        found = BLOCK.fullmatch(block)
        if not found or found[2] not in NAMES:
            raise Failure(f"expected an event, came {block!r}")
        self.id, self.name, self.data = found[1], found[2], json.loads(found[3])
        same(self.id is not None, NAMES[self.name], f"an id in {block!r}")

    def __repr__(self):
        return f"{self.name} {self.id} {json.dumps(self.data)[:200]}"


def path_of(channels):
    """One channel's stream, or one of several."""
    if isinstance(channels, (list, tuple)):
        return "/events?channels=" + ",".join(str(c.id) for c in channels)
    return f"/channels/{channels.id}/events"


class Follower:
    """again: comes back when the stream ends. headers and params are sent
    each time."""

    def __init__(self, server, channels, headers=None, last=None, again=True,
                 tls=None, **params):
        self.server, self.path = server, path_of(channels)
        if params:
            self.path += "&" if "?" in self.path else "?"
            self.path += wire.query(**params)
        self.headers, self.last, self.again = headers or {}, last, again
        self.tls = tls
        self.ends = 0
        self.conn = None
        self.hello = self.open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.conn:
            self.conn.close()
        self.conn = None

    def ask(self):
        """The answer's head, when it is no stream the whole answer."""
        headers = {"Accept": "text/event-stream", **self.headers}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        port = self.server.tls_port if self.tls else self.server.port
        self.close()
        self.conn = wire.Connection(port, self.tls)
        self.conn.send(wire.build("GET", self.path, headers, None))
        return self.conn.read_response()

    def open(self):
        r = self.ask()
        if r.status != 200 or r.type != wire.STREAM:
            raise Failure(f"{self.path}: expected a stream, came {r!r}")
        self.head = r
        same(self.block(PATIENCE), "retry: 1000", "the first block")
        hello = Event(self.block(PATIENCE))
        same(hello.name, "hello", "the first event")
        self.last = hello.id
        return hello

    def block(self, within):
        """Up to an empty line; None at the end."""
        end = time.monotonic() + within
        if not self.conn:
            return None
        while b"\n\n" not in self.conn.got:
            left = end - time.monotonic()
            if left <= 0:
                raise Failure(f"{self.path}: expected an event within "
                              f"{within:g} s, did not come")
            self.conn.sock.settimeout(left)
            try:
                data = self.conn.sock.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                data = b""
            if not data:
                true(self.conn.got == b"",
                     f"expected whole events, came {self.conn.got!r}")
                return None
            self.conn.got += data
        block, self.conn.got = self.conn.got.split(b"\n\n", 1)
        return block.decode()

    def next(self, within=PATIENCE, beats=False):
        """The next event that is no hello; None when the stream has ended and
        again is false."""
        end = time.monotonic() + within
        while True:
            block = self.block(max(0, end - time.monotonic()))
            if block is None:
                self.ends += 1
                if not self.again:
                    return None
                self.come_back(end)
                continue
            event = Event(block)
            self.last = event.id or self.last
            if event.name != "beat" or beats:
                return event

    def come_back(self, end):
        while True:
            try:
                self.open()
                return
            except (OSError, wire.Closed):
                if time.monotonic() > end:
                    raise
            time.sleep(0.02)

    def readings(self, count, within=PATIENCE):
        out = []
        for _ in range(count):
            event = self.next(within)
            same(event.name, "reading", f"{event!r}")
            out.append(event)
        return out

    def entries(self, count, within=PATIENCE):
        return [e.data["entry"] for e in self.readings(count, within)]

    def reset(self):
        event = self.next()
        same(event.name, "reset", f"{event!r}")
        return event.data

    def silent(self, seconds):
        """No event that is news comes for so long, and no end."""
        try:
            event = self.next(seconds)
        except Failure:
            return
        raise Failure(f"expected nothing for {seconds:g} s, came {event!r}")

    def refused(self, within=PATIENCE):
        """The answer, once the stream has ended and is not begun again."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            while self.block(max(0.1, end - time.monotonic())) is not None:
                pass
            r = self.ask()
            if r.status != 200:
                return r
        raise Failure(f"expected a refusal within {within:g} s, came none")


class Crowd:
    """Many watchers of one channel, whose events are counted."""

    def __init__(self, server, channel, count, headers=None):
        self.selector = selectors.DefaultSelector()
        self.socks = []
        text = wire.build("GET", path_of(channel), headers or {}, None)
        for i in range(count):
            s = socket.socket()
            s.settimeout(PATIENCE)
            s.bind((f"127.0.3.{i // 250 + 1}", 0))
            s.connect(("127.0.0.1", server.port))
            s.sendall(text)
            s.setblocking(False)
            self.socks.append(s)
            self.selector.register(s, selectors.EVENT_READ, [b""])
        self.read(lambda text: b"event: hello" in text, "a greeting")

    def close(self):
        for s in self.socks:
            s.close()
        self.selector.close()

    def read(self, complete, about, within=4 * PATIENCE):
        """Until everybody's text is complete; the texts."""
        end = time.monotonic() + within
        keys = list(self.selector.get_map().values())
        missing = {k.fd for k in keys if not complete(k.data[0])}
        while missing:
            if time.monotonic() > end:
                raise Failure(f"{about}: expected it for all, {len(missing)} "
                              "have not got it")
            for key, _ in self.selector.select(0.1):
                data = key.fileobj.recv(1 << 16)
                true(data, f"{about}: expected a stream, one has ended")
                key.data[0] += data
                if complete(key.data[0]):
                    missing.discard(key.fd)
        return [k.data[0] for k in keys]

    def entries(self, newest):
        """Of the readings of each, once all have got that one."""
        mark = f"\nid: {newest}\nevent: reading\n".encode()
        texts = self.read(lambda text: mark in text and
                          text.endswith(b"\n\n"), f"reading {newest}")
        return [[int(n) for n in re.findall(rb'"entry":(\d+)', text)]
                for text in texts]
