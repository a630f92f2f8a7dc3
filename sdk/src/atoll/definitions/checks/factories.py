"""Checks that are made, not written: of bounds of a fact, and of changes of columns."""

from __future__ import annotations

import hashlib
import re
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Union,
)

from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.assets.specs import unique_deps
from atoll.definitions.checks.decorators import AssetChecksDefinition, multi_asset_check
from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.checks.specs import AssetCheckKey, AssetCheckSeverity, AssetCheckSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, InvariantError

Judge = Callable[[Any, AssetCheckKey], AssetCheckResult]
"""Tells what a check finds: takes the check's context and its key."""
_COLUMN_SCHEMA = "dagster/column_schema"


def checks_of(
    assets: Sequence[Any], prefix: str, describe: Callable[[AssetKey], AssetCheckSpec], judge: Judge
) -> List[AssetChecksDefinition]:
    """One function that checks all the assets, in the same way each.

    Args:
        assets: keys, or assets themselves.
        prefix: of the step's name.
        describe: makes the description of the check of an asset.
        judge: tells what it finds.

    Raises:
        InvariantError: `definition.bad_check`, an asset is named twice.
    """
    keys: List[AssetKey] = []
    for item in assets:
        expanded = unique_deps([item.key if isinstance(item, SourceAsset) else item], None)
        keys.extend(dep.asset_key for dep in expanded)
    refuse_repeated("asset", map(str, keys), "name each asset once")

    def check(context: Any) -> Iterator[AssetCheckResult]:
        for key in sorted(context.selected_asset_check_keys):
            yield judge(context, key)

    specs = [describe(key) for key in keys]
    # The checks, not only the assets: an asset may have checks of several factories.
    text = "\0".join(sorted(spec.key.to_user_string() for spec in specs))
    name = "%s_%s" % (prefix, hashlib.sha256(text.encode()).hexdigest()[:8])
    made = multi_asset_check(specs=specs, can_subset=True, name=name)(check)
    made.source = caller_source()
    return [made]


def refuse_repeated(what: str, names: Iterable[str], hint: str) -> None:
    """Refuse what is named twice.

    Args:
        what: they are: `asset`, `check`.
        names: in order.
        hint: what to do instead.

    Raises:
        InvariantError: `definition.bad_check`.
    """
    seen: Set[str] = set()
    for name in names:
        if name in seen:
            raise InvariantError(
                "the %s '%s' is there twice" % (what, name), code="definition.bad_check", hint=hint
            )
        seen.add(name)


def build_metadata_bounds_checks(
    *,
    assets: Sequence[Any],
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    metadata_key: str,
    min_value: Optional[Union[int, float]] = None,
    max_value: Optional[Union[int, float]] = None,
    exclusive_min: bool = False,
    exclusive_max: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks that a number among the facts of the latest materialization lies within bounds.

    Args:
        assets: keys, or assets themselves.
        severity: how grave it is where it does not.
        metadata_key: the name of the fact.
        min_value: the lower bound; None: there is none.
        max_value: the upper bound.
        exclusive_min: whether the lower bound itself is too low.
        exclusive_max: whether the upper bound itself is too high.

    Raises:
        DefinitionError: `definition.bad_check`, no number could lie within.
        InvariantError: `definition.bad_check`, an asset is named twice.
    """
    if min_value is not None and max_value is not None and min_value > max_value:
        raise DefinitionError(
            "nothing lies between min_value=%r and max_value=%r" % (min_value, max_value),
            code="definition.bad_check",
            hint="min_value is the smaller of the two",
            source=caller_source(),
        )
    bounds = []
    if min_value is not None:
        bounds.append("%s %r" % (">" if exclusive_min else ">=", min_value))
    if max_value is not None:
        bounds.append("%s %r" % ("<" if exclusive_max else "<=", max_value))
    wanted = " and ".join(bounds) or "there, and a number"

    def problem(value: Any) -> Optional[str]:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return "%.80r is not a number" % (value,)
        is_low = min_value is not None and (
            value <= min_value if exclusive_min else value < min_value
        )
        is_high = max_value is not None and (
            value >= max_value if exclusive_max else value > max_value
        )
        return "%r is too low" % value if is_low else "%r is too high" % value if is_high else None

    def judge(context: Any, key: AssetCheckKey) -> AssetCheckResult:
        records = context.instance.fetch_materializations(key.asset_key, limit=1).records
        facts = records[0].asset_materialization.metadata if records else {}
        if not records:
            told: Optional[str] = "it was never materialized"
        elif metadata_key not in facts:
            told = "its latest materialization does not tell '%s'" % metadata_key
        else:
            told = problem(facts[metadata_key].value)
        return _found(key, severity, told, "'%s' is %s" % (metadata_key, wanted))

    name = "%s_bounds_check" % re.sub(r"[^A-Za-z0-9_]", "_", metadata_key)
    return checks_of(
        assets,
        "asset_check",
        lambda key: AssetCheckSpec(
            name,
            asset=key,
            description="Whether '%s' of the latest materialization is %s."
            % (metadata_key, wanted),
        ),
        judge,
    )


def build_column_schema_change_checks(
    *, assets: Sequence[Any], severity: AssetCheckSeverity = AssetCheckSeverity.WARN
) -> Sequence[AssetChecksDefinition]:
    """Checks that the columns are what they were in the materialization before the latest.

    Both tell their columns as the fact `dagster/column_schema`, a `TableSchema`.

    Args:
        assets: keys, or assets themselves.
        severity: how grave a column is that has come, gone, or changed its type.

    Raises:
        InvariantError: `definition.bad_check`, an asset is named twice.
    """

    def judge(context: Any, key: AssetCheckKey) -> AssetCheckResult:
        records = context.instance.fetch_materializations(key.asset_key, limit=2).records
        schemas = [
            getattr(record.asset_materialization.metadata.get(_COLUMN_SCHEMA), "value", None)
            for record in records
        ]
        if len(records) < 2:
            told: Optional[str] = "it was materialized less than twice"
        elif schemas[0] is None or schemas[1] is None:
            which = "latest" if schemas[0] is None else "earlier"
            told = "its %s materialization does not tell '%s'" % (which, _COLUMN_SCHEMA)
        else:
            told = _changes(_types(schemas[1]), _types(schemas[0]))
        return _found(key, severity, told, "The columns are what they were")

    return checks_of(
        assets,
        "asset_check",
        lambda key: AssetCheckSpec(
            "column_schema_change",
            asset=key,
            description="Whether the columns are what they were a materialization before.",
        ),
        judge,
    )


def _types(schema: Any) -> Dict[str, str]:
    return {column.name: column.type for column in schema.columns}


def _changes(before: Dict[str, str], now: Dict[str, str]) -> Optional[str]:
    parts = [
        ("new: ", [name for name in now if name not in before]),
        ("gone: ", [name for name in before if name not in now]),
        (
            "changed: ",
            [
                "%s from %s to %s" % (name, before[name], now[name])
                for name in now
                if name in before and before[name] != now[name]
            ],
        ),
    ]
    return "; ".join(what + ", ".join(names) for what, names in parts if names) or None


def _found(
    key: AssetCheckKey, severity: AssetCheckSeverity, problem: Optional[str], fine: str
) -> AssetCheckResult:
    told = "%s." % fine if problem is None else "%s%s." % (problem[0].upper(), problem[1:])
    return found_by(key, problem is None, severity, told)


def found_by(
    key: AssetCheckKey,
    passed: bool,
    severity: AssetCheckSeverity,
    told: str,
    facts: Optional[Mapping[str, Any]] = None,
) -> AssetCheckResult:
    """What a check found, in words and facts."""
    return AssetCheckResult(
        passed=passed,
        asset_key=key.asset_key,
        check_name=key.name,
        severity=severity,
        description=told,
        metadata=facts,
    )
