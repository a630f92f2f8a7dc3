"""Checked reading of a file's nodes: what is expected, or an error that says where it is not.

Knows nothing of workspaces, and not which format the nodes came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Variables
from typing import Any, NamedTuple, NoReturn

from atoll_server.adapters.workspace.errors import WorkspaceError, nearest
from atoll_server.adapters.workspace.nodes import Mapping, Node, Scalar, Sequence, described

_MERGE = "<<"
_MAX_MERGED = 1000
_MAX_VALUES = 1000
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


class Entry(NamedTuple):
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


class Document:
    """One file, read with errors that name file, line and column.

    Args:
        environment: the variables to which `{env: NAME}` may refer.
        env_form: how such a reference is written in this format.
    """

    def __init__(
        self, file: str, environment: Variables[str, str], env_form: str = "{env: NAME}"
    ) -> None:
        self.file = file
        self._environment = environment
        self._env_form = env_form

    def fail(self, node: Node, message: str) -> NoReturn:
        """Raise the error that `message` is wrong with `node`."""
        raise WorkspaceError(message, file=self.file, line=node.line, column=node.column)

    def place(self, node: Node) -> str:
        """`file:line:column` of a node."""
        return f"{self.file}:{node.line}:{node.column}"

    def items(self, node: Node, what: str) -> list[Node]:
        """The items of a list."""
        if not isinstance(node, Sequence):
            self.fail(node, f"{what} is a list, not {described(node)}")
        return node.items

    def mapping(self, node: Node, what: str, known: Iterable[str] | None) -> dict[str, Entry]:
        """The entries of a mapping by key; `<<` is merged.

        Args:
            known: the keys that it may have; None: any.
        """
        if not isinstance(node, Mapping):
            self.fail(node, f"{what} is a mapping, not {described(node)}")
        names = None if known is None else list(known)
        entries: dict[str, Entry] = {}
        for key, value, is_merged in self._pairs(node, [_MAX_MERGED]):
            if not isinstance(key, Scalar):
                self.fail(key, f"a key of {what} is a word, not {described(key)}")
            name = key.value
            if names is not None and name not in names:
                self.fail(key, f'{what} has no key "{name}"{nearest(name, names)}')
            if name not in entries:
                entries[name] = Entry(key, value)
            elif not is_merged:
                first = entries[name].key.line
                self.fail(key, f'"{name}" was given already, in line {first}')
        return entries

    def _pairs(self, node: Mapping, left: list[int]) -> Iterator[tuple[Node, Node, bool]]:
        """The pairs of a mapping; those that `<<` brings come last, marked as merged.

        Args:
            left: how many mappings may still be merged: aliases can name one without end.
        """
        merged: list[Node] = []
        for key, value in node.pairs:
            if isinstance(key, Scalar) and key.value == _MERGE:
                merged += value.items if isinstance(value, Sequence) else [value]
            else:
                yield key, value, False
        for source in merged:
            if not isinstance(source, Mapping):
                self.fail(source, f"<< merges a mapping, not {described(source)}")
            left[0] -= 1
            if left[0] < 0:
                self.fail(source, f"more than {_MAX_MERGED} mappings are merged here")
            for key, value, _ in self._pairs(source, left):
                yield key, value, True

    def is_text(self, node: Node) -> bool:
        """Whether the node stands for a text: a single value, or `{env: NAME}`."""
        return isinstance(node, Scalar) or self._variable(node) is not None

    def _variable(self, node: Node) -> Node | None:
        """What names the variable in `{env: NAME}`."""
        if isinstance(node, Mapping) and len(node.pairs) == 1:
            key, value = node.pairs[0]
            if isinstance(key, Scalar) and key.value == "env" and isinstance(value, Scalar):
                return value
        return None

    def text(self, node: Node, what: str, *kinds: str, may_be_empty: bool = False) -> str:
        """A text: as written, or out of the host's environment where it says `{env: NAME}`.

        Args:
            kinds: of single values that are taken as they are written, beside texts.
        """
        variable = self._variable(node)
        if variable is not None:
            name = self.text(variable, "env")
            if name not in self._environment:
                self.fail(node, f"{what}: the environment variable {name} is not set")
            return self._checked(node, what, self._environment[name], may_be_empty)
        if not isinstance(node, Scalar) or node.kind not in ("text", *kinds):
            hint = ""
            if isinstance(node, Scalar) and node.kind != "nothing":
                hint = f'; put it in quotes: "{node.value}"'
            self.fail(node, f"{what} is a text or {self._env_form}, not {described(node)}{hint}")
        return self._checked(node, what, node.value, may_be_empty)

    def _checked(self, node: Node, what: str, value: str, may_be_empty: bool = True) -> str:
        """`value`, if it can be handed to another process or be the name of a file."""
        if not value and not may_be_empty:
            self.fail(node, f"{what} is empty")
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(node, f"{what} holds half a character")
        if "\0" in value:
            self.fail(node, f"{what} holds the character NUL")
        return value

    def flag(self, node: Node, what: str) -> bool:
        """`true` or `false`."""
        word = node.value.lower() if isinstance(node, Scalar) and node.kind == "flag" else ""
        if word not in (*_TRUE, *_FALSE):
            self.fail(node, f"{what} is true or false, not {_shown(node)}")
        return word in _TRUE

    def number(self, node: Node, what: str) -> float:
        """A number greater than zero."""
        value = _number(node)
        if value is None or not value > 0:
            self.fail(node, f"{what} is a number greater than 0, not {_shown(node)}")
        return float(value)

    def whole_number(self, node: Node, what: str, most: int) -> int:
        """A whole number from 1 to `most`; it may come out of the environment."""
        if self._variable(node) is not None:
            text = self.text(node, what)
            value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
            told = f'"{text}"'
        else:
            number = _number(node)
            value, told = number if isinstance(number, int) else None, _shown(node)
        if value is None or not 1 <= value <= most:
            self.fail(node, f"{what} is a whole number from 1 to {most}, not {told}")
        return value

    def choice(self, node: Node, what: str, choices: Iterable[str]) -> str:
        """One of a few words."""
        value, words = self.text(node, what), list(choices)
        if value not in words:
            known = f"{', '.join(words[:-1])} or {words[-1]}" if words[1:] else words[0]
            self.fail(node, f"{what} is {known}, not {value}")
        return value

    def plain(self, node: Node, what: str) -> Any:
        """Anything at all, as JSON has it."""
        left = [_MAX_VALUES]
        return self._plain(node, what, left)

    def _plain(self, node: Node, what: str, left: list[int]) -> Any:
        left[0] -= 1
        if left[0] < 0:
            self.fail(node, f"{what} has more than {_MAX_VALUES} values")
        if isinstance(node, Sequence):
            return [self._plain(item, what, left) for item in node.items]
        if isinstance(node, Mapping):
            entries = self.mapping(node, what, None)
            return {key: self._plain(entry.value, what, left) for key, entry in entries.items()}
        assert isinstance(node, Scalar)
        if node.kind == "nothing":
            return None
        if node.kind == "flag":
            return self.flag(node, what)
        number = _number(node)
        return self._checked(node, what, node.value) if number is None else number


def _number(node: Node) -> int | float | None:
    """The node's number, if it is a finite one as JSON knows them."""
    if not isinstance(node, Scalar) or node.kind not in ("whole number", "number"):
        return None
    try:
        value = int(node.value) if node.kind == "whole number" else float(node.value)
    except ValueError:
        return None
    return value if abs(value) < 1e300 else None


def _shown(node: Node) -> str:
    if not isinstance(node, Scalar) or not node.value:
        return described(node)
    if node.kind != "text":
        return node.value
    quoted = f'"{node.value}"'
    return f"the text {quoted}: leave the quotes out" if node.value.isdigit() else quoted
