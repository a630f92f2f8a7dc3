"""Definitions as a graph: what does not fit together, and the snapshot that the host is sent."""

from __future__ import annotations

from atoll.graph.check import check
from atoll.graph.hints import notices
from atoll.graph.snapshot import build_snapshot

__all__ = ["build_snapshot", "check", "notices"]
