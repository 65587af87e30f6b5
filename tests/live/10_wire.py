"""What devices really send, what crude parsers want, and what is refused."""
import gzip
import json
import socket
import time

import harness
import wire
from expect import Failure, SLOW, at_most, holds, lacks, one_of, same, soon, \
    true

S = harness.Shared(idle_time=2)
CORS = {"Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods":
            "GET, POST, PUT, OPTIONS, DELETE, PATCH",
        "Access-Control-Max-Age": "1800"}


def channel():
    if "channel" not in S.memory:
        S.memory["channel"] = S.channel("A", "B")
    return S.memory["channel"]


def key():
    return channel().write


def last(field="field1"):
    feeds = S.feeds(channel(), results=1)
    return feeds[0][field] if feeds else None


def number(r, about):
    same(r.status, 200, about)
    true(r.body.isdigit() and r.body != b"0",
         f"{about}: expected an entry number, came {r!r}")
    return int(r.body)


def raw(text, about, value):
    """Sent as it is: it must be stored."""
    text = text.replace("@KEY@", key()) if isinstance(text, str) else \
        text.replace(b"@KEY@", key().encode())
    with S.connect() as c:
        c.send(text)
        number(c.read_response(), about)
    same(last(), value, f"{about}, what was stored")


# -- tolerances

def test_bare_lf():
    raw("GET /update?api_key=@KEY@&field1=lf HTTP/1.1\nHost: x\n"
        "Connection: close\n\n", "GET with bare LF", "lf")
    body = f"api_key={key()}&field1=lf2"
    raw(f"POST /update HTTP/1.1\nHost: x\nContent-Length: {len(body)}\n\n"
        f"{body}", "POST with bare LF", "lf2")
    raw("GET /update?api_key=@KEY@&field1=mixed HTTP/1.1\r\nHost: x\n"
        "A: b\r\n\n", "line ends mixed", "mixed")


def test_no_version():
    for i, end in enumerate(("\r\n", "\n")):
        with S.connect() as c:
            c.send(f"GET /update?api_key={key()}&field1=nv{i}{end}")
            number(c.read_response(), "GET without a version")
            c.expect_end(1 * SLOW)
        same(last(), f"nv{i}", "what was stored")


def test_http_1_0():
    """No Host; it reads until the server closes, which must be at once."""
    with S.connect() as c:
        c.send(f"GET /update?api_key={key()}&field1=old HTTP/1.0\r\n\r\n")
        number(c.read_response(), "HTTP/1.0")
        c.expect_end(1 * SLOW)
    same(last(), "old", "what was stored")


def test_absolute_form():
    for i, host in enumerate(("http://api.thingspeak.com",
                              "http://184.106.153.149:80",
                              "HTTP://API.THINGSPEAK.COM",
                              "https://api.thingspeak.com")):
        raw(f"GET {host}/update?api_key=@KEY@&field1=abs{i} HTTP/1.1\r\n"
            "Host: api.thingspeak.com\r\n\r\n", host, f"abs{i}")


def test_missing_slash():
    raw("GET update?api_key=@KEY@&field1=noslash HTTP/1.1\r\nHost: x\r\n\r\n",
        "no leading slash", "noslash")
    raw("POST update HTTP/1.1\r\nHost: x\r\nthingspeakapikey: @KEY@\r\n"
        "Content-Length: 10\r\n\r\nfield1=pns", "POST, no leading slash",
        "pns")


def test_several_slashes():
    raw("GET ///update?api_key=@KEY@&field1=3s HTTP/1.1\r\nHost: x\r\n\r\n",
        "///update", "3s")


def test_raw_spaces_and_bytes():
    raw("GET /update?api_key=@KEY@&field1=two words here HTTP/1.1\r\n"
        "Host: x\r\n\r\n", "raw spaces", "two words here")
    raw("GET /update?api_key=@KEY@&field1=23,5 °C HTTP/1.1\r\nHost: x\r\n\r\n"
        .encode(), "raw UTF-8", "23,5 °C")
    raw("GET /update?api_key=@KEY@&field1=ends HTTP/1.1 HTTP/1.1\r\nHost: x"
        "\r\n\r\n", "split at the last HTTP/", "ends HTTP/1.1")
    raw("GET  /update?api_key=@KEY@&field1=double HTTP/1.1\r\nHost: x\r\n\r\n",
        "two spaces behind the method", "double")


def test_glued_query():
    raw("GET /update/api_key=@KEY@&field1=glued HTTP/1.1\r\nHost: x\r\n\r\n",
        "the query glued to the path", "glued")


def test_strange_targets():
    """No dialect of ours, and no reason to stumble."""
    for target in ("?&PASSKEY=1", "?", "*", "", "/", "//", "/../../etc/passwd",
                   "/%00", "/%", "/update/", "/channels/", "/channels//feeds",
                   "ID=1&PASSWORD=2", "/" + "a/" * 2000, "http://", "http:///",
                   "/channels/1/feeds.json/x/y/z", "/static/../secret",
                   "/static/%2e%2e/secret", "/static/..%2fsecret"):
        with S.connect() as c:
            c.send(f"GET {target} HTTP/1.1\r\nHost: x\r\n"
                   "Connection: close\r\n\r\n")
            r = c.read_response()
        true(r.status < 500, f"GET {target[:30]}: came {r!r}")


def test_leading_empty_lines():
    raw("\r\n\r\nGET /update?api_key=@KEY@&field1=empty HTTP/1.1\r\nHost: x"
        "\r\n\r\n", "empty lines first", "empty")


def test_byte_by_byte():
    text = f"GET /update?api_key={key()}&field1=bytes HTTP/1.1\r\nHost: x\r\n"
    text += "User-Agent: AVR\r\nConnection: close\r\n\r\n"
    with S.connect() as c:
        c.send_slowly(text, pause=0.001)
        number(c.read_response(), "byte by byte")
    same(last(), "bytes", "what was stored")
    body = f"api_key={key()}&field1=bytes2"
    with S.connect() as c:
        c.send_slowly(f"POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: "
                      f"{len(body)}\r\n\r\n{body}", pause=0.001)
        number(c.read_response(), "POST byte by byte")
    same(last(), "bytes2", "what was stored")


def test_body_in_another_packet():
    body = f"api_key={key()}&field1=later"
    with S.connect() as c:
        c.send(f"POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: "
               f"{len(body)}\r\n\r\n")
        time.sleep(0.1)
        c.send(body)
        number(c.read_response(), "body in another packet")
    same(last(), "later", "what was stored")


def test_half_close():
    with S.connect() as c:
        c.send(f"GET /update?api_key={key()}&field1=half HTTP/1.1\r\n"
               "Host: x\r\n\r\n").half_close()
        number(c.read_response(), "half close")
        c.expect_end(2 * SLOW)
    same(last(), "half", "what was stored")


def test_half_close_without_version():
    with S.connect() as c:
        c.send(f"GET /update?api_key={key()}&field1=half2\n").half_close()
        number(c.read_response(), "half close")
    same(last(), "half2", "what was stored")


def test_full_close_at_once():
    """client.stop() straight behind print(): stored, and no error for us."""
    for end in ("close", "abort"):
        c = S.connect()
        c.send(f"GET /update?api_key={key()}&field1={end} HTTP/1.1\r\n"
               "Host: x\r\n\r\n")
        if end == "abort":
            time.sleep(0.05)
        getattr(c, end)()
        soon(lambda: last() == end, 3, f"a reading of one that did {end}")
    lacks(S.log(), "level=fail", "the log")


def test_expect_continue():
    body = f"api_key={key()}&field1=continue"
    with S.connect() as c:
        c.send("POST /update HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
               f"Content-Length: {len(body)}\r\n\r\n")
        same(c.read_one(head=False).status, 100, "answer to Expect")
        c.send(body)
        number(c.read_response(), "behind 100 Continue")
    same(last(), "continue", "what was stored")


def test_expect_and_body_at_once():
    body = f"api_key={key()}&field1=eager"
    with S.connect() as c:
        c.send("POST /update HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n"
               f"Content-Length: {len(body)}\r\n\r\n{body}")
        number(c.read_response(), "body sent at once")
    same(last(), "eager", "what was stored")


def chunked(*parts, trailer=""):
    text = "".join(f"{len(p.encode()):X}\r\n{p}\r\n" for p in parts)
    return text + f"0\r\n{trailer}\r\n"


CHUNKED = ("POST /update HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked"
           "\r\n\r\n")


def test_chunked():
    raw(CHUNKED + chunked(f"api_key={key()}&", "field1=",
                          "chunk"), "chunked", "chunk")
    raw(CHUNKED + chunked(f"api_key={key()}&field1=trail",
                          trailer="X-Sum: 1\r\n"), "with a trailer", "trail")
    whole = f"api_key={key()}&field1=zeros"
    raw(CHUNKED + f"000{len(whole):x}\r\n{whole}\r\n00\r\n\r\n",
        "with zeros in front", "zeros")
    raw((CHUNKED + chunked(whole)).replace("chunked", "Chunked"),
        "in another case", "zeros")


def test_chunk_extensions():
    """Nobody sends them; read past or refused, never misread."""
    whole = f"api_key={key()}&field1=ext"
    with S.connect() as c:
        c.send(CHUNKED + f"{len(whole):x};a=b\r\n{whole}\r\n0;c\r\n\r\n")
        r = c.read_response()
    one_of(r.status, (200, 400), "chunk extensions")
    same(last() == "ext", r.status == 200, "chunk extensions, was it stored")


def test_chunked_byte_by_byte():
    with S.connect() as c:
        c.send_slowly(CHUNKED + chunked(f"api_key={key()}&", "field1=drip"),
                      pause=0.0005)
        number(c.read_response(), "chunks byte by byte")
    same(last(), "drip", "what was stored")


def test_chunked_json_bulk():
    body = json.dumps({"write_api_key": key(), "updates": [
        {"created_at": "2030-01-01", "field2": "bulk"}]})
    with S.connect() as c:
        c.send(f"POST /channels/{channel().id}/bulk_update.json HTTP/1.1\r\n"
               "Host: x\r\nContent-Type: application/json\r\n"
               "Transfer-Encoding: chunked\r\n\r\n"
               + chunked(*[body[i:i + 9] for i in range(0, len(body), 9)]))
        same(c.read_response().status, 202, "bulk in chunks")
    same(last("field2"), "bulk", "what was stored")
    S.request("DELETE", f"/channels/{channel().id}/feeds.json?"
              + wire.query(api_key=S.user_key))


def test_gzip_body():
    form = gzip.compress(f"api_key={key()}&field1=packed".encode())
    r = S.post("/update", form,
               {"Content-Encoding": "gzip"})
    number(r, "a packed form")
    same(last(), "packed", "what was stored")
    text = gzip.compress(json.dumps({"api_key": key(),
                                     "field1": "packed2"}).encode())
    r = S.request("POST", "/update", {"Content-Encoding": "GZIP",
                                      "Content-Type": "application/json"},
                  text)
    number(r, "packed JSON")
    same(last(), "packed2", "what was stored")


def test_gzip_in_chunks():
    packed = gzip.compress(f"api_key={key()}&field1=both".encode())
    with S.connect() as c:
        c.send(b"POST /update HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip"
               b"\r\nTransfer-Encoding: chunked\r\n\r\n")
        for i in range(0, len(packed), 7):
            part = packed[i:i + 7]
            c.send(b"%x\r\n%s\r\n" % (len(part), part))
        c.send(b"0\r\n\r\n")
        number(c.read_response(), "packed, in chunks")
    same(last(), "both", "what was stored")


def test_broken_gzip():
    good = gzip.compress(f"api_key={key()}&field1=broken".encode())
    for body in (b"nonsense", good[:-4], good[:10], b"", good + b"more"):
        r = S.request("POST", "/update", {"Content-Encoding": "gzip"}, body)
        true(400 <= r.status < 500 or r.body == b"0" or (
            body.startswith(good) and r.status == 200),
             f"broken gzip {body[:12]!r}: expected a refusal, came {r!r}")
    r = S.request("POST", "/update", {"Content-Encoding": "br"},
                  f"api_key={key()}&field1=broken")
    true(400 <= r.status < 500, f"an unknown coding: came {r!r}")


def test_any_content_type():
    for kind in ("text/plain", "application/octet-stream", "text/html", "",
                 "application/x-www-form-urlencoded; charset=UTF-8"):
        r = S.post("/update", f"api_key={key()}&field1=typed",
                   {"Content-Type": kind})
        number(r, f"form body of type {kind!r}")


# -- one connection, many requests

def test_kept_connection():
    ch = S.channel()
    with S.connect() as c:
        for i in range(1, 21):
            c.send(f"GET /update?api_key={ch.write}&field1={i} HTTP/1.1\r\n"
                   "Host: x\r\n\r\n")
            same(number(c.read_response(), "kept connection"), i, "entry")


def test_kept_http_1_0():
    with S.connect() as c:
        c.send(f"GET /update?api_key={key()}&field1=k HTTP/1.0\r\n"
               "Connection: keep-alive\r\n\r\n")
        r = c.read_response()
        number(r, "HTTP/1.0 with keep-alive")
        if (r.header("Connection") or "").lower() == "keep-alive":
            c.send(f"GET /update?api_key={key()}&field1=k HTTP/1.0\r\n\r\n")
            number(c.read_response(), "second request")


def test_body_with_uncounted_line_end_and_next():
    body = f"api_key={key()}&field1=first"
    with S.connect() as c:
        c.send("POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: "
               f"{len(body)}\r\n\r\n{body}\r\n")
        one = number(c.read_response(), "POST")
        c.send(f"GET /update?api_key={key()}&field1=second HTTP/1.1\r\n"
               "Host: x\r\n\r\n")
        same(number(c.read_response(), "the next"), one + 1, "entry")


def test_pipelined():
    """All at once; the answers come in order, slow ones among them."""
    ch = S.channel()
    text, count = "", 60
    for i in range(count):
        text += (f"GET /update?api_key={ch.write}&field1={i} HTTP/1.1\r\n"
                 "Host: x\r\n\r\n")
        text += (f"GET /channels/{ch.id}/feeds.json?api_key={ch.read} "
                 "HTTP/1.1\r\nHost: x\r\n\r\n" if i % 3 == 0 else
                 "GET /health HTTP/1.1\r\nHost: x\r\n\r\n" if i % 3 == 1 else
                 "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    with S.connect() as c:
        c.send(text)
        for i in range(count):
            same(number(c.read_response(), "pipelined"), i + 1, "entry")
            r = c.read_response()
            if i % 3 == 0:
                same(len(r.json["feeds"]), i + 1, "readings so far")
            else:
                same(r.status, (200, 404)[i % 3 - 1], "the other answer")


def test_pipelined_and_gone():
    ch = S.channel()
    with S.connect() as c:
        c.send(f"GET /update?api_key={ch.write}&field1=1 HTTP/1.1\r\n"
               "Host: x\r\n\r\n" * 5)
        c.half_close()
        for i in range(1, 6):
            same(number(c.read_response(), "pipelined"), i, "entry")
        c.expect_end(3 * SLOW)


def test_close_when_asked():
    with S.connect() as c:
        c.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n"
               f"GET /update?api_key={key()}&field1=behind HTTP/1.1\r\n"
               "Host: x\r\n\r\n")
        same(c.read_response().status, 200, "/health")
        c.expect_end(1 * SLOW)
    true(last() != "behind", "expected nothing behind Connection: close")


def test_idle_close():
    """For those who read until the end and ignore Content-Length."""
    began = time.monotonic()
    with S.connect() as c:
        c.send(f"GET /update?api_key={key()}&field1=idle HTTP/1.1\r\n"
               "Host: x\r\n\r\n")
        data = c.read_to_end()
    took = time.monotonic() - began
    holds(data, b"HTTP/1.1 200 OK\r\n", "the answer")
    true(1 < took < 2 + 3 * SLOW,
         f"expected a close about 2 s behind the answer, came {took:.1f} s")


# -- answers

def answers():
    """(path, method, status) of all kinds."""
    ch = channel()
    S.store(ch, field1="1")
    return [(f"/update?api_key={ch.write}&field1=1", "GET", 200),
            (f"/update.json?api_key={ch.write}&field1=1", "GET", 200),
            ("/update?api_key=WRONG&field1=1", "GET", 400),
            (f"/channels/{ch.id}/feeds.json?api_key={ch.read}", "GET", 200),
            (f"/channels/{ch.id}/feeds.json", "GET", 400),
            (f"/channels/{ch.id}/fields/1/last.txt?api_key={ch.read}", "GET",
             200),
            ("/channels/999999999/feeds.json", "GET", 404),
            ("/channels.json", "GET", 401),
            (f"/channels/{ch.id}.json?api_key={S.user_key}", "GET", 200),
            (f"/channels/{ch.id}/bulk_update.json", "POST", 401),
            ("/channels/public.json", "GET", 200),
            (f"/channels/{ch.id}/feeds.json", "PATCH", 405),
            ("/no/such/path", "GET", 404)]


def test_cors():
    for path, method, status in answers():
        r = S.request(method, path)
        one_of(r.status, (status, 404) if status == 405 else (status,), path)
        for name, value in CORS.items():
            same(r.header(name), value, f"{method} {path}: {name}")
        allowed = r.header("Access-Control-Allow-Headers").lower()
        for name in ("origin", "content-type", "x-requested-with",
                     "thingspeakapikey", "x-thingspeakapikey"):
            holds(allowed, name, "Access-Control-Allow-Headers")


def test_status_header():
    for path, method, status in answers():
        r = S.request(method, path)
        same(r.header("Status"), f"{r.status} {r.reason}", f"{path}: Status")


def test_no_cookies_no_redirects():
    for path, method, _ in answers():
        r = S.request(method, path)
        same(r.header("Set-Cookie"), None, f"{path}: Set-Cookie")
        true(not 300 <= r.status < 400, f"{path}: came {r!r}")


def test_headers_false():
    for path, method, status in answers():
        if status == 405:
            continue
        sign = "&" if "?" in path else "?"
        r = S.request(method, f"{path}{sign}headers=false")
        same(r.status, status, path)
        if status != 200:
            continue
        for name in list(CORS) + ["Status", "Access-Control-Allow-Headers"]:
            same(r.header(name), None, f"{path} headers=false: {name}")
    r = S.post("/update", f"api_key={key()}&field1=1&headers=false")
    same(r.header("Access-Control-Allow-Origin"), None, "headers=false in "
         "the body")


def test_one_segment():
    for path, method, _ in answers():
        if method != "GET":
            continue
        with S.connect() as c:
            c.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
            c.read_response()
            same(c.segments(), 1, f"{path}: segments of the answer")


def test_head():
    for path, _, status in answers()[3:]:
        whole = S.get(path)
        r = S.request("HEAD", path)
        if whole.status == 405 or r.status == 405:
            continue
        same((r.status, r.header("Content-Length"), r.body),
             (whole.status, whole.header("Content-Length"), b""),
             f"HEAD {path}")


def test_options():
    for path in ("/update", f"/channels/{channel().id}/feeds.json",
                 "/channels.json", "/no/such/path", "/"):
        r = S.request("OPTIONS", path)
        same((r.status, r.body), (200, b""), f"OPTIONS {path}")
        for name, value in CORS.items():
            same(r.header(name), value, f"OPTIONS {path}: {name}")
    with S.connect() as c:
        c.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
        same(c.read_response().status, 200, "OPTIONS *")


def test_large_answer_is_not_chunked():
    """The reader refuses chunks; this is the one that tempts a server."""
    ch = S.channel()
    S.store_many(ch, [{"created_at": 1500000000 + i, "field1": "x" * 200}
                      for i in range(8000)])
    r = S.get(f"/channels/{ch.id}/feeds.json?api_key={ch.read}&results=8000")
    true(len(r.body) > 1600000, f"expected 8000 entries, came {len(r.body)}")
    same(len(r.json["feeds"]), 8000, "entries")


# -- refused

HEAD = "POST /update?api_key={key}&field1=danger HTTP/1.1\r\nHost: x\r\n"
DANGEROUS = {
    "Content-Length and Transfer-Encoding":
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding and Content-Length":
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two Content-Lengths":
        "Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde",
    "two Content-Lengths in one":
        "Content-Length: 0, 5\r\n\r\nabcde",
    "a coding that is unknown": "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    "a coding before chunked":
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding behind chunked":
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
        "\r\n\r\n0\r\n\r\n",
    "nearly chunked": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked with a tab": "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": "Content-Length : 5\r\n\r\nabcde",
    "a space in a name": "Content Length: 5\r\n\r\nabcde",
    "a name that is none": "Content-Length\x01: 5\r\n\r\nabcde",
    "a header without a name": ": 5\r\n\r\n",
    "a header without a colon": "nonsense\r\n\r\n",
    "NUL in a header": "A: b\0c\r\n\r\n",
    "a CR in a header": "A: b\rContent-Length: 5\r\n\r\nabcde",
    "a negative length": "Content-Length: -1\r\n\r\n",
    "a length with a sign": "Content-Length: +5\r\n\r\nabcde",
    "a hexadecimal length": "Content-Length: 0x5\r\n\r\nabcde",
    "a length and more": "Content-Length: 5 5\r\n\r\nabcde",
    "no length at all": "Content-Length: \r\n\r\n",
    "a huge length": "Content-Length: 99999999999999999999999\r\n\r\n",
    "a chunk of 0x5": "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0"
        "\r\n\r\n",
    "a chunk of -1": "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    "a chunk of +5": "Transfer-Encoding: chunked\r\n\r\n+5\r\nabcde\r\n0"
        "\r\n\r\n",
    "a chunk of nothing": "Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n",
    "a huge chunk": "Transfer-Encoding: chunked\r\n\r\n"
        "ffffffffffffffffff\r\nabcde\r\n0\r\n\r\n",
    "a chunk longer than it says": "Transfer-Encoding: chunked\r\n\r\n"
        "2\r\nabcde\r\n0\r\n\r\n",
}


def test_dangerous_framing():
    """400, closed, and nothing behind it is parsed."""
    ch = channel()
    before = S.store(ch, field1="before")
    for about, text in DANGEROUS.items():
        with S.connect() as c:
            c.send(HEAD.format(key=ch.write) + text
                   + f"GET /update?api_key={ch.write}&field1=smuggled "
                   "HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                r = c.read_response()
            except Failure as e:
                raise Failure(f"{about}: {e}") from None
            one_of(r.status, (400, 413) if "huge" in about else (400,), about)
            c.expect_end(2 * SLOW)
    same(S.store(ch, field1="after"), before + 1,
         "the entry behind all of that")


def test_folded_header():
    """Refused, or read as one line."""
    with S.connect() as c:
        c.send("GET /health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n")
        one_of(c.read_response().status, (200, 400), "a folded header")


def test_wrong_versions():
    for version in ("HTTP/2.0", "HTTP/3.0", "HTTP/9.9"):
        with S.connect() as c:
            c.send(f"GET /health {version}\r\nHost: x\r\n\r\n")
            one_of(c.read_response().status, (400, 505), version)
    with S.connect() as c:
        c.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        one_of(c.read_response().status, (400, 405, 501, 505), "HTTP/2 preface")
        c.expect_end(2 * SLOW)


def test_unknown_methods():
    for method in ("BREW", "get", "G T", "CONNECT", "TRACE", "\x01", "X" * 200):
        with S.connect() as c:
            c.send(f"{method} /health HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                r = c.read_response()
            except wire.Closed:
                continue
        one_of(r.status, (400, 404, 405, 501), f"method {method[:9]!r}")


def test_noise():
    """Not HTTP at all: an end, and soon."""
    for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
                 b"\0" * 1000, b"\xff" * 1000 + b"\r\n\r\n", b"\r\n" * 1000,
                 b"SSH-2.0-OpenSSH\r\n", b"{}\r\n\r\n", b" \r\n\r\n",
                 b"GET\r\n\r\n", b"\r\r\r\r", b"HTTP/1.1 200 OK\r\n\r\n"):
        with S.connect() as c:
            began = time.monotonic()
            try:
                c.send(data).half_close()
                c.read_to_end()
            except (wire.Closed, BrokenPipeError, ConnectionResetError):
                pass
            at_most(round(time.monotonic() - began, 1), 3 * SLOW,
                    f"seconds until the end of {data[:12]!r}")
    same(S.get("/health").status, 200, "/health behind the noise")


def test_cut_off():
    """Requests that stop in the middle store nothing."""
    ch = channel()
    before = S.store(ch, field1="1")
    body = f"api_key={ch.write}&field1=cut"
    for text in (f"GET /update?api_key={ch.write}&field1=cut HTTP/1.1\r\nHo",
                 f"GET /update?api_key={ch.write}&field1=cut HTTP/1.1",
                 f"POST /update HTTP/1.1\r\nContent-Length: {len(body) + 5}"
                 f"\r\n\r\n{body}", CHUNKED + f"{len(body):x}\r\n{body}\r\n",
                 CHUNKED + f"{len(body) + 9:x}\r\n{body}"):
        c = S.connect()
        c.send(text).half_close()
        try:
            data = c.read_to_end()
            lacks(data, b" 200 ", f"answer to {text[:20]}...")
        except wire.Closed:
            pass
        c.close()
    same(S.store(ch, field1="1"), before + 1, "the entry behind them")


def test_ipv6():
    server = harness.Server(listen="[::1]:0")
    with socket.create_connection(("::1", server.port), 5) as s:
        s.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        holds(s.recv(1000), b"200 OK", "/health over IPv6")
    server.close()
