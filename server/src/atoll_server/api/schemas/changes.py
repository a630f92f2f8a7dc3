"""What the stream of changes tells."""

from __future__ import annotations

import msgspec


class Changes(msgspec.Struct, kw_only=True):
    """What has changed since the last message; a page asks again for what it shows of it."""

    last_event_id: int
    runs: list[str] | None = []
    """Runs that have new events, at most 100; null: more than that."""
    assets: list[str] | None = []
    """Assets whose standing has changed, at most 500; null: more than that, or the catalog."""
    has_new_catalog: bool = False
    locations: bool = False
    """Whether a location has changed."""
    capacity: bool = False
    """Whether settings, pools or the queue have changed."""
