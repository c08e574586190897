CREATE TABLE queue_entries (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    media       TEXT    NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    exclusive   BOOLEAN NOT NULL,
    priority    INTEGER NOT NULL,
    entered_at  INTEGER NOT NULL,
    give_up_at  INTEGER NOT NULL,
    lost_at     INTEGER,
    state       TEXT    NOT NULL CHECK (state = 'waiting' OR state = 'offered' OR state = 'served' OR state = 'left'),
    attempts    TEXT    NOT NULL,
    handoff     TEXT    NOT NULL,
    PRIMARY KEY (instance_id, id)
);
-- Second wall: a session waits in one place only.
CREATE UNIQUE INDEX queue_entries_open ON queue_entries (instance_id, session_id) WHERE state IN ('waiting', 'offered');
CREATE INDEX queue_entries_of_session ON queue_entries (instance_id, session_id);
CREATE INDEX queue_entries_line ON queue_entries (instance_id, group_id, exclusive, priority DESC, entered_at, id)
    WHERE state = 'waiting' AND lost_at IS NULL;
CREATE INDEX queue_entries_order ON queue_entries (instance_id, group_id, priority DESC, entered_at, id)
    WHERE state IN ('waiting', 'offered');

CREATE TABLE offers (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    entry_id    TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    media       TEXT    NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    state       TEXT    NOT NULL CHECK (state = 'pending' OR state = 'accepted' OR state = 'connected' OR state = 'wrapping' OR state = 'closed' OR state = 'rejected' OR state = 'timeout' OR state = 'rescinded' OR state = 'cancelled' OR state = 'failed'),
    reason      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at    INTEGER,
    PRIMARY KEY (instance_id, id)
);
-- Second wall: one agent at a time is rung for or serves a session (an earlier one may still tidy up) …
CREATE UNIQUE INDEX offers_one_of_session ON offers (instance_id, session_id) WHERE state IN ('pending', 'accepted', 'connected');
-- … and an agent who is taken whole has one such offer, tidying up included.
CREATE UNIQUE INDEX offers_one_whole_agent ON offers (instance_id, agent_id)
    WHERE media IN ('video', 'audio') AND state IN ('pending', 'accepted', 'connected', 'wrapping');
CREATE INDEX offers_open ON offers (instance_id, agent_id) WHERE state IN ('pending', 'accepted', 'connected', 'wrapping');
CREATE INDEX offers_of_session ON offers (instance_id, session_id);
