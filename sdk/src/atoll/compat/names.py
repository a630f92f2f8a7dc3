"""What each of Dagster's names means in Atoll. Most mean themselves."""

from __future__ import annotations

import importlib
from typing import Any, Dict, List, Optional

import atoll
from atoll.compat import modules
from atoll.definitions import later
from atoll.errors import UnsupportedAttribute, UnsupportedImport, nearest

VERSION = "1.13.27"
"""The release of Dagster whose API is spoken."""

RENAMED: Dict[str, str] = {
    "DagsterError": "AtollError",
    "DagsterInvalidDefinitionError": "DefinitionError",
    "DagsterInvalidSubsetError": "SubsetError",
    "DagsterInvalidConfigDefinitionError": "ConfigDefinitionError",
    "CheckError": "ParameterError",
    "DagsterInvalidConfigError": "ConfigError",
    "DagsterInvalidInvocationError": "InvocationError",
    "DagsterInvalidPropertyError": "PropertyError",
    "DagsterInvariantViolationError": "InvariantError",
    "DagsterStepOutputNotFoundError": "OutputNotFoundError",
    "DagsterExecutionStepNotFoundError": "StepNotFoundError",
    "DagsterInvalidMetadata": "MetadataError",
    "DagsterUnknownResourceError": "UnknownResourceError",
    "DagsterUnknownPartitionError": "UnknownPartitionError",
    "DagsterTypeCheckDidNotPass": "TypeCheckError",
    "DagsterUserCodeExecutionError": "UserCodeError",
    "DagsterResourceFunctionError": "ResourceFunctionError",
    "DagsterConfigMappingFunctionError": "ConfigMappingError",
    "DagsterAssetCheckFailedError": "CheckFailedError",
    "DagsterPipesExecutionError": "PipesExecutionError",
    "DagsterExecutionInterruptedError": "ExecutionInterrupted",
}
"""Dagster's name to Atoll's, where they differ. `atoll.errors` says the same in its own words."""

_PUBLIC: Dict[str, str] = {
    "BetaWarning": "markers",
    "ConfigArgumentWarning": "markers",
    "ExperimentalWarning": "markers",
    "PreviewWarning": "markers",
    "SupersessionWarning": "markers",
    "AssetOrCheckKey": "aliases",
    "BindResourcesToJobs": "aliases",
    "ConfigSchema": "aliases",
    "DagsterLogManager": "aliases",
    "MAX_RUNTIME_SECONDS_TAG": "aliases",
    "SensorReturnTypesUnion": "aliases",
    "raise_execution_interrupts": "aliases",
}
"""Public names that mean nothing to Atoll itself, and the module beside this one that has them."""

_PRIVATE: Dict[str, str] = {
    "UnresolvedAssetJobDefinition": "atoll.definitions.jobs.asset_job",
    "UnresolvedPartitionedAssetScheduleDefinition": "atoll.definitions.automation."
    "partitioned_schedule",
    "dagster_maintained_resource": "atoll.compat.markers",
    "dagster_maintained_io_manager": "atoll.compat.markers",
    "external_assets_from_specs": "atoll.definitions.assets.external",
    "DefaultPartitionsSubset": "atoll.definitions.partitions.subsets",
    "PartitionsSubset": "atoll.definitions.partitions.subsets",
    "TimeWindowPartitionsSubset": "atoll.definitions.partitions.subsets",
    "AssetGraph": "atoll.graph.asset_graph",
    "ComponentDeclLoadContext": "atoll.components.load_context",
    "ComponentPath": "atoll.components.load_context",
    "LegacyAutoloadingComponentTree": "atoll.components.tree",
    "component": "atoll.components.component",
    "PythonFileComponent": "atoll.components.composites",
    "CompositeYamlComponent": "atoll.components.composites",
    "resolve_fields": "atoll.components.resolvable",
    "AssetSpecKwargs": "atoll.components.core_models",
    "AssetSpecUpdateKwargs": "atoll.components.core_models",
    "AssetSpecKeyUpdateKwargs": "atoll.components.core_models",
    "AssetsDefUpdateKwargs": "atoll.components.core_models",
    "OpSpec": "atoll.components.core_models",
    "ResolvedAssetAttributes": "atoll.components.core_models",
    "SharedAssetKwargs": "atoll.components.core_models",
    "resolve_asset_spec": "atoll.components.core_models",
    "resolve_asset_spec_update_kwargs_to_mapping": "atoll.components.core_models",
    "AssetPostProcessor": "atoll.components.post_processing",
    "AssetPostProcessorModel": "atoll.components.post_processing",
    "apply_post_processor_to_spec": "atoll.components.post_processing",
    "post_process_defs": "atoll.components.post_processing",
    "ExecutableComponent": "atoll.components.executable",
    "ScriptSpec": "atoll.components.executable",
    "FunctionSpec": "atoll.components.function_component",
    "ResolvableCallable": "atoll.components.function_component",
    "has_scaffolder": "atoll.components.scaffolding",
    "get_scaffolder": "atoll.components.scaffolding",
    "PipesThreadedMessageReader": "atoll.pipes.threaded_reader",
    "extract_message_or_forward_to_file": "atoll.pipes.threaded_reader",
    "extract_message_or_forward_to_stdout": "atoll.pipes.threaded_reader",
    "ExperimentalWarning": "atoll.compat.markers",
    "disable_dagster_warnings": "atoll.compat.markers",
    "suppress_dagster_warnings": "atoll.compat.markers",
}
"""Names that only private modules of Dagster's have, whichever: Atoll's module that has them."""

_INSTEAD: Dict[str, str] = {
    "_core.launcher": "Atoll starts the processes of runs itself",
    "_core.executor": "Atoll executes each step in a process of its own; max_concurrent_steps "
    "limits how many",
    "_core.storage": "the host keeps what is recorded; user code asks context.instance",
    "_core.workspace": "only the host knows the workspace",
    "_core.remote": "only the host knows other locations",
    "_core.instance": "the host keeps what is recorded; user code asks context.instance",
    "_grpc": "`atoll api grpc` serves a location",
    "_daemon": "`atoll daemon run` is the daemon",
    "_cli": "`atoll` is the command",
    "_serdes": "it serialises Dagster's own objects; json and dataclasses serve yours",
}
"""By the start of a module's path below `dagster`: why its names have no counterpart."""


def find(module: str, name: str) -> Any:
    """What `name` means in a module of Dagster's.

    Args:
        module: dotted name, such as `dagster` or `dagster._core.events`.

    Raises:
        UnsupportedAttribute: Atoll has nothing of that name.
    """
    own = modules.own_module(module)
    if own is not None:
        found = getattr(importlib.import_module(own), name, _MISSING)
    elif module in modules.ROOTS and name == "__version__":
        return VERSION
    else:
        found = _public(name)
        if found is _MISSING and module != "dagster":
            found = _private(name)
    if found is _MISSING:
        if name.startswith("__"):
            raise AttributeError("module %r has no attribute %r" % (module, name))
        raise UnsupportedAttribute(sentence(module, name), code="compat.unsupported")
    return found


def everything(module: str) -> List[str]:
    """The public names that a module of Dagster's is known to have here."""
    if module == "dagster":
        return sorted({*RENAMED, *_PUBLIC, *atoll.__all__} - {"__version__", "CheckError"})
    own = modules.own_module(module)
    names = dir(importlib.import_module(own)) if own is not None else []
    return [name for name in names if not name.startswith("_")]


def unsupported_import(path: str) -> UnsupportedImport:
    """The error for an import of something that Atoll does not have."""
    module, _, name = path.rpartition(".")
    return UnsupportedImport(sentence(module, name), code="compat.unsupported")


def sentence(module: str, name: str) -> str:
    """Says that Atoll has no such name, when to expect it or what to use instead."""
    what = "Atoll, which serves `import dagster` here, has no '%s.%s'" % (module, name)
    below = module.partition(".")[2]
    known = later.sentence(name)
    if known is not None:
        return "%s yet: %s" % (what, known)
    near = nearest(name, everything("dagster"))
    if near:
        return "%s; %s" % (what, near)
    for start, instead in _INSTEAD.items():
        if (below or name).startswith(start):
            return "%s: %s" % (what, instead)
    if below.startswith("_"):
        return what + ": it is private to Dagster, and nothing public stands for it"
    return what


def _public(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module("atoll.compat." + _PUBLIC[name]), name)
    ours = RENAMED.get(name, name)
    # Not getattr(atoll, ...): a room of Atoll's may have the name of a decorator.
    return atoll.__getattr__(ours) if ours in atoll.__all__ else _MISSING


def _private(name: str) -> Any:
    place: Optional[str] = _PRIVATE.get(name)
    if place is None:
        return getattr(importlib.import_module("atoll.compat.private"), name, _MISSING)
    return getattr(importlib.import_module(place), name)


_MISSING: Any = object()
