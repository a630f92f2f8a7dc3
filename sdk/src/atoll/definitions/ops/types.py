"""`DagsterType`: a type with a check of its own, beside Python's annotations."""

from __future__ import annotations

import typing
from typing import Any, Callable, Dict, Mapping, Optional, Set, Union

from atoll.definitions.function import EMPTY
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.ops.type_loaders import any_loader, plain_loader, scalar_loader
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, InvariantError, ParameterError

NoneType = type(None)
Nothing: Any = NoneType
"""The type of an input or output that has no value: it only says what comes before what."""
"""The type of inputs and outputs that carry no value and only say what comes first."""


class TypeCheck:
    """What a type's check found.

    Args:
        success: whether the value is of the type.
        description: what was found.
        metadata: facts that help to understand it.
    """

    def __init__(
        self,
        success: bool,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ):
        self.success = success
        self.description = description
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)

    def __repr__(self) -> str:
        return "TypeCheck(success=%r, description=%r)" % (self.success, self.description)


class DagsterType:
    """A type whose check is a function.

    Args:
        type_check_fn: called with a context and the value; gives True, False or a `TypeCheck`.
        key: unique; the name, where none is given.
        name: shown to people.
        is_builtin: whether it is one of Atoll's own.
        description: Markdown.
        loader: makes a value of the type from config.
        required_resource_keys: resources that the check uses.
        kind: what it is made of, such as a list; for Atoll's own types.
        typing_type: the Python type that it stands for.
        metadata: facts about the type.

    Raises:
        ParameterError: `parameter.type`, it has neither a key nor a name.
    """

    def __init__(
        self,
        type_check_fn: Callable[[Any, Any], Any],
        key: Optional[str] = None,
        name: Optional[str] = None,
        is_builtin: bool = False,
        description: Optional[str] = None,
        loader: Any = None,
        required_resource_keys: Optional[Set[str]] = None,
        kind: Any = None,
        typing_type: Any = Any,
        metadata: Optional[Mapping[str, Any]] = None,
    ):
        if key is None and name is None:
            raise ParameterError("a DagsterType needs a key or a name")
        self._type_check_fn = type_check_fn
        self.key: str = key if key is not None else str(name)
        self._name = name
        self.is_builtin = is_builtin
        self._description = description
        self.loader = loader
        self.required_resource_keys = set(required_resource_keys or ())
        self.kind = kind
        self.typing_type = typing_type
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)

    @property
    def unique_name(self) -> str:
        """The name, of a type that has one."""
        if self._name is None:
            raise InvariantError("the type '%s' has no name of its own" % self.key)
        return self._name

    @property
    def has_unique_name(self) -> bool:
        """Whether it has a name of its own."""
        return self._name is not None

    @property
    def display_name(self) -> str:
        """How it is called in messages."""
        return self._name or self.key

    @property
    def description(self) -> Optional[str]:
        """Markdown, or None."""
        return self._description

    @property
    def is_nothing(self) -> bool:
        """Whether there is no value at all."""
        return self.typing_type is NoneType

    @property
    def is_any(self) -> bool:
        """Whether every value is of the type."""
        return self.key == "Any"

    def type_check(self, context: Any, value: Any) -> TypeCheck:
        """Check a value.

        Args:
            context: handed to the function, as it is.
            value: any.

        Raises:
            InvariantError: `type.bad_check`, the check gave back neither a bool nor a `TypeCheck`.
        """
        found = self._type_check_fn(context, value)
        if isinstance(found, TypeCheck):
            return found
        if isinstance(found, bool):
            return TypeCheck(found)
        raise InvariantError(
            "the check of the type '%s' gave back %.80r" % (self.display_name, found),
            code="type.bad_check",
            hint="return True, False or a TypeCheck",
        )

    def __repr__(self) -> str:
        return "DagsterType(%r)" % self.display_name


class PythonObjectDagsterType(DagsterType):
    """A type whose values are the objects of a Python class, or of one of several.

    Args:
        python_type: the class, or a tuple of classes.
        key: unique; the name, where none is given.
        name: shown to people; the class's by default.
        arguments: further arguments of `DagsterType`.
    """

    def __init__(
        self,
        python_type: Any,
        key: Optional[str] = None,
        name: Optional[str] = None,
        **arguments: Any,
    ):
        many = isinstance(python_type, tuple)
        self.python_type = python_type
        self.type_str = (
            "Union[%s]" % ", ".join(one.__name__ for one in python_type)
            if many
            else python_type.__name__
        )
        shown = name or self.type_str
        super().__init__(
            key=key or shown,
            name=shown,
            type_check_fn=self._check,
            typing_type=Union[python_type] if many else python_type,
            **arguments,
        )

    def _check(self, _: Any, value: Any) -> TypeCheck:
        if isinstance(value, self.python_type):
            return TypeCheck(True)
        return TypeCheck(
            False,
            "it is of type %s, not %s" % (type(value).__qualname__, self.type_str),
        )


_registered: Dict[Any, DagsterType] = {}


def usable_as_dagster_type(
    name: Any = None, description: Optional[str] = None, loader: Any = None
) -> Any:
    """Give a class a name, a description or a loader for use as the type of inputs and outputs.

    Args:
        name: shown to people, instead of the class's; or the class, where it is used bare.
        description: Markdown; the class's docstring by default.
        loader: makes a value of the class from config.
    """

    def register(cls: Any, given: Optional[str] = None) -> Any:
        made = PythonObjectDagsterType(
            cls, name=given or cls.__name__, description=description, loader=loader
        )
        make_python_type_usable_as_dagster_type(cls, made)
        return cls

    if isinstance(name, type):
        return register(name)
    return lambda cls: register(cls, name)


def make_python_type_usable_as_dagster_type(python_type: Any, dagster_type: DagsterType) -> None:
    """Let `dagster_type` stand for a Python class wherever that is an annotation.

    Args:
        python_type: the class.
        dagster_type: the type.

    Raises:
        DefinitionError: `type.twice`, another one stands for it already.
    """
    first = _registered.setdefault(python_type, dagster_type)
    if first is not dagster_type and type(first) is not PythonObjectDagsterType:
        raise DefinitionError(
            "two types stand for %s: '%s' and '%s'"
            % (python_type, first.display_name, dagster_type.display_name),
            code="type.twice",
        )
    _registered[python_type] = dagster_type


def check_dagster_type(dagster_type: Any, value: Any) -> TypeCheck:
    """Check a value as a step would.

    Args:
        dagster_type: a `DagsterType`, or a Python type.
        value: any.

    Raises:
        InvariantError: the type's check needs a context.
    """
    return resolve_type(dagster_type).type_check(None, value)


def resolve_type(annotation: Any) -> DagsterType:
    """The type that an annotation means."""
    if isinstance(annotation, DagsterType):
        return annotation
    if annotation is EMPTY or annotation is Any or isinstance(annotation, (str, typing.TypeVar)):
        return ANY
    if annotation is None or annotation is NoneType:
        return NOTHING
    try:
        if annotation in _registered:
            return _registered[annotation]
    except TypeError:  # a type that cannot be hashed
        return ANY
    scalar = getattr(annotation, "python_type", None)  # String, Int and the like
    if scalar is not None and not isinstance(annotation, type):
        return resolve_type(scalar)
    if annotation in _BUILTINS:
        return _BUILTINS[annotation]
    if hasattr(annotation, "__origin__") or type(annotation).__name__ == "UnionType":
        from atoll.definitions.ops.container_types import generic_type

        found = generic_type(annotation)
        if found is not None:
            return found
    if isinstance(annotation, type):
        return PythonObjectDagsterType(annotation)
    return ANY


def check_is_type(given: Any, where: str) -> Any:
    """What was given as a type, as it is.

    Raises:
        DefinitionError: `type.none`, it cannot be one.
    """
    if given is None or given is EMPTY or given is Any:
        return given
    if isinstance(given, (type, DagsterType, typing.TypeVar)):
        return given
    if type(given).__name__ in ("UnionType", "NewType", "TypeAliasType"):
        return given
    marks = ("__origin__", "__supertype__", "python_type")
    if any(hasattr(given, mark) for mark in marks):
        return given
    raise DefinitionError(
        "%s takes a type, not %.80r" % (where, given),
        code="type.none",
        hint="pass a Python type such as str or List[int], or a DagsterType",
        source=caller_source(),
    )


def _builtin(name: str, python_type: Any) -> DagsterType:
    def check(_: Any, value: Any) -> TypeCheck:
        if isinstance(value, python_type) and not (python_type is int and isinstance(value, bool)):
            return TypeCheck(True)
        return TypeCheck(False, "it is of type %s, not %s" % (type(value).__qualname__, name))

    return DagsterType(
        check,
        key=name,
        name=name,
        is_builtin=True,
        typing_type=python_type,
        loader=scalar_loader(python_type),
    )


class _Anything(DagsterType):
    """Takes every value."""

    def as_field(self) -> Any:
        """In a config schema too it takes every value."""
        from atoll.definitions.config.fields import Field
        from atoll.definitions.config.types import ANY as ANY_CONFIG

        return Field(ANY_CONFIG)


ANY: DagsterType = _Anything(
    lambda _, __: True, key="Any", name="Any", is_builtin=True, loader=any_loader()
)
NOTHING = DagsterType(
    lambda _, value: TypeCheck(value is None, "there must be no value"),
    key="Nothing",
    name="Nothing",
    is_builtin=True,
    typing_type=NoneType,
)
LIST = PythonObjectDagsterType(list, name="List", loader=plain_loader(list))
DICT = PythonObjectDagsterType(dict, name="Dict", loader=plain_loader(dict))
SET = PythonObjectDagsterType(set, name="Set")
TUPLE = PythonObjectDagsterType(tuple, name="Tuple")
_BUILTINS: Dict[Any, DagsterType] = {
    str: _builtin("String", str),
    int: _builtin("Int", int),
    float: _builtin("Float", float),
    bool: _builtin("Bool", bool),
    object: ANY,
    list: LIST,
    dict: DICT,
    set: SET,
    tuple: TUPLE,
}
