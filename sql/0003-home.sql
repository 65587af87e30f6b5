-- What somebody has chosen for their home page. A field may be named that is
-- not there, or not to be seen, any more: it is passed over.

CREATE TABLE home_card (
    account $INT NOT NULL REFERENCES account ON DELETE CASCADE,
    place   $INT NOT NULL,
    channel $INT NOT NULL REFERENCES channel ON DELETE CASCADE,
    field   $INT NOT NULL,
    PRIMARY KEY (account, place)
)$STRICT$CLUSTERED;

CREATE INDEX home_card_channel ON home_card (channel);

-- The sensors of the windows advice.
CREATE TABLE home_sensor (
    account $INT NOT NULL REFERENCES account ON DELETE CASCADE,
    role    $INT NOT NULL,                 -- what it measures, and where
    channel $INT NOT NULL REFERENCES channel ON DELETE CASCADE,
    field   $INT NOT NULL,
    PRIMARY KEY (account, role)
)$STRICT$CLUSTERED;

CREATE INDEX home_sensor_channel ON home_sensor (channel);

CREATE TABLE home_comfort (
    account $INT PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    celsius $REAL NOT NULL
)$STRICT;
