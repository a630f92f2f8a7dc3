"""What templates can name: `env`, `dg`, `datetime`, `context`."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, Optional

from atoll.errors import ResolutionError

_MISSING: Any = object()


class EnvScope:
    """`{{ env.NAME }}`, None if it is not set; `{{ env('NAME', 'default') }}`."""

    def __call__(self, key: str, default: Any = _MISSING) -> Any:
        value = os.environ.get(key, default)
        if value is _MISSING:
            raise ResolutionError(
                "the environment variable %s is not set" % key,
                code="component.environment",
                hint="set it, or give a default: env('%s', 'default')" % key,
            )
        return value

    def __getattr__(self, key: str) -> Optional[str]:
        if key.startswith(("jinja", "__")):  # jinja2 asks every object for marks of its own
            raise AttributeError(key)
        return os.environ.get(key)

    def __getitem__(self, key: str) -> Any:
        raise ResolutionError(
            "env['%s'] is not how a template reads the environment" % key,
            code="component.environment",
            hint="write env.%s or env('%s')" % (key, key),
        )


class ObjectScope:
    """Some attributes of an object."""

    def __init__(self, wrapped: Any, names: Iterable[str]):
        self._wrapped = wrapped
        self._names = frozenset(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("jinja", "_")) or name not in self._names:
            raise AttributeError(
                "'%s' cannot be used in a template; %s can" % (name, ", ".join(sorted(self._names)))
            )
        return getattr(self._wrapped, name)


_DG = (
    "AutomationCondition FreshnessPolicy DailyPartitionsDefinition WeeklyPartitionsDefinition "
    "MonthlyPartitionsDefinition HourlyPartitionsDefinition StaticPartitionsDefinition "
    "TimeWindowPartitionsDefinition"
)


def everywhere() -> Dict[str, Any]:
    """What every template can name."""
    import datetime

    import atoll
    from atoll.definitions.automation.condition import AutomationCondition

    return {
        "env": EnvScope(),
        "dg": ObjectScope(atoll, _DG.split()),
        "datetime": ObjectScope(datetime, ("datetime", "timedelta")),
        # As they were called before `dg`.
        "automation_condition": {
            "eager": AutomationCondition.eager,
            "on_cron": AutomationCondition.on_cron,
        },
    }


class _LoadContextScope(ObjectScope):
    @property
    def project_root(self) -> str:
        return str(self._wrapped.project_root.resolve())


def of_component(context: Any) -> Dict[str, Any]:
    """What the templates of a component's attributes can name besides."""
    scope = _LoadContextScope(context, ("load_component", "build_defs", "project_root"))
    return {
        "context": scope,
        # As they were called before `context`.
        "project_root": scope.project_root,
        "load_component_at_path": context.load_component,
        "build_defs_at_path": getattr(context, "build_defs", None),
    }
