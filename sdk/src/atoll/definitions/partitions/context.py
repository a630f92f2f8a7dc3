"""The time at which partitions are looked at, and where keys that were added by hand are found."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Iterator, Optional

from atoll.errors import ParameterError
from atoll_wire.partitions.spaces import Moment
from atoll_wire.zones import UTC, zone


class PartitionLoadingContext:
    """When partitions are looked at, and who knows the dynamic ones.

    Attributes:
        effective_dt: the time; windows that have not ended by then are not there.
        dynamic_partitions_store: what has `get_dynamic_partitions(name)`, such as
            `context.instance`; None if nobody knows.
    """

    def __init__(self, effective_dt: datetime, dynamic_partitions_store: Any = None):
        self.effective_dt = effective_dt
        self.dynamic_partitions_store = dynamic_partitions_store


_current: ContextVar[Optional[PartitionLoadingContext]] = ContextVar(
    "partition_loading_context", default=None
)


@contextlib.contextmanager
def partition_loading_context(
    effective_dt: Optional[datetime] = None,
    dynamic_partitions_store: Any = None,
    *,
    new_ctx: Optional[PartitionLoadingContext] = None,
) -> Iterator[PartitionLoadingContext]:
    """Look at partitions as they are, or will be, at some time.

    What is not given stays as it is around: the present, and no store.

    Args:
        effective_dt: the time; a naive one is taken in the zone of the partitions.
        dynamic_partitions_store: where keys of dynamic partitions are found, such as
            `context.instance`.
        new_ctx: take this instead, whatever is around.
    """
    around = _current.get() or PartitionLoadingContext(datetime.now(UTC))
    found = new_ctx or PartitionLoadingContext(
        effective_dt or around.effective_dt,
        dynamic_partitions_store or around.dynamic_partitions_store,
    )
    token = _current.set(found)
    try:
        yield found
    finally:
        _current.reset(token)


def moment(
    timezone_name: str = "UTC", current_time: Optional[datetime] = None, store: Any = None
) -> Moment:
    """The time and the dynamic keys that hold here, for partitions in a zone."""
    around = _current.get()
    at = current_time or (around.effective_dt if around else None)
    if at is None:
        at = datetime.now(UTC)
    elif at.tzinfo is None:
        at = at.replace(tzinfo=zone(timezone_name))
    return Moment(at.timestamp(), lambda name: dynamic_keys(name, store))


def dynamic_store(store: Any = None) -> Any:
    """The store that is given, or the one of the context around.

    Raises:
        ParameterError: `partition.no_store`, there is none.
    """
    around = _current.get()
    found = store or (around.dynamic_partitions_store if around else None)
    if found is None:
        raise ParameterError(
            "dynamic partitions are known to a deployment only, and none can be asked here",
            code="partition.no_store",
            hint="pass dynamic_partitions_store=context.instance, or wrap the call in "
            "`with partition_loading_context(dynamic_partitions_store=...)`",
        )
    return found


def dynamic_keys(name: str, store: Any = None) -> Any:
    """The keys that were added to the dynamic partitions of a name, in order.

    Raises:
        ParameterError: `partition.no_store`, nobody can be asked.
    """
    return dynamic_store(store).get_dynamic_partitions(partitions_def_name=name)
