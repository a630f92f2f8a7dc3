"""What an asset's function asks for: read once, when it is decorated.

Plain functions are read from their code object: `inspect` costs fifty times as much, and a
location may hold ten thousand of them.
"""

from __future__ import annotations

import builtins
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from atoll.definitions.source import Source, caller_frame
from atoll.errors import DefinitionError

EMPTY: Any = type("Empty", (), {"__repr__": lambda self: "<no annotation>"})()
"""Stands where a parameter or a return value has no annotation."""

_CONTEXT_NAMES = frozenset(["context", "_context", "_", "__"])
_CONTEXT_TYPES = frozenset(
    ["AssetExecutionContext", "OpExecutionContext", "AssetCheckExecutionContext"]
)
_VARARGS, _VARKEYWORDS = 0x04, 0x08


class Parameter(NamedTuple):
    """One parameter of a user's function."""

    name: str
    annotation: Any
    """The type; a string where it could not be resolved; EMPTY where there is none."""
    keyword_only: bool = False
    default: Any = EMPTY
    """EMPTY where it has to be given."""


class FunctionSpec:
    """A user's function, and the parts that its parameters play.

    Attributes:
        context: whether the first parameter takes the context.
        context_type: its annotation; EMPTY where it has none.
        config: the parameter that takes the config, where one does.
        resources: parameters that take the resource of their name, and its type.
        inputs: all others: they take the values of assets.
    """

    __slots__ = (
        "config",
        "context",
        "context_type",
        "doc",
        "fn",
        "inputs",
        "name",
        "resources",
        "returns",
        "source",
        "takes_any",
    )

    def __init__(self, fn: Callable[..., Any], takes_rest: bool = False):
        self.fn = fn
        self.name: str = getattr(fn, "__name__", type(fn).__name__)
        self.doc: Optional[str] = getattr(fn, "__doc__", None)
        parameters, self.takes_any, self.source = _parameters(fn, takes_rest)
        annotations, defaults = _annotations(fn), _defaults(fn)
        self.returns = _resolved(annotations.get("return", EMPTY), fn)
        self.context = False
        self.context_type: Any = EMPTY
        self.config: Optional[Parameter] = None
        self.resources: Dict[str, Any] = {}
        self.inputs: List[Parameter] = []
        for index, (name, keyword_only) in enumerate(parameters):
            annotation = _resolved(annotations.get(name, EMPTY), fn)
            if index == 0 and (name in _CONTEXT_NAMES or is_context_type(annotation)):
                self.context, self.context_type = True, annotation
                continue
            default = defaults.get(name, EMPTY)
            self._assign(Parameter(name, annotation, keyword_only, default))

    def _assign(self, parameter: Parameter) -> None:
        resource_type = _resource_type(parameter.annotation)
        if resource_type is not None:
            self.resources[parameter.name] = resource_type
        elif is_config_type(parameter.annotation) or (
            parameter.name == "config" and parameter.annotation is not EMPTY
        ):
            if self.config is not None:
                raise DefinitionError(
                    "%s takes two configs: '%s' and '%s'"
                    % (self.name, self.config.name, parameter.name),
                    source=self.source,
                )
            self.config = parameter
        else:
            self.inputs.append(parameter)


def compute_function(fn: Callable[..., Any], takes_rest: bool = False) -> FunctionSpec:
    """Read the function of an asset, an op or a check.

    Args:
        fn: the function.
        takes_rest: whether it may take `*args`: it is called by position.

    Raises:
        DefinitionError: `definition.wrong_context_type`, its context is annotated to be
            something else.
    """
    found = FunctionSpec(fn, takes_rest)
    kind = found.context_type
    if isinstance(kind, type) and kind is not Any and not is_context_type(kind):
        raise DefinitionError(
            "%s takes the context as its first parameter, which is annotated %s"
            % (found.name, kind.__name__),
            code="definition.wrong_context_type",
            hint="annotate it AssetExecutionContext, AssetCheckExecutionContext or "
            "OpExecutionContext, or not at all; or name the parameter otherwise",
            source=found.source,
        )
    return found


class ResourceAnnotation:
    """What `ResourceParam[T]` is as an annotation: the parameter takes a resource."""

    __slots__ = ("item",)

    def __init__(self, item: Any):
        self.item = item


def is_context_type(annotation: Any) -> bool:
    """Whether a parameter so annotated takes the context."""
    return context_type_name(annotation) in _CONTEXT_TYPES


def context_type_name(annotation: Any) -> str:
    """The last part of the name of a type, or of the text that stands for it."""
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return str(name).rpartition(".")[2]


def is_config_type(annotation: Any) -> bool:
    """Whether a parameter so annotated takes the config: a subclass of `Config`."""
    return isinstance(annotation, type) and getattr(annotation, "__atoll_config__", False)


def _resource_type(annotation: Any) -> Any:
    if isinstance(annotation, type):
        return annotation if getattr(annotation, "__atoll_resource__", False) else None
    if isinstance(annotation, ResourceAnnotation):
        return annotation.item
    for marker in getattr(annotation, "__metadata__", ()):
        if isinstance(marker, ResourceAnnotation) or marker is ResourceAnnotation:
            return annotation.__origin__
    return None


def _parameters(fn: Any, takes_rest: bool) -> Tuple[List[Tuple[str, bool]], bool, Source]:
    """(name, keyword only) of each parameter, whether `**kwargs` takes more, and the place."""
    code = getattr(fn, "__code__", None)
    if code is None or hasattr(fn, "__wrapped__"):
        return _inspected(fn)
    if code.co_flags & _VARARGS and not takes_rest:
        raise DefinitionError(
            "%s takes *%s; an asset's parameters are bound by name"
            % (fn.__name__, code.co_varnames[code.co_argcount + code.co_kwonlyargcount]),
            code="definition.bad_signature",
            source=(code.co_filename, code.co_firstlineno),
        )
    positional = code.co_argcount
    names = code.co_varnames[: positional + code.co_kwonlyargcount]
    skip = 1 if getattr(fn, "__self__", None) is not None else 0
    found = [(name, index >= positional) for index, name in enumerate(names)][skip:]
    return found, bool(code.co_flags & _VARKEYWORDS), (code.co_filename, code.co_firstlineno)


def _inspected(fn: Any) -> Tuple[List[Tuple[str, bool]], bool, Source]:
    import inspect

    found, takes_any = [], False
    for parameter in inspect.signature(fn).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_any = True
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            found.append((parameter.name, parameter.kind is parameter.KEYWORD_ONLY))
    inner = inspect.unwrap(fn)
    inner = getattr(inner, "func", inner)
    code = getattr(inner, "__code__", None) or getattr(type(fn).__call__, "__code__", None)
    return found, takes_any, None if code is None else (code.co_filename, code.co_firstlineno)


def _defaults(fn: Any) -> Dict[str, Any]:
    while hasattr(fn, "__wrapped__"):
        fn = fn.__wrapped__
    found: Dict[str, Any] = dict(getattr(fn, "__kwdefaults__", None) or {})
    found.update(getattr(fn, "keywords", None) or {})  # of a functools.partial
    given = getattr(fn, "__defaults__", None)
    code = getattr(fn, "__code__", None)
    if given and code is not None:
        found.update(zip(code.co_varnames[code.co_argcount - len(given) : code.co_argcount], given))
    return found


def _annotations(fn: Any) -> Dict[str, Any]:
    if not hasattr(fn, "__code__") and hasattr(fn, "__signature__"):
        given = fn.__signature__.parameters.values()  # a callable that stands for a function
        return {one.name: one.annotation for one in given if one.annotation is not one.empty}
    while hasattr(fn, "__wrapped__"):
        fn = fn.__wrapped__
    fn = getattr(fn, "func", fn)
    if not hasattr(fn, "__code__"):
        fn = type(fn).__call__
    try:
        return getattr(fn, "__annotations__", None) or {}
    except NameError:  # Python 3.14 evaluates annotations now, and one is for type checkers only
        import annotationlib  # type: ignore[import-not-found, unused-ignore]

        found: Dict[str, Any] = annotationlib.get_annotations(
            fn, format=annotationlib.Format.FORWARDREF
        )
        return {name: getattr(value, "__forward_arg__", value) for name, value in found.items()}


def _resolved(annotation: Any, fn: Any) -> Any:
    """The type that a string annotation names; the string itself where it cannot be found."""
    if not isinstance(annotation, str):
        return annotation
    while hasattr(fn, "__wrapped__"):
        fn = fn.__wrapped__
    names = getattr(fn, "__globals__", {})
    if annotation == "None":
        return None
    if annotation.isidentifier() and annotation in names:
        return names[annotation]
    if hasattr(builtins, annotation):
        return getattr(builtins, annotation)
    try:
        return eval(annotation, names, _locals_around(names))
    except Exception:
        return annotation


def _locals_around(names: Any) -> Dict[str, Any]:
    """What the functions of the user's module see that are being called: a factory's classes."""
    frame = caller_frame()
    found: List[Dict[str, Any]] = []
    while frame is not None and len(found) < 20:
        if frame.f_globals is names and frame.f_locals is not names:
            found.append(frame.f_locals)
        frame = frame.f_back
    return {name: value for local in reversed(found) for name, value in local.items()}


def annotations_of(fn: Any) -> Dict[str, Any]:
    """The annotations of a function by parameter, those written as texts resolved."""
    return {name: _resolved(value, fn) for name, value in _annotations(fn).items()}


def clean_doc(doc: Optional[str]) -> Optional[str]:
    """A docstring without its indentation."""
    if not doc:
        return None
    if "\n" not in doc:
        return doc.strip()
    import inspect

    return inspect.cleandoc(doc)
