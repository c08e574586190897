-- What callers leave behind: how they found the service, and that they want to be called back.
CREATE TABLE ratings (
    instance_id TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    score       INTEGER NOT NULL,
    label       TEXT    NOT NULL,
    comment     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (instance_id, session_id),
    FOREIGN KEY (instance_id, session_id) REFERENCES sessions (instance_id, id)
) WITHOUT ROWID;

CREATE TABLE callbacks (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    nickname    TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    about       TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state = 'open' OR state = 'done'),
    created_at  INTEGER NOT NULL,
    done_by     TEXT    NOT NULL,
    done_at     INTEGER,
    PRIMARY KEY (instance_id, id),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX callbacks_open ON callbacks (instance_id, group_id, id) WHERE state = 'open';

-- When the agent gave the caller back to the flow.
ALTER TABLE sessions ADD COLUMN talk_end_at INTEGER;
