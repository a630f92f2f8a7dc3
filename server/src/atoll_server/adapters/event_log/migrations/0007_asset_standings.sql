-- The latest failure of each asset's step: what is shown of an asset that was not made since.
-- Filled from here on: what failed before is not told again.
CREATE TABLE asset_failures (
    key      TEXT PRIMARY KEY,
    event_id INTEGER NOT NULL,
    run_id   TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX asset_failures_of_run ON asset_failures (run_id);

-- Whoever has derived something from events finds out by it that some are gone.
ALTER TABLE deployment ADD COLUMN erasures INTEGER NOT NULL DEFAULT 0;

-- All events that are about an asset are found by it, those of one kind without the others.
UPDATE events SET asset_key = json_extract(CAST(data AS TEXT), '$.asset_key')
WHERE kind IN ('ASSET_OBSERVATION', 'ASSET_CHECK_EVALUATION', 'ASSET_WIPED')
  AND asset_key IS NULL AND json_valid(CAST(data AS TEXT));
DROP INDEX events_of_asset;
CREATE INDEX events_of_asset ON events (asset_key, kind, id) WHERE asset_key IS NOT NULL;
