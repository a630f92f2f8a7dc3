"""`dagster._check`: guards on arguments, as libraries and projects of Dagster's call them.

For each kind of value there are `KIND_param(obj, name)` and `opt_KIND_param(obj, name, default)`,
for what lies in a dict also `KIND_elem(dict, key)` and `opt_KIND_elem(dict, key)`. All give the
value back. An absent container is an empty one, except for `opt_nullable_KIND_param`.
"""

from __future__ import annotations

import collections.abc
import inspect
import os
from typing import Any, Callable, Dict, NoReturn, Optional, Tuple

from atoll.errors import ParameterError

CheckError = ParameterCheckError = ElementCheckError = NotImplementedCheckError = ParameterError
Numeric = (int, float)

_SCALARS: Dict[str, Any] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": float,
    "numeric": (int, float),
    "generator": collections.abc.Generator,
}
_CONTAINERS: Dict[str, Tuple[Any, Callable[[], Any]]] = {
    "list": (list, list),
    "tuple": (tuple, tuple),
    "set": (frozenset, set),
    "abstract_set": (collections.abc.Set, set),
    "sequence": (collections.abc.Sequence, list),
    "iterable": (collections.abc.Iterable, list),
    "iterator": (collections.abc.Iterator, list),
}
_MAPPINGS: Dict[str, Any] = {"dict": dict, "mapping": collections.abc.Mapping}


def failed(desc: str) -> NoReturn:
    """Raise `CheckError`."""
    raise CheckError("Failure condition: %s" % desc, code="parameter.check")


def not_implemented(desc: str) -> NoReturn:
    """Raise `CheckError`: nothing does this yet."""
    raise CheckError("Not implemented: %s" % desc, code="parameter.check")


def assert_never(value: Any) -> NoReturn:
    """Raise `CheckError`: no value was to get here."""
    failed("Unhandled value: %r (%s)" % (value, type(value).__name__))


def invariant(condition: Any, desc: Optional[str] = None) -> bool:
    """Raise `CheckError` unless the condition holds."""
    if not condition:
        text = "Invariant failed." + (" Description: %s" % desc if desc else "")
        raise CheckError(text, code="parameter.check")
    return True


def param_invariant(condition: Any, param_name: str, desc: Optional[str] = None) -> None:
    """Raise `CheckError` about a parameter unless the condition holds."""
    if not condition:
        text = 'Invariant violation for parameter "%s".%s' % (param_name, _more(desc, " "))
        raise CheckError(text, code="parameter.check")


def not_none(value: Any, additional_message: Optional[str] = None) -> Any:
    """`value`, which is not None."""
    if value is None:
        raise CheckError(
            "Expected non-None value.%s" % _more(additional_message, " "), code="parameter.check"
        )
    return value


def not_none_param(obj: Any, param_name: str, additional_message: Optional[str] = None) -> Any:
    """`obj`, which is not None."""
    if obj is None:
        raise _not_of(param_name, "a value", obj, additional_message)
    return obj


def inst_param(
    obj: Any, param_name: str, ttype: Any, additional_message: Optional[str] = None
) -> Any:
    """`obj`, which is an instance of `ttype`, a class or a tuple of classes."""
    if not isinstance(obj, ttype):
        raise _not_of(param_name, _type_name(ttype), obj, additional_message)
    return obj


def opt_inst_param(
    obj: Any,
    param_name: str,
    ttype: Any,
    default: Any = None,
    additional_message: Optional[str] = None,
) -> Any:
    """`obj` like `inst_param`, or the default for None."""
    return default if obj is None else inst_param(obj, param_name, ttype, additional_message)


def inst(obj: Any, ttype: Any, additional_message: Optional[str] = None) -> Any:
    """`obj`, which is an instance of `ttype`."""
    return inst_param(obj, "object", ttype, additional_message)


def opt_inst(
    obj: Any, ttype: Any, default: Any = None, additional_message: Optional[str] = None
) -> Any:
    """`obj` like `inst`, or the default for None."""
    return opt_inst_param(obj, "object", ttype, default, additional_message)


def callable_param(obj: Any, param_name: str, additional_message: Optional[str] = None) -> Any:
    """`obj`, which can be called."""
    if not callable(obj):
        raise _not_of(param_name, "a callable", obj, additional_message)
    return obj


def opt_callable_param(
    obj: Any, param_name: str, default: Any = None, additional_message: Optional[str] = None
) -> Any:
    """`obj` like `callable_param`, or the default for None."""
    return default if obj is None else callable_param(obj, param_name, additional_message)


def is_callable(obj: Any, additional_message: Optional[str] = None) -> Any:
    """`obj`, which can be called."""
    return callable_param(obj, "object", additional_message)


def class_param(
    obj: Any,
    param_name: str,
    superclass: Optional[type] = None,
    additional_message: Optional[str] = None,
) -> Any:
    """`obj`, which is a class, derived from `superclass` if that is given."""
    if not inspect.isclass(obj) or (superclass is not None and not issubclass(obj, superclass)):
        wanted = "a class" if superclass is None else "a subclass of " + superclass.__name__
        raise _not_of(param_name, wanted, obj, additional_message)
    return obj


def opt_class_param(
    obj: Any, param_name: str, default: Any = None, superclass: Optional[type] = None
) -> Any:
    """`obj` like `class_param`, or the default for None."""
    return default if obj is None else class_param(obj, param_name, superclass)


def path_param(obj: Any, param_name: str, additional_message: Optional[str] = None) -> str:
    """A path as a text."""
    path: str = os.fspath(inst_param(obj, param_name, (str, os.PathLike), additional_message))
    return path


def opt_path_param(
    obj: Any,
    param_name: str,
    default: Optional[str] = None,
    additional_message: Optional[str] = None,
) -> Optional[str]:
    """A path as a text, or the default for None."""
    return default if obj is None else path_param(obj, param_name, additional_message)


def literal_param(
    obj: Any, param_name: str, values: Any, additional_message: Optional[str] = None
) -> Any:
    """`obj`, which is one of `values`."""
    if obj not in values:
        raise _not_of(param_name, "one of %s" % (list(values),), obj, additional_message)
    return obj


def opt_literal_param(
    obj: Any, param_name: str, values: Any, additional_message: Optional[str] = None
) -> Any:
    """`obj` like `literal_param`, or None."""
    return None if obj is None else literal_param(obj, param_name, values, additional_message)


def is_list(
    obj: Any, of_type: Optional[Any] = None, additional_message: Optional[str] = None
) -> Any:
    """`obj`, which is a list of `of_type`."""
    return _items(inst_param(obj, "object", list, additional_message), "object", of_type)


def is_dict(
    obj: Any,
    key_type: Optional[Any] = None,
    value_type: Optional[Any] = None,
    additional_message: Optional[str] = None,
) -> Any:
    """`obj`, which is a dict of such keys and values."""
    return _entries(
        inst_param(obj, "object", dict, additional_message), "object", key_type, value_type
    )


def _scalar(kind: str, ttype: Any) -> None:
    def param(obj: Any, param_name: str, additional_message: Optional[str] = None) -> Any:
        return inst_param(obj, param_name, ttype, additional_message)

    def opt_param(
        obj: Any, param_name: str, default: Any = None, additional_message: Optional[str] = None
    ) -> Any:
        return default if obj is None else param(obj, param_name, additional_message)

    def elem(ddict: Any, key: str, additional_message: Optional[str] = None) -> Any:
        return param(ddict[key], key, additional_message)

    def opt_elem(ddict: Any, key: str, additional_message: Optional[str] = None) -> Any:
        return opt_param(ddict.get(key), key, None, additional_message)

    _export(kind, param=param, opt_param=opt_param, elem=elem, opt_elem=opt_elem)


def _container(kind: str, ttype: Any, empty: Callable[[], Any]) -> None:
    accepted = (ttype, set) if ttype is frozenset else ttype

    def param(
        obj: Any,
        param_name: str,
        of_type: Optional[Any] = None,
        additional_message: Optional[str] = None,
        of_shape: Optional[Any] = None,
    ) -> Any:
        return _items(
            inst_param(obj, param_name, accepted, additional_message), param_name, of_type
        )

    def opt_param(obj: Any, param_name: str, *args: Any, **kwargs: Any) -> Any:
        return empty() if obj is None else param(obj, param_name, *args, **kwargs)

    def opt_nullable_param(obj: Any, param_name: str, *args: Any, **kwargs: Any) -> Any:
        return None if obj is None else param(obj, param_name, *args, **kwargs)

    def elem(ddict: Any, key: str, of_type: Optional[Any] = None) -> Any:
        return param(ddict[key], key, of_type)

    def opt_elem(ddict: Any, key: str, of_type: Optional[Any] = None) -> Any:
        return opt_param(ddict.get(key), key, of_type)

    _export(kind, param=param, opt_param=opt_param, elem=elem, opt_elem=opt_elem)
    globals()["opt_nullable_%s_param" % kind] = opt_nullable_param


def _mapping(kind: str, ttype: Any) -> None:
    def param(
        obj: Any,
        param_name: str,
        key_type: Optional[Any] = None,
        value_type: Optional[Any] = None,
        additional_message: Optional[str] = None,
    ) -> Any:
        checked = inst_param(obj, param_name, ttype, additional_message)
        return _entries(checked, param_name, key_type, value_type)

    def opt_param(obj: Any, param_name: str, *args: Any, **kwargs: Any) -> Any:
        return {} if obj is None else param(obj, param_name, *args, **kwargs)

    def opt_nullable_param(obj: Any, param_name: str, *args: Any, **kwargs: Any) -> Any:
        return None if obj is None else param(obj, param_name, *args, **kwargs)

    def elem(ddict: Any, key: str, *args: Any, **kwargs: Any) -> Any:
        return param(ddict[key], key, *args, **kwargs)

    def opt_elem(ddict: Any, key: str, *args: Any, **kwargs: Any) -> Any:
        return opt_param(ddict.get(key), key, *args, **kwargs)

    _export(kind, param=param, opt_param=opt_param, elem=elem, opt_elem=opt_elem)
    globals()["opt_nullable_%s_param" % kind] = opt_nullable_param


def _export(kind: str, **functions: Any) -> None:
    for shape, function in functions.items():
        prefix, _, rest = shape.rpartition("_")
        name = "%s%s_%s" % (prefix + "_" if prefix else "", kind, rest)
        function.__name__ = function.__qualname__ = name
        globals()[name] = function


def _items(values: Any, name: str, of_type: Optional[Any]) -> Any:
    if of_type is not None and not isinstance(values, collections.abc.Iterator):
        for value in values:
            if not isinstance(value, of_type):
                raise _not_of('an item of "%s"' % name, _type_name(of_type), value, None)
    return values


def _entries(values: Any, name: str, key_type: Optional[Any], value_type: Optional[Any]) -> Any:
    for key, value in values.items() if key_type or value_type else ():
        if key_type is not None and not isinstance(key, key_type):
            raise _not_of('a key of "%s"' % name, _type_name(key_type), key, None)
        if value_type is not None and not isinstance(value, value_type):
            raise _not_of('a value of "%s"' % name, _type_name(value_type), value, None)
    return values


def _type_name(ttype: Any) -> str:
    if isinstance(ttype, tuple):
        return " or ".join(_type_name(one) for one in ttype)
    return getattr(ttype, "__name__", str(ttype))


def _not_of(name: str, wanted: str, obj: Any, additional_message: Optional[str]) -> ParameterError:
    return CheckError(
        'Param "%s" is not %s. Got %r, which is of type %s.%s'
        % (name, wanted, obj, type(obj).__name__, _more(additional_message, " ")),
        code="parameter.check",
    )


def _more(text: Optional[str], before: str) -> str:
    return before + text if text else ""


for _kind, _ttype in _SCALARS.items():
    _scalar(_kind, _ttype)
for _kind, (_ttype, _empty) in _CONTAINERS.items():
    _container(_kind, _ttype, _empty)
for _kind, _ttype in _MAPPINGS.items():
    _mapping(_kind, _ttype)
