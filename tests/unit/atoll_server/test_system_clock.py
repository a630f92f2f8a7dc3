"""Ids of the system clock."""

from __future__ import annotations

import uuid

from atoll_server.adapters.system_clock import SystemClock


def test_ids_are_version_7_and_grow() -> None:
    clock = SystemClock()
    before = clock.now()

    ids = [clock.new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    first = uuid.UUID(ids[0])
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert abs((first.int >> 80) / 1000 - before) < 1.0
