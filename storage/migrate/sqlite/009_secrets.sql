-- What flows send to other systems and nobody reads again, sealed under the key that key_id names.

CREATE TABLE secrets (
    instance_id TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    sealed      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id)
) WITHOUT ROWID;
