"""The programs that are measured: each on a free port, each with its files in
one temporary folder, each ended when the measuring is."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ["Temperature:°C", "Humidity:%", "Pressure:hPa", "Wind speed:km/h",
          "Wind direction", "Battery:V"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(port, path, headers=""):
    """One request on a connection of its own. Returns (status, head, body)."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
                  "Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: s.recv(1 << 20), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), body


class Server:
    """A process that answers HTTP on a port. start() returns the seconds from
    its start to the first answer."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.port = free_port()
        self.process = None

    def start(self):
        log = open(self.folder / f"{self.name}.log", "ab")
        began = time.monotonic()
        with log:
            self.process = subprocess.Popen(
                self.command(), env={**os.environ, **self.environment()},
                cwd=HERE, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError):
                get(self.port, self.first_page)
                return time.monotonic() - began
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended: see {log.name}")
            if time.monotonic() - began > 30:
                raise SystemExit(f"{self.name} does not answer: {log.name}")
            time.sleep(0.0002)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def environment(self):
        return {}

    def url(self):
        return f"http://127.0.0.1:{self.port}"


class Almanac(Server):
    first_page = "/health"

    def __init__(self, folder, program, name="almanac"):
        super().__init__(folder, name)
        self.program = program
        self.file = folder / f"{name}.db"

    def command(self):
        return [self.program, "serve"]

    def environment(self):
        return {"ALMANAC_DATABASE": f"sqlite:{self.file}",
                "ALMANAC_LISTEN": f"127.0.0.1:{self.port}",
                "ALMANAC_SECRET": str(self.folder / f"{self.name}.secret")}

    def manage(self, *arguments, text=""):
        done = subprocess.run([self.program, *arguments], input=text,
                              env={**os.environ, **self.environment()},
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"almanac {arguments[0]}: {done.stderr}")
        return done.stdout

    def create(self):
        self.manage("init-db")
        self.manage("user", "add", "bench", "--password-stdin",
                    text="a long enough password\n")

    def add_channel(self):
        fields = [part for n, label in enumerate(FIELDS, 1)
                  for part in ("--field", f"{n}={label}")]
        return json.loads(self.manage("channel", "add", "--owner", "bench",
                                      "--name", "Bench", "--public", *fields))

    def resident(self):
        return resident(self.process.pid)


class Flask(Server):
    first_page = "/showrecent"
    prefix = "/update/API_key=PHDNGI2345/mac=a3:45:b5:c9/field=1/data="

    def command(self):
        return ["gunicorn", "-w", "2", "-b", f"127.0.0.1:{self.port}",
                "--log-level", "error", "flask_seed:app"]

    def environment(self):
        return {"SEED_DATABASE": str(self.folder / "seed.db"),
                "PYTHONDONTWRITEBYTECODE": "1"}

    def resident(self):
        """Of all its processes; what they share is counted once."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/"
                                f"{self.process.pid}/children").read_text()
        return sum(proportional(int(pid))
                   for pid in [self.process.pid, *children.split()])


class Bare(Server):
    """The HTTP library alone, answering what Almanac's answer was."""
    first_page = "/"

    def __init__(self, folder, program, head, body):
        super().__init__(folder, "evhttp_bare")
        self.program = program
        self.answer = [body.decode()]
        for line in head.split("\r\n")[1:]:
            name, value = line.split(": ", 1)
            if name not in ("Date", "Content-Length", "Connection"):
                self.answer += [name, value]

    def command(self):
        return [self.program, str(self.port), *self.answer]


def resident(pid):
    """VmRSS, in bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def proportional(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(line for line in text.splitlines()
                    if line.startswith("Pss:")).split()[1]) * 1024
