"""Checks of assets, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class CheckResult(msgspec.Struct, kw_only=True):
    """One evaluation of a check."""

    event_id: int
    run_id: str
    timestamp: float
    outcome: str
    """`passed`; `warned` or `failed`, as its severity says."""
    passed: bool
    severity: str
    """`ERROR` or `WARN`: what it is when it does not pass."""
    description: str | None = None
    partition: str | None = None
    metadata: Mapping[str, Any] = {}


class Check(msgspec.Struct, kw_only=True):
    """A check of an asset."""

    key: str
    """`ASSET:NAME`."""
    asset: str
    name: str
    location: str
    """Where it is evaluated; the asset may lie elsewhere."""
    description: str | None = None
    is_blocking: bool = False
    """Whether what is downstream of the asset waits for it, and is not made if it fails."""
    deps: list[str] = []
    """Other assets that it looks at."""
    is_alone: bool = True
    """Whether it can be evaluated without making the asset."""
    metadata: Mapping[str, Any] = {}
    file: str | None = None
    line: int | None = None
    latest: CheckResult | None = None
    """Null: it was never evaluated."""


class Checks(msgspec.Struct):
    """Checks by asset and name."""

    items: list[Check]
    next: str | None = None


class CheckResults(msgspec.Struct):
    """A page of the evaluations of a check, newest first; `next` is `before` of the next."""

    items: list[CheckResult]
    next: int | None = None
