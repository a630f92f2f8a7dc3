-- Records of runs, and the numbers of those that pass a filter, newest first. Each `numbers_*`
-- walks one range of an index; `pages` chooses the ranges, and merges them.

-- part: told
run_id, status, created_at, started_at, ended_at, selection, tags, config, partition, message,
       job, asset_count, locations

-- part: passes
(:job IS NULL OR runs.job = :job)
  AND (:partition IS NULL OR runs.partition = :partition)
  AND (:since IS NULL OR runs.ended_at IS NULL OR runs.ended_at >= :since)
  AND (:until IS NULL OR runs.created_at <= :until)
  AND (:jobs IS NULL OR runs.run_id BETWEEN :first_id AND :last_id
       OR runs.job IN (SELECT value FROM json_each(:jobs)))
  AND (:tags IS NULL OR NOT EXISTS (
      SELECT 1 FROM json_each(:tags) AS wanted WHERE NOT EXISTS (
          SELECT 1 FROM run_tags AS tag
          WHERE tag.name = wanted.key AND tag.value = wanted.value
            AND tag.status = runs.status AND tag.number = runs.number)))
  AND (:locations IS NULL OR EXISTS (
      SELECT 1 FROM json_each(CAST(runs.locations AS TEXT)) AS location
      WHERE location.value IN (SELECT value FROM json_each(:locations))))
  AND (:asset IS NULL OR EXISTS (
      SELECT 1 FROM json_each(CAST(runs.assets AS TEXT)) AS asset WHERE asset.value = :asset))

-- name: run
SELECT {told}, assets FROM runs WHERE run_id = ?;

-- name: listed_runs
SELECT {told}, first_assets
FROM runs WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number DESC;

-- name: save_run
INSERT INTO runs ({told}, assets, first_assets)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id) DO UPDATE SET
    status = excluded.status, created_at = excluded.created_at,
    started_at = excluded.started_at, ended_at = excluded.ended_at,
    selection = excluded.selection, tags = excluded.tags, config = excluded.config,
    partition = excluded.partition, message = excluded.message, job = excluded.job,
    asset_count = excluded.asset_count, locations = excluded.locations,
    assets = excluded.assets, first_assets = excluded.first_assets;

-- name: save_run_tag
INSERT INTO run_tags (name, value, status, number)
SELECT ?, ?, status, number FROM runs WHERE run_id = ?
ON CONFLICT DO NOTHING;

-- name: unfinished_runs
SELECT run_id FROM runs INDEXED BY runs_of_status
WHERE status IN ('QUEUED', 'STARTING', 'STARTED', 'CANCELING') ORDER BY number;

-- name: run_number
SELECT number FROM runs WHERE run_id = ?;

-- name: numbers_of_all
SELECT number, status FROM runs WHERE number < :before AND {passes}
ORDER BY number DESC LIMIT :limit;

-- name: numbers_of_status
SELECT number, status FROM runs INDEXED BY runs_of_status
WHERE status = :status AND number > :beyond AND number < :before AND {passes}
ORDER BY number DESC LIMIT :limit;

-- name: numbers_of_job
SELECT number, status FROM runs INDEXED BY runs_of_job
WHERE job = :key AND status = :status AND number > :beyond AND number < :before AND {passes}
ORDER BY number DESC LIMIT :limit;

-- name: numbers_of_partition
SELECT number, status FROM runs INDEXED BY runs_of_partition
WHERE partition = :key AND status = :status AND number > :beyond AND number < :before AND {passes}
ORDER BY number DESC LIMIT :limit;

-- name: numbers_of_tag
SELECT runs.number, runs.status
FROM run_tags AS found CROSS JOIN runs ON runs.number = found.number
WHERE found.name = :key AND found.value = :value AND found.status = :status
  AND found.number > :beyond AND found.number < :before AND {passes}
ORDER BY found.number DESC LIMIT :limit;

-- name: numbers_of_asset
SELECT runs.number, runs.status
FROM run_assets AS found CROSS JOIN runs ON runs.number = found.number
WHERE found.key = :key AND found.status = :status
  AND found.number > :beyond AND found.number < :before AND {passes}
ORDER BY found.number DESC LIMIT :limit;

-- name: numbers_of_location
SELECT runs.number, runs.status
FROM run_locations AS found CROSS JOIN runs ON runs.number = found.number
WHERE found.name = :key AND found.status = :status
  AND found.number > :beyond AND found.number < :before AND {passes}
ORDER BY found.number DESC LIMIT :limit;

-- name: numbers_of_ids
SELECT number, status FROM runs
WHERE run_id BETWEEN :first_id AND :last_id AND +status = :status
  AND +number > :beyond AND +number < :before AND {passes}
ORDER BY number DESC LIMIT :limit;

-- name: job_names
WITH RECURSIVE names (job) AS (
    SELECT min(job) FROM runs WHERE job IS NOT NULL
    UNION ALL
    SELECT (SELECT min(job) FROM runs WHERE job > names.job) FROM names WHERE job IS NOT NULL
)
SELECT job FROM names WHERE job IS NOT NULL;

-- name: newest_created
SELECT max(number) FROM (
    SELECT number FROM runs INDEXED BY runs_of_creation
    WHERE created_at <= :until ORDER BY created_at DESC LIMIT :slack);

-- name: oldest_created
SELECT min(number) FROM (
    SELECT number FROM runs INDEXED BY runs_of_creation
    WHERE created_at >= :since ORDER BY created_at LIMIT :slack);

-- name: longest_run
SELECT max(ended_at - created_at) FROM runs INDEXED BY runs_of_length
WHERE ended_at IS NOT NULL;
