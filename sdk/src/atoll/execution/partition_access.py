"""The partitions that a step makes, as its context tells them."""

from __future__ import annotations

from typing import Any, Optional

from atoll.errors import InvocationError


class PartitionAccess:
    """What a context knows of partitions."""

    _partition_key: Optional[str]
    _partition_key_range: Any

    @property
    def has_partition_key(self) -> bool:
        """Whether the step makes one partition."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition that is made."""
        if self._partition_key is None:
            raise InvocationError(
                "this run has no partition key: it is not for one partition",
                code="invocation.no_partition",
                hint="ask `context.has_partition_key` first",
            )
        return self._partition_key
