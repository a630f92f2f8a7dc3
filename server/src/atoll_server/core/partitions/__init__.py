"""Partitions as the host sees them: spaces, what a run makes, how those of an asset stand."""
