"""Public names of Dagster's that are only another name, or only say something, to Atoll."""

from __future__ import annotations

import contextlib
import logging
from typing import Any, Iterator, List

AssetOrCheckKey = Any
"""An `AssetKey` or an `AssetCheckKey`."""
SensorReturnTypesUnion = Any
"""What a sensor's function may give back."""
ConfigSchema = Any
"""A legacy config schema."""
DagsterLogManager = logging.Logger
"""What `context.log` is."""
MAX_RUNTIME_SECONDS_TAG = "dagster/max_runtime"
"""A run's tag: after how many seconds it is ended."""


class BindResourcesToJobs(List[Any]):
    """A list of jobs; `Definitions` gives its resources to all jobs anyway."""


@contextlib.contextmanager
def raise_execution_interrupts() -> Iterator[None]:
    """A cancellation interrupts user code everywhere already."""
    yield
