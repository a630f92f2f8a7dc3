"""Small things out of Dagster's private modules that projects use all the same.

They are found by name, whichever private module they are imported from.
"""

from __future__ import annotations

import collections.abc
import contextlib
import datetime
import functools
import os
import time
from typing import Any, Callable, ClassVar, Dict, Iterator, Mapping, Optional, Sequence, Tuple, Type

from atoll.errors import ResolutionError as ResolutionException  # noqa: F401

DATA_VERSION_TAG = "dagster/data_version"
CODE_VERSION_TAG = "dagster/code_version"
DATA_VERSION_IS_USER_PROVIDED_TAG = "dagster/data_version_is_user_provided"
INPUT_DATA_VERSION_TAG_PREFIX = "dagster/input_data_version"
INPUT_EVENT_POINTER_TAG_PREFIX = "dagster/input_event_pointer"

PARTITION_NAME_TAG = "dagster/partition"
ASSET_PARTITION_RANGE_START_TAG = "dagster/asset_partition_range_start"
ASSET_PARTITION_RANGE_END_TAG = "dagster/asset_partition_range_end"
BACKFILL_ID_TAG = "dagster/backfill"
SCHEDULE_NAME_TAG = "dagster/schedule_name"
SENSOR_NAME_TAG = "dagster/sensor_name"
RUN_KEY_TAG = "dagster/run_key"
PARENT_RUN_ID_TAG = "dagster/parent_run_id"
ROOT_RUN_ID_TAG = "dagster/root_run_id"
PRIORITY_TAG = "dagster/priority"
MAX_RETRIES_TAG = "dagster/max_retries"
RETRY_STRATEGY_TAG = "dagster/retry_strategy"
COMPUTE_KIND_TAG = "dagster/compute_kind"
SCHEDULED_EXECUTION_TIME_TAG = ".dagster/scheduled_execution_time"
TICK_ID_TAG = "dagster/tick"
STEP_SELECTION_TAG = "dagster/step_selection"
RETRY_NUMBER_TAG = "dagster/retry_number"
RETRY_ON_ASSET_OR_OP_FAILURE_TAG = "dagster/retry_on_asset_or_op_failure"
MAX_RUNTIME_SECONDS_TAG = "dagster/max_runtime"
GLOBAL_CONCURRENCY_TAG = "dagster/concurrency_key"
AUTO_MATERIALIZE_TAG = "dagster/auto_materialize"
AUTO_OBSERVE_TAG = "dagster/auto_observe"
AUTOMATION_CONDITION_TAG = "dagster/from_automation_condition"
PARTITION_SET_TAG = "dagster/partition_set"
REPOSITORY_LABEL_TAG = ".dagster/repository"
USER_TAG = "user"
MULTIPARTITION_KEY_DELIMITER = "|"

DEFAULT_MONTHLY_FORMAT = "%Y-%m"
DEFAULT_DATE_FORMAT = "%Y-%m-%d"
DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE = "%Y-%m-%d-%H:%M"
DEFAULT_HOURLY_FORMAT_WITH_TIMEZONE = "%Y-%m-%d-%H:%M%z"


class TreatAsResourceParam:
    """A parameter whose type derives from it takes a resource."""

    __atoll_resource__ = True


def build_kind_tag(kind: str) -> Dict[str, str]:
    """The tag by which an asset says of what kind it is."""
    return {"dagster/kind/" + kind: ""}


def merge_dicts(*args: Mapping[Any, Any]) -> Dict[Any, Any]:
    """All entries together; the last of a key counts."""
    merged: Dict[Any, Any] = {}
    for each in args:
        merged.update(each)
    return merged


def deep_merge_dicts(onto_dict: Mapping[Any, Any], from_dict: Mapping[Any, Any]) -> Dict[Any, Any]:
    """Both together; where both have a dict, these are merged, else the second counts."""
    merged = dict(onto_dict)
    for key, value in from_dict.items():
        first = merged.get(key)
        both = isinstance(first, dict) and isinstance(value, dict)
        merged[key] = deep_merge_dicts(first, value) if both and first is not None else value
    return merged


@contextlib.contextmanager
def environ(env: Mapping[str, Optional[str]]) -> Iterator[None]:
    """Set variables for as long as the block runs; None takes one away."""
    before = {name: os.environ.get(name) for name in env}
    try:
        _set_variables(env)
        yield
    finally:
        _set_variables(before)


def _set_variables(env: Mapping[str, Optional[str]]) -> None:
    for name, value in env.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def exponential_delay_generator(base: float = 0.1, multiplier: float = 2) -> Iterator[float]:
    """Growing pauses, in seconds."""
    delay = base
    while True:
        yield delay
        delay *= multiplier


def backoff(
    fn: Callable[..., Any],
    retry_on: Tuple[Type[BaseException], ...],
    args: Optional[Sequence[Any]] = None,
    kwargs: Optional[Mapping[str, Any]] = None,
    max_retries: int = 4,
    delay_generator: Optional[Iterator[float]] = None,
) -> Any:
    """Call `fn` until it raises none of `retry_on`, at most once and `max_retries` times."""
    delays = delay_generator or exponential_delay_generator()
    for attempt in range(max_retries + 1):
        try:
            return fn(*(args or ()), **(kwargs or {}))
        except retry_on:
            if attempt == max_retries:
                raise
            time.sleep(next(delays))
    raise AssertionError("unreachable")


def cached_method(method: Callable[..., Any]) -> Callable[..., Any]:
    """Remember on the object itself what a method gave back for its arguments."""
    attribute = "_cached_" + method.__name__

    @functools.wraps(method)
    def cached(self: Any, *args: Any, **kwargs: Any) -> Any:
        memory = self.__dict__.setdefault(attribute, {})
        key = (args, tuple(sorted(kwargs.items())))
        if key not in memory:
            memory[key] = method(self, *args, **kwargs)
        return memory[key]

    return cached


class DagsterLibraryRegistry:
    """Where libraries for Dagster tell their versions; Atoll only remembers them."""

    _versions: ClassVar[Dict[str, str]] = {}

    @classmethod
    def register(cls, name: str, version: str, *, is_dagster_package: bool = True) -> None:
        cls._versions[name] = version

    @classmethod
    def get(cls) -> Dict[str, str]:
        return dict(cls._versions)


def is_dict_type(type_obj: Any) -> bool:
    """Whether an annotation says dict or mapping."""
    origin = getattr(type_obj, "__origin__", type_obj)
    return origin in (dict, collections.abc.Mapping)


def get_system_temp_directory() -> str:
    """The folder for temporary files."""
    import tempfile

    return os.path.realpath(tempfile.gettempdir())


def ensure_file(path: str) -> str:
    """Make an empty file, with the folders above it, unless it is there."""
    ensure_dir(os.path.dirname(path))
    with open(path, "a"):
        return path


def ensure_dir(file_path: str) -> str:
    """Make the folder, with those above it, unless it is there."""
    os.makedirs(file_path, exist_ok=True)
    return file_path


def get_timezone(timezone_name: str) -> datetime.tzinfo:
    """The time zone of an IANA name."""
    if timezone_name.lower() == "utc":
        return datetime.timezone.utc
    import zoneinfo

    return zoneinfo.ZoneInfo(timezone_name)


def get_current_datetime(tz: str = "UTC") -> datetime.datetime:
    """Now, in a time zone."""
    return datetime.datetime.now(get_timezone(tz))


def get_current_timestamp() -> float:
    """Now, in seconds since 1970."""
    return time.time()


def datetime_from_timestamp(timestamp: float, tz: Any = "UTC") -> datetime.datetime:
    """The moment of a timestamp, in a time zone."""
    zone = get_timezone(tz) if isinstance(tz, str) else tz
    return datetime.datetime.fromtimestamp(timestamp, zone)


def create_datetime(year: int, month: int, day: int, *args: Any, **kwargs: Any) -> Any:
    """A moment, in UTC unless `tz` names another time zone."""
    kwargs["tzinfo"] = get_timezone(kwargs.pop("tz", "UTC"))
    return datetime.datetime(year, month, day, *args, **kwargs)  # noqa: DTZ001
