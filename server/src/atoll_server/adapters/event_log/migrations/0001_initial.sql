-- Ids of events grow in the order of storing; they are the cursor of every reader.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    run_id  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    at      REAL NOT NULL,
    message TEXT NOT NULL,
    data    BLOB NOT NULL,
    step    TEXT,
    attempt INTEGER,
    seq     INTEGER
);
-- Stores every journal event once (rows without seq never collide: NULLs are distinct), and
-- serves watermarks and the events of one step.
CREATE UNIQUE INDEX events_once ON events (run_id, step, attempt, seq);
CREATE INDEX events_of_run ON events (run_id, id);
CREATE INDEX events_of_kind ON events (kind, id);

CREATE TABLE runs (
    number     INTEGER PRIMARY KEY,
    run_id     TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL,
    created_at REAL NOT NULL,
    started_at REAL,
    ended_at   REAL,
    selection  BLOB NOT NULL,
    assets     BLOB NOT NULL,
    tags       BLOB NOT NULL,
    config     BLOB NOT NULL,
    partition  TEXT,
    message    TEXT NOT NULL
);
CREATE INDEX runs_of_status ON runs (status, number);

CREATE TABLE assets (
    key      TEXT PRIMARY KEY,
    event_id INTEGER NOT NULL,
    run_id   TEXT NOT NULL,
    at       REAL NOT NULL,
    metadata BLOB NOT NULL
) WITHOUT ROWID;

-- AUTOINCREMENT: the id of a settled intent must never come back for another one.
CREATE TABLE intents (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    payload    BLOB NOT NULL,
    created_at REAL NOT NULL
);

CREATE TABLE locations (
    name          TEXT PRIMARY KEY,
    view          BLOB NOT NULL,
    snapshot_hash TEXT
) WITHOUT ROWID;

CREATE TABLE snapshots (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TABLE deployment (
    id    TEXT NOT NULL,
    epoch INTEGER NOT NULL
);
