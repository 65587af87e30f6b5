-- Who is signed in, what they write, what the tools made for them. Times are
-- milliseconds since 1970 UTC.

-- Only the SHA-256 of a session's id: this table opens nothing.
CREATE TABLE session (
    hash       $BYTES PRIMARY KEY,
    account    $INT REFERENCES account ON DELETE CASCADE, -- null: nobody's
    agent      TEXT NOT NULL,              -- what the browser calls itself
    address    TEXT NOT NULL,              -- where it began
    created_at $INT NOT NULL,
    seen_at    $INT NOT NULL,
    expires_at $INT NOT NULL
)$STRICT;

CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_at);

-- A post of the journal; with a channel and a moment, a note on its chart.
CREATE TABLE post (
    id         $ID,
    author     $INT NOT NULL REFERENCES account ON DELETE CASCADE,
    channel    $INT REFERENCES channel ON DELETE CASCADE,
    at         $INT,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    folded     TEXT NOT NULL,              -- title and body, for searching
    created_at $INT NOT NULL,
    updated_at $INT NOT NULL,
    deleted_at $INT                        -- not null: can still be undone
)$STRICT;

CREATE INDEX post_created ON post (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX post_author ON post (author, deleted_at);
CREATE INDEX post_channel ON post (channel, at);
CREATE INDEX post_deleted ON post (deleted_at) WHERE deleted_at IS NOT NULL;

-- What the ids of the journal's feed are made of: no other database has it.
-- only sqlite
INSERT INTO setting (name, value) VALUES ('feed', lower(hex(randomblob(16))));
-- end
-- only postgresql
INSERT INTO setting (name, value)
VALUES ('feed', replace(CAST(gen_random_uuid() AS TEXT), '-', ''));
-- end

-- Belongs to an account or else to a session, which may be kept elsewhere and
-- so is not referred to.
-- The body comes last: what stands before it is read without it.
CREATE TABLE document (
    id         $ID,
    account    $INT REFERENCES account ON DELETE CASCADE,
    session    $BYTES,                     -- the hash of its id
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       $INT NOT NULL,              -- of the body, in bytes
    created_at $INT NOT NULL,
    expires_at $INT NOT NULL,
    body       $BYTES NOT NULL
)$STRICT;

CREATE INDEX document_account ON document (account);
CREATE INDEX document_session ON document (session);
CREATE INDEX document_expires ON document (expires_at);

-- What all of them come to, in one row: kept by triggers, because documents
-- also go with their account.
CREATE TABLE document_total (
    bytes $INT NOT NULL
)$STRICT;

INSERT INTO document_total (bytes) VALUES (0);

-- only sqlite
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    UPDATE document_total SET bytes = bytes + NEW.size;
END;

CREATE TRIGGER document_gone AFTER DELETE ON document BEGIN
    UPDATE document_total SET bytes = bytes - OLD.size;
END;
-- end

-- only postgresql
CREATE OR REPLACE FUNCTION document_count() RETURNS TRIGGER AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE document_total SET bytes = bytes + NEW.size;
    ELSE
        UPDATE document_total SET bytes = bytes - OLD.size;
    END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER document_counted AFTER INSERT OR DELETE ON document
    FOR EACH ROW EXECUTE FUNCTION document_count();
-- end
