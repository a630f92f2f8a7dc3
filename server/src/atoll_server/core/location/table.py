"""The transitions of a generation, and the statuses of a location, as data."""

from __future__ import annotations

from enum import StrEnum


class LocationStatus(StrEnum):
    """What is shown of a location."""

    BUILDING = "building"
    """Its environment is being built."""
    LOADING = "loading"
    LOADED = "loaded"
    DEGRADED = "degraded"
    """It serves, and something is wrong: a reload failed, or another location has its assets."""
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    CRASH_LOOP = "crash_loop"
    """Its process keeps dying."""
    UNLOADED = "unloaded"
    """No engine works with it; said by whoever finds none."""


UNSETTLED = frozenset([LocationStatus.BUILDING, LocationStatus.LOADING])
"""Before a location has left these for the first time, nobody knows what it defines."""
UP = frozenset([LocationStatus.LOADED, LocationStatus.DEGRADED])
DOWN = frozenset([LocationStatus.FAILED, LocationStatus.CRASH_LOOP, LocationStatus.UNREACHABLE])


class Phase(StrEnum):
    """Where a generation stands."""

    LOADING = "loading"
    """Its process imports the user's code."""
    FETCHING = "fetching"
    """It is loaded; the host has yet to read its snapshot."""
    SERVING = "serving"
    DRAINING = "draining"
    """A newer one serves; the runs that were planned on this one finish."""
    GONE = "gone"


GENERATIONS: dict[Phase, dict[str, Phase]] = {
    Phase.LOADING: {
        "GenerationStarting": Phase.LOADING,
        "GenerationUsage": Phase.LOADING,
        "GenerationLoaded": Phase.FETCHING,
        "GenerationFailed": Phase.GONE,
        "GenerationExited": Phase.LOADING,
        "WorkerMode": Phase.LOADING,
        "Retired": Phase.GONE,
    },
    Phase.FETCHING: {
        "GenerationStarting": Phase.FETCHING,
        "GenerationUsage": Phase.FETCHING,
        "GenerationLoaded": Phase.FETCHING,
        "GenerationFailed": Phase.GONE,
        "GenerationExited": Phase.FETCHING,
        "WorkerMode": Phase.FETCHING,
        "Served": Phase.SERVING,
        "Superseded": Phase.DRAINING,
        "RefuseSnapshot": Phase.GONE,
        "Retired": Phase.GONE,
    },
    Phase.SERVING: {
        "GenerationStarting": Phase.SERVING,
        "GenerationUsage": Phase.SERVING,
        "GenerationLoaded": Phase.SERVING,
        "GenerationFailed": Phase.GONE,
        "GenerationExited": Phase.SERVING,
        "WorkerMode": Phase.SERVING,
        "IdentityChanged": Phase.FETCHING,
        "Superseded": Phase.DRAINING,
    },
    Phase.DRAINING: {
        "GenerationStarting": Phase.DRAINING,
        "GenerationUsage": Phase.DRAINING,
        "GenerationLoaded": Phase.DRAINING,
        "GenerationFailed": Phase.GONE,
        "GenerationExited": Phase.DRAINING,
        "WorkerMode": Phase.DRAINING,
        "Retired": Phase.GONE,
    },
    Phase.GONE: {},
}
"""Phase, then name of what happened, to the next phase. What is told of a generation that is
gone is late, and changes nothing."""

EXECUTING = frozenset([Phase.SERVING, Phase.DRAINING])
COMING = frozenset([Phase.LOADING, Phase.FETCHING])
