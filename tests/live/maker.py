"""maker.py -- somebody who uses the mapper, and what comes of it."""
import html
import re

import harness
import visitor
from expect import holds, same, true

MIB = 1024 * 1024
NAME = "user-mapping.xml"

YAML = """users:
  u:
    quantity: 2
    username_prefix: 'tom & "jerry" <x>'
    username_suffix: '09'
    password: PASSWORDMARK
devices:
  d:
    quantity: 1
    name_prefix: R
    name_suffix: '98'
    hostname_prefix: 10.0.10.
    hostname_suffix: '1'
    parameters:
      port: 22
      protocol: ssh
"""

XML = """<user-mapping>
""" + "".join(f"""    <authorize username="tom &amp; &quot;jerry&quot; &lt;x&gt;{n}" """
              f"""password="PASSWORDMARK">
        <connection name="R98">
            <param name="port">22</param>
            <protocol>ssh</protocol>
            <param name="hostname">10.0.10.1</param>
        </connection>
    </authorize>
""" for n in ("09", "10")) + """</user-mapping>
"""


def one_user(prefix):
    return (f"users:\n  u: {{quantity: 1, username_prefix: {prefix}, "
            "username_suffix: '1', password: p}\ndevices: {}\n")


def multipart(*parts):
    """(headers behind form-data, bytes): the body and its type."""
    lines = b""
    for head, value in parts:
        value = value.encode() if isinstance(value, str) else value
        lines += (b"--B0und\r\nContent-Disposition: form-data; "
                  + head.encode() + b"\r\n\r\n" + value + b"\r\n")
    return lines + b"--B0und--\r\n", "multipart/form-data; boundary=B0und"


class Maker(visitor.Visitor):
    """Somebody who uses the mapper."""

    def __init__(self, server, cookie=None, source=None):
        super().__init__(server, source)
        self.cookie = cookie

    def send(self, head, text, token=None):
        if token is None:
            token = self.token("/tools/mapper") or ""
        body, kind = multipart(('name="csrf_token"', token), (head, text))
        return self.request("POST", "/tools/mapper", body,
                            {"Content-Type": kind})

    def upload(self, text=YAML, name="users.yaml", token=None):
        return self.send(f'name="filename"; filename="{name}"', text, token)

    def make(self, text=YAML):
        """An upload that must succeed; the document's path."""
        r = self.upload(text)
        same((r.status, r.body), (302, b""), "upload")
        true(re.fullmatch(r"/documents/\d+", r.header("Location")),
             f"expected /documents/ID, came {r.header('Location')}")
        return r.header("Location")

    def file(self, path):
        return self.get(f"{path}/{NAME}")

    def log_in(self, name="anna", password="correct horse"):
        return super().log_in(name, password)

    def log_out(self, token=True):
        same(self.post("/auth/logout", token=token).status, 302, "log out")


def count(server, table):
    return int(harness.select(server.database,
                              f"SELECT count(*) FROM {table}")[0][0])


def total_is_right(server):
    rows = harness.select(
        server.database, "SELECT bytes, (SELECT coalesce(sum(length(body)), 0)"
        " FROM document) FROM document_total")
    same(int(rows[0][0]), int(rows[0][1]), "bytes of all documents")


def refused(r, status, text, about):
    same((r.status, r.type), (status, "text/html"), about)
    flash = re.search(r'role="alert".*?</div>', r.text, re.S)
    true(flash, f"{about}: expected a message, came {r.text[:300]}")
    holds(" ".join(html.unescape(re.sub(r"<[^>]*>", " ", flash[0])).split()),
          text, about)
