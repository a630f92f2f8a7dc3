-- What an event about an asset is about more closely: one partition of it, or one check, with what
-- the check found. Both are found by it without reading what the others have been through.
ALTER TABLE events ADD COLUMN partition TEXT;
ALTER TABLE events ADD COLUMN check_name TEXT;
ALTER TABLE events ADD COLUMN outcome TEXT;
UPDATE events SET partition = json_extract(CAST(data AS TEXT), '$.partition')
WHERE kind IN ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION', 'ASSET_CHECK_EVALUATION')
  AND asset_key IS NOT NULL AND json_valid(CAST(data AS TEXT));
UPDATE events SET
    check_name = json_extract(CAST(data AS TEXT), '$.check_name'),
    outcome = CASE WHEN json_extract(CAST(data AS TEXT), '$.passed') THEN 'passed'
                   WHEN json_extract(CAST(data AS TEXT), '$.severity') = 'WARN' THEN 'warned'
                   ELSE 'failed' END
WHERE kind = 'ASSET_CHECK_EVALUATION' AND asset_key IS NOT NULL
  AND json_valid(CAST(data AS TEXT))
  AND json_type(CAST(data AS TEXT), '$.check_name') = 'text';
CREATE INDEX events_of_partition ON events (asset_key, partition, kind, id)
WHERE partition IS NOT NULL;
CREATE INDEX events_of_check ON events (asset_key, check_name, id) WHERE check_name IS NOT NULL;

-- The latest materialization of each partition; what is new since an event is found by it.
CREATE TABLE asset_partitions (
    key       TEXT NOT NULL,
    partition TEXT NOT NULL,
    event_id  INTEGER NOT NULL,
    run_id    TEXT NOT NULL,
    at        REAL NOT NULL,
    PRIMARY KEY (key, partition)
) WITHOUT ROWID;
CREATE INDEX asset_partitions_of_event ON asset_partitions (key, event_id);
INSERT INTO asset_partitions (key, partition, event_id, run_id, at)
SELECT made.asset_key, made.partition, made.id, made.run_id, made.at
FROM events AS made
WHERE made.kind = 'ASSET_MATERIALIZATION' AND made.partition IS NOT NULL
  AND made.id = (SELECT max(id) FROM events AS one
                 WHERE one.asset_key = made.asset_key AND one.partition = made.partition
                   AND one.kind = 'ASSET_MATERIALIZATION')
  AND made.id > coalesce((SELECT max(id) FROM events AS wiped
                          WHERE wiped.asset_key = made.asset_key
                            AND wiped.kind = 'ASSET_WIPED'), 0);

-- The latest failure of a partition, or of a range `FIRST...LAST`, from here on.
CREATE TABLE partition_failures (
    key       TEXT NOT NULL,
    partition TEXT NOT NULL,
    event_id  INTEGER NOT NULL,
    run_id    TEXT NOT NULL,
    PRIMARY KEY (key, partition)
) WITHOUT ROWID;
CREATE INDEX partition_failures_of_event ON partition_failures (key, event_id);
CREATE INDEX partition_failures_of_run ON partition_failures (run_id);

-- The latest evaluation of each check.
CREATE TABLE asset_checks (
    key      TEXT NOT NULL,
    name     TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    run_id   TEXT NOT NULL,
    at       REAL NOT NULL,
    outcome  TEXT NOT NULL,
    PRIMARY KEY (key, name)
) WITHOUT ROWID;
INSERT INTO asset_checks (key, name, event_id, run_id, at, outcome)
SELECT asset_key, check_name, id, run_id, at, outcome FROM events AS latest
WHERE check_name IS NOT NULL
  AND id = (SELECT max(id) FROM events AS one
            WHERE one.asset_key = latest.asset_key AND one.check_name = latest.check_name);
