"""Whether values are of the types that inputs and outputs are declared with."""

from __future__ import annotations

from typing import Any, Dict

from atoll.definitions.metadata.values import to_wire
from atoll.definitions.ops.types import DagsterType, TypeCheck, resolve_type
from atoll.errors import TypeCheckError
from atoll.io.annotations import matches, type_name


class TypeCheckContext:
    """What the check of a type is told.

    Attributes:
        run_id: of the run.
        resources: those that the type asked for.
        dagster_type: the type itself.
        log: a logger whose lines become events of the step.
    """

    def __init__(self, execution: Any, dagster_type: DagsterType):
        told = execution.context
        self.run_id: str = told.run_id
        self.log: Any = told.log
        self.dagster_type = dagster_type
        self.resources: Any = execution.resources_of_type(dagster_type)


def check_value(execution: Any, kind: Any, value: Any) -> TypeCheck:
    """Whether `value` is of the type that was declared, and what its check found.

    Annotations of assets are checked as far as that is cheap: a value is a frame of a million
    rows. Those of ops are checked as Dagster checks them.
    """
    if isinstance(kind, DagsterType) or execution.step.assets is None:
        resolved = resolve_type(kind)
        return resolved.type_check(TypeCheckContext(execution, resolved), value)
    if matches(value, kind):
        return TypeCheck(True)
    return TypeCheck(False, "it is of type %s" % type(value).__qualname__)


def check_facts(found: TypeCheck) -> Dict[str, Any]:
    """What an event keeps of a check."""
    facts: Dict[str, Any] = {"type_check_passed": found.success}
    if found.description:
        facts["type_check_description"] = found.description
    if found.metadata:
        facts["type_check_metadata"] = to_wire(found.metadata)
    return facts


def reason(found: TypeCheck) -> str:
    """What a failed check says."""
    return found.description or "its check did not pass"


def type_check_error(
    message: str, kind: Any, found: TypeCheck, *, code: str, hint: str
) -> TypeCheckError:
    """The error for a value of another type, with what the check found."""
    return TypeCheckError(
        message,
        code=code,
        hint=hint,
        metadata=found.metadata,
        dagster_type=resolve_type(kind),
    )


def shown_type(kind: Any) -> str:
    """How a declared type is called in messages."""
    return kind.display_name if isinstance(kind, DagsterType) else type_name(kind)
