"""The conditions on the checks of an asset, on the assets of a job, and on what is downstream."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence, Union

from atoll.definitions.automation.condition import (
    AutomationCondition,
    BuiltinAutomationCondition,
    T,
    checked,
)
from atoll.definitions.automation.condition_operators import _Narrowed

_Any = AutomationCondition[Any]


class ChecksAutomationCondition(_Narrowed[T]):
    """Its operand holds for some or all checks of the asset. `replace` does not look into it."""

    def __init__(self, *, blocking_only: bool = False, **arguments: Any):
        super().__init__(**arguments)
        self.blocking_only = blocking_only

    @property
    def children(self) -> Sequence[_Any]:
        """None for display: the operand is evaluated for each check by itself."""
        return []

    def replace(self, old: Union[_Any, str], new: _Any) -> _Any:
        """`new`, where `old` is this condition; else this condition."""
        return BuiltinAutomationCondition.replace(self, old, new)

    def _arguments(self) -> Dict[str, Any]:
        given: Dict[str, Any] = {"blocking_only": True} if self.blocking_only else {}
        given.update(super()._arguments())
        return given

    def to_wire(self) -> Dict[str, Any]:
        """The condition as JSON-able data; its operand is its one child."""
        return {**super().to_wire(), "children": [self.operand.to_wire()]}


class AnyChecksCondition(ChecksAutomationCondition[T]):
    """Its operand holds for a check, or for several."""

    kind = "any_checks_match"


class AllChecksCondition(ChecksAutomationCondition[T]):
    """Its operand holds for all checks."""

    kind = "all_checks_match"


class JobRootAssetsAutomationCondition(BuiltinAutomationCondition[T]):
    """Its operand holds for some or all assets of a job that have no others of it upstream."""

    requires_cursor = False

    def __init__(self, *, operand: _Any, label: Optional[str] = None):
        super().__init__(label=label)
        self.operand = checked(operand)

    @property
    def name(self) -> str:
        """What it is."""
        return self.kind.upper()

    @property
    def operator_type(self) -> str:
        """How it joins what its operand says of each."""
        return "or" if self.kind.startswith("any") else "and"

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return [self.operand]


class AnyJobRootAssetsMatchCondition(JobRootAssetsAutomationCondition[T]):
    """Its operand holds for a root asset, or for several."""

    kind = "any_job_root_assets_match"


class AllJobRootAssetsMatchCondition(JobRootAssetsAutomationCondition[T]):
    """Its operand holds for all root assets."""

    kind = "all_job_root_assets_match"


class AnyDownstreamConditionsCondition(BuiltinAutomationCondition[T]):
    """One of the different conditions of the assets downstream holds."""

    kind = "any_downstream_conditions"
    name = "ANY_DOWNSTREAM_CONDITIONS"
    description = "Any downstream conditions"
    requires_cursor = False
