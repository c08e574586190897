-- Times are microseconds since 1970 in UTC, so that both databases keep exactly the same.
-- Documents that only Go reads are JSON in TEXT. Every row belongs to an instance.
-- Legal values are listed with OR, not IN: for each IN of more than two SQLite builds a table at every write.

CREATE TABLE instances (
    id          TEXT    NOT NULL PRIMARY KEY,
    sdk_app_id  INTEGER NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
);

-- Who decides for an instance. Each commit proves owner and epoch.
CREATE TABLE leases (
    instance_id TEXT    NOT NULL PRIMARY KEY REFERENCES instances (id),
    owner       TEXT    NOT NULL,
    epoch       INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
);

-- The append-only record. seq rises over all instances.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    call_id     TEXT    NOT NULL,
    data        TEXT    NOT NULL
);
CREATE INDEX events_of_session ON events (instance_id, session_id, seq) WHERE session_id <> '';

-- The frames that go out to browsers: gap-free within a topic.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT    NOT NULL,
    topic       TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    data        TEXT    NOT NULL
);
CREATE UNIQUE INDEX outbox_once ON outbox (instance_id, topic, seq);

CREATE TABLE timers (
    instance_id TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    ref         TEXT    NOT NULL,
    fence       INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    PRIMARY KEY (instance_id, kind, ref)
) WITHOUT ROWID;
