"""The configuration of a run: for its steps and its resources."""

from __future__ import annotations

import enum
from typing import Any, Dict, Mapping, Optional, Union

from atoll.definitions.config.env import EnvVar
from atoll.errors import ConfigError, nearest

SECTIONS = ("ops", "resources", "loggers", "execution", "inputs")
_FORMER = {
    "solids": "write 'ops'",
    "intermediate_storage": "name an IO manager under 'resources'",
    "storage": "name an IO manager under 'resources'",
}


class RunConfig:
    """Configuration of a run.

    Args:
        ops: by step, a `Config` object, or a dict such as `{"config": {...}}`; a graph's entry
            is `{"ops": {...}}`, `Config` objects inside.
        resources: by resource, a resource object, a `Config` or a dict such as
            `{"config": {...}}`.
        loggers: by logger, a dict such as `{"config": {...}}`.
        execution: of the executor.
    """

    __hash__ = None  # type: ignore[assignment]

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
        """The configuration as plain dicts, as it is stored and sent; every section is there."""
        return {
            "loggers": _written(self.loggers),
            "resources": _written(self.resources),
            "ops": _written(self.ops),
            "execution": _written(self.execution),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunConfig) and self.to_config_dict() == other.to_config_dict()

    def __repr__(self) -> str:
        given = {name: value for name, value in vars(self).items() if value}
        return "RunConfig(%s)" % ", ".join("%s=%r" % item for item in given.items())


CoercibleToRunConfig = Union[RunConfig, Mapping[str, Any], None]


def run_config_dict(config: CoercibleToRunConfig) -> Dict[str, Any]:
    """The plain dict that a `run_config` argument means.

    Raises:
        ConfigError: `config.invalid`, it is something else.
    """
    if config is None:
        return {}
    if not isinstance(config, (RunConfig, Mapping)):
        raise ConfigError(
            "run_config takes a RunConfig or a dict, not %s" % type(config).__name__,
            code="config.invalid",
        )
    if isinstance(config, RunConfig):
        return {name: value for name, value in config.to_config_dict().items() if value}
    plain: Dict[str, Any] = _written(config)
    return plain


def check_sections(config: Mapping[str, Any]) -> None:
    """Raise for a section that the configuration of a run does not have.

    Raises:
        ConfigError: `config.invalid`.
    """
    for name in config:
        if name not in SECTIONS:
            raise ConfigError(
                "run_config has no section '%s'" % name,
                code="config.invalid",
                hint=_FORMER.get(name)
                or nearest(str(name), SECTIONS)
                or "there are: %s" % ", ".join(SECTIONS[:-1]),
            )


def _written(value: Any) -> Any:
    """`value` as plain data; each `Config` or resource object as its entry `{"config": {...}}`."""
    dump = getattr(value, "to_config_dict", None)
    if dump is not None and not isinstance(value, type):
        return {"config": dump()}
    if isinstance(value, Mapping):
        return {name: _written(item) for name, item in value.items()}
    if isinstance(value, EnvVar):
        return {"env": value.env_var_name}
    if type(value) is list:
        return [_written(item) for item in value]
    if isinstance(value, enum.Enum) and not isinstance(value, (str, int)):
        return value.name
    return value
