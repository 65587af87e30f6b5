"""wire.py -- HTTP over raw sockets, read more strictly than any device would.

Every answer goes through read_response(), which refuses what a crude parser
would stumble over: a bare LF, a missing or second Content-Length, chunks,
bytes behind the body.
"""
import json
import re
import socket
import ssl
import struct
import time
import urllib.parse

from expect import Failure, SLOW

TIMEOUT = 10 * SLOW
LINE_MAX = 64 * 1024
TCP_INFO_DATA_SEGS_IN = 152  # linux/tcp.h, struct tcp_info
STREAM = "text/event-stream"
BODILESS = (204, 304)


class Closed(Failure):
    """The server closed where an answer was expected."""


class Response:
    def __init__(self, status, reason, headers, body):
        self.status, self.reason = status, reason
        self.headers, self.body = headers, body

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"

    def all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def header(self, name):
        """Its value; None when it was not sent."""
        values = self.all(name)
        if len(values) > 1:
            raise Failure(f"header {name}: expected once, came {values}")
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError as e:
            raise Failure(f"expected JSON, came {self!r} ({e})") from None

    @property
    def type(self):
        return (self.header("Content-Type") or "").split(";")[0]


class Connection:
    def __init__(self, port, tls=None, timeout=TIMEOUT, source=None):
        self.sock = socket.create_connection(
            ("127.0.0.1", port), timeout,
            source_address=(source, 0) if source else None)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="localhost")
        self.got = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def abort(self):
        """RST instead of FIN, as a device that loses its power."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def send_slowly(self, data, size=1, pause=0.0):
        data = data.encode() if isinstance(data, str) else data
        for i in range(0, len(data), size):
            self.sock.sendall(data[i:i + size])
            time.sleep(pause)
        return self

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def segments(self):
        """How many TCP segments with data came in so far."""
        info = self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 200)
        return struct.unpack_from("I", info, TCP_INFO_DATA_SEGS_IN)[0]

    def more(self):
        """Receives once. False at the end."""
        try:
            data = self.sock.recv(1 << 20)
        except TimeoutError:
            raise Failure("expected an answer or a close, came nothing for "
                          f"{self.sock.gettimeout():g} s after "
                          f"{self.got[-80:]!r}") from None
        except ConnectionResetError:
            raise Closed("expected an answer, came a reset after "
                         f"{self.got[-80:]!r}") from None
        except ssl.SSLError as e:
            raise Closed(f"expected an answer, TLS ended with {e}") from None
        self.got += data
        return len(data) > 0

    def take(self, n):
        while len(self.got) < n:
            if not self.more():
                raise Closed(f"expected {n} bytes, the connection ended after "
                             f"{len(self.got)}: {self.got[:80]!r}")
        data, self.got = self.got[:n], self.got[n:]
        return data

    def line(self):
        while b"\n" not in self.got:
            if len(self.got) > LINE_MAX:
                raise Failure(f"expected a line, came {self.got[:80]!r}...")
            if not self.more():
                raise Closed("expected a line, the connection ended after "
                             f"{self.got[:80]!r}")
        data, self.got = self.got.split(b"\n", 1)
        if not data.endswith(b"\r") or b"\r" in data[:-1]:
            raise Failure(f"expected a line that ends in CR LF, came {data!r}")
        return data[:-1].decode("latin-1")

    def read_response(self, head=False):
        while True:
            r = self.read_one(head)
            if r.status >= 200:
                return r

    def read_one(self, head):
        first = self.line()
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) ([ -~]+)", first)
        if not match:
            raise Failure(f"expected a status line, came {first!r}")
        status, headers = int(match[1]), []
        while (text := self.line()) != "":
            match_header = re.fullmatch(r"([!#-'*+\-.^_`|~0-9A-Za-z]+): (.*)",
                                        text)
            if not match_header:
                raise Failure(f"expected a header line, came {text!r}")
            headers.append((match_header[1], match_header[2]))
        r = Response(status, match[2], headers, b"")
        if r.all("Transfer-Encoding"):
            raise Failure(f"expected no chunks, came {headers}")
        if status < 200 or status in BODILESS:
            return r
        if r.type == STREAM:
            return r
        length = r.header("Content-Length")
        if length is None or not length.isdigit():
            raise Failure(f"expected a Content-Length, came {headers}")
        if not head:
            r.body = self.take(int(length))
        return r

    def read_to_end(self):
        while self.more():
            pass
        data, self.got = self.got, b""
        return data

    def expect_end(self, within=TIMEOUT):
        """Nothing more, and a close by the server."""
        self.sock.settimeout(within)
        try:
            rest = self.read_to_end()
        except Closed:
            rest = b""
        if rest:
            raise Failure(f"expected the end, came {rest[:80]!r}")


def query(**params):
    return urllib.parse.urlencode(params)


def build(method, path, headers, body):
    names = [n.lower() for n in headers]
    lines = [f"{method} {path} HTTP/1.1"]
    if "host" not in names:
        lines.append("Host: localhost")
    if body is not None and not {"content-length", "transfer-encoding"} & set(
            names):
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{n}: {v}" for n, v in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def request(port, method, path, headers=None, body=None, tls=None,
            timeout=TIMEOUT):
    """One request on a connection of its own, which must end behind it; of a
    stream, which does not end, the head."""
    headers = dict(headers or {})
    headers.setdefault("Connection", "close")
    if isinstance(body, str):
        body = body.encode()
    with Connection(port, tls, timeout) as c:
        c.send(build(method, path, headers, body))
        r = c.read_response(head=method == "HEAD")
        if r.type != STREAM or method == "HEAD":
            c.expect_end(timeout)
        return r
