CREATE TABLE accounts (
    instance_id   TEXT    NOT NULL REFERENCES instances (id),
    id            TEXT    NOT NULL,
    email         TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX accounts_email ON accounts (instance_id, email);

CREATE TABLE agents (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    number      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    role        TEXT    NOT NULL CHECK (role = 'admin' OR role = 'agent'),
    intent      TEXT    NOT NULL CHECK (intent = 'ready' OR intent = 'notReady' OR intent = 'rest' OR intent = 'offline'),
    reason      TEXT    NOT NULL,
    next_intent TEXT    NOT NULL CHECK (next_intent = '' OR next_intent = 'ready' OR next_intent = 'notReady' OR next_intent = 'rest' OR next_intent = 'offline'),
    fault       TEXT    NOT NULL CHECK (fault = '' OR fault = 'notResponding' OR fault = 'device'),
    presence    INTEGER NOT NULL,
    intent_at   INTEGER NOT NULL,
    idle_since  INTEGER NOT NULL,
    text_cap    INTEGER NOT NULL CHECK (text_cap >= 1),
    created_at  INTEGER NOT NULL,
    removed_at  INTEGER,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
);
-- A removed agent gives number and account free.
CREATE UNIQUE INDEX agents_number ON agents (instance_id, number) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX agents_account ON agents (instance_id, account_id) WHERE removed_at IS NULL;

CREATE TABLE logins (
    instance_id TEXT    NOT NULL,
    token_hash  TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, token_hash),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
) WITHOUT ROWID;
CREATE INDEX logins_of_account ON logins (instance_id, account_id);

CREATE TABLE links (
    instance_id TEXT    NOT NULL,
    token_hash  TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER,
    PRIMARY KEY (instance_id, token_hash),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
) WITHOUT ROWID;

-- A deleted group stays as a row, so that old records keep its name.
CREATE TABLE skill_groups (
    instance_id  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    ring_seconds INTEGER NOT NULL,
    wait_seconds INTEGER NOT NULL,
    max_waiting  INTEGER NOT NULL,
    rest_on_miss BOOLEAN NOT NULL,
    wrap_seconds INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    deleted      BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX skill_groups_name ON skill_groups (instance_id, name) WHERE NOT deleted;

CREATE TABLE memberships (
    instance_id TEXT    NOT NULL,
    group_id    TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    priority    INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    PRIMARY KEY (instance_id, group_id, agent_id),
    FOREIGN KEY (instance_id, group_id) REFERENCES skill_groups (instance_id, id)
) WITHOUT ROWID;
CREATE INDEX memberships_of_agent ON memberships (instance_id, agent_id);
