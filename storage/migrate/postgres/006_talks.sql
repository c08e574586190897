CREATE TABLE calls (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    offer_id    TEXT COLLATE "C" NOT NULL,
    media       TEXT COLLATE "C" NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    state       TEXT COLLATE "C" NOT NULL CHECK (state = 'connecting' OR state = 'live' OR state = 'broken' OR state = 'ended'),
    created_at  BIGINT  NOT NULL,
    live_at     BIGINT,
    ended_at    BIGINT,
    ended_by    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (instance_id, id)
);
-- Second wall: a session has one call at a time.
CREATE UNIQUE INDEX calls_open ON calls (instance_id, session_id) WHERE state <> 'ended';
CREATE INDEX calls_of_session ON calls (instance_id, session_id);

CREATE TABLE legs (
    instance_id  TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    call_id      TEXT COLLATE "C" NOT NULL,
    role         TEXT COLLATE "C" NOT NULL CHECK (role = 'caller' OR role = 'agent'),
    ticket_hash  TEXT COLLATE "C" NOT NULL,
    ticket_until BIGINT  NOT NULL,
    resume_hash  TEXT COLLATE "C" NOT NULL,
    up           BOOLEAN NOT NULL,
    up_at        BIGINT,
    down_at      BIGINT,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, call_id) REFERENCES calls (instance_id, id)
);
CREATE INDEX legs_of_call ON legs (instance_id, call_id);

CREATE TABLE files (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    width       BIGINT  NOT NULL,
    height      BIGINT  NOT NULL,
    bytes       BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, id)
);

CREATE TABLE messages (
    instance_id TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    seq         BIGINT  NOT NULL CHECK (seq >= 1),
    id          TEXT COLLATE "C" NOT NULL,
    sender      TEXT COLLATE "C" NOT NULL CHECK (sender = 'caller' OR sender = 'agent' OR sender = 'flow'),
    sender_id   TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    client_id   TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind = 'text' OR kind = 'emoji' OR kind = 'image'),
    body        TEXT COLLATE "C" NOT NULL,
    file_id     TEXT COLLATE "C" NOT NULL,
    at          BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, session_id, seq)
);
CREATE UNIQUE INDEX messages_posted_once ON messages (instance_id, session_id, sender, client_id) WHERE client_id <> '';
