-- Runs can be erased. AUTOINCREMENT: the id of an erased event must never come back, a reader's
-- cursor may be past it. `asset_key` is set where an asset's record follows from the event, and
-- finds what that record falls back to.
DROP INDEX events_once;
DROP INDEX events_of_run;
DROP INDEX events_of_kind;
ALTER TABLE events RENAME TO events_before;

CREATE TABLE events (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id    TEXT NOT NULL,
    kind      TEXT NOT NULL,
    at        REAL NOT NULL,
    message   TEXT NOT NULL,
    data      BLOB NOT NULL,
    step      TEXT,
    attempt   INTEGER,
    seq       INTEGER,
    asset_key TEXT
);

INSERT INTO events (id, run_id, kind, at, message, data, step, attempt, seq, asset_key)
SELECT id, run_id, kind, at, message, data, step, attempt, seq,
       CASE WHEN kind = 'ASSET_MATERIALIZATION' AND json_valid(CAST(data AS TEXT))
            THEN json_extract(CAST(data AS TEXT), '$.asset_key') END
FROM events_before ORDER BY id;
DROP TABLE events_before;

-- Runs by tag; kept when a run is first saved.
CREATE TABLE run_tags (
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, value, number)
) WITHOUT ROWID;
INSERT INTO run_tags (name, value, number)
SELECT tag.key, tag.value, runs.number FROM runs, json_each(CAST(runs.tags AS TEXT)) AS tag;

-- Stores every journal event once (rows without seq never collide: NULLs are distinct), and
-- serves watermarks and the events of one step.
CREATE UNIQUE INDEX events_once ON events (run_id, step, attempt, seq);
CREATE INDEX events_of_run ON events (run_id, id);
CREATE INDEX events_of_kind ON events (kind, id);
CREATE INDEX events_of_asset ON events (asset_key, id) WHERE asset_key IS NOT NULL;
