"""What is connected to what within a graph."""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Union,
)


class NodeInvocation(NamedTuple):
    """One use of an op or a graph within a graph.

    Attributes:
        name: of the definition.
        alias: the node's own name, where it differs.
        tags: of the node.
        hook_defs: called when one of its steps has ended.
        retry_policy: instead of the op's own.
    """

    name: str
    alias: Optional[str] = None
    tags: Optional[Mapping[str, str]] = None
    hook_defs: Optional[Iterable[Any]] = None
    retry_policy: Any = None

    @property
    def node_name(self) -> str:
        """The node's name in its graph."""
        return self.alias or self.name

    def __hash__(self) -> int:
        return hash((self.name, self.alias))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeInvocation) and (self.name, self.alias) == (
            other.name,
            other.alias,
        )


class DependencyDefinition(NamedTuple):
    """An input takes the value of one output.

    Attributes:
        node: the node whose output it is.
        output: the output's name.
        description: Markdown; not shown.
    """

    node: str
    output: str = "result"
    description: Optional[str] = None


class MappedInputPlaceholder:
    """Stands in a fan-in for a value that comes from the graph's own input."""


class MultiDependencyDefinition(NamedTuple):
    """An input takes the values of several outputs, as a list.

    Attributes:
        dependencies: the outputs, in order.
    """

    dependencies: Sequence[Any]


class CollectDefinition(NamedTuple):
    """An input takes all values of a dynamic output, as a list."""

    node: str
    output: str = "result"


class MappedDefinition(NamedTuple):
    """An input takes each value of a dynamic output in a step of its own."""

    node: str
    output: str = "result"


class AssetDependency(NamedTuple):
    """An input takes the value of an asset.

    Attributes:
        asset: its key.
        spec: what is known of it, where the location itself may not know it.
    """

    asset: Any
    spec: Any = None


Dependency = Union[
    DependencyDefinition,
    MultiDependencyDefinition,
    CollectDefinition,
    MappedDefinition,
    AssetDependency,
]
Dependencies = Dict[str, Dict[str, Dependency]]
"""By node, by input."""


class InputPointer(NamedTuple):
    """An input of a node; one place of a fan-in, where there is an index."""

    node_name: str
    input_name: str
    fan_in_index: Optional[int] = None


class InputMapping:
    """A graph's input is that of one of its nodes.

    Args:
        graph_input_name: the graph's own.
        mapped_node_name: the node.
        mapped_node_input_name: the node's.
        fan_in_index: its place, where the node's input takes several values.
        graph_input_description: Markdown.
        dagster_type: the type of the graph's input; that of the node's by default.
    """

    def __init__(
        self,
        graph_input_name: str,
        mapped_node_name: str,
        mapped_node_input_name: str,
        fan_in_index: Optional[int] = None,
        graph_input_description: Optional[str] = None,
        dagster_type: Any = None,
    ):
        self.graph_input_name = graph_input_name
        self.mapped_node_name = mapped_node_name
        self.mapped_node_input_name = mapped_node_input_name
        self.fan_in_index = fan_in_index
        self.graph_input_description = graph_input_description
        self.dagster_type = dagster_type

    @property
    def maps_to(self) -> InputPointer:
        """The node's input."""
        return InputPointer(self.mapped_node_name, self.mapped_node_input_name, self.fan_in_index)


class OutputMapping:
    """A graph's output is that of one of its nodes.

    Args:
        graph_output_name: the graph's own.
        mapped_node_name: the node.
        mapped_node_output_name: the node's.
        graph_output_description: Markdown.
        dagster_type: the type of the graph's output; that of the node's by default.
        from_dynamic_mapping: whether the node runs once for each `DynamicOutput`.
    """

    def __init__(
        self,
        graph_output_name: str,
        mapped_node_name: str,
        mapped_node_output_name: str = "result",
        graph_output_description: Optional[str] = None,
        dagster_type: Any = None,
        from_dynamic_mapping: bool = False,
    ):
        self.graph_output_name = graph_output_name
        self.mapped_node_name = mapped_node_name
        self.mapped_node_output_name = mapped_node_output_name
        self.graph_output_description = graph_output_description
        self.dagster_type = dagster_type
        self.from_dynamic_mapping = from_dynamic_mapping


def nodes_before(by_input: Mapping[str, Any]) -> List[str]:
    """The nodes that the inputs of one node take values from, each once."""
    found: Dict[str, None] = {}
    for dependency in by_input.values():
        for one in getattr(dependency, "dependencies", (dependency,)):
            if hasattr(one, "node"):
                found[one.node] = None
    return list(found)


_KINDS = (
    DependencyDefinition,
    MultiDependencyDefinition,
    CollectDefinition,
    MappedDefinition,
    AssetDependency,
)


def check_shape(dependencies: Any, error: Callable[[str, str], Exception]) -> Mapping[Any, Any]:
    """The dependencies of a graph, as they were given; raises what `error` makes of a message
    and a hint where they are no mapping of dependencies by node, by input.
    """
    hint = "write dependencies={'NODE': {'INPUT': DependencyDefinition('OTHER_NODE')}}"
    if dependencies is None:
        return {}
    if not isinstance(dependencies, Mapping):
        raise error("its dependencies are %.80r" % (dependencies,), hint)
    for node, by_input in dependencies.items():
        name = node.node_name if isinstance(node, NodeInvocation) else node
        if isinstance(by_input, _KINDS) or not isinstance(by_input, Mapping):
            raise error("its dependencies for '%s' are %.80r" % (name, by_input), hint)
        for input_name, one in by_input.items():
            if not isinstance(one, _KINDS):
                told = "its dependency for the input '%s' of '%s' is %.80r"
                raise error(told % (input_name, name, one), hint)
    return dependencies
