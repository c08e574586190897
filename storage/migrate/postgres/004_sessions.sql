CREATE TABLE callers (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    nickname    TEXT COLLATE "C" NOT NULL,
    channel     TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, id)
);

CREATE TABLE caller_tokens (
    instance_id TEXT COLLATE "C" NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    caller_id   TEXT COLLATE "C" NOT NULL,
    expires_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, hash),
    FOREIGN KEY (instance_id, caller_id) REFERENCES callers (instance_id, id)
);

CREATE TABLE sessions (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    flow_id     TEXT COLLATE "C" NOT NULL,
    ivr_id      TEXT COLLATE "C" NOT NULL,
    version_id  TEXT COLLATE "C" NOT NULL,
    version     BIGINT  NOT NULL,
    caller_id   TEXT COLLATE "C" NOT NULL,
    nickname    TEXT COLLATE "C" NOT NULL,
    channel     TEXT COLLATE "C" NOT NULL,
    media       TEXT COLLATE "C" NOT NULL CHECK (media = 'video' OR media = 'audio' OR media = 'text'),
    state       TEXT COLLATE "C" NOT NULL CHECK (state = 'routing' OR state = 'queued' OR state = 'offered' OR state = 'connecting' OR state = 'connected' OR state = 'ended'),
    walk        TEXT COLLATE "C" NOT NULL,
    menu        TEXT COLLATE "C" NOT NULL,
    end_policy  TEXT COLLATE "C" NOT NULL,
    agent_id    TEXT COLLATE "C" NOT NULL,
    group_id    TEXT COLLATE "C" NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    trace       BIGINT  NOT NULL,
    lost_at     BIGINT,
    seq         BIGINT  NOT NULL,
    step_token  TEXT COLLATE "C" NOT NULL,
    start_key   TEXT COLLATE "C" NOT NULL,
    closed_by   TEXT COLLATE "C" NOT NULL CHECK (closed_by = '' OR closed_by = 'caller' OR closed_by = 'agent' OR closed_by = 'admin' OR closed_by = 'timer' OR closed_by = 'flow' OR closed_by = 'system'),
    reason      TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL,
    queued_at   BIGINT,
    talk_at     BIGINT,
    ended_at    BIGINT,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, id),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX sessions_started_once ON sessions (instance_id, caller_id, start_key) WHERE start_key <> '';
CREATE INDEX sessions_live ON sessions (instance_id, flow_id) WHERE state <> 'ended';
CREATE INDEX sessions_of_agent ON sessions (instance_id, agent_id, id) WHERE agent_id <> '';
CREATE INDEX sessions_of_group ON sessions (instance_id, group_id, id) WHERE group_id <> '';

CREATE TABLE session_steps (
    instance_id TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    n           BIGINT  NOT NULL,
    at          BIGINT  NOT NULL,
    event       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (instance_id, session_id, n)
);

CREATE TABLE session_answers (
    instance_id TEXT COLLATE "C" NOT NULL,
    session_id  TEXT COLLATE "C" NOT NULL,
    token       TEXT COLLATE "C" NOT NULL,
    view        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (instance_id, session_id, token)
);
