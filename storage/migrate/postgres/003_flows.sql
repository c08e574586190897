-- A deleted flow stays as a row without content: its name is on old records and its ivr_id is never given again.
CREATE TABLE flows (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    ivr_id      TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    draft       TEXT COLLATE "C" NOT NULL,
    draft_rev   BIGINT  NOT NULL,
    live        BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    updated_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL,
    deleted     BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX flows_ivr ON flows (instance_id, ivr_id);

CREATE TABLE flow_versions (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    flow_id     TEXT COLLATE "C" NOT NULL,
    number      BIGINT  NOT NULL CHECK (number >= 1),
    graph       TEXT COLLATE "C" NOT NULL,
    note        TEXT COLLATE "C" NOT NULL,
    author      TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, flow_id) REFERENCES flows (instance_id, id)
);
CREATE UNIQUE INDEX flow_versions_number ON flow_versions (instance_id, flow_id, number);
