-- The job that a run is one of; NULL for runs that were asked for by their assets.
ALTER TABLE runs ADD COLUMN job TEXT;
CREATE INDEX runs_of_job ON runs (job, status, number) WHERE job IS NOT NULL;
