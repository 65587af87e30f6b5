"""What one client can take from the others: nothing."""
import gzip
import threading
import time

import harness
import wire
from expect import Failure, SLOW, at_most, one_of, same, soon, true

HEADERS, BODY = 4096, 100000
S = harness.Shared(header_limit=HEADERS, body_limit=BODY, idle_time=1,
                   request_time=2)


def channel():
    if "channel" not in S.memory:
        S.memory["channel"] = S.channel()
    return S.memory["channel"]


def answer(text, about):
    """One answer, and then the end."""
    with S.connect() as c:
        try:
            c.send(text)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            r = c.read_response()
        except Failure as e:
            raise Failure(f"{about}: {e}") from None
        c.expect_end(5 * SLOW)
        return r


def test_headers_within_the_limit():
    r = S.get("/health", {"X-Long": "x" * (HEADERS - 300)})
    same(r.status, 200, "headers just within the limit")


def test_long_header():
    r = answer("GET /health HTTP/1.1\r\nHost: x\r\nX: " + "x" * HEADERS * 3
               + "\r\n\r\n", "a long header")
    same(r.status, 431, "a long header")


def test_many_headers():
    r = answer("GET /health HTTP/1.1\r\nHost: x\r\n"
               + "".join(f"A{i}: b\r\n" for i in range(2000)) + "\r\n",
               "many headers")
    same(r.status, 431, "many headers")


def test_long_line():
    r = answer("GET /" + "x" * HEADERS * 3 + " HTTP/1.1\r\nHost: x\r\n\r\n",
               "a long request line")
    one_of(r.status, (414, 431), "a long request line")


def test_endless_line():
    """No line end at all: refused when the limit is reached, not later."""
    with S.connect() as c:
        try:
            for _ in range(200):
                c.send(b"x" * 1000)
            c.read_to_end()
        except (BrokenPipeError, ConnectionResetError, wire.Closed):
            pass


def test_body_within_the_limit():
    ch = channel()
    r = S.post(f"/channels/{ch.id}/bulk_update.json",
               {"write_api_key": ch.write, "updates": [
                   {"created_at": 1500000000 + i, "field1": "x" * 200}
                   for i in range(350)]})
    same(r.status, 202, "a body just within the limit")


def test_large_body():
    r = answer(f"POST /channels/{channel().id}/bulk_update.json HTTP/1.1\r\n"
               f"Host: x\r\nContent-Length: {BODY + 1}\r\n\r\n" + "x" *
               (BODY + 1), "a large body")
    same(r.status, 413, "a large body")


def test_large_body_is_refused_before_it_comes():
    began = time.monotonic()
    r = answer("POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: "
               "10000000000\r\n\r\n", "a body of 10 GB")
    same(r.status, 413, "a body of 10 GB that is only announced")
    at_most(round(time.monotonic() - began, 1), 1.9 * SLOW,
            "seconds until the refusal")


def test_large_body_with_expect():
    r = answer("POST /update HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
               f"Content-Length: {BODY + 1}\r\n\r\n", "Expect")
    one_of(r.status, (413, 417), "no 100 Continue for what is too large")


def test_large_chunked_body():
    piece = f"{1000:x}\r\n" + "x" * 1000 + "\r\n"
    r = answer("POST /update HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked"
               "\r\n\r\n" + piece * 200, "a large chunked body")
    same(r.status, 413, "a large chunked body")


def test_tiny_chunks():
    """A byte in a chunk, and long extensions: the wrapping is limited too."""
    piece = ("1;" + "x" * 500 + "\r\na\r\n") * 20
    with S.connect() as c:
        c.send("POST /update HTTP/1.1\r\nHost: x\r\n"
               "Transfer-Encoding: chunked\r\n\r\n")
        c.sock.settimeout(0.001)
        end = time.monotonic() + 10 * SLOW
        while not c.got and time.monotonic() < end:
            try:
                c.sock.settimeout(1)
                c.send(piece)
                c.sock.settimeout(0.001)
                c.more()
            except wire.Closed:
                return
            except (Failure, OSError):
                pass
        true(c.got, "expected a refusal of endless extensions, came none")
        one_of(c.read_response().status, (400, 408, 413), "extensions")


def test_large_update():
    """Its body is read on the loop: far less than the limit is enough."""
    r = S.post("/update", f"api_key={channel().write}&field1="
               + "x" * (BODY - 100))
    one_of(r.status, (200, 400, 413), "an update of 100 KB")
    true(r.status < 500, f"came {r!r}")


def test_gzip_bomb():
    before = S.rss_kb()
    bomb = gzip.compress(b"field1=" + b"0" * (60 << 20))
    for _ in range(5):
        r = S.request("POST", "/update", {"Content-Encoding": "gzip"}, bomb)
        same(r.status, 413, f"{len(bomb)} bytes that unpack to 60 MB")
    at_most((S.rss_kb() - before) // 1024, 30 * SLOW,
            "MB that the server grew by")


def test_many_parameters():
    r = S.post("/update", f"api_key={channel().write}&"
               + "&".join(f"a{i}=b" for i in range(8000)))
    one_of(r.status, (200, 400, 413), "8000 parameters")


def test_deep_json():
    r = S.post("/update", '{"a":' * 5000, {"Content-Type":
                                          "application/json"})
    same(r.status, 400, "deep JSON")


def drip(text, pause, limit):
    """Sends a byte now and then until the server has had enough; the seconds
    that took."""
    began = time.monotonic()
    with S.connect() as c:
        c.sock.settimeout(pause)
        i = 0
        while time.monotonic() - began < limit:
            try:
                c.send(text[i % len(text)])
                i += 1
                if not c.more():
                    break
            except (BrokenPipeError, ConnectionResetError, wire.Closed):
                break
            except Failure:
                pass
        else:
            raise Failure(f"expected an end within {limit} s, did not come")
        if c.got and not c.got.startswith(b"HTTP/1.1 408 "):
            raise Failure(f"expected 408 or a close, came {c.got[:60]!r}")
    return time.monotonic() - began


def test_slow_headers():
    took = drip("GET /health HTTP/1.1\r\nX: " + "x" * 1000, 0.2,
                2 + 4 * SLOW)
    true(took > 1.5, f"expected 2 s of patience, came {took:.1f} s")


def test_slow_body():
    with S.connect() as c:
        c.send("POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: 1000"
               "\r\n\r\n")
        began = time.monotonic()
        c.sock.settimeout(0.2)
        while time.monotonic() - began < 2 + 5 * SLOW:
            try:
                c.send("x")
                if not c.more():
                    break
            except (BrokenPipeError, ConnectionResetError, wire.Closed):
                break
            except Failure:
                pass
        else:
            raise Failure("expected an end of a dripping body, did not come")


def test_slow_does_not_stop_others():
    slow = [S.connect() for _ in range(50)]
    for c in slow:
        c.send("GET /health HTTP/1.1\r\nX:")
    began = time.monotonic()
    same(S.get("/health").status, 200, "/health")
    at_most(round(time.monotonic() - began, 2), 1 * SLOW, "seconds for it")
    for c in slow:
        c.close()


def test_nothing_at_all():
    """A connection without a byte is closed without a word."""
    began = time.monotonic()
    with S.connect() as c:
        c.expect_end(1 + 4 * SLOW)
    true(time.monotonic() - began > 0.8,
         "expected a second of patience, came less")


def test_slow_reader():
    """Asks for much and reads nothing: it goes, and others do not notice."""
    ch = S.channel(public=True)
    for n in range(20):
        S.store_many(ch, [{"created_at": 1500000000 + n * 400 + i,
                           "field1": "x" * 180} for i in range(400)])
    readers = [S.connect() for _ in range(8)]
    for c in readers:
        c.send(f"GET /channels/{ch.id}/feeds.json?results=8000 HTTP/1.1\r\n"
               "Host: x\r\n\r\n" * 5)
    for _ in range(5):
        began = time.monotonic()
        same(S.get("/health").status, 200, "/health")
        at_most(round(time.monotonic() - began, 2), 2 * SLOW, "seconds for it")
    at_most(S.rss_kb() // 1024, 150 * max(1, SLOW), "MB of the server")
    for c in readers:
        c.close()
    same(S.store(channel(), field1="1") > 0, True, "a reading behind them")


def test_connections():
    """One more than the cap, and the one that is silent longest goes."""
    server = harness.Server(connections=20, idle_time=60)
    first = server.connect()
    first.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    same(first.read_response().status, 200, "/health of the first")
    time.sleep(0.05)
    others = []
    for _ in range(25):
        others.append(server.connect())
        time.sleep(0.005)
    first.expect_end(3 * SLOW)
    same(server.get("/health").status, 200, "/health of a new one")
    soon(lambda: server.metric("almanac_connections") <= 20, 2,
         "at most 20 connections")
    for c in others:
        c.close()
    server.close()


def test_connections_per_address():
    server = harness.Server(connections_per_address=5, idle_time=60)
    kept = [server.connect() for _ in range(5)]
    for c in kept:
        c.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        same(c.read_response().status, 200, "/health of the first five")
    with server.connect() as sixth:
        try:
            sixth.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            data = sixth.read_to_end()
        except (wire.Closed, ConnectionResetError, BrokenPipeError):
            data = b""
        true(b" 200 " not in data, f"the sixth: expected none, came {data!r}")
    with server.connect(source="127.0.0.2") as other:
        other.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        same(other.read_response().status, 200, "from another address")
    kept.pop().close()
    def again():
        try:
            with server.connect() as c:
                c.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                return c.read_response().status == 200
        except (Failure, OSError):
            return False
    soon(again, 2, "a connection when one of the five has gone")
    for c in kept:
        c.close()
    server.close()


def test_held_bodies():
    """All bodies together have a limit: 503, not out of memory."""
    server = harness.Server(held_limit=2 << 20, body_limit=1 << 20,
                            request_time=20)
    waiting, refused = [], 0
    for _ in range(6):
        c = server.connect()
        waiting.append(c)
        try:
            c.send("POST /channels/1/bulk_update.json HTTP/1.1\r\nHost: x\r\n"
                   f"Content-Length: {1 << 20}\r\n\r\n" + "x" * 900000)
        except (BrokenPipeError, ConnectionResetError):
            pass
    for c in waiting:
        c.sock.settimeout(0.5 * SLOW)
        try:
            refused += c.read_response().status == 503
        except Failure:
            pass
    true(refused >= 3, f"expected 503 for some of six, came {refused}")
    for c in waiting:
        c.close()
    same(server.get("/health").status, 200, "/health")
    server.close()


def test_threads_of_requests():
    """Many workers busy, and updates still go through."""
    ch = S.channel(public=True)
    S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                      for i in range(2000)])
    stop, bad = threading.Event(), []

    def reads():
        while not stop.is_set():
            r = S.get(f"/channels/{ch.id}/feeds.json?results=2000")
            if r.status != 200:
                bad.append(r.status)
    threads = [threading.Thread(target=reads) for _ in range(8)]
    for t in threads:
        t.start()
    try:
        for _ in range(20):
            S.store(ch, field1="1")
    finally:
        stop.set()
        for t in threads:
            t.join()
    same(bad, [], "other answers than 200")
