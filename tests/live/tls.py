"""tls.py -- a server with a certificate of its own, and who trusts it."""
import os
import ssl
import subprocess

import harness
from expect import SLOW, same


def certificate(folder, name):
    """A new one for localhost, over the one before."""
    run = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         f"/CN={name}", "-addext", "subjectAltName=DNS:localhost", "-keyout",
         os.path.join(folder, "key.new"), "-out",
         os.path.join(folder, "cert.new")], capture_output=True, text=True,
        timeout=30 * SLOW)
    same(run.returncode, 0, f"openssl: {run.stderr[-200:]}")
    for part in ("key", "cert"):
        os.rename(os.path.join(folder, part + ".new"),
                  os.path.join(folder, part + ".pem"))


def tls_server():
    database = harness.Database(pattern=harness.Pattern.get().database)
    certificate(database.folder, "first")
    return harness.Server(
        database, tls_listen="127.0.0.1:0",
        tls_certificate=os.path.join(database.folder, "cert.pem"),
        tls_key=os.path.join(database.folder, "key.pem"))


def trusting(server):
    return ssl.create_default_context(cafile=os.path.join(
        server.database.folder, "cert.pem"))
