"""How a graph's function is read: it is called once, and every op called in it becomes a node."""

from __future__ import annotations

import threading
import warnings
from collections import namedtuple
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from atoll.definitions.ops.dependencies import (
    AssetDependency,
    CollectDefinition,
    DependencyDefinition,
    InputMapping,
    MappedDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    OutputMapping,
)
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, InvariantError, InvocationError, nearest

_compositions = threading.local()


class _Handle:
    """What an output of a node will give: nothing that could be looked into yet."""

    def __init__(self, node: str, output: str):
        self.node_name = node
        self.output_name = output

    def __iter__(self) -> Any:
        raise _misused(self, "iterated over")

    def __getitem__(self, index: Any) -> Any:
        raise _misused(self, "indexed")

    def alias(self, _: str) -> Any:
        """Not on the result of a call."""
        raise _misused(self, "given an alias; write the_op.alias('name')(...)")

    with_hooks = alias


class OutputHandle(_Handle):
    """The value that an output of a node will have."""

    def __init__(self, node: str, output: str, is_mapped: bool = False):
        super().__init__(node, output)
        self.is_mapped = is_mapped


class DynamicHandle(_Handle):
    """The values that a dynamic output will have, and what is made of each."""

    def __init__(self, node: str, output: str, is_source: bool):
        super().__init__(node, output)
        self.is_source = is_source

    def map(self, fn: Any) -> Any:
        """Do something with each value; `fn` is called once with its handle."""
        result = fn(OutputHandle(self.node_name, self.output_name, is_mapped=self.is_source))
        if isinstance(result, OutputHandle):
            return DynamicHandle(result.node_name, result.output_name, is_source=False)
        if isinstance(result, tuple) and all(isinstance(one, OutputHandle) for one in result):
            found = [DynamicHandle(one.node_name, one.output_name, False) for one in result]
            made: Any = type(result)
            return made(*found) if hasattr(result, "_fields") else tuple(found)
        if result is None or isinstance(result, DynamicHandle):
            return result
        raise DefinitionError(
            "the function given to map() returned %.80r; it must return what an op returned"
            % (result,),
            source=caller_source(),
        )

    def collect(self) -> CollectDefinition:
        """All values, as a list."""
        return CollectDefinition(self.node_name, self.output_name)


class InputHandle(NamedTuple):
    """The value that an input of the graph itself will have."""

    graph_name: str
    input_name: str


class Composition:
    """A graph under construction."""

    def __init__(self, graph_name: str, decorator: str):
        self.graph_name = graph_name
        self.decorator = decorator
        self.nodes: Dict[str, Any] = {}
        self.dependencies: Dict[str, Dict[str, Any]] = {}
        self.input_mappings: List[InputMapping] = []
        self._uninvoked: Dict[str, Any] = {}

    def __enter__(self) -> Composition:
        _stack().append(self)
        return self

    def __exit__(self, *_: Any) -> None:
        _stack().pop()

    def observe(self, before: Any, pending: Any) -> None:
        """Take note of a node that is to be, made of another one; it is to be called yet."""
        self._uninvoked.pop(before.name, None)
        self._uninvoked[pending.name] = pending

    def warn_of_uninvoked(self) -> None:
        """Warn of nodes that were given an alias, tags or the like, and never called."""
        for name in self._uninvoked:
            warnings.warn(
                "%s %s has an uninvoked op: '%s' was given an alias, tags or the like, and never "
                "called, so it is no node" % (self.decorator, self.graph_name, name),
                stacklevel=4,
            )

    def invoke(self, pending: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Add a node; gives the handles of its outputs."""
        self._uninvoked.pop(pending.name, None)
        name = self._free_name(pending)
        by_input: Dict[str, Any] = {}
        for input_name, value in self._bound(pending, args, kwargs).items():
            dependency = self._dependency(name, input_name, value)
            if dependency is not None:
                by_input[input_name] = dependency
        self.nodes[name] = pending
        self.dependencies[name] = by_input
        outs = pending.definition.outs
        handles = [self._handle(name, output, outs[output]) for output in outs]
        if len(handles) == 1:
            return handles[0]
        if not handles:
            return None
        return namedtuple("_%s_outputs" % pending.definition.name, list(outs), rename=True)(
            *handles
        )

    def _handle(self, node: str, output: str, out: Any) -> Any:
        return (
            DynamicHandle(node, output, is_source=True)
            if out.is_dynamic
            else OutputHandle(node, output)
        )

    def _free_name(self, pending: Any) -> str:
        if pending.given_alias is not None:
            if pending.given_alias in self.nodes:
                raise DefinitionError(
                    "%s %s has two nodes called '%s'"
                    % (self.decorator, self.graph_name, pending.given_alias),
                    code="definition.duplicate_node",
                    hint="give one of them another alias",
                    source=caller_source(),
                )
            return str(pending.given_alias)
        name, number = pending.definition.name, 1
        while name in self.nodes:
            number += 1
            name = "%s_%d" % (pending.definition.name, number)
        return str(name)

    def _bound(
        self, pending: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Dict[str, Any]:
        names = pending.definition.positional_inputs
        if len(args) > len(names):
            raise self.error(
                "'%s' is called with %d values, but takes %d"
                % (pending.name, len(args), len(names)),
                _places(names, pending.definition.ins),
            )
        bound = dict(zip(names, args))
        for name, value in kwargs.items():
            if name not in pending.definition.ins:
                raise self.error(
                    "'%s' has no input '%s'" % (pending.name, name),
                    nearest(name, names) or "it takes: %s" % (", ".join(names) or "none"),
                )
            if name in bound:
                raise InvocationError(
                    "%s %s: '%s' is given the input '%s' by position and by name"
                    % (self.decorator, self.graph_name, pending.name, name),
                    code="invocation.given_twice",
                )
            bound[name] = value
        return bound

    def _dependency(self, node: str, input_name: str, value: Any) -> Any:
        if isinstance(value, InputHandle):
            self._map_input(value, node, input_name, None)
            return None
        if isinstance(value, (list, tuple)) and not isinstance(value, CollectDefinition):
            if hasattr(value, "_fields"):
                raise self.error(
                    "'%s' is given all outputs of a node at once as '%s'" % (node, input_name),
                    "pass one of them: %s" % ", ".join("." + one for one in value._fields),
                )
            return MultiDependencyDefinition(
                [self._part(node, input_name, one, index) for index, one in enumerate(value)]
            )
        return self._single(node, input_name, value)

    def _part(self, node: str, input_name: str, value: Any, index: int) -> Any:
        if isinstance(value, InputHandle):
            self._map_input(value, node, input_name, index)
            return MappedInputPlaceholder
        found = self._single(node, input_name, value)
        if isinstance(found, AssetDependency):
            raise self.error(
                "'%s' is given a list with the asset '%s' in it as '%s'"
                % (node, found.asset.to_user_string(), input_name),
                "pass assets one by one, each as an input of its own",
            )
        return found

    def _single(self, node: str, input_name: str, value: Any) -> Any:
        if isinstance(value, OutputHandle):
            kind = MappedDefinition if value.is_mapped else DependencyDefinition
            return kind(value.node_name, value.output_name)
        if isinstance(value, CollectDefinition):
            return value
        if isinstance(value, DynamicHandle):
            raise self.error(
                "'%s' is given a dynamic output as '%s'" % (node, input_name),
                "call .map(...) on it for each value, or .collect() for a list of all",
            )
        specs = getattr(value, "specs", None)
        if specs and hasattr(value, "keys"):
            return AssetDependency(value.key, specs[0])
        if hasattr(value, "deps") and hasattr(value, "key"):
            return AssetDependency(value.key, value)
        raise self.error(
            "'%s' is given %.80r as '%s', which no op returned" % (node, value, input_name),
            "in a graph's function, pass what other ops return; for a constant use config, or an "
            "op that returns it",
        )

    def _map_input(
        self, value: InputHandle, node: str, input_name: str, index: Optional[int]
    ) -> None:
        self.input_mappings.append(InputMapping(value.input_name, node, input_name, index))

    def outputs(self, returned: Any) -> List[OutputMapping]:
        """What the graph gives back, read from what its function returned."""
        if returned is None:
            return []
        if isinstance(returned, dict):
            named = returned
        elif isinstance(returned, (OutputHandle, DynamicHandle)):
            named = {"result": returned}
        elif isinstance(returned, tuple) and hasattr(returned, "_fields"):
            named = {one.output_name: one for one in returned}
        else:
            raise self.error(
                "its function returned %.80r" % (returned,),
                "return what an op returned, or a dict of those by the name of the output",
            )
        found = []
        for name, handle in named.items():
            if not isinstance(handle, (OutputHandle, DynamicHandle)):
                raise self.error(
                    "its function returned %.80r as '%s'" % (handle, name),
                    "return what an op returned",
                )
            mapped = isinstance(handle, DynamicHandle) and not handle.is_source
            found.append(
                OutputMapping(
                    name, handle.node_name, handle.output_name, from_dynamic_mapping=mapped
                )
            )
        return found

    def error(self, message: str, hint: Optional[str] = None) -> DefinitionError:
        """What is raised of the graph's function."""
        return DefinitionError(
            "%s %s: %s" % (self.decorator, self.graph_name, message),
            code="definition.bad_graph",
            hint=hint,
            source=caller_source(),
        )


def current() -> Optional[Composition]:
    """The graph under construction, if a graph's function is being read."""
    stack = _stack()
    return stack[-1] if stack else None


def _stack() -> List[Composition]:
    found: Optional[List[Composition]] = getattr(_compositions, "stack", None)
    if found is None:
        found = _compositions.stack = []
    return found


def _places(names: List[str], ins: Mapping[str, Any]) -> str:
    told = "by position it takes: %s" % (", ".join(names) or "none")
    by_name = [name for name in ins if name not in names]
    return "%s; by name: %s" % (told, ", ".join(by_name)) if by_name else told


def _misused(handle: Any, how: str) -> InvariantError:
    place = caller_source() or ("?", 0)
    return InvariantError(
        "the output '%s' of '%s' cannot be %s: in a graph's function it stands for a value that a "
        "run will make (%s:%d)" % (handle.output_name, handle.node_name, how, *place),
        code="invariant.output_handle",
        hint="do it in an op; an op with several outputs has out={'a': Out(), 'b': Out()}",
    )
