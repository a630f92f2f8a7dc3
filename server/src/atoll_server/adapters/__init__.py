"""Implementations of the ports: storage, locations, workspace files."""
