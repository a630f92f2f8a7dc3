"""Partition spaces, subsets and mappings as data: the same on the host and beside user code."""
