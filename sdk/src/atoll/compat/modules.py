"""Which dotted names are modules of Dagster's, and where those few live that are not by name.

Most modules of Dagster's are only places of names that its top level has too. Releases move such
names about, so any path below a private package is served; what is asked of it decides.
"""

from __future__ import annotations

from typing import Dict, Optional

ROOTS = ("dagster", "dagster_shared")

_OWN: Dict[str, str] = {
    "dagster._check": "atoll.compat.check",
    "dagster_shared.check": "atoll.compat.check",
    "dagster._annotations": "atoll.compat.markers",
}
"""Modules of Dagster's that have one of ours for themselves."""

_TOP = (
    *("_annotations", "_builtins", "_check", "_config", "_core", "_daemon", "_grpc", "_loggers"),
    *("_record", "_serdes", "_time", "_utils", "components", "preview", "version"),
)
_SHARED = (
    *("check", "check.functions", "error", "libraries", "merger", "record", "seven", "serdes"),
    *("utils", "yaml_utils"),
)

_PACKAGE_NAMES = """
    _check _config _config.pythonic_config _core _core.asset_graph_view _core.definitions
    _core.definitions.asset_checks _core.definitions.asset_checks.asset_check_factories
    _core.definitions.assets _core.definitions.assets.definition _core.definitions.assets.graph
    _core.definitions.assets.job _core.definitions.declarative_automation
    _core.definitions.declarative_automation.operands
    _core.definitions.declarative_automation.operators _core.definitions.decorators
    _core.definitions.metadata _core.definitions.module_loaders _core.definitions.partitions
    _core.definitions.partitions.definition _core.definitions.partitions.mapping
    _core.definitions.partitions.partitioned_config _core.definitions.partitions.utils
    _core.definitions.repository_definition _core.definitions.tags _core.events
    _core.execution _core.execution.context _core.execution.plan _core.executor
    _core.executor.step_delegating _core.instance _core.launcher _core.pipes
    _core.remote_representation _core.run_coordinator _core.scheduler _core.secrets
    _core.selector _core.snap _core.storage _core.storage.event_log _core.storage.runs
    components components.component components.core components.lib
    components.lib.definitions_component components.lib.executable_component
    components.lib.shim_components components.lib.sql_component components.list
    components.resolved components.scaffold components.testing components.utils
    _core.storage.schedules _core.types _core.utils _core.workspace _daemon _grpc _loggers
    _record _serdes _time _utils _utils.test preview
"""
_PACKAGES = frozenset(_PACKAGE_NAMES.split())
"""Below `dagster`: whatever lies below anything else is a name, not a module."""


def is_module(path: str) -> bool:
    """Whether a dotted path is to be taken for a module, and not for a name in one."""
    root, _, below = path.partition(".")
    if not below:
        return root in ROOTS
    parent, _, last = below.rpartition(".")
    if root == "dagster_shared":
        return below in _SHARED
    if not parent:
        return last in _TOP
    return parent in _PACKAGES and (last == last.lower())


def is_package(path: str) -> bool:
    """Whether a dotted path is surely a module: known by its name, not only by its place."""
    root, _, below = path.partition(".")
    return root == "dagster" and (below in _TOP or below in _PACKAGES)


def own_module(path: str) -> Optional[str]:
    """The module of Atoll that stands for a module of Dagster's and those below it, if one does."""
    for theirs, ours in _OWN.items():
        if path == theirs or path.startswith(theirs + "."):
            return ours
    return None
