"""watcher.py -- reads a stream of events, as a page that is open does."""
import json

import wire
from expect import SLOW, Failure, same


class Event:
    def __init__(self, lines):
        self.id = self.name = self.data = None
        for line in lines:
            name, value = line.split(": ", 1)
            if name == "id":
                self.id = value
            elif name == "event":
                self.name = value
            elif name == "data":
                self.data = json.loads(value)
            elif name != "retry":
                raise Failure(f"expected a field of an event, came {line!r}")

    def __repr__(self):
        return f"<{self.name} {self.id} {self.data}>"


class Watcher(wire.Connection):
    """Has read the hello when it is made."""

    def __init__(self, server, path, last=None, headers=None, hello=True,
                 port=None, **how):
        super().__init__(port or server.port, timeout=20 * SLOW, **how)
        headers = {"Accept": "text/event-stream", **(headers or {})}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.id = None
        self.send(wire.build("GET", path, headers, None))
        self.head = self.read_response()
        if hello:
            same((self.head.status, self.head.type),
                 (200, "text/event-stream"), path)
            self.hello = self.next()
            same(self.hello.name, "hello", "the first event")

    def next(self):
        """The next event; a beat, too."""
        while True:
            while b"\n\n" not in self.got:
                if not self.more():
                    raise wire.Closed("expected an event, the stream ended")
            text, self.got = self.got.split(b"\n\n", 1)
            event = Event(text.decode().split("\n"))
            if event.name:
                self.id = event.id or self.id
                return event

    def readings(self, n):
        """The next n readings, and nothing else but beats among them."""
        out = []
        while len(out) < n:
            event = self.next()
            if event.name != "beat":
                same(event.name, "reading", f"{event}")
                out.append(event)
        return out

    def entries(self, n):
        return [e.data["entry"] for e in self.readings(n)]

    def reset(self):
        event = self.next()
        same(event.name, "reset", f"{event}")
        return event.data["entry"]

    def ends(self, within=20):
        """All that still comes; the server closes."""
        self.sock.settimeout(within * SLOW)
        return self.read_to_end()
