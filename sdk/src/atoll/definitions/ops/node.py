"""What ops and graphs have in common: used as a node, under a name of its own perhaps."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.ops import composition
from atoll.definitions.ops.ports import In, NamedPort, Out
from atoll.definitions.validation import check_name


class NodeDefinition:
    """An op or a graph.

    Attributes:
        name: unique in a graph, unless it is given an alias there.
        ins: its inputs by name.
        outs: its outputs by name.
    """

    name: str
    description: Optional[str]
    ins: Dict[str, In]
    outs: Dict[str, Out]
    tags: Dict[str, str]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Within a graph's function, a node of that graph; elsewhere, a direct call."""
        return PendingNode(self)(*args, **kwargs)

    def alias(self, name: str) -> PendingNode:
        """The node under another name."""
        return PendingNode(self).alias(name)

    def tag(self, tags: Optional[Mapping[str, str]]) -> PendingNode:
        """The node with more tags."""
        return PendingNode(self).tag(tags)

    def with_hooks(self, hook_defs: Iterable[Any]) -> PendingNode:
        """The node with functions to call when it has succeeded or failed."""
        return PendingNode(self).with_hooks(hook_defs)

    def with_retry_policy(self, retry_policy: Any) -> PendingNode:
        """The node with another retry policy."""
        return PendingNode(self).with_retry_policy(retry_policy)

    def call_directly(self, args: Any, kwargs: Any, alias: Optional[str] = None) -> Any:
        """What a call outside of a graph's function does."""
        raise NotImplementedError

    @property
    def positional_inputs(self) -> List[str]:
        """The names of the inputs in the order in which they are passed."""
        return list(self.ins)

    @property
    def input_dict(self) -> Dict[str, In]:
        """Its inputs by name."""
        return self.ins

    @property
    def output_dict(self) -> Dict[str, Out]:
        """Its outputs by name."""
        return self.outs

    @property
    def input_defs(self) -> List[Any]:
        """Its inputs, each with its name."""
        return [NamedPort(name, value) for name, value in self.ins.items()]

    @property
    def output_defs(self) -> List[Any]:
        """Its outputs, each with its name."""
        return [NamedPort(name, value) for name, value in self.outs.items()]

    def input_def_named(self, name: str) -> Any:
        """The input of that name."""
        return NamedPort(name, self.ins[name])

    def output_def_named(self, name: str) -> Any:
        """The output of that name."""
        return NamedPort(name, self.outs[name])

    def has_input(self, name: str) -> bool:
        """Whether it has an input of that name."""
        return name in self.ins

    def has_output(self, name: str) -> bool:
        """Whether it has an output of that name."""
        return name in self.outs


class PendingNode:
    """A node that is to be, with what was said about it so far."""

    def __init__(
        self,
        definition: NodeDefinition,
        given_alias: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        hooks: Iterable[Any] = (),
        retry_policy: Any = None,
    ):
        self.definition = definition
        self.given_alias = given_alias
        self.tags = dict(tags or {})
        self.hooks: Set[Any] = set(hooks)
        self.retry_policy = retry_policy

    @property
    def name(self) -> str:
        """The name that it asks for."""
        return self.given_alias or self.definition.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Within a graph's function, a node of that graph; elsewhere, a direct call."""
        graph = composition.current()
        if graph is not None:
            return graph.invoke(self, args, kwargs)
        return self.definition.call_directly(args, kwargs, self.given_alias)

    def alias(self, name: str) -> PendingNode:
        """The node under another name."""
        return self._changed(given_alias=check_name(name, "a node", None))

    def tag(self, tags: Optional[Mapping[str, str]]) -> PendingNode:
        """The node with more tags."""
        return self._changed(tags={**self.tags, **(tags or {})})

    def with_hooks(self, hook_defs: Iterable[Any]) -> PendingNode:
        """The node with functions to call when it has succeeded or failed."""
        return self._changed(hooks=self.hooks | set(hook_defs))

    def with_retry_policy(self, retry_policy: Any) -> PendingNode:
        """The node with another retry policy."""
        return self._changed(retry_policy=retry_policy)

    def _changed(self, **changes: Any) -> PendingNode:
        arguments: Dict[str, Any] = {
            "given_alias": self.given_alias,
            "tags": self.tags,
            "hooks": self.hooks,
            "retry_policy": self.retry_policy,
        }
        arguments.update(changes)
        made = PendingNode(self.definition, **arguments)
        graph = composition.current()
        if graph is not None:
            graph.observe(self, made)
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.definition, name)


class Node:
    """A node of a graph.

    Attributes:
        name: unique in the graph.
        definition: the op or graph that it is.
    """

    def __init__(
        self,
        name: str,
        definition: NodeDefinition,
        tags: Optional[Mapping[str, str]] = None,
        hooks: Iterable[Any] = (),
        retry_policy: Any = None,
    ):
        self.name = name
        self.definition = definition
        self.tags: Dict[str, str] = {**definition.tags, **(tags or {})}
        self.hook_defs: Set[Any] = set(hooks)
        self.retry_policy = retry_policy

    def __repr__(self) -> str:
        return "Node(%r, %r)" % (self.name, self.definition)
