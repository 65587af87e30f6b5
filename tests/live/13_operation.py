"""What the one who runs it needs: health, metrics, log, stop, TLS."""
import concurrent.futures
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time

import harness
import wire
from expect import Failure, SLOW, at_most, holds, lacks, one_of, same, soon, \
    true
from tls import certificate, tls_server, trusting

S = harness.Shared()
METRICS = ("almanac_readings_stored_total", "almanac_commits_total",
           "almanac_commit_seconds_total", "almanac_group_size",
           "almanac_queue", "almanac_connections")


def test_health():
    r = S.get("/health")
    same(r.status, 200, "/health")
    true(r.body, "expected a body, came none")


def test_metrics_form():
    """Prometheus' text format, version 0.0.4."""
    r = S.get("/metrics")
    same(r.status, 200, "/metrics")
    holds(r.header("Content-Type"), "text/plain", "type")
    holds(r.header("Content-Type"), "version=0.0.4", "type")
    true(r.text.endswith("\n"), "expected a line end at the end")
    kinds = {}
    for line in r.text.splitlines():
        match = re.fullmatch(r"# TYPE (\w+) (counter|gauge|histogram|summary|"
                             r"untyped)", line)
        if match:
            true(match[1] not in kinds, f"{match[1]}: TYPE comes twice")
            kinds[match[1]] = match[2]
        elif not line.startswith("# HELP "):
            sample = re.fullmatch(
                r"([a-zA-Z_:]\w*)(\{[a-zA-Z_]\w*=\"[^\"]*\"(,[a-zA-Z_]\w*="
                r"\"[^\"]*\")*\})? -?\d+(\.\d+)?(e[+-]\d+)?", line)
            true(sample, f"expected a sample, came {line!r}")
            base = re.sub(r"_(bucket|sum|count)$", "", sample[1])
            true(sample[1] in kinds or base in kinds,
                 f"{sample[1]}: expected its TYPE before it")
    for name in METRICS:
        true(name in kinds, f"expected {name}, came {sorted(kinds)}")


def refused(reason):
    text = S.get("/metrics").text
    match = re.search(r'almanac_readings_refused_total\{reason="'
                      + reason + r'"\} (\d+)', text)
    true(match, f"expected refused readings by {reason}, came none")
    return int(match[1])


def test_metrics_count():
    ch = S.channel()
    stored = S.metric("almanac_readings_stored_total")
    for _ in range(5):
        S.store(ch, field1="1")
    S.store_many(ch, [{"created_at": 1500000000 + i, "field1": i}
                      for i in range(10)])
    same(S.metric("almanac_readings_stored_total") - stored, 15.0,
         "readings that were stored")
    true(S.metric("almanac_commits_total") >= 6, "expected 6 commits or more")
    true(S.metric("almanac_commit_seconds_total") > 0, "expected seconds")
    keys, invalid = refused("key"), refused("invalid")
    S.get("/update?api_key=WRONG&field1=1")
    S.get(f"/update/API_key={ch.write}/mac=x/field=77/data=1")
    same((refused("key") - keys, refused("invalid") - invalid), (1, 1),
         "refused readings")
    with S.connect(), S.connect(), S.connect():
        time.sleep(0.05)
        true(S.metric("almanac_connections") >= 4, "expected connections")


def test_metrics_by_http_1_0():
    with S.connect() as c:
        c.send("GET /metrics HTTP/1.0\r\n\r\n")
        same(c.read_response().status, 200, "/metrics")


LOGFMT = re.compile(r'at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z '
                    r'level=(info|fail|warn|debug) event=[a-z0-9_.-]+'
                    r'( [a-z0-9_.]+=("([^"\\]|\\.)*"|[^" ]*))*')


def test_log_is_logfmt():
    server = harness.Server()
    ch = server.channel()
    server.store(ch, field1="1")
    for path in ("/update?api_key=x", "/nothing", "/%00%0a%22level=fail",
                 "/channels/x/feeds.json?api_key=%0aat=1"):
        server.get(path)
    with server.connect() as c:
        c.send("GET / HTTP/1.1\r\nA : b\r\n\r\n")
        c.read_response()
    server.signal(signal.SIGTERM)
    server.wait()
    for line in server.log().splitlines():
        true(LOGFMT.fullmatch(line), f"expected logfmt, came {line!r}")
    events = re.findall(r"event=(\S+)", server.log())
    same(events.count("serve.listen"), 1, "serve.listen events")
    same(events.count("serve.stop"), 1, "serve.stop events")
    server.close()


def test_log_has_no_keys():
    server = harness.Server()
    ch = server.channel()
    server.store(ch, field1="1")
    for path in (f"/update?api_key={ch.write}&field1=%ff",
                 f"/channels/{ch.id}/feeds.json?api_key={ch.read}",
                 f"/channels.json?api_key={server.user_key}",
                 f"/update/API_key={ch.write}/mac=1/field=77/data=x"):
        server.get(path)
    for key in (ch.write, ch.read, server.user_key):
        lacks(server.log(), key, "the log")
    server.close()


def test_stop_answers_what_is_in_flight():
    """Every reading that was sent before is answered or not stored."""
    server = harness.Server()
    ch = server.channel()
    answered, lock, go = [], threading.Lock(), threading.Event()

    def send(n):
        try:
            with server.connect() as c:
                for i in range(10000):
                    c.send(f"GET /update?api_key={ch.write}&field1={n}.{i} "
                           "HTTP/1.1\r\nHost: x\r\n\r\n")
                    r = c.read_response()
                    same(r.status, 200, "update while it stops")
                    with lock:
                        answered.append((int(r.body), f"{n}.{i}"))
                    go.set()
        except (Failure, OSError) as e:
            if "expected 200" in str(e):
                raise
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(send, n) for n in range(16)]
        go.wait(10)
        time.sleep(0.2)
        server.signal(signal.SIGTERM)
        same(server.wait(), 0, "status")
        for job in jobs:
            job.result()
    server.start()
    kept = server.every(ch)
    for number, value in answered:
        same(kept.get(number), value, f"acknowledged entry {number}")
    server.close()


def test_stop_with_a_pipeline_in_flight():
    server = harness.Server()
    ch = server.channel()
    with server.connect() as c:
        c.send(f"GET /update?api_key={ch.write}&field1=1 HTTP/1.1\r\n"
               "Host: x\r\n\r\n" * 500)
        c.read_response()
        server.signal(signal.SIGTERM)
        got = 1
        try:
            while True:
                c.read_response()
                got += 1
        except (wire.Closed, Failure):
            pass
    same(server.wait(), 0, "status")
    server.start()
    feeds = server.feeds(ch, results=1)
    true(got <= feeds[0]["entry_id"] <= 500,
         f"expected at least the {got} that were answered, "
         f"came {feeds[0]['entry_id']}")
    server.close()


def test_stop_with_slow_clients():
    """Idle, half-sent and slow ones do not keep it from ending."""
    server = harness.Server(idle_time=60, request_time=60)
    ch = server.channel(public=True)
    server.store_many(ch, [{"created_at": 1500000000 + i, "field1": "x" * 200}
                           for i in range(8000)])
    idle = [server.connect() for _ in range(10)]
    for c in idle[:3]:
        c.send("POST /update HTTP/1.1\r\nContent-Length: 100\r\n\r\nab")
    for c in idle[3:6]:
        c.send(f"GET /channels/{ch.id}/feeds.json?results=8000 HTTP/1.1\r\n"
               "Host: x\r\n\r\n" * 3)
    time.sleep(0.3)
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    one_of(server.wait(), (0, 1), "status")
    at_most(round(time.monotonic() - began, 1), 5 * max(1, SLOW),
            "seconds until the end")
    for c in idle:
        c.close()
    server.process = None
    server.close()


def test_two_terms():
    server = harness.Server()
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGTERM)
    same(server.wait(), 0, "status")
    server.close()


def test_hangup_without_tls():
    server = harness.Server()
    server.signal(signal.SIGHUP)
    time.sleep(0.1)
    same(server.get("/health").status, 200, "/health behind SIGHUP")
    server.close()


# -- TLS

def common_name(server):
    """Of the certificate that a new connection gets."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with wire.Connection(server.tls_port, tls=context) as c:
        der = c.sock.getpeercert(binary_form=True)
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout",
                           "-subject"], input=der, capture_output=True,
                          timeout=30 * SLOW).stdout.decode()
    return re.search(r"CN\s*=\s*(\w+)", text)[1]


def test_two_listeners():
    server = tls_server()
    ch = server.channel()
    context = trusting(server)
    same(wire.request(server.tls_port, "GET", f"/update?api_key={ch.write}"
                      "&field1=tls", tls=context).body, b"1", "over TLS")
    same(server.store(ch, field1="plain"), 2, "without TLS")
    with wire.Connection(server.tls_port, tls=context) as c:
        c.send_slowly(f"GET /update?api_key={ch.write}&field1=x HTTP/1.1\r\n"
                      "Host: x\r\n\r\n", size=10)
        same(c.read_response().body, b"3", "in pieces")
        c.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        same(c.read_response().status, 200, "kept connection")
        c.expect_end(3 * SLOW)
    r = wire.request(server.tls_port, "GET", f"/channels/{ch.id}/feeds.json?"
                     f"api_key={ch.read}", tls=context)
    same([e["field1"] for e in r.json["feeds"]], ["tls", "plain", "x"],
         "readings")
    server.close()


def test_large_over_tls():
    server = tls_server()
    ch = server.channel()
    server.store_many(ch, [{"created_at": 1500000000 + i, "field1": "x" * 200}
                           for i in range(8000)])
    r = wire.request(server.tls_port, "GET", f"/channels/{ch.id}/feeds.json?"
                     f"api_key={ch.read}&results=8000", tls=trusting(server),
                     timeout=60 * SLOW)
    same(len(r.json["feeds"]), 8000, "entries")
    server.close()


def test_noise_on_tls():
    server = tls_server()
    for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 500,
                 b"\x16\x03\x01\x00\x05hello", b""):
        with socket.create_connection(("127.0.0.1", server.tls_port),
                                      10 * SLOW) as s:
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                while s.recv(1000):
                    pass
            except OSError:
                pass  # closed while we sent: what it should do
    same(wire.request(server.tls_port, "GET", "/health",
                      tls=trusting(server)).status, 200, "/health behind it")
    server.close()


def test_old_tls_is_refused():
    server = tls_server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        wire.request(server.tls_port, "GET", "/health", tls=context)
        raise Failure("TLS 1.1: expected a refusal, came an answer")
    except (ssl.SSLError, ConnectionResetError):
        pass
    server.close()


def test_renewed_certificate():
    server = tls_server()
    same(common_name(server), "first", "certificate")
    with wire.Connection(server.tls_port, tls=trusting(server)) as c:
        certificate(server.database.folder, "second")
        server.signal(signal.SIGHUP)
        soon(lambda: common_name(server) == "second", 3,
             "the renewed certificate")
        c.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        same(c.read_response().status, 200, "a connection from before")
    server.close()


def test_broken_certificate_is_not_taken():
    server = tls_server()
    with open(os.path.join(server.database.folder, "cert.pem"), "w") as f:
        f.write("nonsense")
    server.signal(signal.SIGHUP)
    soon(lambda: "level=fail" in server.log(), 3, "a word about it in the log")
    same(common_name(server), "first", "certificate")
    server.close()


def test_tls_settings_that_do_not_fit():
    server = harness.Server(start=False)
    folder = server.database.folder
    for settings in ({"tls_listen": "127.0.0.1:0"},
                     {"tls_listen": "127.0.0.1:0",
                      "tls_certificate": folder + "/no.pem",
                      "tls_key": folder + "/no.pem"}):
        ran = harness.run(["serve"], {**server.settings, **settings},
                          config=server.database.settings, timeout=10)
        one_of(ran.status, (1, 2), f"status with {settings} ({ran!r})")
        true(ran.err, "expected a sentence, came nothing")
    server.close()


def test_database_goes_away():
    """PostgreSQL only: 503 while it is away, and back without a restart."""
    if harness.ON != "postgres":
        return
    server = harness.Server()
    ch = server.channel()
    same(server.store(ch, field1="1"), 1, "before")
    name = server.database.name
    for _ in range(3):
        harness.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     f"WHERE datname = '{name}'")
        soon(lambda: server.get(f"/update?api_key={ch.write}&field1=2")
             .status == 200, 10, "an update when connections were cut")
        soon(lambda: server.get("/health").status == 200, 10, "/health")
    entries = [e["entry_id"] for e in server.feeds(ch)]
    same(entries, list(range(1, len(entries) + 1)), "entry numbers")
    server.close()


def test_rss_when_idle():
    server = harness.Server()
    ch = server.channel()
    server.store(ch, field1="1")
    server.get("/")
    if SLOW == 1:
        at_most(server.rss_kb() // 1024, 24, "MB resident when idle")
    server.close()
