"""The conditions that are made of others."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Union

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.condition import (
    AutomationCondition,
    BuiltinAutomationCondition,
    T,
    checked,
)
from atoll.definitions.keys import AssetKey
from atoll.errors import ParameterError

_Any = AutomationCondition[Any]


class _Operator(BuiltinAutomationCondition[T]):
    """A condition that `replace`, `allow` and `ignore` look into."""

    requires_cursor = False

    def _mapped(self, change: Callable[[_Any], _Any]) -> _Operator[T]:
        """A copy with each child changed."""
        raise NotImplementedError

    def replace(self, old: Union[_Any, str], new: _Any) -> _Any:
        """A copy in which `new` stands wherever `old` stood.

        Args:
            old: a condition, or the label or the name of some.
        """
        found = super().replace(old, new)
        return self._mapped(lambda one: one.replace(old, new)) if found is self else found

    def allow(self, selection: AssetSelection) -> _Operator[T]:
        """A copy whose conditions on dependencies look at those of the selection only."""
        checked_selection(selection)
        return self._mapped(lambda one: one.allow(selection) if hasattr(one, "allow") else one)

    def ignore(self, selection: AssetSelection) -> _Operator[T]:
        """A copy whose conditions on dependencies do not look at those of the selection."""
        checked_selection(selection)
        return self._mapped(lambda one: one.ignore(selection) if hasattr(one, "ignore") else one)

    def resolve_through_virtual(self, value: bool = True) -> _Operator[T]:
        """A copy whose conditions on dependencies look through virtual assets, or do not."""
        return self._mapped(
            lambda one: (
                one.resolve_through_virtual(value)
                if hasattr(one, "resolve_through_virtual")
                else one
            )
        )


class _Several(_Operator[T]):
    """A condition of several operands."""

    def __init__(self, *, operands: Sequence[_Any], label: Optional[str] = None):
        super().__init__(label=label)
        self.operands = tuple(checked(one) for one in operands)

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return self.operands

    @property
    def name(self) -> str:
        """`AND` or `OR`."""
        return self.kind.upper()

    @property
    def operator_type(self) -> str:
        """How it joins its children."""
        return self.kind

    def _mapped(self, change: Callable[[_Any], _Any]) -> _Several[T]:
        return self._with(operands=tuple(change(one) for one in self.operands))

    def _text(self) -> str:
        sign = " & " if self.kind == "and" else " | "
        return "(%s)" % sign.join(str(one) for one in self.operands)


class AndAutomationCondition(_Several[T]):
    """All of its operands hold.

    Args:
        operands: the conditions, in order.
        label: shown to people instead of its description.
    """

    kind = "and"

    @property
    def description(self) -> str:
        """When it holds, for people."""
        return "All of"

    def without(self, condition: _Any) -> AndAutomationCondition[T]:
        """A copy without one of its operands.

        Raises:
            ParameterError: it is none of them, or fewer than two would be left.
        """
        if condition not in self.operands:
            raise ParameterError(
                "'%s' is not found in the operands of '%s'" % (condition, self),
                hint="they are: %s" % ", ".join(str(one) for one in self.operands),
            )
        left = tuple(one for one in self.operands if one != condition)
        if len(left) < 2:
            raise ParameterError(
                "'%s' without '%s' would have fewer than 2 operands" % (self, condition),
                hint="write the other operand by itself",
            )
        return self._with(operands=left)


class OrAutomationCondition(_Several[T]):
    """One of its operands holds, or more.

    Args:
        operands: the conditions, in order.
        label: shown to people instead of its description.
    """

    kind = "or"

    @property
    def description(self) -> str:
        """When it holds, for people."""
        return "Any of"


class NotAutomationCondition(_Operator[T]):
    """Its operand does not hold.

    Args:
        operand: the condition.
        label: shown to people instead of its description.
    """

    kind = "not"
    name = "NOT"
    operator_type = "not"
    description = "Not"
    requires_cursor = True

    def __init__(self, *, operand: _Any, label: Optional[str] = None):
        super().__init__(label=label)
        self.operand = checked(operand)

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return [self.operand]

    def _mapped(self, change: Callable[[_Any], _Any]) -> NotAutomationCondition[T]:
        return self._with(operand=change(self.operand))

    def _text(self) -> str:
        return "~%s" % self.operand


class SinceCondition(_Operator[T]):
    """The trigger has held, and the reset has not since."""

    kind = "since"
    name = "SINCE"
    requires_cursor = True

    def __init__(
        self, *, trigger_condition: _Any, reset_condition: _Any, label: Optional[str] = None
    ):
        super().__init__(label=label)
        self.trigger_condition = checked(trigger_condition)
        self.reset_condition = checked(reset_condition)

    @property
    def children(self) -> Sequence[_Any]:
        """Trigger and reset."""
        return [self.trigger_condition, self.reset_condition]

    def _mapped(self, change: Callable[[_Any], _Any]) -> SinceCondition[T]:
        return self._with(
            trigger_condition=change(self.trigger_condition),
            reset_condition=change(self.reset_condition),
        )

    def _text(self) -> str:
        return "%s.since(%s)" % (self.trigger_condition, self.reset_condition)


class NewlyTrueCondition(BuiltinAutomationCondition[T]):
    """Its operand holds, and did not at the last evaluation. `replace` does not look into it."""

    kind = "newly_true"
    name = "NEWLY_TRUE"

    def __init__(self, *, operand: _Any, label: Optional[str] = None):
        super().__init__(label=label)
        self.operand = checked(operand)

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return [self.operand]

    def _text(self) -> str:
        return "%s.newly_true()" % self.operand


class EntityMatchesCondition(BuiltinAutomationCondition[T]):
    """Its operand holds for another asset."""

    kind = "asset_matches"

    def __init__(self, *, key: AssetKey, operand: _Any, label: Optional[str] = None):
        super().__init__(label=label)
        self.key = key
        self.operand = checked(operand)

    @property
    def name(self) -> str:
        """The key of the asset."""
        return self.key.to_user_string()

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return [self.operand]

    def _arguments(self) -> Dict[str, Any]:
        return {"key": self.key.to_user_string()}

    def replace(self, old: Union[_Any, str], new: _Any) -> _Any:
        """A copy in which `new` stands wherever `old` stood."""
        found = super().replace(old, new)
        return self._with(operand=self.operand.replace(old, new)) if found is self else found

    def _text(self) -> str:
        return "asset_matches(%s, %s)" % (self.name, self.operand)


class _Narrowed(_Operator[T]):
    """A condition on dependencies or checks, which a selection may narrow.

    Attributes:
        allow_selection: the assets that are looked at; None for all.
        ignore_selection: the assets that are not looked at.
    """

    def __init__(
        self,
        *,
        operand: _Any,
        allow_selection: Optional[AssetSelection] = None,
        ignore_selection: Optional[AssetSelection] = None,
        label: Optional[str] = None,
    ):
        super().__init__(label=label)
        self.operand = checked(operand)
        self.allow_selection = allow_selection
        self.ignore_selection = ignore_selection

    @property
    def base_name(self) -> str:
        """What it is, without its arguments."""
        return self.kind.upper()

    @property
    def operator_type(self) -> str:
        """How it joins what its operand says of each."""
        return "or" if self.kind.startswith("any") else "and"

    @property
    def name(self) -> str:
        """What it is, with its arguments."""
        given = ",".join("%s=%s" % item for item in self._arguments().items())
        return "%s(%s)" % (self.base_name, given) if given else self.base_name

    def _arguments(self) -> Dict[str, Any]:
        selections = {
            "allow_selection": self.allow_selection,
            "ignore_selection": self.ignore_selection,
        }
        return {name: str(given) for name, given in selections.items() if given is not None}

    def allow(self, selection: AssetSelection) -> _Narrowed[T]:
        """A copy that looks at what is in the selection, too, and at nothing else."""
        chosen, before = checked_selection(selection), self.allow_selection
        return self._with(allow_selection=chosen if before is None else chosen | before)

    def ignore(self, selection: AssetSelection) -> _Narrowed[T]:
        """A copy that does not look at what is in the selection."""
        chosen, before = checked_selection(selection), self.ignore_selection
        return self._with(ignore_selection=chosen if before is None else chosen | before)

    def _text(self) -> str:
        given: List[str] = ["%s=%s" % item for item in self._arguments().items()]
        return "%s(%s)" % (self.kind, ", ".join([str(self.operand), *given]))


class DepsAutomationCondition(_Narrowed[T]):
    """Its operand holds for some or all of the dependencies."""

    def __init__(self, *, resolves_virtual_deps: bool = False, **arguments: Any):
        super().__init__(**arguments)
        self.resolves_virtual_deps = resolves_virtual_deps

    @property
    def children(self) -> Sequence[_Any]:
        """The conditions that it is made of."""
        return [self.operand]

    def _mapped(self, change: Callable[[_Any], _Any]) -> DepsAutomationCondition[T]:
        return self._with(operand=change(self.operand))

    def resolve_through_virtual(self, value: bool = True) -> DepsAutomationCondition[T]:
        """A copy that looks through virtual assets, or does not."""
        return self._with(resolves_virtual_deps=value)

    def _arguments(self) -> Dict[str, Any]:
        given = super()._arguments()
        if self.resolves_virtual_deps:
            given["resolves_virtual_deps"] = True
        return given


class AnyDepsCondition(DepsAutomationCondition[T]):
    """Its operand holds for a dependency, or for several."""

    kind = "any_deps_match"


class AllDepsCondition(DepsAutomationCondition[T]):
    """Its operand holds for all dependencies."""

    kind = "all_deps_match"


def checked_selection(selection: Any) -> AssetSelection:
    """`selection`, if it is one.

    Raises:
        ParameterError: `parameter.type`.
    """
    if isinstance(selection, AssetSelection):
        return selection
    raise ParameterError(
        "allow and ignore take an AssetSelection, not %.80r" % (selection,),
        hint="write AssetSelection.from_coercible(...) or AssetSelection.assets(...)",
    )
