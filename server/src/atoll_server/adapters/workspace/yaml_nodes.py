"""YAML as nodes that know where they stand.

Composed here from PyYAML's events rather than by its `compose`: so that depth is bounded, an
alias within what it names is a mistake with a place, and no tag is ever resolved to an object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import yaml

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence

_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "str": "text",
    "merge": "text",
    "value": "text",
    "timestamp": "date",
    "int": "whole number",
    "float": "number",
    "bool": "flag",
    "null": "nothing",
}
_RESOLVER = yaml.resolver.Resolver()


def read_yaml(file: str, text: str) -> Node | None:
    """The one document of a YAML file; None where there is none.

    Raises:
        WorkspaceError: `workspace.invalid`, with the place of what is not YAML.
    """
    return _Composer(file, text).document()


class _Composer:
    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        self._anchors: dict[str, Node | None] = {}
        """By name; None while the node that has the name is being read."""
        self._heights: dict[Node, int] = {}
        """How deep things stand in each other within a node."""
        self._events = self._parsed()

    def document(self) -> Node | None:
        root: Node | None = None
        is_first = True
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if not is_first:
                    self._fail(event, "a second document begins here; a workspace file has one")
                is_first = False
                root = self._node(next(self._events), 0)
        return root

    def _parsed(self) -> Iterator[yaml.Event]:
        loader: yaml.SafeLoader | None = None
        try:
            loader = yaml.SafeLoader(self._text)
            while (event := loader.get_event()) is not None:  # type: ignore[no-untyped-call]
                yield event
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(
                _problem(error, self._text), error.problem_mark or error.context_mark
            ) from None
        except yaml.reader.ReaderError as error:
            before = self._text[: error.position]
            raise WorkspaceError(
                f"not YAML: the character U+{ord(self._text[error.position]):04X} is not allowed",
                file=self._file,
                line=before.count("\n") + 1,
                column=len(before) - (before.rfind("\n") + 1) + 1,
            ) from None
        except Exception as error:
            # PyYAML lets pass what Python raises, as for the escape "\UFFFFFFFF".
            raise self._not_yaml(str(error), loader.get_mark() if loader else None) from None

    def _not_yaml(self, problem: str, mark: yaml.Mark | None) -> WorkspaceError:
        return WorkspaceError(
            f"not YAML: {problem}",
            file=self._file,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        )

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            node = self._alias(event)
            self._refuse_depth(event, depth + self._heights.get(node, 0))
            return node
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        self._refuse_depth(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        line, column = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(line, column, event.value, self._kind(event))
        else:
            node = self._collection(event, line, column, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _collection(
        self, event: yaml.CollectionStartEvent, line: int, column: int, depth: int
    ) -> Node:
        is_list = isinstance(event, yaml.SequenceStartEvent)
        if event.tag not in (None, "!", _TAG + ("seq" if is_list else "map")):
            self._refuse_tag(event, event.tag)
        end = yaml.SequenceEndEvent if is_list else yaml.MappingEndEvent
        held = list(self._inside(end, depth))
        node: Node = (
            Sequence(line, column, held)
            if is_list
            else Mapping(line, column, list(zip(held[::2], held[1::2], strict=True)))
        )
        self._heights[node] = 1 + max((self._heights.get(item, 0) for item in held), default=0)
        return node

    def _inside(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), end):
            yield self._node(event, depth + 1)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            self._fail(
                event, f"*{event.anchor} refers to nothing: there is no &{event.anchor} above"
            )
        node = self._anchors[event.anchor]
        if node is None:
            self._fail(event, f"*{event.anchor} stands within what it refers to")
        return node

    def _refuse_depth(self, event: yaml.Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._fail(event, f"nested more than {MAX_DEPTH} deep")

    def _kind(self, event: yaml.ScalarEvent) -> str:
        tag: str | None = event.tag
        if tag is None or tag == "!":
            tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
        kind = _KINDS.get((tag or "").removeprefix(_TAG))
        if kind is None:
            self._refuse_tag(event, tag)
        return kind

    def _refuse_tag(self, event: yaml.Event, tag: str | None) -> NoReturn:
        self._fail(event, f"the tag {tag} means nothing in a workspace file")

    def _fail(self, event: yaml.Event, message: str) -> NoReturn:
        line, column = _place(event)
        raise WorkspaceError(message, file=self._file, line=line, column=column)


def _place(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    return event.start_mark.line + 1, event.start_mark.column + 1


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or error.context or "it cannot be read"
    mark, lines = error.problem_mark, text.split("\n")
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip(" \t-"))]:
        return "the line is indented with a tab; indent with spaces"
    return problem
