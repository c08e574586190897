CREATE TABLE accounts (
    instance_id   TEXT COLLATE "C" NOT NULL REFERENCES instances (id),
    id            TEXT COLLATE "C" NOT NULL,
    email         TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX accounts_email ON accounts (instance_id, email);

CREATE TABLE agents (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    account_id  TEXT COLLATE "C" NOT NULL,
    number      TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL CHECK (role = 'admin' OR role = 'agent'),
    intent      TEXT COLLATE "C" NOT NULL CHECK (intent = 'ready' OR intent = 'notReady' OR intent = 'rest' OR intent = 'offline'),
    reason      TEXT COLLATE "C" NOT NULL,
    next_intent TEXT COLLATE "C" NOT NULL CHECK (next_intent = '' OR next_intent = 'ready' OR next_intent = 'notReady' OR next_intent = 'rest' OR next_intent = 'offline'),
    fault       TEXT COLLATE "C" NOT NULL CHECK (fault = '' OR fault = 'notResponding' OR fault = 'device'),
    presence    BIGINT  NOT NULL,
    intent_at   BIGINT  NOT NULL,
    idle_since  BIGINT  NOT NULL,
    text_cap    BIGINT  NOT NULL CHECK (text_cap >= 1),
    created_at  BIGINT  NOT NULL,
    removed_at  BIGINT,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
);
-- A removed agent gives number and account free.
CREATE UNIQUE INDEX agents_number ON agents (instance_id, number) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX agents_account ON agents (instance_id, account_id) WHERE removed_at IS NULL;

CREATE TABLE logins (
    instance_id TEXT COLLATE "C" NOT NULL,
    token_hash  TEXT COLLATE "C" NOT NULL,
    account_id  TEXT COLLATE "C" NOT NULL,
    agent_id    TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, token_hash),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
);
CREATE INDEX logins_of_account ON logins (instance_id, account_id);

CREATE TABLE links (
    instance_id TEXT COLLATE "C" NOT NULL,
    token_hash  TEXT COLLATE "C" NOT NULL,
    account_id  TEXT COLLATE "C" NOT NULL,
    expires_at  BIGINT  NOT NULL,
    used_at     BIGINT,
    PRIMARY KEY (instance_id, token_hash),
    FOREIGN KEY (instance_id, account_id) REFERENCES accounts (instance_id, id)
);

-- A deleted group stays as a row, so that old records keep its name.
CREATE TABLE skill_groups (
    instance_id  TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    ring_seconds BIGINT  NOT NULL,
    wait_seconds BIGINT  NOT NULL,
    max_waiting  BIGINT  NOT NULL,
    rest_on_miss BOOLEAN NOT NULL,
    wrap_seconds BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    deleted      BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX skill_groups_name ON skill_groups (instance_id, name) WHERE NOT deleted;

CREATE TABLE memberships (
    instance_id TEXT COLLATE "C" NOT NULL,
    group_id    TEXT COLLATE "C" NOT NULL,
    agent_id    TEXT COLLATE "C" NOT NULL,
    priority    BIGINT  NOT NULL CHECK (priority BETWEEN 1 AND 5),
    PRIMARY KEY (instance_id, group_id, agent_id),
    FOREIGN KEY (instance_id, group_id) REFERENCES skill_groups (instance_id, id)
);
CREATE INDEX memberships_of_agent ON memberships (instance_id, agent_id);
