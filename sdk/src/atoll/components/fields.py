"""The fields of a `Resolvable` class, and the resolver of each."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import functools
import inspect
import types
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from pydantic import BaseModel
from typing_extensions import Annotated, Literal, get_args, get_origin, get_type_hints

from atoll.components.model import Resolver, cause_of
from atoll.components.resolution import error_of
from atoll.errors import ResolutionError

_UNIONS: Tuple[Any, ...] = (Union, getattr(types, "UnionType", Union))
_SEQUENCES: Tuple[Any, ...] = (list, tuple, collections.abc.Sequence)
_MAPPINGS: Tuple[Any, ...] = (dict, collections.abc.Mapping)
_PLAIN: Tuple[Any, ...] = (int, float, str, bool, Any, type(None), list, dict)


class FieldOf(NamedTuple):
    """A field of a class: its type, its default if it has one, pydantic's notes on it."""

    type: Any
    has_default: bool
    default: Any = None
    info: Any = None


def fields_of(cls: Any) -> Dict[str, FieldOf]:
    """The fields of a dataclass, a pydantic model, or a class with an `__init__` of its own.

    Raises:
        ResolutionError: `component.fields`, it is none of these.
    """
    if dataclasses.is_dataclass(cls):
        hints = _hints(cls)
        return {
            each.name: FieldOf(
                hints.get(each.name, each.type),
                each.default is not dataclasses.MISSING
                or each.default_factory is not dataclasses.MISSING,
                each.default,
            )
            for each in dataclasses.fields(cls)
            if each.init
        }
    if issubclass(cls, BaseModel):
        return {
            name: FieldOf(info.rebuild_annotation(), not info.is_required(), info.default, info)
            for name, info in cls.model_fields.items()
        }
    if cls.__init__ is not object.__init__:
        return _of_init(cls)
    raise ResolutionError(
        "the fields of %s are not known" % cls.__name__,
        code="component.fields",
        hint="a Resolvable is a class with __init__, a @dataclass or a dagster.Model",
    )


def _of_init(cls: Any) -> Dict[str, FieldOf]:
    found: Dict[str, FieldOf] = {}
    hints = _hints(cls.__init__)
    for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            problem, hint = "a positional only parameter '%s'", "take the '/' out"
        elif parameter.annotation is parameter.empty:
            problem, hint = "a parameter '%s' without a type", "annotate it"
        else:
            has_default = parameter.default is not parameter.empty
            kind = hints.get(name, parameter.annotation)
            found[name] = FieldOf(kind, has_default, parameter.default)
            continue
        raise ResolutionError(
            "%s.__init__ has %s" % (cls.__name__, problem % name),
            code="component.fields",
            hint=hint,
        )
    return found


def _hints(target: Any) -> Mapping[str, Any]:
    try:
        return get_type_hints(target, include_extras=True)
    except (NameError, TypeError):  # a name that only type checkers see
        return {}


class _Container(enum.Enum):
    SEQUENCE = "sequence"
    OPTIONAL = "optional"
    MAPPING = "mapping"


def resolver_of(annotation: Any, field_name: str) -> Resolver:
    """The resolver of a field, as its annotation says.

    Raises:
        ResolutionError: `component.fields`, the type is none that YAML could give.
    """
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        own = _resolver_in(notes)
        if own is not None:
            if own.is_default:
                nested = _found(inner, ())
                if nested is not None and not nested.is_default:
                    return nested.with_outer_resolver(own)
            return _checked(own, inner, field_name)
    found = _found(annotation, ())
    if found is None:
        raise _unfit(annotation, field_name)
    return found


def _resolver_in(notes: Sequence[Any]) -> Optional[Resolver]:
    return next((note for note in notes if isinstance(note, Resolver)), None)


def _checked(resolver: Resolver, annotated: Any, name: str) -> Resolver:
    """Unless YAML can give the annotated type itself, the resolver has to say what YAML gives."""
    if resolver.model_field_type is None and not (
        _is_plain(annotated) or _is_resolvable(annotated)
    ):
        raise ResolutionError(
            "the resolver of '%s' does not say what YAML gives for %s" % (name, _named(annotated)),
            code="component.fields",
            hint="write Resolver(..., model_field_type=str)",
        )
    return resolver


def _unfit(annotation: Any, name: str) -> ResolutionError:
    from atoll.definitions.assets.specs import AssetSpec
    from atoll.definitions.checks.specs import AssetCheckSpec
    from atoll.definitions.keys import AssetKey

    ready = {
        AssetKey: "ResolvedAssetKey",
        AssetSpec: "ResolvedAssetSpec",
        AssetCheckSpec: "ResolvedAssetCheckSpec",
    }
    known = ready.get(annotation) if isinstance(annotation, type) else None
    return ResolutionError(
        "YAML cannot give the field '%s', which is of type %s" % (name, _named(annotation)),
        code="component.fields",
        hint="write %s instead" % known
        if known
        else "make the type a Resolvable, or write Annotated[%s, Resolver(fn, "
        "model_field_type=str)]" % _named(annotation),
    )


def _named(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _is_resolvable(annotation: Any) -> bool:
    from atoll.components.resolvable import Resolvable

    return isinstance(annotation, type) and issubclass(annotation, Resolvable)


def _is_plain(annotation: Any) -> bool:
    """Whether a value of the type is what rendering its strings gives."""
    if annotation is Any or any(annotation is each for each in _PLAIN):
        return True
    if _is_resolvable(annotation):
        return False
    if isinstance(annotation, type) and not get_args(annotation):
        if issubclass(annotation, BaseModel):
            _check_plain_model(annotation)
            return True
        return issubclass(annotation, enum.Enum)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return True
    containers = (*_UNIONS, *_SEQUENCES, *_MAPPINGS)
    return origin in containers and all(_is_plain(arg) for arg in args if arg is not Ellipsis)


def _check_plain_model(model: Any) -> None:
    for name, info in model.model_fields.items():
        if not _is_plain(info.rebuild_annotation()):
            raise ResolutionError(
                "%s.%s is of type %s, which YAML cannot give a plain pydantic model"
                % (model.__name__, name, _named(info.annotation)),
                code="component.fields",
                hint="make %s a Resolvable too" % model.__name__,
            )


def _found(annotation: Any, path: Tuple[_Container, ...]) -> Optional[Resolver]:
    """The resolver of a type that lies in containers; None where there is none."""
    if _is_plain(annotation):
        return Resolver.default()
    if _is_resolvable(annotation):
        return _nested(Resolver(annotation.resolve_from_model), annotation.model(), path)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(args[0], _resolver_in(args[1:]), path)
    if origin in _UNIONS:
        if len(args) == 2 and args[1] is type(None):
            return _found(args[0], (*path, _Container.OPTIONAL))
        pairs: List[Any] = [(arg, _found(arg, path)) for arg in args]
        return None if any(each is None for _, each in pairs) else Resolver.union(pairs)
    if origin in _SEQUENCES and args:
        return _found(args[0], (*path, _Container.SEQUENCE))
    if origin in _MAPPINGS and args:
        if args[0] is not str:
            raise ResolutionError(
                "the keys of %s are no strings, and YAML gives strings" % annotation,
                code="component.fields",
            )
        return _found(args[1], (*path, _Container.MAPPING))
    return None


def _annotated(
    inner: Any, resolver: Optional[Resolver], path: Tuple[_Container, ...]
) -> Optional[Resolver]:
    if resolver is None:
        return _found(inner, path)
    _checked(resolver, inner, _named(inner))
    if resolver.resolves_from_parent_object and path:
        raise ResolutionError(
            "Resolver.from_model stands inside of a %s" % path[-1].value,
            code="component.fields",
            hint="put it outermost: it gets the whole model",
        )
    return _nested(resolver, resolver.model_field_type or inner, path)


def _nested(resolver: Resolver, kind: Any, path: Tuple[_Container, ...]) -> Resolver:
    """The resolver, for a container of such values."""
    function = resolver.fn
    return Resolver(
        type(function)(functools.partial(_resolve_in, path, function.callable)),
        model_field_type=_wrapped(kind, path),
        inject_before_resolve=resolver.inject_before_resolve,
        description=resolver.description,
        examples=resolver.examples,
        json_schema_extra=resolver.json_schema_extra,
    )


def _wrapped(kind: Any, path: Sequence[_Container]) -> Any:
    for container in reversed(path):
        if container is _Container.OPTIONAL:
            kind = Optional[kind]
        elif container is _Container.SEQUENCE:
            kind = Tuple[kind, ...]
        else:
            kind = Dict[str, kind]
    return kind


def _resolve_in(path: Sequence[_Container], function: Any, context: Any, value: Any) -> Any:
    if not path:
        try:
            return function(context, value)
        except ResolutionError:
            raise
        except Exception as error:  # told here, where the place in the container is known
            raise error_of(context, error) from cause_of(error)
    rest = path[1:]
    if path[0] is _Container.OPTIONAL:
        return None if value is None else _resolve_in(rest, function, context, value)
    if isinstance(value, str):  # a template in the place of the whole container
        return context.resolve_value(value)
    if path[0] is _Container.SEQUENCE:
        return [
            _resolve_in(rest, function, context.at_path(index), each)
            for index, each in enumerate(value)
        ]
    return {
        key: _resolve_in(rest, function, context.at_path(key), each) for key, each in value.items()
    }
