"""The run tags that mean something to the engine; all others are the user's own.

Each is read under the prefix `atoll/`, and under `dagster/`, so that code written for Dagster
says the same here; where a run has both, `atoll/` counts. Pure: the API checks with it what is
asked for, and the engine reads with it what was stored.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from atoll_wire.limits import seconds

PREFIXES = ("atoll/", "dagster/")
PARENT = "atoll/parent_run_id"
ROOT = "atoll/root_run_id"
RETRY_NUMBER = "atoll/retry_number"
_TRUE = frozenset(["true", "1", "yes"])
_FALSE = frozenset(["false", "0", "no"])


class TagError(ValueError):
    """`run.bad_tag`: a tag that means something has a value that it cannot have."""

    code = "run.bad_tag"


class RetryStrategy(StrEnum):
    """What a run that is retried as a whole makes again."""

    FROM_FAILURE = "FROM_FAILURE"
    """What did not succeed."""
    ALL_STEPS = "ALL_STEPS"


class RunTags(NamedTuple):
    """What a run's tags say; None: nothing, and the deployment's setting holds."""

    priority: int = 0
    """Runs with a higher one go first."""
    max_runtime_s: float | None = None
    """How long the run may take once it has started."""
    max_retries: int | None = None
    """How often the run is launched anew after it failed."""
    retry_strategy: RetryStrategy | None = None
    retry_on_step_failure: bool | None = None
    """Whether a run is launched anew when its steps failed by themselves, too, and not only
    when workers or locations were lost."""


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise TagError(f'tag {name} is a whole number, not "{text}"') from None


def _count(name: str, text: str) -> int:
    number = _whole(name, text)
    if number < 0:
        raise TagError(f'tag {name} is a whole number, 0 or more, not "{text}"')
    return number


def _seconds(name: str, text: str) -> float:
    try:
        return seconds(text)
    except ValueError as error:
        raise TagError(f'tag {name} is {error}, not "{text}"') from None


def _strategy(name: str, text: str) -> RetryStrategy:
    try:
        return RetryStrategy(text.upper())
    except ValueError:
        accepted = " or ".join(RetryStrategy)
        raise TagError(f'tag {name} is {accepted}, not "{text}"') from None


def _flag(name: str, text: str) -> bool:
    lowered = text.lower()
    if lowered not in _TRUE | _FALSE:
        raise TagError(f'tag {name} is true or false, not "{text}"')
    return lowered in _TRUE


_KNOWN: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "priority": ("priority", _whole),
    "max_runtime": ("max_runtime_s", _seconds),
    "max_retries": ("max_retries", _count),
    "retry_strategy": ("retry_strategy", _strategy),
    "retry_on_asset_or_op_failure": ("retry_on_step_failure", _flag),
}
"""By name behind the prefix: the field, and what reads it."""


def read(tags: Mapping[str, str]) -> RunTags:
    """What a run's tags say.

    Raises:
        TagError: `run.bad_tag`, names the tag and what it may be.
    """
    found: dict[str, Any] = {}
    for prefix in reversed(PREFIXES):
        for name, (field, parse) in _KNOWN.items():
            if (text := tags.get(prefix + name)) is not None:
                found[field] = parse(prefix + name, str(text))
    return RunTags(**found)


def read_leniently(tags: Mapping[str, str]) -> RunTags:
    """What a run's tags say; one that says nothing that can be understood says nothing.

    For runs that are stored: whoever wrote them was told, or was no API.
    """
    readable: dict[str, str] = {}
    for name, text in tags.items():
        try:
            read({name: text})
        except TagError:
            continue
        readable[name] = text
    return read(readable)


def nearest(name: str) -> str | None:
    """The tag that an `atoll/` tag without a meaning was probably meant to be."""
    if not name.startswith(PREFIXES[0]):
        return None
    known = [PREFIXES[0] + one for one in _KNOWN] + [PARENT, ROOT, RETRY_NUMBER]
    if name in known:
        return None
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return near[0] if near else None
