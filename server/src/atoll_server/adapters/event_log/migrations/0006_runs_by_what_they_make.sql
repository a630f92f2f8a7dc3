-- Runs by what they make, where, and when. What changes while a run is under way is not indexed:
-- of the few runs that have not ended, a look at each tells.
ALTER TABLE runs ADD COLUMN asset_count INTEGER NOT NULL DEFAULT 0;
-- What lists tell of `assets`, which may be many.
ALTER TABLE runs ADD COLUMN first_assets BLOB NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN locations BLOB NOT NULL DEFAULT '[]';
UPDATE runs SET
    asset_count = json_array_length(CAST(assets AS TEXT)),
    first_assets = CAST((
        SELECT json_group_array(value) FROM json_each(CAST(assets AS TEXT)) WHERE key < 20
    ) AS BLOB),
    locations = CAST((
        SELECT json_group_array(name) FROM (
            SELECT DISTINCT json_extract(step.value, '$.location') AS name
            FROM json_each((
                SELECT CAST(data AS TEXT) FROM events INDEXED BY events_of_run
                WHERE events.run_id = runs.run_id AND kind = 'RUN_STARTING'
                  AND json_valid(CAST(data AS TEXT))
                ORDER BY id LIMIT 1
            ), '$.plan.steps') AS step)
        WHERE name IS NOT NULL
    ) AS BLOB);

-- Runs that have ended, by asset and by location.
CREATE TABLE run_assets (
    key    TEXT NOT NULL,
    status TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (key, status, number)
) WITHOUT ROWID;
CREATE TABLE run_locations (
    name   TEXT NOT NULL,
    status TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, status, number)
) WITHOUT ROWID;
INSERT OR IGNORE INTO run_assets (key, status, number)
SELECT asset.value, status, number FROM runs, json_each(CAST(assets AS TEXT)) AS asset
WHERE ended_at IS NOT NULL;
INSERT OR IGNORE INTO run_locations (name, status, number)
SELECT location.value, status, number FROM runs, json_each(CAST(locations AS TEXT)) AS location
WHERE ended_at IS NOT NULL;

CREATE TRIGGER run_ends AFTER UPDATE OF ended_at ON runs
WHEN old.ended_at IS NULL AND new.ended_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO run_assets (key, status, number)
    SELECT value, new.status, new.number FROM json_each(CAST(new.assets AS TEXT));
    INSERT OR IGNORE INTO run_locations (name, status, number)
    SELECT value, new.status, new.number FROM json_each(CAST(new.locations AS TEXT));
END;
DROP TRIGGER run_goes;
CREATE TRIGGER run_goes AFTER DELETE ON runs
BEGIN
    UPDATE deployment SET runs = runs - 1;
    DELETE FROM run_tags WHERE number = old.number;
    DELETE FROM run_assets WHERE number = old.number AND status = old.status
        AND key IN (SELECT value FROM json_each(CAST(old.assets AS TEXT)));
    DELETE FROM run_locations WHERE number = old.number AND status = old.status
        AND name IN (SELECT value FROM json_each(CAST(old.locations AS TEXT)));
END;

CREATE INDEX runs_of_partition ON runs (partition, status, number) WHERE partition IS NOT NULL;
-- Runs of a time: by their beginning, and how long any of them can have taken.
CREATE INDEX runs_of_creation ON runs (created_at);
CREATE INDEX runs_of_length ON runs (ended_at - created_at) WHERE ended_at IS NOT NULL;
