"""The inputs and outputs of ops and graphs, as they are declared."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.definitions.function import EMPTY
from atoll.definitions.ops.types import DagsterType, check_is_type, resolve_type
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError

NO_DEFAULT: Any = type("NoDefault", (), {"__repr__": lambda self: "<no default>"})()
"""Stands where an input has no default, as distinct from None."""


class In:
    """An input of an op.

    Args:
        dagster_type: its type, instead of the parameter's annotation; `Nothing` for one that
            carries no value and only says what comes first.
        description: Markdown.
        default_value: what it is where nothing is connected to it.
        metadata: facts for the IO manager that loads it.
        asset_key: the asset whose value it is, where nothing is connected to it.
        asset_partitions: which partitions of that asset.
        input_manager_key: the IO manager that loads it, instead of the one that stored it.

    Raises:
        DefinitionError: `definition.invalid`, it is of type `Nothing` and has a default.
    """

    def __init__(
        self,
        dagster_type: Any = EMPTY,
        description: Optional[str] = None,
        default_value: Any = NO_DEFAULT,
        metadata: Optional[Mapping[str, Any]] = None,
        asset_key: Any = None,
        asset_partitions: Any = None,
        input_manager_key: Optional[str] = None,
    ):
        self.type = check_is_type(dagster_type, "In")
        self.description = description
        self.default_value = default_value
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.asset_key = asset_key
        self.asset_partitions = asset_partitions
        self.input_manager_key = input_manager_key
        if self.is_nothing and default_value is not NO_DEFAULT:
            raise DefinitionError(
                "an input of type Nothing has no value, so it can have no default",
                source=caller_source(),
            )

    @property
    def dagster_type(self) -> DagsterType:
        """The type of its values."""
        return resolve_type(self.type)

    @property
    def has_default_value(self) -> bool:
        """Whether it has a default."""
        return self.default_value is not NO_DEFAULT

    @property
    def is_nothing(self) -> bool:
        """Whether it carries no value."""
        return self.type is None or self.type is type(None) or _is_nothing(self.type)

    @property
    def can_be_left_open(self) -> bool:
        """Whether it may have a value though nothing is connected to it."""
        return (
            self.has_default_value
            or self.is_nothing
            or self.asset_key is not None
            or self.input_manager_key is not None
            or self.dagster_type.loader is not None
        )

    def filled(
        self, annotation: Any, default: Any = NO_DEFAULT, description: Optional[str] = None
    ) -> In:
        """A copy with what the function's own parameter says, where this says nothing."""
        made = In.__new__(In)
        made.__dict__.update(self.__dict__)
        if made.type is EMPTY:
            made.type = annotation
        if made.default_value is NO_DEFAULT:
            made.default_value = default
        made.description = made.description or description
        return made


class Out:
    """An output of an op.

    Args:
        dagster_type: its type, instead of the function's annotation.
        description: Markdown.
        is_required: whether the op must always give it back.
        io_manager_key: the resource that stores it.
        metadata: facts for the IO manager that stores it.
        code_version: raise it when the logic changes.
    """

    is_dynamic = False
    in_output: Optional[bool] = None
    """Whether the function returns it in an `Output`, as far as its annotation says."""

    def __init__(
        self,
        dagster_type: Any = EMPTY,
        description: Optional[str] = None,
        is_required: bool = True,
        io_manager_key: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        code_version: Optional[str] = None,
    ):
        self.type = check_is_type(dagster_type, "Out")
        self.description = description
        self.is_required = is_required
        self.io_manager_key = io_manager_key or "io_manager"
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.code_version = code_version

    @property
    def dagster_type(self) -> DagsterType:
        """The type of its values."""
        return resolve_type(self.type)

    @property
    def is_nothing(self) -> bool:
        """Whether it carries no value."""
        return self.type is None or self.type is type(None) or _is_nothing(self.type)

    def filled(self, annotation: Any, code_version: Optional[str] = None) -> Out:
        """A copy with what the function's own annotation, or its op, says where this does not."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        if made.type is EMPTY:
            made.type = annotation
        made.code_version = made.code_version or code_version
        return made


class DynamicOut(Out):
    """An output that is given back several times, each with a `mapping_key` of its own."""

    is_dynamic = True


class NamedPort:
    """An input or output together with its name."""

    def __init__(self, name: str, declared: Any):
        self.name = name
        self.declared = declared

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.declared, name)


class GraphIn:
    """An input of a graph.

    Args:
        description: Markdown.
    """

    def __init__(self, description: Optional[str] = None):
        self.description = description


class GraphOut:
    """An output of a graph.

    Args:
        description: Markdown.
    """

    def __init__(self, description: Optional[str] = None):
        self.description = description


def _is_nothing(kind: Any) -> bool:
    return isinstance(kind, DagsterType) and kind.is_nothing
