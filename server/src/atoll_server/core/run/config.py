"""Run config over run config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MAX_DEPTH = 50


def merge(below: Mapping[str, Any], above: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """`above` over `below`, mapping by mapping."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping) and depth < _MAX_DEPTH
        merged[key] = merge(old, value, depth + 1) if both else value  # type: ignore[arg-type]
    return merged
