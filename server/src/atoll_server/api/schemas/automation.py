"""Schedules and sensors, as the locations declare them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

NOT_YET = "Declared; this release does not run schedules and sensors yet."


class Schedule(msgspec.Struct, kw_only=True):
    """What starts runs by the clock."""

    name: str
    location: str
    job: str | None = None
    assets: list[str] = []
    """What is made, where it names no job."""
    cron: list[str] = []
    timezone: str | None = None
    starts_running: bool = False
    """Whether it is declared to run unless somebody stops it."""
    is_running: bool = False
    note: str = NOT_YET
    description: str | None = None
    tags: Mapping[str, str] = {}
    metadata: Mapping[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class Sensor(msgspec.Struct, kw_only=True):
    """What starts runs because something has happened."""

    name: str
    location: str
    kind: str = "standard"
    """`standard`, `asset`, `multi_asset`, `run_status` or `automation`."""
    jobs: list[str] = []
    assets: list[str] = []
    """What it may make, where it names no job."""
    monitored_assets: list[str] = []
    monitored_jobs: list[str] = []
    minimum_interval_s: float | None = None
    starts_running: bool = False
    """Whether it is declared to run unless somebody stops it."""
    is_running: bool = False
    note: str = NOT_YET
    description: str | None = None
    tags: Mapping[str, str] = {}
    metadata: Mapping[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class Schedules(msgspec.Struct):
    """All schedules, by name."""

    items: list[Schedule]
    next: str | None = None


class Sensors(msgspec.Struct):
    """All sensors, by name."""

    items: list[Sensor]
    next: str | None = None
