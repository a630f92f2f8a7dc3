"""YAML as nodes that know where they stand, and checked reading of them.

PyYAML's `compose` keeps the line and column of every key and value, which its `load` loses.
No tag is ever resolved to an object. Knows nothing of workspaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, NoReturn

import yaml

from atoll_server.adapters.workspace.errors import WorkspaceError, nearest

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_KINDS = {yaml.ScalarNode: "a value", yaml.SequenceNode: "a list", yaml.MappingNode: "a mapping"}
_MAX_MERGE_DEPTH = 20


class Entry(NamedTuple):
    """A key of a mapping with its value."""

    key: yaml.ScalarNode
    value: yaml.Node


class Document:
    """One YAML file, read with errors that name file, line and column."""

    def __init__(self, file: str, text: str, environment: Mapping[str, str]) -> None:
        self.file = file
        self._environment = environment
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise WorkspaceError(
                f"not YAML: {_problem(error, text)}",
                file=file,
                line=mark.line + 1 if mark else None,
                column=mark.column + 1 if mark else None,
            ) from None
        except (yaml.YAMLError, RecursionError) as error:
            raise WorkspaceError(f"not YAML: {error}", file=file) from None

    def fail(self, node: yaml.Node, message: str) -> NoReturn:
        """Raise the error that `message` is wrong with `node`."""
        mark = node.start_mark
        raise WorkspaceError(message, file=self.file, line=mark.line + 1, column=mark.column + 1)

    def place(self, node: yaml.Node) -> str:
        """`file:line:column` of a node."""
        mark = node.start_mark
        return f"{self.file}:{mark.line + 1}:{mark.column + 1}"

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """The items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, f"{what} is a list, not {_kind(node)}")
        return list(node.value)

    def mapping(self, node: yaml.Node, what: str, known: Iterable[str] | None) -> dict[str, Entry]:
        """The entries of a mapping by key; `<<` is merged.

        Args:
            known: the keys that it may have; None: any.
        """
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, f"{what} is a mapping, not {_kind(node)}")
        names = None if known is None else list(known)
        entries: dict[str, Entry] = {}
        for key, value, is_merged in self._pairs(node, what, 0):
            if not isinstance(key, yaml.ScalarNode):
                self.fail(key, f"a key of {what} is a word, not {_kind(key)}")
            name = key.value
            if names is not None and name not in names:
                self.fail(key, f'{what} has no key "{name}"{nearest(name, names)}')
            if name not in entries:
                entries[name] = Entry(key, value)
            elif not is_merged:
                first = entries[name].key.start_mark.line + 1
                self.fail(key, f'"{name}" was given already, in line {first}')
        return entries

    def _pairs(
        self, node: yaml.MappingNode, what: str, depth: int
    ) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """The pairs of a mapping; those that `<<` brings come last, marked as merged."""
        if depth > _MAX_MERGE_DEPTH:
            self.fail(node, f"{what} merges too deeply")
        merged: list[yaml.Node] = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            else:
                yield key, value, depth > 0
        for source in merged:
            if not isinstance(source, yaml.MappingNode):
                self.fail(source, f"<< merges a mapping, not {_kind(source)}")
            yield from self._pairs(source, what, depth + 1)

    def is_text(self, node: yaml.Node) -> bool:
        """Whether the node stands for a text: a scalar, or `{env: NAME}`."""
        return isinstance(node, yaml.ScalarNode) or (
            isinstance(node, yaml.MappingNode)
            and [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)] == ["env"]
        )

    def text(self, node: yaml.Node, what: str) -> str:
        """A text: as written, or out of the host's environment where it says `{env: NAME}`."""
        if isinstance(node, yaml.MappingNode) and self.is_text(node):
            variable = self.text(node.value[0][1], "env")
            if variable not in self._environment:
                self.fail(node, f"{what}: the environment variable {variable} is not set")
            return self._environment[variable]
        if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL:
            self.fail(node, f"{what} is a text or {{env: NAME}}, not {_kind(node)}")
        if not node.value:
            self.fail(node, f"{what} is empty")
        return str(node.value)

    def flag(self, node: yaml.Node, what: str) -> bool:
        """`true` or `false`."""
        if node.tag != _BOOL:
            self.fail(node, f"{what} is true or false, not {_shown(node)}")
        return node.value.lower() in ("true", "yes", "on")

    def number(self, node: yaml.Node, what: str) -> float:
        """A number greater than zero."""
        try:
            value = float(node.value) if node.tag in _NUMBERS else -1.0
        except ValueError:
            value = -1.0
        if not 0 < value < float("inf"):
            self.fail(node, f"{what} is a number greater than 0, not {_shown(node)}")
        return value

    def choice(self, node: yaml.Node, what: str, choices: Iterable[str]) -> str:
        """One of a few words."""
        value, words = self.text(node, what), list(choices)
        if value not in words:
            self.fail(node, f"{what} is {', '.join(words[:-1])} or {words[-1]}, not {value}")
        return value


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or error.context or "it cannot be read"
    mark, lines = error.problem_mark, text.splitlines()
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip(" \t-"))]:
        return "the line is indented with a tab; indent with spaces"
    return problem


def _kind(node: yaml.Node) -> str:
    if node.tag == _NULL:
        return "nothing"
    return _KINDS.get(type(node), "this")


def _shown(node: yaml.Node) -> str:
    return f'"{node.value}"' if isinstance(node, yaml.ScalarNode) else _kind(node)
