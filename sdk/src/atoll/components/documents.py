"""YAML documents that know where each of their values stands."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Set, Union

from atoll.errors import DefinitionError

Step = Union[str, int]
_DATE = "tag:yaml.org,2002:timestamp"
FILES_READ: Set[str] = set()
"""The YAML files that were read by this process: they are sources, as its modules are."""


class SourcePosition:
    """A place in a file; line and column from 1."""

    __slots__ = ("column", "filename", "line")

    def __init__(self, filename: str, line: int, column: int):
        self.filename = filename
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return "%s:%d:%d" % (self.filename, self.line, self.column)


class SourcePositionTree:
    """Where a value stands, and those in it."""

    __slots__ = ("children", "position")

    def __init__(self, position: SourcePosition, children: Dict[Step, SourcePositionTree]):
        self.position = position
        self.children = children

    def nearest(self, path: Sequence[Any]) -> SourcePosition:
        """The place of the value at `path`, or of the innermost one around it that there is."""
        tree = self
        for step in path:
            if step in tree.children:
                tree = tree.children[step]
        return tree.position


class Document:
    """What one document of a YAML file says, and where."""

    __slots__ = ("positions", "value")

    def __init__(self, value: Any, positions: SourcePositionTree):
        self.value = value
        self.positions = positions


def parse_documents(text: str, filename: str) -> List[Document]:
    """The documents of a YAML file that say something.

    Raises:
        DefinitionError: `component.yaml`, it is no YAML; `component.not_installed`.
    """
    yaml = required("yaml", "pyyaml", "read %s" % filename)
    loader = yaml.SafeLoader(text)
    # A date stays the text that it is: `start_date: 2024-01-01` needs no quotes.
    loader.yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] != _DATE]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    found: List[Document] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            positions = _positions(node, filename, {})
            value = loader.construct_document(node)
            if value is not None:
                found.append(Document(value, positions))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        raise DefinitionError(
            "%s:%d:%d: this is no YAML: %s" % (filename, line, column, error.problem),
            code="component.yaml",
            hint="put a value that holds ': ' or begins with '{{' into quotes",
        ) from None
    finally:
        loader.dispose()
    return found


def read_documents(path: str) -> List[Document]:
    """The documents of a YAML file that say something.

    Raises:
        DefinitionError: as `parse_documents`.
    """
    FILES_READ.add(path)
    with open(path, encoding="utf-8") as file:
        return parse_documents(file.read(), path)


def required(module: str, package: str, purpose: str) -> Any:
    """A module that only components need.

    Raises:
        DefinitionError: `component.not_installed`.
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise DefinitionError(
            "%s is not installed, and is needed to %s" % (package, purpose),
            code="component.not_installed",
            hint="add 'atoll[components]', or %s, to the requirements of this location" % package,
        ) from error


def _positions(node: Any, filename: str, seen: Dict[int, SourcePositionTree]) -> SourcePositionTree:
    known = seen.get(id(node))
    if known is not None:  # an anchor, used again
        return known
    mark = node.start_mark
    tree = SourcePositionTree(SourcePosition(filename, mark.line + 1, mark.column + 1), {})
    seen[id(node)] = tree
    if node.id == "mapping":
        for key, value in node.value:
            if key.id != "scalar":
                raise _no_key(key, filename)
            below = _positions(value, filename, seen)
            at = SourcePosition(filename, key.start_mark.line + 1, key.start_mark.column + 1)
            tree.children[key.value] = SourcePositionTree(at, below.children)
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            tree.children[index] = _positions(value, filename, seen)
    return tree


def _no_key(key: Any, filename: str) -> DefinitionError:
    """For YAML `{{ x }}` is a mapping, of which another is the key."""
    line, column = key.start_mark.line + 1, key.start_mark.column + 1
    return DefinitionError(
        "%s:%d:%d: a %s cannot be a key" % (filename, line, column, key.id),
        code="component.yaml",
        hint="put a value that begins with '{{' into quotes",
    )


def place(positions: Optional[SourcePositionTree], path: Sequence[Any]) -> str:
    """`file:line:column: `, with which a message about a value begins."""
    return "" if positions is None else "%s: " % positions.nearest(path)


def dotted(path: Sequence[Any]) -> str:
    """A path as one reads it: `attributes.tables[0].name`."""
    text = ""
    for step in path:
        text += "[%d]" % step if isinstance(step, int) else "." * bool(text) + str(step)
    return text or "the document"
