"""Whether a run that failed is launched anew, as which run, and what that one makes.

The decision is part of the run's last one and stored with it, so that whatever dies, a run that
is to be retried is retried once. Pure. It must not know storage or the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atoll_server.core.run.plan import PlannedStep
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import StepStatus
from atoll_server.core.run.tags import (
    PARENT,
    RETRY_NUMBER,
    ROOT,
    RetryStrategy,
    read_leniently,
)

_LOST = frozenset(
    [
        "step.never_started",
        "step.no_worker",
        "step.outcome_lost",
        "step.start_timeout",
        "step.worker_lost",
    ]
)


@dataclass(frozen=True)
class RunRetries:
    """What holds for runs whose tags say nothing about it."""

    most: int = 0
    """How often a run is launched anew after it failed."""
    on_step_failure: bool = True
    """Whether also where a step failed by itself, and not only where all that failed was lost."""


NO_RETRIES = RunRetries()


def run_retry(
    state: RunState, failed: Mapping[str, Mapping[str, Any]], settings: RunRetries
) -> tuple[str, dict[str, Any]]:
    """What `RUN_FAILURE` says of the retry: a sentence, and data that make it happen.

    Args:
        failed: the failed steps, with what their events said.
    """
    tags = read_leniently(state.tags)
    most = settings.most if tags.max_retries is None else tags.max_retries
    if most == 0:
        return "", {}
    number = _retries_before(state) + 1
    if number > most:
        return f"It is not retried: it was the last of {_count(most)}.", {}
    on_step_failure = tags.retry_on_step_failure
    if on_step_failure is None:
        on_step_failure = settings.on_step_failure
    if not on_step_failure and not all(_was_lost(data) for data in failed.values()):
        why = "a step failed by itself, and only what was lost is to be retried"
        return f"It is not retried: {why}.", {}
    run_id = retry_id(state.run_id)
    told = f"It is retried as run {run_id} (retry {number} of {most})."
    return told, {"retry": {"run_id": run_id, "number": number, "most": most}}


def wanted_of_retry(state: RunState, number: int) -> dict[str, Any]:
    """What the retry of a run that has just failed is asked for with, as `launch_run` takes it."""
    steps = {key: step.planned for key, step in state.steps.items()}
    succeeded = {k for k, s in state.steps.items() if s.status is StepStatus.SUCCEEDED}
    if read_leniently(state.tags).retry_strategy is RetryStrategy.ALL_STEPS:
        succeeded = set()
    location = state.job_location
    if state.job is not None and location is None:
        location = next(iter(steps.values())).location  # a job lies in one
    passed_over = {k for k, s in state.steps.items() if s.is_passed_over} if succeeded else set()
    kept = kept_steps(state.run_id, steps.values(), succeeded | passed_over, state.kept)
    over = done_for_good(steps.values(), succeeded, passed_over)
    selection = left_to_make(((k, p.assets) for k, p in steps.items()), over)
    checks = left_to_make(((k, p.checks) for k, p in steps.items()), over)
    more: dict[str, Any] = {}
    if state.checks is not None or any(step.checks for step in steps.values()):
        more |= {"checks": checks, "only_checks": bool(checks) and not selection}
    if state.ops:
        more["ops"] = list(state.ops)
    if kept:
        absent = sorted(one for one in state.absent if one.rpartition(":")[0] in kept)
        more |= {"kept": kept, "not_given_back": absent}
    return {
        **more,
        "run_id": retry_id(state.run_id),
        "selection": selection,
        "config": dict(state.config),
        "tags": {**descent(state.run_id, state.tags), RETRY_NUMBER: str(number)},
        "partition": state.partition,
        "job": state.job,
        "location": location,
    }


def left_to_make(
    steps: Iterable[tuple[str, Sequence[str]]], succeeded: Container[str | None]
) -> list[str]:
    """The assets (or checks) of the steps that did not succeed, in the plan's order.

    Args:
        steps: by key, with their assets (or checks).
    """
    return [asset for key, assets in steps if key not in succeeded for asset in assets]


def done_for_good(
    steps: Iterable[PlannedStep],
    succeeded: Container[str | None],
    passed_over: Container[str | None],
) -> set[str]:
    """The steps whose assets and checks a retry leaves alone.

    An asset that was passed over because nothing came of what it needs would find nothing now. A
    part of a graph is no such step: whether the graph runs again, its other parts say.
    """
    return {
        step.key
        for step in steps
        if step.key in succeeded or (step.key in passed_over and not step.is_part)
    }


def kept_steps(
    run_id: str,
    steps: Iterable[PlannedStep],
    done: Container[str | None],
    before: Mapping[str, str],
) -> dict[str, str]:
    """The ops that a retry does not execute again, by step the run that has what they gave back.

    Args:
        steps: of the run that is retried.
        done: keys of its steps that succeeded, or were passed over.
        before: what that run itself did not execute again.
    """
    own = {step.key: run_id for step in steps if step.is_part and step.key in done}
    return {**before, **own}


def descent(run_id: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags of a run that comes of another one; who asks for it anew starts the count anew."""
    kept = {name: value for name, value in tags.items() if name != RETRY_NUMBER}
    return {**kept, PARENT: run_id, ROOT: tags.get(ROOT, run_id)}


def retry_id(run_id: str) -> str:
    """The id of a run's one automatic retry: always the same, so that it cannot be two.

    Source: RFC 9562, section 5.8 (UUIDv8: 122 bits of one's own).
    """
    value = int.from_bytes(hashlib.sha256(f"atoll retry of {run_id}".encode()).digest()[:16])
    value = value & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _retries_before(state: RunState) -> int:
    text = state.tags.get(RETRY_NUMBER, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _was_lost(data: Mapping[str, Any]) -> bool:
    code = str((data.get("failure") or {}).get("code", ""))
    return code in _LOST or code.startswith("location.")


def _count(most: int) -> str:
    return "1 retry" if most == 1 else f"{most} retries"
