CREATE TABLE calls (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    offer_id    TEXT    NOT NULL,
    media       TEXT    NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    state       TEXT    NOT NULL CHECK (state = 'connecting' OR state = 'live' OR state = 'broken' OR state = 'ended'),
    created_at  INTEGER NOT NULL,
    live_at     INTEGER,
    ended_at    INTEGER,
    ended_by    TEXT    NOT NULL,
    PRIMARY KEY (instance_id, id)
);
-- Second wall: a session has one call at a time.
CREATE UNIQUE INDEX calls_open ON calls (instance_id, session_id) WHERE state <> 'ended';
CREATE INDEX calls_of_session ON calls (instance_id, session_id);

CREATE TABLE legs (
    instance_id  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    call_id      TEXT    NOT NULL,
    role         TEXT    NOT NULL CHECK (role = 'caller' OR role = 'agent'),
    ticket_hash  TEXT    NOT NULL,
    ticket_until INTEGER NOT NULL,
    resume_hash  TEXT    NOT NULL,
    up           BOOLEAN NOT NULL,
    up_at        INTEGER,
    down_at      INTEGER,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, call_id) REFERENCES calls (instance_id, id)
);
CREATE INDEX legs_of_call ON legs (instance_id, call_id);

CREATE TABLE files (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id)
);

CREATE TABLE messages (
    instance_id TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq >= 1),
    id          TEXT    NOT NULL,
    sender      TEXT    NOT NULL CHECK (sender = 'caller' OR sender = 'agent' OR sender = 'flow'),
    sender_id   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind = 'text' OR kind = 'emoji' OR kind = 'image'),
    body        TEXT    NOT NULL,
    file_id     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (instance_id, session_id, seq)
);
CREATE UNIQUE INDEX messages_posted_once ON messages (instance_id, session_id, sender, client_id) WHERE client_id <> '';
