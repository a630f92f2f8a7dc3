"""The settings that can be changed while a deployment runs: this table, and nothing else.

What is stored wins over an `ATOLL_*` variable, and that over the default. The value of a row is
JSON; its reader takes what an API, a command line or a variable says, and answers with what is
stored. A further setting is a row here, and a field of that name in the engine's settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

UNLIMITED = "unlimited"
_MOST = 10**6
_TRUE = frozenset(["true", "1", "yes", "on"])
_FALSE = frozenset(["false", "0", "no", "off"])


class SettingsError(ValueError):
    """`settings.invalid`: a variable, an option or a setting has a value that it cannot have."""

    code = "settings.invalid"


class UnknownSetting(SettingsError):
    """`settings.unknown`: nothing that can be stored has this name."""

    code = "settings.unknown"


class Storable(NamedTuple):
    """One setting that can be stored."""

    read: Callable[[str, Any], Any]
    """Name and value, to what is stored; raises `SettingsError`."""
    default: Any
    about: str
    has_members: bool = False
    """Whether it is many: one for each `NAME.MEMBER`; such a one has no variable."""


def whole_number(
    least: int = 0, *, may_be_unlimited: bool = False
) -> Callable[[str, Any], int | str]:
    """The reader of a whole number; -1 is Dagster's word for `unlimited`."""

    def read(name: str, value: Any) -> int | str:
        text = str(value).strip().lower()
        if may_be_unlimited and text in (UNLIMITED, "-1"):
            return UNLIMITED
        is_number = not isinstance(value, bool) and text.isascii() and text.isdigit()
        if not (is_number and len(text) <= len(str(_MOST)) and least <= int(text) <= _MOST):
            other = f", or {UNLIMITED}" if may_be_unlimited else ""
            raise SettingsError(
                f'{name} is a whole number from {least} to {_MOST}{other}, not "{value}"'
            )
        return int(text)

    return read


def _flag(name: str, value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise SettingsError(f'{name} is true or false, not "{value}"')
    return word in _TRUE


def _seconds(*, may_be_zero: bool = False) -> Callable[[str, Any], float]:
    """The reader of a time: a number of seconds, or a text such as `10m`."""

    def read(name: str, value: Any) -> float:
        from atoll_wire.limits import seconds  # here, because a command's help needs none of it

        if may_be_zero and str(value).strip() in ("0", "0.0"):
            return 0.0
        try:
            return seconds(str(value))
        except ValueError as error:
            raise SettingsError(f'{name} is {error}, not "{value}"') from None

    return read


def _granularity(name: str, value: Any) -> str:
    word = str(value).lower()
    if word not in ("step", "run", "op"):
        raise SettingsError(f'{name} is step or run, not "{value}"')
    return "run" if word == "run" else "step"  # `op` is Dagster's word for a step


def _tag_limits(name: str, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        import json  # not needed to start

        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list):
        raise SettingsError(
            f'{name} is a JSON list, such as [{{"key": "database", "value": "big", "limit": 2}}]'
        )
    return [_tag_limit(f"{name}[{number}]", one) for number, one in enumerate(value)]


_PER_VALUE = "applyLimitPerUniqueValue"


def _tag_limit(name: str, value: Any) -> dict[str, Any]:
    """One limit as Dagster writes it, too: `{key, limit, value: {applyLimitPerUniqueValue}}`."""
    if not isinstance(value, Mapping) or not isinstance(value.get("key"), str):
        raise SettingsError(f'{name} is an object with "key", "limit" and perhaps "value"')
    unknown = value.keys() - {"key", "value", "limit", "per_value", _PER_VALUE}
    if unknown:
        raise SettingsError(f'{name} has no "{sorted(unknown)[0]}", but key, value, limit')
    of = value.get("value")
    per_value = value.get("per_value") or value.get(_PER_VALUE) or False
    if isinstance(of, Mapping):
        if of.keys() != {_PER_VALUE}:
            raise SettingsError(f'{name}: "value" is a text, or {{"{_PER_VALUE}": true}}')
        per_value, of = of[_PER_VALUE], None
    if not isinstance(of, str | None) or not isinstance(per_value, bool):
        raise SettingsError(
            f'{name}: "value" is a text, or {{"{_PER_VALUE}": true}} for each value by itself'
        )
    limit = whole_number()(f'{name}: "limit"', value.get("limit"))
    found: dict[str, Any] = {"key": value["key"], "limit": limit}
    if of is not None:
        found["value"] = of
    if per_value:
        found["per_value"] = True
    return found


STORABLE: Mapping[str, Storable] = {
    "max_concurrent_runs": Storable(
        whole_number(may_be_unlimited=True), 10, "Runs that are under way at a time."
    ),
    "tag_concurrency_limits": Storable(
        _tag_limits, [], "How many runs with a tag may be under way at a time."
    ),
    "max_concurrent_steps": Storable(
        whole_number(1), os.cpu_count() or 1, "Steps that run at a time."
    ),
    "location_limits": Storable(
        whole_number(), None, "Steps of one location that run at a time.", True
    ),
    "pool_limits": Storable(whole_number(may_be_unlimited=True), None, "Slots of one pool.", True),
    "default_pool_limit": Storable(
        whole_number(may_be_unlimited=True), UNLIMITED, "Slots of each pool that has no limit."
    ),
    "pool_granularity": Storable(
        _granularity, "step", "What holds a slot of a pool: a step or a run."
    ),
    "max_lost_retries": Storable(
        whole_number(), 3, "How often a step whose worker was lost is started again."
    ),
    "run_max_retries": Storable(
        whole_number(), 0, "How often a run that failed is launched anew, unless its tags say."
    ),
    "run_retry_on_step_failure": Storable(
        _flag, True, "Whether that holds for runs whose steps failed by themselves, too."
    ),
    "max_runtime": Storable(
        _seconds(may_be_zero=True), 0.0, "Seconds that a run may take that says nothing; 0: any."
    ),
    "start_timeout": Storable(
        _seconds(), 180.0, "Seconds after which a worker counts as never started."
    ),
    "cancel_grace": Storable(
        _seconds(may_be_zero=True), 10.0, "Seconds that an interrupted step has for cleaning up."
    ),
    "keep_days": Storable(
        whole_number(), 0, "Days for which runs that have ended are kept; 0: age alone erases none."
    ),
    "keep_runs": Storable(
        whole_number(), 0, "So many of the newest ended runs are kept; 0: number alone erases none."
    ),
}
"""By name."""


def split(name: str) -> tuple[str, str | None]:
    """The row that a setting is in, and which of its members it is."""
    row, dot, member = name.partition(".")
    return row, member if dot else None


def find(name: str) -> Storable:
    """The row of a setting.

    Raises:
        UnknownSetting: `settings.unknown`, with the name that was probably meant.
    """
    row, member = split(name)
    found = STORABLE.get(row)
    if found is not None and found.has_members == bool(member):
        return found
    if found is not None and found.has_members:
        raise UnknownSetting(f"{row} is set by name: {row}.NAME")
    raise UnknownSetting(f'no setting that can be stored is called "{name}"; {_nearest(row)}')


def _nearest(name: str) -> str:
    import difflib

    shown = {one: f"{one}.NAME" if row.has_members else one for one, row in STORABLE.items()}
    near = difflib.get_close_matches(name, shown, n=1, cutoff=0.5)
    return f"did you mean {shown[near[0]]}?" if near else f"there are: {', '.join(shown.values())}"


def read_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of such changes; None: the setting is not stored any more.

    Raises:
        SettingsError: `settings.*`, nothing of it can be stored.
    """
    found = {}
    for name, value in changes.items():
        row = find(name)
        found[name] = None if value is None else row.read(name, value)
    return found
