"""The shapes that the API sends and takes, by subject. Times are seconds since the Unix epoch."""
