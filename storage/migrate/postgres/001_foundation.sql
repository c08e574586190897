-- Times are microseconds since 1970 in UTC, so that both databases keep exactly the same.
-- Documents that only Go reads are JSON in TEXT. Every row belongs to an instance.
-- Legal values are listed with OR, not IN: for each IN of more than two SQLite builds a table at every write.

CREATE TABLE instances (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sdk_app_id  BIGINT  NOT NULL UNIQUE,
    name        TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL
);

-- Who decides for an instance. Each commit proves owner and epoch.
CREATE TABLE leases (
    instance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES instances (id),
    owner       TEXT COLLATE "C" NOT NULL,
    epoch       BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);

-- The append-only record. seq rises over all instances.
CREATE TABLE events (
    seq         BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    at          BIGINT  NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    agent_id    TEXT COLLATE "C" NOT NULL,
    call_id     TEXT COLLATE "C" NOT NULL,
    data        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX events_of_session ON events (instance_id, session_id, seq) WHERE session_id <> '';

-- The frames that go out to browsers: gap-free within a topic.
CREATE TABLE outbox (
    id          BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    topic       TEXT COLLATE "C" NOT NULL,
    seq         BIGINT  NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    at          BIGINT  NOT NULL,
    data        TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX outbox_once ON outbox (instance_id, topic, seq);

CREATE TABLE timers (
    instance_id TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    ref         TEXT COLLATE "C" NOT NULL,
    fence       BIGINT  NOT NULL,
    due         BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, kind, ref)
);
