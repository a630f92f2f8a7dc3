-- Parts of assets: their partitions and their checks.

-- name: save_partition
INSERT INTO asset_partitions (key, partition, event_id, run_id, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key, partition) DO UPDATE SET
    event_id = excluded.event_id, run_id = excluded.run_id, at = excluded.at;

-- name: forget_partition
DELETE FROM asset_partitions WHERE key = ? AND partition = ?;

-- name: forget_partitions
DELETE FROM asset_partitions WHERE key = ?;

-- name: partition_record
SELECT event_id, run_id FROM asset_partitions WHERE key = ? AND partition = ?;

-- name: newest_of_partition
SELECT max(id), run_id, at FROM events INDEXED BY events_of_partition
WHERE asset_key = :key AND partition = :partition AND kind = 'ASSET_MATERIALIZATION'
  AND id > coalesce((SELECT max(id) FROM events INDEXED BY events_of_asset
                     WHERE asset_key = :key AND kind = 'ASSET_WIPED'), 0);

-- name: partitions_made
SELECT partition, event_id, run_id, at
FROM asset_partitions INDEXED BY asset_partitions_of_event
WHERE key = :key AND event_id > :after ORDER BY event_id;

-- name: partitions_failed
SELECT partition, event_id, run_id
FROM partition_failures INDEXED BY partition_failures_of_event
WHERE key = :key AND event_id > :after ORDER BY event_id;

-- name: wiped_by
SELECT coalesce(max(id), 0) FROM events INDEXED BY events_of_asset
WHERE asset_key = :key AND kind = 'ASSET_WIPED';

-- name: partitions_of_keys
SELECT p.partition, p.event_id, p.run_id, p.at
FROM json_each(:wanted) AS wanted
JOIN asset_partitions AS p ON p.key = :key AND p.partition = wanted.value;

-- name: save_partition_failure
INSERT INTO partition_failures (key, partition, event_id, run_id) VALUES (?, ?, ?, ?)
ON CONFLICT (key, partition) DO UPDATE SET
    event_id = excluded.event_id, run_id = excluded.run_id;

-- name: forget_partition_failures
DELETE FROM partition_failures WHERE key = ?;

-- name: erase_partition_failures
DELETE FROM partition_failures WHERE run_id = ?;

-- name: save_check
INSERT INTO asset_checks (key, name, event_id, run_id, at, outcome) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (key, name) DO UPDATE SET
    event_id = excluded.event_id, run_id = excluded.run_id, at = excluded.at,
    outcome = excluded.outcome;

-- name: forget_check
DELETE FROM asset_checks WHERE key = ? AND name = ?;

-- name: check_event_id
SELECT event_id FROM asset_checks WHERE key = ? AND name = ?;

-- name: newest_of_check
SELECT max(id), run_id, at, outcome FROM events INDEXED BY events_of_check
WHERE asset_key = ? AND check_name = ?;

-- name: checks
SELECT key, name, event_id, run_id, at, outcome FROM asset_checks
WHERE :asset IS NULL OR key = :asset ORDER BY key, name;

-- name: events_of_partition
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events INDEXED BY events_of_partition
WHERE asset_key = :asset_key AND partition = :partition AND kind = :kind AND id < :before
  AND (:check_name IS NULL OR check_name = :check_name)
ORDER BY id DESC LIMIT :limit;

-- name: events_of_check
SELECT id, run_id, kind, at, message, data, step, attempt, seq
FROM events INDEXED BY events_of_check
WHERE asset_key = :asset_key AND check_name = :check_name AND kind = :kind AND id < :before
ORDER BY id DESC LIMIT :limit;
