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
-- summed_until begins at the year 1: see table summary.
CREATE TABLE progress (
    channel      $INT PRIMARY KEY REFERENCES channel ON DELETE CASCADE,
    last_entry   $INT NOT NULL DEFAULT 0,
    summed_until $INT NOT NULL DEFAULT -62135596800000
)$STRICT;

CREATE INDEX progress_summed ON progress (summed_until);

-- only postgresql
ALTER TABLE progress SET (fillfactor = 40);
-- end

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

-- only postgresql
ALTER TABLE device ALTER name TYPE TEXT COLLATE "C";
-- end

-- In order of time, as charts read it. It refers to no other table: a check
-- for every reading would cost more than channel_remove, which clears it.
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

-- What the readings of an hour come to. Exact for every hour before
-- progress.summed_until. fields: see store/summary_pack.h.
CREATE TABLE summary (
    channel $INT NOT NULL,
    at      $INT NOT NULL,
    entries $INT NOT NULL,
    fields  $BYTES NOT NULL,
    PRIMARY KEY (channel, at)
)$STRICT$CLUSTERED;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
)$STRICT;

INSERT INTO setting (name, value) VALUES ('epoch', '1');

-- Readings as the article's table has them, a row for each value. Id is made
-- of channel, entry (33 bits) and field (6 bits), so it ascends with them.

-- only sqlite
CREATE VIEW value_of AS
SELECT channel, at, entry, device, n AS field,
    CASE n WHEN 1 THEN f1 WHEN 2 THEN f2 WHEN 3 THEN f3 WHEN 4 THEN f4
           WHEN 5 THEN f5 WHEN 6 THEN f6 WHEN 7 THEN f7 ELSE f8 END AS data
FROM reading, (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3
               UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6
               UNION ALL SELECT 7 UNION ALL SELECT 8)
UNION ALL
SELECT channel, at, entry, device, CAST(j.key AS INTEGER), j.value
FROM reading, json_each(more) AS j;

CREATE VIEW data (Id, API_key, date_time, mac, field, data) AS
SELECT (channel * 8589934592 + entry) * 64 + field - 1,
    (SELECT hint || '…' FROM key
     WHERE key.channel = v.channel AND kind = 1 ORDER BY id LIMIT 1),
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch'),
    device, field, data
FROM value_of AS v WHERE data IS NOT NULL;
-- end

-- only postgresql
CREATE VIEW value_of AS
SELECT channel, at, entry, device, v.field, v.data
FROM reading, LATERAL (VALUES (CAST(1 AS BIGINT), f1), (2, f2), (3, f3),
                       (4, f4), (5, f5), (6, f6), (7, f7), (8, f8))
              AS v (field, data)
UNION ALL
SELECT channel, at, entry, device, CAST(j.key AS BIGINT), j.value
FROM reading, json_each_text(CAST(more AS JSON)) AS j;

CREATE VIEW data (Id, API_key, date_time, mac, field, data) AS
SELECT (channel * 8589934592 + entry) * 64 + field - 1,
    (SELECT hint || '…' FROM key
     WHERE key.channel = v.channel AND kind = 1 ORDER BY id LIMIT 1),
    to_char(TIMESTAMP '1970-01-01' + at * INTERVAL '1 millisecond',
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    device, field, data
FROM value_of AS v WHERE data IS NOT NULL;
-- end
