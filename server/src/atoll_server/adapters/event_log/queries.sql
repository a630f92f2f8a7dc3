-- name: insert_event
INSERT INTO events (run_id, kind, at, message, data, step, attempt, seq, asset_key,
                    partition, check_name, outcome)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, step, attempt, seq) DO NOTHING;

-- name: events
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events WHERE id > :after AND (:step IS NULL OR step = :step) ORDER BY id LIMIT :limit;

-- name: events_of_kind
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events WHERE kind = :kind AND id > :after AND (:step IS NULL OR step = :step)
ORDER BY id LIMIT :limit;

-- name: events_of_run
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events INDEXED BY events_of_run
WHERE run_id = :run_id AND id > :after AND (:kinds IS NULL OR instr(:kinds, ' ' || kind || ' '))
ORDER BY id LIMIT :limit;

-- name: events_of_step
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events INDEXED BY events_once
WHERE run_id = :run_id AND step = :step AND id > :after
  AND (:kinds IS NULL OR instr(:kinds, ' ' || kind || ' '))
ORDER BY id LIMIT :limit;

-- part: event_passes
(:kinds IS NULL OR instr(:kinds, ' ' || kind || ' '))
  AND (:levels IS NULL OR instr(:levels, ' ' || CASE
      WHEN kind = 'LOG' THEN CASE
          WHEN instr(:known, ' ' || upper(json_extract(CAST(data AS TEXT), '$.level')) || ' ')
          THEN upper(json_extract(CAST(data AS TEXT), '$.level')) ELSE 'INFO' END
      WHEN instr(:errors, ' ' || kind || ' ') THEN 'ERROR'
      WHEN instr(:warnings, ' ' || kind || ' ') THEN 'WARNING'
      ELSE 'DEBUG' END || ' '))
  AND (:search IS NULL
      OR instr(CASE WHEN :is_ascii THEN lower(message) ELSE casefold(message) END, :search)
      OR instr(CASE WHEN :is_ascii THEN lower(step) ELSE casefold(step) END, :search)
      OR instr(lower(kind), :search))

-- name: event_ids_of_run
SELECT json_group_array(id) FROM events INDEXED BY events_of_run
WHERE run_id = :run_id AND id > :after AND {event_passes};

-- name: event_ids_of_step
SELECT json_group_array(id) FROM events INDEXED BY events_once
WHERE run_id = :run_id AND step = :step AND id > :after AND {event_passes};

-- name: events_of_ids
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id;

-- name: newest_event
SELECT (SELECT max(id) FROM events WHERE events.run_id = runs.run_id)
FROM runs WHERE run_id = ?;
-- name: events_of_asset
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events INDEXED BY events_of_asset
WHERE asset_key = :asset_key AND kind = :kind AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: notes
SELECT id, kind, run_id, at, step, attempt, seq, asset_key, partition, check_name, outcome
FROM events WHERE id > :after ORDER BY id LIMIT :limit;

-- name: notes_of_run
SELECT id, kind, run_id, at, step, attempt, seq, asset_key, partition, check_name, outcome
FROM events INDEXED BY events_of_run
WHERE run_id = :run_id AND id > :after ORDER BY id LIMIT :limit;

-- name: position
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0), erasures
FROM deployment;

-- name: newest_attempt
SELECT max(attempt) FROM events WHERE run_id = ? AND step = ?;

-- name: plan_of_run
SELECT data FROM events INDEXED BY events_of_run
WHERE run_id = ? AND kind = 'RUN_STARTING' ORDER BY id LIMIT 1;

-- name: watermarks
SELECT step, attempt, max(seq) FROM events
WHERE run_id = ? AND seq IS NOT NULL GROUP BY step, attempt;

-- name: save_asset
INSERT INTO assets (key, event_id, run_id, at, metadata) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    event_id = excluded.event_id, run_id = excluded.run_id, at = excluded.at,
    metadata = excluded.metadata;

-- name: forget_asset
DELETE FROM assets WHERE key = ?;

-- name: asset_event_id
SELECT event_id FROM assets WHERE key = ?;

-- name: newest_event_of_asset
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events WHERE id = max(
    coalesce((SELECT max(id) FROM events
              WHERE asset_key = :asset_key AND kind = 'ASSET_MATERIALIZATION'), 0),
    coalesce((SELECT max(id) FROM events
              WHERE asset_key = :asset_key AND kind = 'ASSET_WIPED'), 0));

-- name: known_asset_keys
SELECT DISTINCT asset_key FROM events WHERE asset_key IS NOT NULL
UNION SELECT key FROM assets;

-- name: assets
SELECT key, event_id, run_id, at, metadata FROM assets ORDER BY key;

-- name: assets_of_keys
SELECT a.key, a.event_id, a.run_id, a.at, a.metadata
FROM json_each(?) AS wanted JOIN assets AS a ON a.key = wanted.value;

-- name: save_failure
INSERT INTO asset_failures (key, event_id, run_id) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET event_id = excluded.event_id, run_id = excluded.run_id;

-- name: forget_failure
DELETE FROM asset_failures WHERE key = ?;

-- name: erase_failures
DELETE FROM asset_failures WHERE run_id = ?;

-- name: failures
SELECT key, event_id, run_id FROM asset_failures ORDER BY key;

-- name: count_erasure
UPDATE deployment SET erasures = erasures + 1;

-- name: add_intent
INSERT INTO intents (kind, payload, created_at) VALUES (?, ?, ?);

-- name: intents
SELECT id, kind, payload, created_at FROM intents ORDER BY id;

-- name: settle_intent
DELETE FROM intents WHERE id = ?;

-- name: dynamic_partitions
SELECT position, key FROM dynamic_partitions
WHERE name = ? AND position > ? ORDER BY position LIMIT ?;

-- name: add_dynamic_partition
INSERT INTO dynamic_partitions (name, key) VALUES (?, ?) ON CONFLICT (name, key) DO NOTHING;

-- name: delete_dynamic_partition
DELETE FROM dynamic_partitions WHERE name = ? AND key = ?;

-- name: settings
SELECT name, value FROM settings ORDER BY name;

-- name: save_setting
INSERT INTO settings (name, value, at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at;

-- name: forget_setting
DELETE FROM settings WHERE name = ?;

-- name: save_location
INSERT INTO locations (name, view, snapshot_hash) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
    view = excluded.view, snapshot_hash = excluded.snapshot_hash;

-- name: locations
SELECT name, view, snapshot_hash FROM locations ORDER BY name;

-- name: forget_location
DELETE FROM locations WHERE name = ?;

-- name: save_snapshot
INSERT OR IGNORE INTO snapshots (hash, text) VALUES (?, ?);

-- name: snapshot
SELECT text FROM snapshots WHERE hash = ?;

-- name: create_deployment
INSERT INTO deployment (id, epoch) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM deployment);

-- name: begin_epoch
UPDATE deployment SET epoch = epoch + 1;

-- name: deployment
SELECT id, epoch FROM deployment;

-- name: erase_run
DELETE FROM runs WHERE run_id = ?;

-- name: some_events_of_run
SELECT id, asset_key, partition, check_name FROM events INDEXED BY events_of_run WHERE run_id = ? ORDER BY id LIMIT ?;

-- name: erase_events
DELETE FROM events WHERE run_id = ? AND id <= ?;

-- name: newest_prunable
SELECT number FROM runs NOT INDEXED WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED')
ORDER BY number DESC LIMIT 1 OFFSET ?;

-- name: prunable_runs
SELECT run_id FROM runs NOT INDEXED
WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED') AND number <= :newest
ORDER BY number LIMIT :limit;

-- name: prunable_runs_by_age
SELECT run_id FROM runs INDEXED BY runs_of_end
WHERE ended_at < :ended_before AND number <= :newest
ORDER BY ended_at LIMIT :limit;

-- name: count_events_of_runs
SELECT count(*) FROM events WHERE run_id IN (SELECT value FROM json_each(?));

-- name: runs_without_record
SELECT DISTINCT run_id FROM events
WHERE run_id <> '' AND run_id NOT IN (SELECT run_id FROM runs) LIMIT ?;

-- name: erasing_intents
SELECT 1 FROM intents WHERE kind IN ('delete_run', 'prune') LIMIT 1;

-- name: unused_snapshots
SELECT hash FROM snapshots
WHERE hash NOT IN (SELECT snapshot_hash FROM locations WHERE snapshot_hash IS NOT NULL);

-- name: drop_snapshot
DELETE FROM snapshots WHERE hash = :hash
  AND NOT EXISTS (SELECT 1 FROM locations WHERE snapshot_hash = :hash);

-- name: count_runs
SELECT runs FROM deployment;

-- name: count_assets
SELECT count(*) FROM assets;
