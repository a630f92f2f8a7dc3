"""`AutomationCondition`: when an asset or a check is to be made by itself, as data.

Conditions are immutable values: equal ones compare equal, and `to_wire` tells the host what they
are. `atoll_wire.conditions` evaluates them, on the host and in tests; nothing here does.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any, Dict, Generic, List, Optional, Sequence, TypeVar, Union

from atoll.definitions.automation.composed_conditions import ComposedConditions
from atoll.definitions.automation.operand_conditions import OperandConditions
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, ParameterError

T = TypeVar("T")
_Builtin = TypeVar("_Builtin", bound="BuiltinAutomationCondition[Any]")
CUSTOM = "custom"


class AutomationCondition(OperandConditions, ComposedConditions, ABC, Generic[T]):
    """When an asset or a check is to be made by itself.

    `AutomationCondition.eager()`, `.on_cron(...)` and `.on_missing()` are whole policies; the
    other static methods are their parts, combined by `&`, `|`, `~` and `.since(...)`. A class of
    your own derives from this one and has an `evaluate`.
    """

    requires_cursor: bool = True
    """Whether an evaluation leaves something for the next one."""

    @abstractmethod
    def evaluate(self, context: Any) -> Any:
        """For which partitions of the asset the condition holds now; the host calls it.

        Args:
            context: an `AutomationContext`.

        Returns:
            An `AutomationResult`.
        """

    @property
    def name(self) -> str:
        """What it is, with its arguments."""
        return type(self).__name__

    @property
    def description(self) -> str:
        """When it holds, for people."""
        return ""

    @property
    def children(self) -> Sequence[AutomationCondition[Any]]:
        """The conditions that it is made of."""
        return []

    @property
    def operator_type(self) -> str:
        """How it joins its children: `and`, `or`, `not`, or `identity` for another way."""
        return "identity"

    def get_label(self) -> Optional[str]:
        """A name that was given to it, or None."""
        return None

    def to_wire(self) -> Dict[str, Any]:
        """The condition as JSON-able data.

        Returns:
            `kind`; and, where there are any, `arguments` by name, `children` in the same form,
            and `label`.
        """
        made: Dict[str, Any] = {"kind": self._kind()}
        arguments, label = self._arguments(), self.get_label()
        if arguments:
            made["arguments"] = arguments
        if self.children:
            made["children"] = [child.to_wire() for child in self.children]
        if label is not None:
            made["label"] = label
        return made

    def _kind(self) -> str:
        return CUSTOM

    def _arguments(self) -> Dict[str, Any]:
        cls = type(self)
        return {"class": "%s.%s" % (cls.__module__, cls.__qualname__), "name": self.name}

    def replace(
        self, old: Union[AutomationCondition[Any], str], new: AutomationCondition[Any]
    ) -> AutomationCondition[Any]:
        """A copy in which `new` stands wherever `old` stood.

        Args:
            old: a condition, or the label or the name of some.
            new: what stands there in the copy.
        """
        return new if old in (self, self.name, self.get_label()) else self

    def since(self, reset_condition: AutomationCondition[Any]) -> BuiltinAutomationCondition[T]:
        """Holds from when this one holds, until `reset_condition` does."""
        from atoll.definitions.automation.condition_operators import SinceCondition

        return SinceCondition(trigger_condition=self, reset_condition=checked(reset_condition))

    def newly_true(self) -> BuiltinAutomationCondition[T]:
        """Holds at the evaluation at which this one begins to hold."""
        from atoll.definitions.automation.condition_operators import NewlyTrueCondition

        return NewlyTrueCondition(operand=self)

    def since_last_handled(self) -> BuiltinAutomationCondition[T]:
        """Holds from when this one holds, until the target is requested or updated."""
        made = AutomationCondition
        handled = made.newly_requested() | made.newly_updated() | made.initial_evaluation()
        return self.since(handled.with_label("handled"))

    def as_auto_materialize_policy(self) -> Any:
        """The older kind of policy that means this condition."""
        from atoll.definitions.automation.auto_materialize import AutoMaterializePolicy

        return AutoMaterializePolicy.from_automation_condition(self)

    def __and__(self, other: AutomationCondition[Any]) -> BuiltinAutomationCondition[T]:
        from atoll.definitions.automation.condition_operators import AndAutomationCondition

        parts = [part for one in (self, checked(other)) for part in _parts(one, "and")]
        return AndAutomationCondition(operands=parts)

    def __or__(self, other: AutomationCondition[Any]) -> BuiltinAutomationCondition[T]:
        from atoll.definitions.automation.condition_operators import OrAutomationCondition

        parts = [part for one in (self, checked(other)) for part in _parts(one, "or")]
        return OrAutomationCondition(operands=parts)

    def __invert__(self) -> BuiltinAutomationCondition[T]:
        from atoll.definitions.automation.condition_operators import NotAutomationCondition

        return NotAutomationCondition(operand=self)

    def __str__(self) -> str:
        label = self.get_label()
        return self._text() if label is None else label

    def _text(self) -> str:
        """The condition as an expression, where it has no label."""
        inside = ", ".join(str(child) for child in self.children)
        return "%s(%s)" % (self.name, inside) if inside else self.name


class BuiltinAutomationCondition(AutomationCondition[T]):
    """A condition of Atoll's own, which may have a label."""

    kind = ""
    """Its name on the wire."""

    def __init__(self, *, label: Optional[str] = None):
        self.label = label

    def evaluate(self, context: Any) -> Any:
        """Not here: the host evaluates conditions.

        Raises:
            DefinitionError: `definition.not_supported_yet`.
        """
        raise DefinitionError(
            "the condition '%s' cannot be evaluated in process yet: the host evaluates conditions, "
            "with a coming release of Atoll" % self,
            code="definition.not_supported_yet",
            source=caller_source(),
        )

    def get_label(self) -> Optional[str]:
        """The label that `with_label` gave it, or None."""
        return self.label

    def with_label(self: _Builtin, label: Optional[str]) -> _Builtin:
        """A copy with a name for people, which `replace` finds too."""
        return self._with(label=label)

    def _with(self: _Builtin, **changes: Any) -> _Builtin:
        made = copy.copy(self)
        made.__dict__.update(changes)
        return made

    @property
    def name(self) -> str:
        """What it is, with its arguments."""
        given = ", ".join("%s=%s" % item for item in self._shown().items())
        return "%s(%s)" % (self.kind, given) if given else self.kind

    def _shown(self) -> Dict[str, Any]:
        """The arguments that its name tells."""
        return self._arguments()

    def _kind(self) -> str:
        return self.kind

    def _arguments(self) -> Dict[str, Any]:
        return {}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), self.name, self.label, tuple(self.children)))

    def __repr__(self) -> str:
        given = ["%s=%r" % item for item in self.__dict__.items() if item[1] is not None]
        return "%s(%s)" % (type(self).__name__, ", ".join(given))


def checked(condition: Any) -> AutomationCondition[Any]:
    """`condition`, if it is one.

    Raises:
        ParameterError: `parameter.type`.
    """
    if isinstance(condition, AutomationCondition):
        return condition
    raise ParameterError(
        "%.80r is not an AutomationCondition" % (condition,),
        hint="call it: AutomationCondition.%s()" % condition.__name__
        if callable(condition) and hasattr(condition, "__name__")
        else "write AutomationCondition.eager() or another of its methods",
    )


def _parts(condition: AutomationCondition[Any], operator: str) -> List[AutomationCondition[Any]]:
    """The operands of an unlabeled `&` or `|`, which one more joins; else the condition itself."""
    from atoll.definitions.automation import condition_operators as operators

    kind = (
        operators.AndAutomationCondition if operator == "and" else operators.OrAutomationCondition
    )
    if isinstance(condition, kind) and condition.label is None:
        return list(condition.operands)
    return [condition]
