"""Types that are made of others: `List[Int]`, `Optional[String]`, and those of annotations."""

from __future__ import annotations

import typing
from typing import Any as AnyValue
from typing import Sequence

from atoll.definitions.ops.type_loaders import (
    DagsterTypeLoader,
    EntriesLoader,
    ItemsLoader,
    NoneableLoader,
    all_loaders,
)
from atoll.definitions.ops.types import (
    ANY,
    DICT,
    LIST,
    SET,
    TUPLE,
    DagsterType,
    PythonObjectDagsterType,
    TypeCheck,
    resolve_type,
)
from atoll.errors import DefinitionError, ParameterError

Any = ANY
"""Takes every value."""


class _Of(PythonObjectDagsterType):
    """A container whose items are of any type; `X[...]` says of which."""

    def __init__(self, plain: PythonObjectDagsterType, make: typing.Callable[..., DagsterType]):
        super().__init__(plain.python_type, name=plain.unique_name, loader=plain.loader)
        self._make = make

    def __getitem__(self, items: AnyValue) -> DagsterType:
        return self._make(*(items if isinstance(items, tuple) else (items,)))


class _OptionalApi:
    """`Optional[X]`: None, or a value of the type X."""

    def __getitem__(self, inner: AnyValue) -> DagsterType:
        kind = resolve_type(inner)
        if kind.is_nothing:
            raise DefinitionError("Optional[Nothing] has no values", code="type.of_nothing")
        return union_of([kind, None])


def list_of(inner: AnyValue) -> DagsterType:
    """Lists whose items are of a type."""
    return _items_of(list, "List", inner)


def _list_of_some(inner: AnyValue) -> DagsterType:
    if resolve_type(inner).is_nothing:
        raise DefinitionError("List[Nothing] has no values", code="type.of_nothing")
    return list_of(inner)


def set_of(inner: AnyValue) -> DagsterType:
    """Sets whose items are of a type."""
    return _items_of(set, "Set", inner)


def _items_of(make: AnyValue, name: str, inner: AnyValue) -> DagsterType:
    kind = resolve_type(inner)
    if kind.is_nothing and make is not list:
        raise DefinitionError("%s[Nothing] has no values" % name, code="type.of_nothing")
    key = "%s[%s]" % (name, kind.display_name)
    shown = "[%s]" % kind.display_name if make is list else key
    loaders = all_loaders([kind])

    def check(context: AnyValue, value: AnyValue) -> TypeCheck:
        if not isinstance(value, make):
            return _wrong(value, shown)
        return _each(context, ((kind, item) for item in value))

    return DagsterType(
        check,
        key=key,
        name=shown,
        typing_type=_typing(list if make is list else set, [kind]),
        loader=ItemsLoader(make, loaders) if loaders else None,
    )


def dict_of(key: AnyValue, value: AnyValue) -> DagsterType:
    """Dicts whose keys and values are of types."""
    keys, values = resolve_type(key), resolve_type(value)
    shown = "Dict[%s, %s]" % (keys.display_name, values.display_name)
    is_loaded = keys.typing_type is str and values.loader is not None

    def check(context: AnyValue, found: AnyValue) -> TypeCheck:
        if not isinstance(found, dict):
            return _wrong(found, shown)
        pairs = (pair for k, v in found.items() for pair in ((keys, k), (values, v)))
        return _each(context, pairs)

    return DagsterType(
        check,
        key=shown,
        name=shown,
        typing_type=_typing(dict, [keys, values]),
        loader=EntriesLoader(values.loader) if is_loaded else None,
    )


def tuple_of(*inner: AnyValue) -> DagsterType:
    """Tuples with an item of each type; of any length, with `...` behind one type."""
    kinds = [resolve_type(one) for one in inner if one is not Ellipsis]
    is_open = Ellipsis in inner
    if any(kind.is_nothing for kind in kinds):
        raise DefinitionError("a Tuple with Nothing in it has no values", code="type.of_nothing")
    shown = "Tuple[%s]" % ", ".join(kind.display_name for kind in kinds)
    loaders = None if is_open else all_loaders(kinds)

    def check(context: AnyValue, value: AnyValue) -> TypeCheck:
        if not isinstance(value, tuple):
            return _wrong(value, shown)
        if not is_open and len(value) != len(kinds):
            return TypeCheck(False, "it has %d items, not %d" % (len(value), len(kinds)))
        return _each(context, zip(kinds * len(value) if is_open else kinds, value))

    return DagsterType(
        check,
        key=shown,
        name=shown,
        typing_type=_typing(tuple, [*kinds, Ellipsis] if is_open else kinds),
        loader=ItemsLoader(tuple, loaders) if loaders else None,
    )


def union_of(inner: Sequence[AnyValue], annotation: AnyValue = None) -> DagsterType:
    """Values of any of several types; with None among them, of one or none."""
    kinds = [resolve_type(one) for one in inner if one is not None and one is not type(None)]
    is_optional = len(kinds) != len(inner)
    names = [kind.display_name for kind in kinds]
    shown = names[0] + "?" if is_optional and len(names) == 1 else "Union[%s]" % ", ".join(names)

    def check(context: AnyValue, value: AnyValue) -> TypeCheck:
        if value is None and is_optional:
            return TypeCheck(True)
        found = [kind.type_check(context, value) for kind in kinds]
        if len(found) == 1:
            return found[0]
        return TypeCheck(True) if any(one.success for one in found) else _wrong(value, shown)

    loader: typing.Optional[DagsterTypeLoader] = kinds[0].loader if len(kinds) == 1 else None
    return DagsterType(
        check,
        key=shown,
        name=shown,
        typing_type=annotation or typing.Optional[kinds[0].typing_type],
        loader=NoneableLoader(loader) if loader is not None and is_optional else loader,
    )


def generic_type(annotation: AnyValue) -> typing.Optional[DagsterType]:
    """The type that a generic annotation means, such as `List[int]`; None if it is none."""
    origin = getattr(annotation, "__origin__", None)
    arguments = tuple(
        one for one in getattr(annotation, "__args__", ()) if not isinstance(one, typing.TypeVar)
    )
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        return union_of(arguments, annotation)
    if origin is None:
        return None
    make = _GENERIC.get(origin)
    if make is not None and arguments:
        return make(*arguments)
    if origin in _PLAIN:
        return _PLAIN[origin]
    return PythonObjectDagsterType(origin) if isinstance(origin, type) else ANY


def _typing(origin: type, inner: Sequence[AnyValue]) -> AnyValue:
    parts = tuple(one.typing_type if isinstance(one, DagsterType) else one for one in inner)
    generics: typing.Dict[AnyValue, AnyValue] = {
        list: typing.List,
        set: typing.Set,
        dict: typing.Dict,
        tuple: typing.Tuple,
    }
    return generics[origin][parts]


def _each(context: AnyValue, pairs: AnyValue) -> TypeCheck:
    """What the first type says whose value is not of it."""
    for kind, item in pairs:
        found: TypeCheck = kind.type_check(context, item)
        if not found.success:
            return found
    return TypeCheck(True)


def _wrong(value: AnyValue, shown: str) -> TypeCheck:
    return TypeCheck(False, "it is of type %s, not %s" % (type(value).__qualname__, shown))


def _two(*items: AnyValue) -> DagsterType:
    if len(items) != 2:
        raise ParameterError("Dict takes two types: Dict[String, Int]")
    return dict_of(*items)


List = _Of(LIST, _list_of_some)
"""Lists; `List[Int]` of items of a type."""
Set = _Of(SET, set_of)
"""Sets; `Set[Int]` of items of a type."""
Dict = _Of(DICT, _two)
"""Dicts; `Dict[String, Int]` of keys and values of types."""
Tuple = _Of(TUPLE, tuple_of)
"""Tuples; `Tuple[Int, String]` of an item of each type."""
Optional = _OptionalApi()
"""`Optional[Int]`: None, or a value of a type."""

_GENERIC: typing.Dict[AnyValue, typing.Callable[..., DagsterType]] = {
    list: list_of,
    set: set_of,
    dict: dict_of,
    tuple: tuple_of,
    typing.get_origin(typing.Sequence[int]): list_of,
    typing.get_origin(typing.Mapping[str, int]): dict_of,
}
_PLAIN: typing.Dict[AnyValue, DagsterType] = {list: LIST, set: SET, dict: DICT, tuple: TUPLE}
