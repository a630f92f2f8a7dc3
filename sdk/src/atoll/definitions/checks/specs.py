"""Checks as data: what is checked, how grave a failure is, and what it holds up."""

from __future__ import annotations

import enum
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence

from atoll.definitions.keys import AssetKey
from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError


class AssetCheckKey(NamedTuple):
    """Names a check: its asset, and its own name.

    Args:
        asset_key: the asset's.
        name: unique among the checks of the asset.
    """

    asset_key: AssetKey
    name: str

    def to_user_string(self) -> str:
        """The key as text: `asset:check`."""
        return "%s:%s" % (self.asset_key.to_user_string(), self.name)

    @staticmethod
    def from_user_string(text: str) -> AssetCheckKey:
        """The inverse of `to_user_string`."""
        asset, _, name = text.rpartition(":")
        return AssetCheckKey(AssetKey.from_user_string(asset), name)


class AssetCheckSeverity(enum.Enum):
    """How grave it is when a check fails."""

    WARN = "WARN"
    """Worth a look; holds nothing up."""
    ERROR = "ERROR"
    """Wrong; where the check is blocking, nothing downstream is made."""


class AssetCheckSpec:
    """The description of a check.

    Args:
        name: unique among the checks of its asset.
        asset: the asset that is checked: its key, or the asset itself.
        description: Markdown.
        additional_deps: other assets that the check looks at.
        blocking: whether nothing downstream of the asset is made when the check fails with the
            severity ERROR.
        metadata: facts about the check.
        automation_condition: when it is to be evaluated by itself.
        partitions_def: the asset's, where each partition is checked by itself.
        source: file and line that errors name; where it is constructed, by default.

    Raises:
        ValueError: the asset itself is among `additional_deps`.
    """

    def __init__(
        self,
        name: str,
        *,
        asset: Any,
        description: Optional[str] = None,
        additional_deps: Optional[Iterable[Any]] = None,
        blocking: bool = False,
        metadata: Optional[Mapping[str, Any]] = None,
        automation_condition: Any = None,
        partitions_def: Any = None,
        source: Source = None,
    ):
        from atoll.definitions.assets.specs import AssetDep, unique_deps

        self.source = source or caller_source()
        self.name = name
        self.asset_key = AssetDep(asset).asset_key
        self.description = description
        self.additional_deps: List[AssetDep] = unique_deps(additional_deps, self.source)
        self.blocking = blocking
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.automation_condition = automation_condition
        self.partitions_def = partitions_def
        if any(dep.asset_key == self.asset_key for dep in self.additional_deps):
            raise ValueError(
                "the check '%s' names the asset '%s' among its additional dependencies; it is the "
                "one that it checks" % (name, self.asset_key)
            )

    @property
    def key(self) -> AssetCheckKey:
        """The asset's key and the check's name."""
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        """A name for the check that only has letters, digits and underscores."""
        return ("%s_%s" % (self.asset_key.to_python_identifier(), self.name)).replace(".", "_")

    def replace_key(self, key: AssetCheckKey) -> AssetCheckSpec:
        """A copy for another asset, or under another name."""
        return self.replaced(name=key.name, asset=key.asset_key)

    def replace_asset_key(self, asset_key: AssetKey) -> AssetCheckSpec:
        """A copy for another asset."""
        return self.replaced(asset=asset_key)

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckSpec:
        """A copy with other facts."""
        return self.replaced(metadata=metadata)

    def replaced(self, **changes: Any) -> AssetCheckSpec:
        """A copy with some attributes replaced: any argument of `AssetCheckSpec`."""
        arguments: Dict[str, Any] = {
            "name": self.name,
            "asset": self.asset_key,
            "description": self.description,
            "additional_deps": self.additional_deps,
            "blocking": self.blocking,
            "metadata": self.metadata,
            "automation_condition": self.automation_condition,
            "partitions_def": self.partitions_def,
            "source": self.source,
        }
        arguments.update(changes)
        return AssetCheckSpec(**arguments)

    def _facts(self) -> Any:
        return (self.key, self.description, self.blocking, self.metadata, self.additional_deps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckSpec) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return "AssetCheckSpec(%r, asset=%r)" % (self.name, self.asset_key)


def bound_check_specs(
    specs: Optional[Sequence[AssetCheckSpec]], keys: Sequence[AssetKey], source: Source
) -> List[AssetCheckSpec]:
    """The `check_specs` of a function that makes the assets `keys`.

    Raises:
        DefinitionError: `definition.bad_check`, one is of another asset, or there twice.
    """
    found: Dict[AssetCheckKey, AssetCheckSpec] = {}
    for spec in specs or ():
        if not isinstance(spec, AssetCheckSpec):
            raise DefinitionError(
                "'check_specs' holds %.80r, not an AssetCheckSpec" % (spec,),
                code="definition.bad_check",
                source=source,
            )
        if spec.asset_key not in keys:
            raise DefinitionError(
                "the check '%s' is of the asset '%s', which this function does not make"
                % (spec.name, spec.asset_key),
                code="definition.bad_check",
                hint="it makes: %s" % ", ".join(str(key) for key in keys),
                source=source,
            )
        if spec.key in found:
            raise DefinitionError(
                "the check '%s' of the asset '%s' is there twice" % (spec.name, spec.asset_key),
                code="definition.bad_check",
                hint="give one of them another name",
                source=source,
            )
        found[spec.key] = spec
    return list(found.values())
