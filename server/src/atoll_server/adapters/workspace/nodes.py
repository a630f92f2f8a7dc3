"""What YAML and TOML have in common, as nodes that know where they stand.

Made by `yaml_nodes` and `toml_nodes`, read by `document`. A node may stand in several places
(an alias), never within itself. Knows nothing of workspaces.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_DEPTH = 50
"""So deep may lists and mappings stand in each other."""


@dataclass(frozen=True, eq=False)
class Node:
    """A part of a file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Scalar(Node):
    """A single value."""

    value: str
    """As it is written, without quotes."""
    kind: str
    """`text`, `whole number`, `number`, `flag`, `nothing`, or the name of a format's own kind."""


@dataclass(frozen=True, eq=False)
class Sequence(Node):
    """A list."""

    items: list[Node]


@dataclass(frozen=True, eq=False)
class Mapping(Node):
    """Keys with values, in the order of the file; a key may be there twice."""

    pairs: list[tuple[Node, Node]]


def described(node: Node) -> str:
    """The node in an error: what it is rather than what it should be."""
    if isinstance(node, Scalar):
        return "nothing" if node.kind == "nothing" else f"a {node.kind}"
    return "a list" if isinstance(node, Sequence) else "a mapping"
