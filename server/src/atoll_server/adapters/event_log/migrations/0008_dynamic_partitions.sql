-- The keys of dynamic partitions definitions, in the order in which they were added. They follow from
-- events, but outlive the runs whose events these were.
CREATE TABLE dynamic_partitions (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL,
    key      TEXT NOT NULL,
    UNIQUE (name, key)
);
CREATE INDEX dynamic_partitions_in_order ON dynamic_partitions (name, position);
