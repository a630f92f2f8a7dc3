"""The outputs of an op: what `out` says of them, and what its function is annotated to return."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from atoll.definitions.function import EMPTY, FunctionSpec
from atoll.definitions.ops.dynamic_output import DynamicOutput, DynamicOutputType
from atoll.definitions.ops.ports import DynamicOut, Out
from atoll.definitions.outcomes import Output, OutputType, value_type
from atoll.errors import DefinitionError, InvariantError


class _Annotated(NamedTuple):
    """What an annotation says of one output."""

    type: Any
    is_dynamic: bool = False
    in_output: Optional[bool] = None
    """Whether its value is returned in an `Output`; None where that is not said."""


def outs_of(function: FunctionSpec, out: Any) -> Dict[str, Out]:
    """The outputs of a decorated function by name.

    Args:
        function: the function.
        out: an `Out`, several by name, or None: then the annotation says all.

    Raises:
        DefinitionError: `definition.bad_argument`, `out` is something else.
        InvariantError: `definition.bad_annotation`, there is not one type per output, or a
            `DynamicOutput` outside of a list.
    """
    if out is None:
        annotated = _annotated(function, function.returns)
        made = DynamicOut() if annotated.is_dynamic else Out()
        return {"result": _filled(made, annotated)}
    if isinstance(out, Out):
        return {"result": _filled(out, _annotated(function, function.returns))}
    if not isinstance(out, Mapping):
        raise DefinitionError(
            "'out' is %.80r" % (out,),
            hint="write out=Out(...), or out={'name': Out(...), ...}",
            source=function.source,
        )
    kinds = [_annotated(function, one) for one in _one_each(function, len(out))]
    return {name: _filled(value, kind) for (name, value), kind in zip(out.items(), kinds)}


def _one_each(function: FunctionSpec, count: int) -> List[Any]:
    """The annotations of several outputs: those in `Tuple[...]`."""
    if count < 2:
        return [function.returns] * count
    annotation = value_type(function.returns)
    if annotation in (EMPTY, None, Any) or isinstance(annotation, str):
        return [EMPTY] * count
    kinds = list(getattr(annotation, "__args__", None) or ())
    if annotation is tuple or (getattr(annotation, "__origin__", None) is tuple and not kinds):
        return [EMPTY] * count
    if getattr(annotation, "__origin__", None) is not tuple:
        raise _wrong(function, "its return annotation is %s" % _shown(annotation), count)
    if len(kinds) != count:
        raise _wrong(function, "its return annotation has %d" % len(kinds), count)
    return kinds


def _wrong(function: FunctionSpec, told: str, count: int) -> InvariantError:
    return InvariantError(
        "%s has %d outputs, but %s (%s:%s)"
        % (function.name, count, told, *(function.source or ("?", 0))),
        code="definition.bad_annotation",
        hint="annotate one type per output: Tuple[...]; a generator needs no annotation",
    )


def _shown(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", annotation))


def _annotated(function: FunctionSpec, annotation: Any) -> _Annotated:
    if annotation is DynamicOutput or isinstance(annotation, DynamicOutputType):
        raise InvariantError(
            "%s is annotated to return one DynamicOutput (%s:%s)"
            % (function.name, *(function.source or ("?", 0))),
            code="definition.bad_annotation",
            hint="annotate List[DynamicOutput[...]], and return a list; or Output for one value",
        )
    if getattr(annotation, "__origin__", None) is list:
        (item,) = getattr(annotation, "__args__", None) or (None,)
        if item is DynamicOutput:
            return _Annotated(EMPTY, is_dynamic=True)
        if isinstance(item, DynamicOutputType):
            return _Annotated(item.item, is_dynamic=True)
    if annotation is Output or isinstance(annotation, OutputType):
        return _Annotated(value_type(annotation), in_output=True)
    kind = value_type(annotation)
    return _Annotated(kind, in_output=None if kind in (EMPTY, Any) else False)


def _filled(out: Out, annotated: _Annotated) -> Out:
    """The output with what its annotation says, where it says nothing itself."""
    if annotated.is_dynamic and not out.is_dynamic:
        made = DynamicOut.__new__(DynamicOut)
        made.__dict__.update(out.__dict__)
        out = made
    found = out.filled(annotated.type)
    found.in_output = annotated.in_output
    return found
