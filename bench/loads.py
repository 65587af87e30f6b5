"""What is sent: single readings through wrk, many in one call, questions."""
import csv
import datetime
import json
import pathlib
import queue
import socket
import sqlite3
import subprocess
import threading
import time

import servers

DATA = (servers.HERE.parent / "tests/data/weather-strasbourg-2021.csv")
ENTRIES = 14_400  # in one call, at most
MINUTE = 60
HOUR = 3600


def readings_per_second(server, prefix, connections, seconds, keep=True):
    """Acknowledged readings per second, one GET each."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
               "-s", str(servers.HERE / "readings.lua")]
    if not keep:
        command += ["-H", "Connection: close"]
    out = subprocess.run([*command, server.url(), "--", prefix], check=True,
                         capture_output=True, text=True).stdout
    r = json.loads(out.splitlines()[-1])
    good = r["requests"] - r["refused"]
    if r["refused"] or r["broken"]:
        print(f"  ({server.name}: {r['refused']} refused, "
              f"{r['broken']} broken of {r['requests']})")
    return good / (r["microseconds"] / 1e6)


def weather(count):
    """count rows [unix seconds, six texts], in order of time: the file, as
    often as needed, each time earlier than the last."""
    with DATA.open() as f:
        rows = sorted((int(r[0]), r[2:8]) for r in list(csv.reader(f))[1:])
    span = rows[-1][0] - rows[0][0] + HOUR
    turns = -(-count // len(rows))
    made = [(at - span * turn, values)
            for turn in range(turns - 1, -1, -1) for at, values in rows]
    return made[-count:]


def minutes(count):
    """count rows, one a minute until now, with the values of the weather."""
    now = int(time.time()) // MINUTE * MINUTE
    values = [v for _, v in weather(min(count, 16_000))]
    return [(now - (count - 1 - i) * MINUTE, values[i % len(values)])
            for i in range(count)]


def iso(at):
    return datetime.datetime.fromtimestamp(
        at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def call(channel, suffix, kind, body):
    head = (f"POST /channels/{channel['id']}/bulk_update.{suffix} HTTP/1.1\r\n"
            f"Host: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def parts(rows):
    return (rows[i:i + ENTRIES] for i in range(0, len(rows), ENTRIES))


def csv_calls(channel, rows):
    start = f"write_api_key={channel['write_key']}&time_format=absolute&updates="
    return [call(channel, "csv", "application/x-www-form-urlencoded",
                 (start + "|".join(iso(at) + "," + ",".join(values)
                                   for at, values in part)).encode())
            for part in parts(rows)]


def json_calls(channel, rows):
    return [call(channel, "json", "application/json", json.dumps({
        "write_api_key": channel["write_key"],
        "updates": [{"created_at": iso(at),
                     **{f"field{n}": v for n, v in enumerate(values, 1)}}
                    for at, values in part],
    }, separators=(",", ":")).encode()) for part in parts(rows)]


def read_answer(s):
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = s.recv(65536)
        if not more:
            raise SystemExit(f"bulk load: the connection ended: {answer!r}")
        answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split()[0])
    while len(body) < length:
        body += s.recv(65536)
    return head.split()[1], body


def send_all(server, calls, connections=2):
    """Sends the prepared calls over some connections, each one answered before
    the next. Returns the seconds that it took."""
    waiting = queue.SimpleQueue()
    for prepared in calls:
        waiting.put(prepared)
    wrong = []

    def work():
        with socket.create_connection(("127.0.0.1", server.port)) as s:
            while not wrong:
                try:
                    s.sendall(waiting.get_nowait())
                except queue.Empty:
                    return
                status, body = read_answer(s)
                if status != b"202":
                    wrong.append((status, body))

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"bulk load: {wrong[0]}")
    return time.monotonic() - began


def sqlite_alone(almanac, folder, rows):
    """Seconds that SQLite needs for the same rows: the same table and index,
    the same pragmas, a commit for each call, nothing else."""
    with sqlite3.connect(almanac.file) as db:
        schema = [sql for (sql,) in db.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'reading'"
            " AND sql IS NOT NULL")]
    path = pathlib.Path(folder) / "alone.db"
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    for sql in schema:
        db.execute(sql)
    prepared = [[(1, at * 1000, i * ENTRIES + n, *values)
                 for n, (at, values) in enumerate(part)]
                for i, part in enumerate(parts(rows))]
    began = time.monotonic()
    for part in prepared:
        db.execute("BEGIN")
        db.executemany("INSERT INTO reading (channel, at, entry, f1, f2, f3,"
                       " f4, f5, f6) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", part)
        db.execute("COMMIT")
    seconds = time.monotonic() - began
    db.close()
    path.unlink()
    return seconds


def question(server, path, headers=""):
    """Seconds for one whole answer, and how many bytes it has."""
    began = time.monotonic()
    status, _, body = servers.get(server.port, path, headers)
    if status != 200:
        raise SystemExit(f"{path}: {status} {body[:200]!r}")
    return time.monotonic() - began, len(body)


def wait_for_sums(db, channel):
    """Until the server has summed the channel's hours that are over, as it does
    in the background; the seconds."""
    began = time.monotonic()
    while time.monotonic() - began < 300:
        (until,) = db.execute("SELECT summed_until FROM progress"
                              " WHERE channel = ?", (channel,)).fetchone()
        if until // 1000 >= time.time() // HOUR * HOUR:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def hourly_in_sqlite(db, channel):
    """The same year, as SQLite groups it when asked in SQL."""
    began = time.monotonic()
    db.execute("SELECT at / 3600000, avg(CAST(f1 AS REAL)), avg(CAST(f2 AS REAL)),"
               " avg(CAST(f3 AS REAL)), avg(CAST(f4 AS REAL)),"
               " avg(CAST(f5 AS REAL)), avg(CAST(f6 AS REAL))"
               " FROM reading WHERE channel = ? GROUP BY 1",
               (channel,)).fetchall()
    return time.monotonic() - began
