"""What a journal's first event says of its attempt: all that is needed to enforce its limits.

It stands there so that a supervisor that comes later enforces them as well.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from atoll_wire import events
from atoll_wire.codec import MalformedMessage, from_wire, to_wire
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.limits import NO_LIMITS, StepLimits, duration_text

_ABORTED = frozenset(["SIGABRT", "SIGSEGV", "SIGTRAP"])
_WHY_ABORTED = (
    "it was held to its memory limit (atoll/memory); libraries that are given no more memory "
    "often abort instead of raising MemoryError"
)


class Terms(NamedTuple):
    """On which terms an attempt runs."""

    limits: StepLimits = NO_LIMITS
    began: float = 0.0
    """By the monotonic clock, which all processes of a machine share until it starts again."""
    began_cpu_s: float = 0.0
    """CPU time that its process had used before."""
    grace_s: float = 10.0
    retry_delay_s: Optional[float] = None
    """The pause before the user's own next try; None: there is none."""
    cgroup: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Terms:
        """Out of the first event's data; whatever is not understood limits nothing."""
        cgroup = data.get("cgroup")
        terms = cls(cgroup=cgroup if isinstance(cgroup, str) else "")
        if "limits" not in data:
            return terms
        try:
            delay = data.get("retry_delay_s")
            return terms._replace(
                limits=from_wire(StepLimits, data["limits"]),
                began=float(data["began"]),
                began_cpu_s=float(data["began_cpu_s"]),
                grace_s=float(data["grace_s"]),
                retry_delay_s=None if delay is None else float(delay),
            )
        except (MalformedMessage, KeyError, TypeError, ValueError):
            return terms

    def closing(self, step: str, failure: Failure) -> Tuple[str, str, Dict[str, Any]]:
        """Kind, message and data of the event that closes an attempt which broke them.

        That is a failure of the step, not a loss: the user's own retry policy holds.
        """
        data: Dict[str, Any] = {"failure": to_wire(failure)}
        if self.retry_delay_s is None:
            return events.STEP_FAILURE, "Step '%s' failed: %s" % (step, failure.message), data
        data["delay_s"] = self.retry_delay_s
        message = "Step '%s' failed (%s) and will be tried again in %s." % (
            step,
            failure.message,
            duration_text(self.retry_delay_s),
        )
        return events.STEP_UP_FOR_RETRY, message, data

    def hint(self, exit: ProcessExit) -> Optional[str]:
        """What a death may have to do with the limits."""
        is_limited = self.limits.memory_bytes is not None
        return _WHY_ABORTED if is_limited and exit.signal in _ABORTED else None
