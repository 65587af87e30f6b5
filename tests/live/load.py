"""load.py -- many writers on kept connections, which remember what the server
acknowledged.

Made of one thread and non-blocking sockets, so that sixty-four of them cost
the machine less than the server that they are to keep busy.
"""
import re
import selectors
import socket
import time

from expect import Failure

HEAD = re.compile(rb"HTTP/1\.1 (\d+) [^\r]*\r\n(?:[^\r]+\r\n)*?"
                  rb"Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n")


class Writer:
    def __init__(self, port, key, name):
        self.key, self.name = key, name
        self.sent = 0
        self.acknowledged = []  # (entry, value)
        self.other = []         # statuses that were not 200
        self.got = b""
        self.waiting = None     # the value that has no answer yet
        self.sock = socket.create_connection(("127.0.0.1", port), 10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)

    def send(self):
        self.sent += 1
        self.waiting = f"{self.name}.{self.sent}"
        self.sock.send(f"GET /update?api_key={self.key}&field1={self.waiting} "
                       "HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    def receive(self):
        """True when an answer is complete; ConnectionError at the end."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError
        self.got += data
        match = HEAD.match(self.got)
        if not match or len(self.got) < match.end() + int(match[2]):
            return False
        status = int(match[1])
        body = self.got[match.end():match.end() + int(match[2])]
        self.got = self.got[match.end() + int(match[2]):]
        if status == 200 and body != b"0":
            self.acknowledged.append((int(body), self.waiting))
        else:
            self.other.append(status)
        self.waiting = None
        return True


class Load:
    """keys: (key, its channel's id); writers share them out."""

    def __init__(self, port, keys, writers, name):
        self.selector = selectors.DefaultSelector()
        self.open = 0
        self.writers = []
        for i in range(writers):
            key, channel = keys[i % len(keys)]
            w = Writer(port, key, f"{name}-{i}")
            w.channel = channel
            self.writers.append(w)
            self.selector.register(w.sock, selectors.EVENT_READ, w)
            self.open += 1

    def run(self, seconds, until=None):
        """Keeps every writer busy for so long, or until() is true, or the
        server has gone."""
        end = time.monotonic() + seconds
        for w in self.writers:
            if w.sock.fileno() >= 0 and w.waiting is None:
                self.step(w, first=True)
        while time.monotonic() < end and self.open and not (until and until()):
            for event, _ in self.selector.select(0.05):
                self.step(event.data)

    def step(self, w, first=False):
        try:
            if first or w.receive():
                w.send()
        except (ConnectionError, OSError) as e:
            if isinstance(e, BlockingIOError):
                return
            self.drop(w)

    def drop(self, w):
        if w.sock.fileno() >= 0:
            self.selector.unregister(w.sock)
            w.sock.close()
            self.open -= 1

    def drain(self, seconds=5):
        """Waits for the answers that are due, asks nothing more."""
        end = time.monotonic() + seconds
        for w in self.writers:
            if w.waiting is None:
                self.drop(w)
        while self.open and time.monotonic() < end:
            for event, _ in self.selector.select(0.05):
                w = event.data
                try:
                    if w.receive():
                        self.drop(w)
                except BlockingIOError:
                    pass
                except OSError:
                    self.drop(w)

    def close(self):
        for w in self.writers:
            self.drop(w)
        self.selector.close()

    def count(self):
        return sum(len(w.acknowledged) for w in self.writers)

    def acknowledged(self, channel):
        return [a for w in self.writers if w.channel == channel
                for a in w.acknowledged]


def check_kept(kept, acknowledged, about):
    """kept: number -> value, of a channel; every acknowledged one is there."""
    for number, value in acknowledged:
        if kept.get(number) != value:
            raise Failure(f"{about}: expected entry {number} to be {value!r} "
                          f"as acknowledged, came {kept.get(number)!r}")
