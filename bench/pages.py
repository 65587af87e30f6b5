"""Pages: what somebody with a browser waits for (pages.js), and what a thousand
who watch one channel cost."""
import json
import os
import pathlib
import resource
import selectors
import socket
import statistics
import subprocess
import time

import servers

READINGS = 20       # that the watchers are told
WAIT = 30           # seconds for the last of them


def in_browser(almanac, channel, rounds):
    """What pages.js prints; None without a browser."""
    run = subprocess.run(
        ["node", servers.HERE / "pages.js", almanac.url(), str(channel["id"]),
         channel["write_key"], str(rounds)],
        check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def middle(times):
    """The median; None when one of them did not come."""
    return None if None in times else statistics.median(times)


def processor(pid):
    """Seconds that it has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Watchers:
    """Connections that wait for the events of a channel."""

    def __init__(self, almanac, channel, count):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < count + 100:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.selector = selectors.DefaultSelector()
        self.sockets = []
        for _ in range(count):
            s = socket.create_connection(("127.0.0.1", almanac.port))
            s.sendall(f"GET /channels/{channel['id']}/events HTTP/1.1\r\n"
                      "Host: 127.0.0.1\r\n\r\n".encode())
            s.setblocking(False)
            self.selector.register(s, selectors.EVENT_READ)
            self.sockets.append(s)
        self.all_have(b"event: hello")

    def all_have(self, what):
        """Until each of them was sent it."""
        waiting = set(self.sockets)
        end = time.monotonic() + WAIT
        while waiting:
            if time.monotonic() > end:
                raise SystemExit(f"{len(waiting)} watchers were not told")
            for key, _ in self.selector.select(1):
                if what in key.fileobj.recv(65536):
                    waiting.discard(key.fileobj)

    def close(self):
        self.selector.close()
        for s in self.sockets:
            s.close()


def told(almanac, channel, watchers):
    """Seconds from sending one reading after another until the last watcher
    has it, and the server's processor time for each."""
    pid = almanac.process.pid
    times = []
    began = processor(pid)
    for n in range(READINGS):
        sent = time.monotonic()
        status, _, entry = servers.get(
            almanac.port, f"/update?api_key={channel['write_key']}&field1={n}")
        if status != 200 or entry == b"0":
            raise SystemExit(f"a reading was refused: {status}")
        watchers.all_have(b'"entry":' + entry.strip() + b",")
        times.append(time.monotonic() - sent)
        time.sleep(0.1)
    return times, (processor(pid) - began) / READINGS


def watched(almanac, channel, count):
    """Bytes of memory before, bytes for each watcher; times as told()."""
    before = almanac.resident()
    watchers = Watchers(almanac, channel, count)
    each = (almanac.resident() - before) / count
    times, cost = told(almanac, channel, watchers)
    watchers.close()
    return before, each, times, cost
