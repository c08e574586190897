-- The groups whose agents may be rung for an entry besides its own, as its caller has waited long enough.
ALTER TABLE queue_entries ADD COLUMN helpers TEXT NOT NULL DEFAULT '';
DROP INDEX queue_entries_line;
CREATE INDEX queue_entries_line ON queue_entries (instance_id, group_id, exclusive, helpers, priority DESC, entered_at, id)
    WHERE state = 'waiting' AND lost_at IS NULL;

-- The one group that takes callers whose flow came to grief.
ALTER TABLE skill_groups ADD COLUMN fallback BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX skill_groups_fallback ON skill_groups (instance_id) WHERE fallback AND NOT deleted;
