-- Settings that were changed while the deployment ran; `value` is JSON, `at` when it was stored.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL,
    at    REAL NOT NULL
) WITHOUT ROWID;
