-- Accounts, their channels, the readings. Times are milliseconds since 1970
-- UTC; "entry" counts 1, 2, 3 ... in each channel; values are the exact texts.

CREATE TABLE account (
    id         $ID,
    name       TEXT NOT NULL UNIQUE,
    password   TEXT NOT NULL,              -- a hash
    admin      $INT NOT NULL DEFAULT 0,
    created_at $INT NOT NULL
)$STRICT;

CREATE TABLE channel (
    id          $ID,
    owner       $INT NOT NULL REFERENCES account,
    name        TEXT NOT NULL,
    description TEXT,
    metadata    TEXT,
    url         TEXT,
    latitude    TEXT,
    longitude   TEXT,
    elevation   TEXT,
    zone        TEXT NOT NULL DEFAULT 'UTC',
    is_public   $INT NOT NULL DEFAULT 0,
    created_at  $INT NOT NULL,
    updated_at  $INT NOT NULL
)$STRICT;

CREATE INDEX channel_owner ON channel (owner);

CREATE TABLE field (
    channel $INT NOT NULL REFERENCES channel ON DELETE CASCADE,
    number  $INT NOT NULL,
    label   TEXT NOT NULL,
    unit    TEXT NOT NULL DEFAULT '',      -- of the values
    display TEXT NOT NULL DEFAULT '',      -- to show them in
    colour  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (channel, number)
)$STRICT$CLUSTERED;

CREATE TABLE tag (
    id   $ID,
    name TEXT NOT NULL UNIQUE
)$STRICT;

CREATE TABLE channel_tag (
    channel $INT NOT NULL REFERENCES channel ON DELETE CASCADE,
    tag     $INT NOT NULL REFERENCES tag,
    place   $INT NOT NULL,
    PRIMARY KEY (channel, tag)
)$STRICT$CLUSTERED;

CREATE INDEX channel_tag_tag ON channel_tag (tag);

-- What changes with every group of readings, apart from what seldom does.
CREATE TABLE progress (
    channel      $INT PRIMARY KEY REFERENCES channel ON DELETE CASCADE,
    last_entry   $INT NOT NULL DEFAULT 0,
    summed_until $INT NOT NULL DEFAULT 0   -- see table summary
)$STRICT;

CREATE TABLE key (
    id         $ID,
    kind       $INT NOT NULL,              -- 1 write, 2 read, 3 user
    channel    $INT REFERENCES channel ON DELETE CASCADE,
    account    $INT REFERENCES account ON DELETE CASCADE,
    hash       $BYTES NOT NULL UNIQUE,
    sealed     $BYTES NOT NULL,            -- for its owner to read again
    hint       TEXT NOT NULL,              -- the first letters
    created_at $INT NOT NULL
)$STRICT;

CREATE INDEX key_channel ON key (channel);
CREATE INDEX key_account ON key (account);

CREATE TABLE device (
    channel  $INT NOT NULL REFERENCES channel ON DELETE CASCADE,
    name     TEXT NOT NULL,                -- in lower case
    accepted $INT NOT NULL,                -- 0: only seen
    first_at $INT NOT NULL,
    PRIMARY KEY (channel, name)
)$STRICT$CLUSTERED;

-- In order of time, as charts read it.
CREATE TABLE reading (
    channel   $INT NOT NULL,
    at        $INT NOT NULL,
    entry     $INT NOT NULL,
    f1 TEXT, f2 TEXT, f3 TEXT, f4 TEXT, f5 TEXT, f6 TEXT, f7 TEXT, f8 TEXT,
    more      TEXT,                        -- {"9":"..."}: fields from 9 on
    device    TEXT,
    latitude  TEXT,
    longitude TEXT,
    elevation TEXT,
    status    TEXT,
    PRIMARY KEY (channel, at, entry)
)$STRICT$CLUSTERED;

CREATE UNIQUE INDEX reading_entry ON reading (channel, entry);

-- An hour of one field. Exact for every hour before progress.summed_until.
CREATE TABLE summary (
    channel $INT NOT NULL,
    field   $INT NOT NULL,
    at      $INT NOT NULL,
    entries $INT NOT NULL,                 -- readings, with this field or not
    numbers $INT NOT NULL,
    sum     $REAL NOT NULL,
    rest    $REAL NOT NULL,                -- what rounding took from sum
    low     $REAL NOT NULL,
    high    $REAL NOT NULL,
    comma   $INT NOT NULL,
    PRIMARY KEY (channel, field, at)
)$STRICT$CLUSTERED;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
)$STRICT;

INSERT INTO setting (name, value) VALUES ('epoch', '1');
