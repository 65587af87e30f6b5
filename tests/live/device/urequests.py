# urequests.py -- as little HTTP as a board of 2018 had room for.
#
# HTTP/1.0, each part of the request in a write of its own, no Connection
# header, no chunks, no redirects. Sockets are left to the garbage collector.
import socket

opened = []


class Response:
    def __init__(self, status, text):
        self.status_code = status
        self.text = text

    def close(self):
        pass


def connect(host):
    name, _, port = host.partition(":")
    address = socket.getaddrinfo(name, int(port or 80), 0,
                                 socket.SOCK_STREAM)[0][-1]
    s = socket.socket()
    s.connect(address)
    opened.append(s)
    return s


def read_head(s):
    words = s.readline().split(None, 2)
    length = None
    while True:
        line = s.readline()
        if not line or line == b"\r\n":
            return int(words[1]), length
        if line.startswith(b"Transfer-Encoding:") and b"chunked" in line:
            raise ValueError("Unsupported Transfer-Encoding: chunked")
        if line.startswith(b"Location:"):
            raise NotImplementedError("Redirects not supported")
        if line.startswith(b"Content-Length:"):
            length = int(line.split(b":")[1])


def get(url):
    scheme, _, host, path = url.split("/", 3)
    if scheme != "http:":
        raise ValueError("Unsupported protocol: " + scheme)
    s = connect(host)
    s.write(b"GET /%s HTTP/1.0\r\n" % path.encode())
    s.write(b"Host: %s\r\n" % host.encode())
    s.write(b"\r\n")
    status, length = read_head(s)
    body = s.read() if length is None else s.read(length)
    return Response(status, body.decode())
