"""Descriptions of assets with some of their attributes replaced."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from atoll.definitions.assets.ports import CheckOutput
from atoll.definitions.assets.specs import AssetDep, AssetSpec
from atoll.definitions.keys import AssetKey
from atoll.errors import DefinitionError, nearest

_BY_KEY = {
    "group_names_by_key": "group_name",
    "descriptions_by_key": "description",
    "metadata_by_key": "metadata",
    "tags_by_key": "tags",
    "owners_by_key": "owners",
    "code_versions_by_key": "code_version",
    "automation_conditions_by_key": "automation_condition",
    "freshness_policies_by_key": "freshness_policy",
    "legacy_freshness_policies_by_key": "freshness_policy",
}
_OF_ALL = ("automation_condition", "freshness_policy", "legacy_freshness_policy", "group_name")


def changed_specs(
    changes: Mapping[str, Any], renamed: Mapping[AssetKey, AssetKey]
) -> Callable[[AssetSpec], AssetSpec]:
    """A function that replaces attributes, each given by key or for all.

    Args:
        changes: by argument, as `AssetsDefinition.with_attributes` takes them.
        renamed: by old key, the new one: the changes may name either.

    Raises:
        DefinitionError: `definition.unknown_argument`.
    """
    unknown = [name for name in changes if name not in _BY_KEY and name not in _OF_ALL]
    if unknown:
        known = [*_BY_KEY, *_OF_ALL]
        raise DefinitionError(
            "with_attributes does not take '%s'" % unknown[0],
            code="definition.unknown_argument",
            hint=nearest(unknown[0], known) or "it takes: %s" % ", ".join(known),
        )
    former = {new: old for old, new in renamed.items()}

    def change(spec: AssetSpec) -> AssetSpec:
        found: Dict[str, Any] = {}
        for name, value in changes.items():
            if name in _OF_ALL:
                if value is not None:
                    found[name.replace("legacy_", "")] = value
                continue
            by_key = value or {}
            for key in (former.get(spec.key, spec.key), spec.key):
                if key in by_key:
                    found[_BY_KEY[name]] = by_key[key]
        return spec.replace_attributes(**found) if found else spec

    return change


def with_renamed_check(output: CheckOutput, renamed: Mapping[AssetKey, AssetKey]) -> CheckOutput:
    """`output` with its check's asset replaced, and those that the check looks at."""
    check = output.check
    deps = [with_renamed_dep(dep, renamed) for dep in check.additional_deps]
    key = renamed.get(check.asset_key, check.asset_key)
    return CheckOutput(output.name, check.replaced(asset=key, additional_deps=deps))


def with_renamed_dep(dep: AssetDep, renamed: Mapping[AssetKey, AssetKey]) -> AssetDep:
    """`dep` with its asset replaced."""
    return AssetDep(
        renamed.get(dep.asset_key, dep.asset_key),
        metadata=dep.metadata,
        partition_mapping=dep.partition_mapping,
    )


def with_renamed_key(spec: AssetSpec, renamed: Mapping[AssetKey, AssetKey]) -> AssetSpec:
    """`spec` with its key and its dependencies' replaced."""
    return spec.replace_attributes(
        key=renamed.get(spec.key, spec.key),
        deps=[with_renamed_dep(dep, renamed) for dep in spec.deps],
    )
