-- A deleted flow stays as a row without content: its name is on old records and its ivr_id is never given again.
CREATE TABLE flows (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    ivr_id      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    draft       TEXT    NOT NULL,
    draft_rev   INTEGER NOT NULL,
    live        INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    updated_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    deleted     BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (instance_id, id)
);
CREATE UNIQUE INDEX flows_ivr ON flows (instance_id, ivr_id);

CREATE TABLE flow_versions (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    flow_id     TEXT    NOT NULL,
    number      INTEGER NOT NULL CHECK (number >= 1),
    graph       TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id),
    FOREIGN KEY (instance_id, flow_id) REFERENCES flows (instance_id, id)
);
CREATE UNIQUE INDEX flow_versions_number ON flow_versions (instance_id, flow_id, number);
