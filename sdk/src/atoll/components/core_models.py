"""Asset keys, specs and checks as YAML says them: `ResolvedAssetKey`, `ResolvedAssetSpec` ..."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from typing_extensions import Annotated, Literal

from atoll.components.model import Injected, Model, Resolver
from atoll.components.resolution import ResolutionContext
from atoll.components.resolvable import Resolvable, resolve_fields
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.automation.condition import AutomationCondition
from atoll.definitions.automation.freshness import FreshnessPolicy
from atoll.definitions.checks.specs import AssetCheckSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.partitions.backfill_policy import BackfillPolicy
from atoll.definitions.partitions.definition import PartitionsDefinition, StaticPartitionsDefinition
from atoll.definitions.partitions.regular import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from atoll.definitions.partitions.time_windows import TimeWindowPartitionsDefinition


def _text_of_tags(context: ResolutionContext, tags: Mapping[str, Any]) -> Dict[str, str]:
    return {name: str(value) for name, value in context.resolve_value(tags).items()}


def _text(context: ResolutionContext, value: Any) -> Any:
    """The value of a field that holds text, where rendering would read "1.10" as a number."""
    if isinstance(value, str) and "{" not in value:
        return value
    found = context.resolve_value(value)
    return str(found) if isinstance(found, (int, float)) else found


def _asset_key(context: ResolutionContext, key: Any) -> AssetKey:
    value = _text(context, key)
    return AssetKey.from_user_string(value) if isinstance(value, str) else value


class _Windows(Resolvable, Model):
    start_date: str
    end_date: Optional[str] = None
    timezone: Optional[str] = None


class HourlyPartitionsDefinitionModel(_Windows):
    """`type: hourly`."""

    type: Literal["hourly"] = "hourly"
    minute_offset: int = 0


class DailyPartitionsDefinitionModel(_Windows):
    """`type: daily`."""

    type: Literal["daily"] = "daily"
    minute_offset: int = 0
    hour_offset: int = 0


class WeeklyPartitionsDefinitionModel(_Windows):
    """`type: weekly`."""

    type: Literal["weekly"] = "weekly"
    minute_offset: int = 0
    hour_offset: int = 0
    day_offset: int = 0


class TimeWindowPartitionsDefinitionModel(_Windows):
    """`type: time_window`."""

    type: Literal["time_window"] = "time_window"
    fmt: str
    cron_schedule: str


class StaticPartitionsDefinitionModel(Resolvable, Model):
    """`type: static`."""

    type: Literal["static"] = "static"
    partition_keys: Sequence[str]


_PARTITIONS: Dict[str, Any] = {
    "hourly": HourlyPartitionsDefinition,
    "daily": DailyPartitionsDefinition,
    "weekly": WeeklyPartitionsDefinition,
    "static": StaticPartitionsDefinition,
}


def resolve_partitions_def(
    context: ResolutionContext, model: Any
) -> Optional[PartitionsDefinition[Any]]:
    """The partitions that YAML describes."""
    if model is None:
        return None
    said = context.resolve_value(model.model_dump(exclude={"type"}))
    if model.type == "time_window":
        start, end = said.pop("start_date"), said.pop("end_date")
        return TimeWindowPartitionsDefinition(start=start, end=end, **said)
    made: PartitionsDefinition[Any] = _PARTITIONS[model.type](**said)
    return made


class SingleRunBackfillPolicyModel(Resolvable, Model):
    """`type: single_run`."""

    type: Literal["single_run"] = "single_run"


class MultiRunBackfillPolicyModel(Resolvable, Model):
    """`type: multi_run`."""

    type: Literal["multi_run"] = "multi_run"
    max_partitions_per_run: int = 1


def resolve_backfill_policy(context: ResolutionContext, model: Any) -> Optional[BackfillPolicy]:
    """The backfill policy that YAML describes."""
    if model is None:
        return None
    if model.type == "single_run":
        return BackfillPolicy.single_run()
    return BackfillPolicy.multi_run(max_partitions_per_run=model.max_partitions_per_run)


class OpSpec(Model, Resolvable):
    """What a component that runs something says of its step."""

    name: Optional[str] = None
    tags: Optional[Dict[str, Any]] = None
    description: Optional[str] = None
    pool: Optional[str] = None
    backfill_policy: Annotated[
        Optional[BackfillPolicy],
        Resolver(
            resolve_backfill_policy,
            model_field_type=Union[SingleRunBackfillPolicyModel, MultiRunBackfillPolicyModel],
        ),
    ] = None


ResolvedAssetKey = Annotated[
    AssetKey,
    Resolver(
        _asset_key,
        model_field_type=str,
        description="The key of the asset.",
        inject_before_resolve=False,
    ),
]
"""An `AssetKey`, in YAML a string such as `shop/orders`."""


def _said(description: str, examples: Optional[List[Any]] = None, **more: Any) -> Resolver:
    return Resolver.default(description=description, examples=examples, **more)


def _said_text(description: str, examples: Optional[List[Any]] = None) -> Resolver:
    return Resolver(_text, description=description, examples=examples, inject_before_resolve=False)


_Key = Annotated[Optional[ResolvedAssetKey], _said("The key of the asset.")]
_KeyPrefix = Annotated[
    Union[str, Sequence[str], None], _said("What to put before the key that the asset has.")
]


@dataclass
class SharedAssetKwargs(Resolvable):
    """What YAML may say of any asset, beside its key."""

    deps: Annotated[
        Optional[Sequence[ResolvedAssetKey]],
        _said("The keys of the assets that this one depends on.", [["shop/orders"]]),
    ] = None
    description: Annotated[Optional[str], _said_text("What the asset is.", ["Orders, cleaned"])] = (
        None
    )
    metadata: Annotated[Mapping[str, Any], _said("Facts about the asset.")] = field(
        default_factory=dict
    )
    group_name: Annotated[Optional[str], _said_text("The asset's group.", ["staging"])] = None
    skippable: Annotated[
        Optional[bool], _said("Whether a run may leave it out, and what depends on it.")
    ] = None
    code_version: Annotated[
        Optional[str], _said_text("Another one means that the code has changed.", ["3"])
    ] = None
    owners: Annotated[
        Optional[Sequence[str]],
        _said("Who owns it: addresses, or teams as `team:NAME`.", [["team:analytics"]]),
    ] = None
    tags: Annotated[
        Mapping[str, str],
        Resolver(
            _text_of_tags,
            model_field_type=Mapping[str, Union[str, int, float, bool]],
            description="By name, marks to find it by.",
            examples=[{"tier": "gold"}],
        ),
    ] = field(default_factory=dict)
    kinds: Annotated[Sequence[str], _said("What it is made of.", [["snowflake"]])] = field(
        default_factory=list
    )
    automation_condition: Annotated[
        Optional[AutomationCondition[Any]],
        _said("When it is made by itself; a template.", model_field_type=Optional[str]),
    ] = None
    partitions_def: Annotated[
        Optional[PartitionsDefinition[Any]],
        Resolver(
            resolve_partitions_def,
            description="Its partitions.",
            model_field_type=Union[
                HourlyPartitionsDefinitionModel,
                DailyPartitionsDefinitionModel,
                WeeklyPartitionsDefinitionModel,
                TimeWindowPartitionsDefinitionModel,
                StaticPartitionsDefinitionModel,
            ],
        ),
    ] = None
    freshness_policy: Annotated[
        Optional[FreshnessPolicy],
        _said("How old it may get; a template.", model_field_type=Optional[str]),
    ] = None


@dataclass
class AssetsDefUpdateKwargs(SharedAssetKwargs):
    """What YAML may change of an asset that is defined."""


@dataclass
class AssetSpecUpdateKwargs(SharedAssetKwargs):
    """What YAML may change of an asset before it is defined."""

    key: _Key = None
    key_prefix: _KeyPrefix = None


@dataclass
class AssetSpecKeyUpdateKwargs(Resolvable):
    """What YAML may change of an asset's key."""

    key: _Key = None
    key_prefix: _KeyPrefix = None


@dataclass
class _Keyed(Resolvable):
    key: ResolvedAssetKey


@dataclass
class AssetSpecKwargs(SharedAssetKwargs, _Keyed):
    """What YAML may say of an asset: the arguments of `AssetSpec`."""


def resolve_asset_spec(context: ResolutionContext, model: Any) -> AssetSpec:
    """The asset that YAML describes."""
    return AssetSpec(**resolve_fields(model, AssetSpecKwargs, context))


ResolvedAssetSpec = Annotated[
    AssetSpec, Resolver(resolve_asset_spec, model_field_type=AssetSpecKwargs.model())
]
"""An `AssetSpec`, in YAML a mapping of its arguments."""


@dataclass
class AssetCheckSpecKwargs(Resolvable):
    """What YAML may say of a check: the arguments of `AssetCheckSpec`."""

    name: str
    asset: ResolvedAssetKey
    additional_deps: Optional[Sequence[ResolvedAssetKey]] = None
    description: Optional[str] = None
    blocking: bool = False
    metadata: Optional[Mapping[str, Any]] = None
    automation_condition: Optional[Injected[AutomationCondition[Any]]] = None


def resolve_asset_check_spec(context: ResolutionContext, model: Any) -> AssetCheckSpec:
    """The check that YAML describes."""
    return AssetCheckSpec(**resolve_fields(model, AssetCheckSpecKwargs, context))


ResolvedAssetCheckSpec = Annotated[
    AssetCheckSpec,
    Resolver(resolve_asset_check_spec, model_field_type=AssetCheckSpecKwargs.model()),
]
"""An `AssetCheckSpec`, in YAML a mapping of its arguments."""

AssetAttributesModel = AssetSpecUpdateKwargs.model()
"""The pydantic model of what YAML may change of an asset."""


def resolve_asset_spec_update_kwargs_to_mapping(
    context: ResolutionContext, model: Any
) -> Mapping[str, Any]:
    """By argument of `AssetSpec`, what YAML changes."""
    return resolve_fields(model, AssetSpecUpdateKwargs, context)


def resolve_assets_def_update_kwargs_to_mapping(
    context: ResolutionContext, model: Any
) -> Mapping[str, Any]:
    """By argument of `AssetSpec`, what YAML changes; not the key."""
    return resolve_fields(model, AssetsDefUpdateKwargs, context)


ResolvedAssetAttributes = Annotated[
    Mapping[str, Any],
    Resolver(
        resolve_assets_def_update_kwargs_to_mapping,
        model_field_type=AssetsDefUpdateKwargs.model(),
    ),
]
"""Changes of an asset, in YAML a mapping of arguments of `AssetSpec`."""
