"""The configuration of a run: for its steps and its resources."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Union


class RunConfig:
    """Configuration of a run.

    Args:
        ops: by step, a `Config` object or a dict.
        resources: by resource, a resource object, a `Config` or a dict.
        execution: of the executor.
    """

    def __init__(
        self,
        ops: Optional[Mapping[str, Any]] = None,
        resources: Optional[Mapping[str, Any]] = None,
        loggers: Optional[Mapping[str, Any]] = None,
        execution: Optional[Mapping[str, Any]] = None,
    ):
        self.ops = dict(ops or {})
        self.resources = dict(resources or {})
        self.loggers = dict(loggers or {})
        self.execution = dict(execution or {})

    def to_config_dict(self) -> Dict[str, Any]:
        """The configuration as plain dicts, as it is stored and sent."""
        found: Dict[str, Any] = {
            "ops": {name: _entry(value) for name, value in self.ops.items()},
            "resources": {name: _entry(value) for name, value in self.resources.items()},
            "loggers": self.loggers,
            "execution": self.execution,
        }
        return {name: value for name, value in found.items() if value}


CoercibleToRunConfig = Union[RunConfig, Mapping[str, Any], None]


def run_config_dict(config: CoercibleToRunConfig) -> Dict[str, Any]:
    """The plain dict that a `run_config` argument means."""
    if config is None:
        return {}
    return config.to_config_dict() if isinstance(config, RunConfig) else dict(config)


def _entry(value: Any) -> Dict[str, Any]:
    """`{"config": {...}}` of a `Config` or resource object; a dict is taken as it is written."""
    dump = getattr(value, "to_config_dict", None)
    if dump is not None:
        return {"config": dump()}
    if isinstance(value, Mapping) and ("config" in value or "ops" in value):
        return dict(value)
    return {"config": value}
