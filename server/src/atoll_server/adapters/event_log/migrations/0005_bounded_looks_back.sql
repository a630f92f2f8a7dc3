-- What a page or a clean-up asks costs what it finds, not what there is.
-- Runs by their end: those that are older than a deployment wants to keep.
CREATE INDEX runs_of_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

-- Runs by tag and status, which is how lists are narrowed.
DROP TABLE run_tags;
CREATE TABLE run_tags (
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    status TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, value, status, number)
) WITHOUT ROWID;
INSERT INTO run_tags (name, value, status, number)
SELECT tag.key, tag.value, runs.status, runs.number
FROM runs, json_each(CAST(runs.tags AS TEXT)) AS tag;
CREATE INDEX run_tags_of_run ON run_tags (number);
CREATE TRIGGER tags_follow_their_run AFTER UPDATE OF status ON runs
WHEN old.status <> new.status
BEGIN
    UPDATE run_tags SET status = new.status WHERE number = new.number;
END;

-- How many runs there are, counted as they come and go.
ALTER TABLE deployment ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
UPDATE deployment SET runs = (SELECT count(*) FROM runs);
CREATE TRIGGER run_comes AFTER INSERT ON runs
BEGIN
    UPDATE deployment SET runs = runs + 1;
END;
CREATE TRIGGER run_goes AFTER DELETE ON runs
BEGIN
    UPDATE deployment SET runs = runs - 1;
    DELETE FROM run_tags WHERE number = old.number;
END;
