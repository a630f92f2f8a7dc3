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
