"""The application that Almanac grew out of, written afresh to measure against.

As a series of articles of 2018 describes it: Flask, one SQLite file with
SQLite's own defaults, a connection opened for each request, a reading in one
URL, one row and one commit for each value.

    SEED_DATABASE=/tmp/seed.db gunicorn -w 2 flask_seed:app
"""
import os
import sqlite3
from datetime import datetime, timezone

from flask import Flask, abort, g, render_template_string

KEYS = {"PHDNGI2345", "DTLZ3LBY"}
STATIONS = {"6c:rf:7f:2b:0e:g8", "a3:45:b5:c9"}
PAGE = """<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<p>{{ value }}</p>
<p>{{ time }}</p>
<a href="{{ url_for('show_recent') }}">REFRESH</a>
"""

app = Flask(__name__)


def database():
    if "db" not in g:
        g.db = sqlite3.connect(os.environ["SEED_DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


@app.teardown_appcontext
def close_database(_error):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def create_table():
    with sqlite3.connect(os.environ["SEED_DATABASE"]) as db:
        db.execute("CREATE TABLE IF NOT EXISTS data ("
                   "Id INTEGER PRIMARY KEY AUTOINCREMENT, API_key TEXT,"
                   " date_time TEXT, mac TEXT, field INTEGER, data REAL)")


@app.route("/update/API_key=<key>/mac=<mac>/field=<int:field>/data=<data>")
def update(key, mac, field, data):
    if key not in KEYS or mac not in STATIONS:
        abort(403)
    now = datetime.now(timezone.utc).isoformat()
    db = database()
    db.execute("INSERT INTO data (API_key, date_time, mac, field, data)"
               " VALUES (?, ?, ?, ?, ?)",
               (key, now, mac, field, round(float(data), 4)))
    db.commit()
    return render_template_string(PAGE, title="Most Recent Data Point",
                                  value=data, time=now)


@app.route("/showrecent")
def show_recent():
    row = database().execute("SELECT data, date_time FROM data"
                             " ORDER BY Id DESC LIMIT 1").fetchone()
    if row is None:
        abort(404)
    return render_template_string(PAGE, title="Most Recent Data Point",
                                  value=row["data"], time=row["date_time"])


create_table()
