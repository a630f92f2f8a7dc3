"""What a check found."""

from __future__ import annotations

import copy
from typing import AbstractSet, Any, Dict, Mapping, NamedTuple, Optional

from atoll.definitions.checks.specs import AssetCheckKey, AssetCheckSeverity
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.errors import InvariantError, ParameterError, nearest


class AssetCheckResult:
    """What a check found.

    Args:
        passed: whether the asset is as it should be.
        asset_key: the asset, where the function checks several.
        check_name: the check, where the function makes several.
        metadata: facts that help to understand it.
        severity: how grave it is, if it has not passed.
        description: what was found.

    Raises:
        ParameterError: `parameter.type`, `passed` is no bool, or `severity` no severity.
    """

    def __init__(
        self,
        *,
        passed: bool,
        asset_key: Any = None,
        check_name: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
        description: Optional[str] = None,
    ):
        given: Any = passed
        plain = getattr(given, "item", None)  # numpy has a true and a false of its own
        given = plain() if callable(plain) else given
        if not isinstance(given, bool):
            raise ParameterError(
                "AssetCheckResult(passed=%.80r): it must be True or False" % (passed,),
                hint="write passed=bool(...)",
            )
        grave: Any = severity
        if not isinstance(grave, AssetCheckSeverity):
            raise ParameterError(
                "AssetCheckResult(severity=%.80r): it must be AssetCheckSeverity.WARN or .ERROR"
                % (severity,)
            )
        self.passed: bool = given
        self.asset_key = None if asset_key is None else AssetKey.from_coercible(asset_key)
        self.check_name = check_name
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.severity = severity
        self.description = description

    def resolve_target_check_key(
        self, check_names_by_asset_key: Optional[Mapping[AssetKey, AbstractSet[str]]]
    ) -> AssetCheckKey:
        """The check that the result is of, among those that are being evaluated.

        Raises:
            InvariantError: `check.*`, it is of none of them, or does not say of which.
        """
        if not check_names_by_asset_key:
            raise InvariantError(
                "an AssetCheckResult was given back, but no check is asked for here",
                code="check.unexpected",
                hint="declare it with check_specs=[AssetCheckSpec(...)]",
            )
        known = {str(key): key for key in check_names_by_asset_key}
        if self.asset_key is None and len(known) > 1:
            raise InvariantError(
                "an AssetCheckResult does not say which asset it is about",
                code="check.ambiguous",
                hint="write AssetCheckResult(asset_key=...); there are: %s" % ", ".join(known),
            )
        asset = next(iter(known.values())) if self.asset_key is None else self.asset_key
        if asset not in check_names_by_asset_key:
            raise InvariantError(
                "an AssetCheckResult is about '%s', of which no check is asked for" % asset,
                code="check.unexpected",
                hint=nearest(str(asset), list(known)) or "there are: %s" % ", ".join(known),
            )
        names = sorted(check_names_by_asset_key[asset])
        if self.check_name is None and len(names) > 1:
            raise InvariantError(
                "an AssetCheckResult does not say which check of '%s' it is" % asset,
                code="check.ambiguous",
                hint="write AssetCheckResult(check_name=...); there are: %s" % ", ".join(names),
            )
        name = names[0] if self.check_name is None else self.check_name
        if name not in names:
            raise InvariantError(
                "an AssetCheckResult is of the check '%s', which is not asked for" % name,
                code="check.unexpected",
                hint=nearest(name, names) or "there are: %s" % ", ".join(names),
            )
        return AssetCheckKey(asset, name)

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckResult:
        """A copy with other facts."""
        return AssetCheckResult(
            passed=self.passed,
            asset_key=self.asset_key,
            check_name=self.check_name,
            metadata=metadata,
            severity=self.severity,
            description=self.description,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckResult) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "AssetCheckResult(passed=%r, asset_key=%r, check_name=%r)" % (
            self.passed,
            self.asset_key,
            self.check_name,
        )


class AssetCheckEvaluationTargetMaterializationData(NamedTuple):
    """The materialization that a check looked at."""

    storage_id: int
    run_id: str
    timestamp: float
    """Seconds since the epoch."""


class AssetCheckEvaluation:
    """What a check found, as it was recorded.

    Attributes:
        asset_key: the asset.
        check_name: the check.
        passed: whether it passed.
        metadata: facts that it found, by label.
        partition: the partition of the asset that was checked, or None.
        blocking: whether the check holds up what is downstream.
        target_materialization_data: which materialization was checked, where that is known.
        severity: how bad it is that it did not pass.
        description: Markdown.
    """

    def __init__(
        self,
        asset_key: Any,
        check_name: str,
        passed: bool,
        metadata: Optional[Mapping[str, Any]] = None,
        target_materialization_data: Any = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
        description: Optional[str] = None,
        blocking: Optional[bool] = None,
        partition: Optional[str] = None,
    ):
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.check_name = check_name
        self.passed = passed
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.target_materialization_data = target_materialization_data
        self.severity = severity
        self.description = description
        self.blocking = blocking
        self.partition = partition

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """The asset's key and the check's name."""
        return AssetCheckKey(self.asset_key, self.check_name)

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckEvaluation:
        """A copy with other facts."""
        made = copy.copy(self)
        made.metadata = normalize(metadata)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckEvaluation) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "AssetCheckEvaluation(%r, %r, passed=%r)" % (
            str(self.asset_key),
            self.check_name,
            self.passed,
        )
