"""The config of steps: what an asset's function is given of the run's configuration."""

from __future__ import annotations

from typing import Any, Mapping, Tuple

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.reading import Path, Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.function import is_config_type


def step_config(assets: Any, run_config: Mapping[str, Any]) -> Any:
    """`context.op_config`: what the run gives the step, read, with defaults.

    Raises:
        ConfigError: `config.*`, it does not fit.
    """
    given, path = entry_of(assets.name, run_config)
    reading = Reading()
    found = schema_of(assets).read(given, path, reading)
    reading.finish("the config of '%s'" % assets.name, given)
    return found


def config_argument(assets: Any, run_config: Mapping[str, Any]) -> Any:
    """What the function's config parameter takes.

    Raises:
        ConfigError: `config.*`, it does not fit.
    """
    annotation = assets.function.config.annotation
    if not is_config_type(annotation):
        return step_config(assets, run_config) or {}
    given, path = entry_of(assets.name, run_config)
    values = None if given is UNSET else given
    return annotation.from_run_config(values, "'%s'" % assets.name, path)


def entry_of(name: str, run_config: Mapping[str, Any]) -> Tuple[Any, Path]:
    """A step's config in the run's configuration, or UNSET; and its path."""
    path = ("ops", name, "config")
    entry = (run_config.get("ops") or {}).get(name)
    return (entry.get("config", UNSET) if isinstance(entry, dict) else UNSET), path
