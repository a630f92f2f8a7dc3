"""Whether an exception means that the step has used more than its limits allow."""

from __future__ import annotations

import dataclasses
from typing import Iterator, Optional, Tuple

from atoll.errors import ExecutionInterrupted
from atoll.execution.failures import code_of, failure_of
from atoll_wire.failure import Failure
from atoll_wire.limits import StepLimits, told_memory

_MEMORY_HINT = (
    "raise atoll/memory in the step's op_tags (or step_limits of its location), or use less; "
    "where there is no cgroup, memory that was reserved counts, and what the location had loaded"
)


def exceeded(error: BaseException, limits: StepLimits) -> Optional[Failure]:
    """The failure of a step that went beyond a limit; None where another thing went wrong.

    What user code made of the exception (it cleaned up, and raised one of its own) is the cause.
    """
    for one in _chain(error):
        found = _verdict(one, limits)
        if found is None:
            continue
        code, message, hint = found
        if one is error:
            told = failure_of(error, code, hint)
            return dataclasses.replace(told, message=message, error_type=None)
        return Failure(code, message, hint=hint, cause=failure_of(error, code_of(error)))
    return None


def _verdict(error: BaseException, limits: StepLimits) -> Optional[Tuple[str, str, Optional[str]]]:
    """Code, message and hint."""
    if isinstance(error, ExecutionInterrupted):
        is_cancellation = error.code == "step.interrupted"
        return None if is_cancellation else (error.code, str(error), None)
    if isinstance(error, MemoryError) and limits.memory_bytes is not None:
        lift_memory_limit()
        return "step.out_of_memory", told_memory(limits.memory_bytes), _MEMORY_HINT
    return None


def lift_memory_limit() -> None:
    """Give this process the memory to say what went wrong: the traceback still holds all else."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """The exception, and those that it came from."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
