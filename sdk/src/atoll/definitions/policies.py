"""How often a step that fails is tried again."""

from __future__ import annotations

import enum
from typing import Any, Optional

from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError


class Backoff(enum.Enum):
    """How the delay grows from one retry to the next."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(enum.Enum):
    """How chance changes the delay, so that many steps do not retry at the same moment."""

    FULL = "FULL"
    """Anything between no delay and the delay."""
    PLUS_MINUS = "PLUS_MINUS"
    """The delay, give or take the base delay."""


class RetryPolicy:
    """Try a step again when its code raises.

    Args:
        max_retries: retries after the first attempt.
        delay: seconds to wait before each; none by default.
        backoff: how the delay grows with the retries.
        jitter: how chance changes it.
    """

    def __init__(
        self,
        max_retries: int = 1,
        delay: Optional[float] = None,
        backoff: Optional[Backoff] = None,
        jitter: Optional[Jitter] = None,
    ):
        check_retry(max_retries, delay, "delay")
        if delay is None and (backoff or jitter):
            raise _bad("backoff and jitter change a delay, but no delay is given")
        self.max_retries = max_retries
        self.delay = delay
        self.backoff = backoff
        self.jitter = jitter

    def calculate_delay(self, attempt_num: int) -> float:
        """Seconds to wait before retry number `attempt_num`, counted from 1."""
        base = self.delay or 0.0
        delay = base
        if self.backoff is Backoff.LINEAR:
            delay = base * attempt_num
        elif self.backoff is Backoff.EXPONENTIAL:
            delay = base * (2.0 ** min(attempt_num, 64) - 1)
        if self.jitter is not None:
            import random

            if self.jitter is Jitter.FULL:
                delay = random.random() * delay
            else:
                delay += (2 * random.random() - 1) * base
        return max(0.0, float(delay))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RetryPolicy) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.max_retries, self.delay, self.backoff, self.jitter))

    def __repr__(self) -> str:
        return "RetryPolicy(max_retries=%r, delay=%r, backoff=%s, jitter=%s)" % (
            self.max_retries,
            self.delay,
            self.backoff,
            self.jitter,
        )


def check_retry(max_retries: Any, delay: Any, name: str) -> None:
    """Refuse a number of retries, or a delay called `name`, that cannot be.

    Raises:
        DefinitionError: `definition.bad_retry_policy`.
    """
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise _bad("max_retries is %r; it must be a whole number, 0 or more" % (max_retries,))
    is_number = isinstance(delay, (int, float)) and 0 <= delay < float("inf")
    if delay is not None and not is_number:
        raise _bad("%s is %r; it must be a number of seconds, 0 or more" % (name, delay))


def check_policy(value: Any, source: Source) -> Optional[RetryPolicy]:
    """`value`, if it may say how often a step is tried again."""
    if value is None or isinstance(value, RetryPolicy):
        return value
    is_count = isinstance(value, int) and not isinstance(value, bool)
    raise DefinitionError(
        "retry_policy is %.80r, not a RetryPolicy" % (value,),
        code="definition.bad_retry_policy",
        hint="write retry_policy=RetryPolicy(max_retries=%s)" % (value if is_count else "..."),
        source=source,
    )


def _bad(message: str) -> DefinitionError:
    return DefinitionError(message, code="definition.bad_retry_policy", source=caller_source())
