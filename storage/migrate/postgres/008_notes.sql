-- What callers leave behind: how they found the service, and that they want to be called back.
CREATE TABLE ratings (
    instance_id TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    score       INTEGER NOT NULL,
    label       TEXT COLLATE "C" NOT NULL,
    comment     TEXT COLLATE "C" NOT NULL,
    at          BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, session_id),
    FOREIGN KEY (instance_id, session_id) REFERENCES sessions (instance_id, id)
);

CREATE TABLE callbacks (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    group_id    TEXT COLLATE "C" NOT NULL,
    nickname    TEXT COLLATE "C" NOT NULL,
    phone       TEXT COLLATE "C" NOT NULL,
    about       TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state = 'open' OR state = 'done'),
    created_at  BIGINT  NOT NULL,
    done_by     TEXT COLLATE "C" NOT NULL,
    done_at     BIGINT,
    PRIMARY KEY (instance_id, id),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX callbacks_open ON callbacks (instance_id, group_id, id) WHERE state = 'open';

-- When the agent gave the caller back to the flow.
ALTER TABLE sessions ADD COLUMN talk_end_at BIGINT;
