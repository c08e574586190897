CREATE TABLE callers (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    nickname    TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id)
);

CREATE TABLE caller_tokens (
    instance_id TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    caller_id   TEXT    NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, hash),
    FOREIGN KEY (instance_id, caller_id) REFERENCES callers (instance_id, id)
) WITHOUT ROWID;

CREATE TABLE sessions (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    flow_id     TEXT    NOT NULL,
    ivr_id      TEXT    NOT NULL,
    version_id  TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    caller_id   TEXT    NOT NULL,
    nickname    TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    media       TEXT    NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    state       TEXT    NOT NULL CHECK (state = 'routing' OR state = 'queued' OR state = 'offered' OR state = 'connecting' OR state = 'connected' OR state = 'ended'),
    walk        TEXT    NOT NULL,
    menu        TEXT    NOT NULL,
    end_policy  TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    path        TEXT    NOT NULL,
    trace       INTEGER NOT NULL,
    lost_at     INTEGER,
    seq         INTEGER NOT NULL,
    step_token  TEXT    NOT NULL,
    start_key   TEXT    NOT NULL,
    closed_by   TEXT    NOT NULL CHECK (closed_by = '' OR closed_by = 'caller' OR closed_by = 'agent' OR closed_by = 'admin' OR closed_by = 'timer' OR closed_by = 'flow' OR closed_by = 'system'),
    reason      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    queued_at   INTEGER,
    talk_at     INTEGER,
    ended_at    INTEGER,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX sessions_started_once ON sessions (instance_id, caller_id, start_key) WHERE start_key <> '';
CREATE INDEX sessions_live ON sessions (instance_id, flow_id) WHERE state <> 'ended';
CREATE INDEX sessions_of_agent ON sessions (instance_id, agent_id, id) WHERE agent_id <> '';
CREATE INDEX sessions_of_group ON sessions (instance_id, group_id, id) WHERE group_id <> '';

CREATE TABLE session_steps (
    instance_id TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    n           INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    event       TEXT    NOT NULL,
    PRIMARY KEY (instance_id, session_id, n)
) WITHOUT ROWID;

CREATE TABLE session_answers (
    instance_id TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    token       TEXT    NOT NULL,
    view        TEXT    NOT NULL,
    PRIMARY KEY (instance_id, session_id, token)
) WITHOUT ROWID;
