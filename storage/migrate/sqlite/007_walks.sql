-- Versions of flows that a version enters, and the web service that a session waits for.
ALTER TABLE flow_versions ADD COLUMN pins TEXT NOT NULL DEFAULT 'null';
ALTER TABLE sessions ADD COLUMN request TEXT NOT NULL DEFAULT 'null';
