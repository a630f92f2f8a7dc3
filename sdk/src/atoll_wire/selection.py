"""The selection grammar: which assets a run, a job or a filter is about.

    sales/orders   "any text"   key:"raw*"   *          keys; behind `key:`, `*` is any text
    +x   x+   2+x   x+2   +x+                           with upstream, downstream, or so many layers
    group: tag: kind: owner: code_location:             by attribute; `tag:name=value`, `<null>`
    not x   x and y   x or y   (x)   roots(x)  sinks(x) combined; `,` means `or`

`parse` gives a syntax tree, whose `str` is the text again; `resolve` finds what it selects, in
time linear in the assets. Both sides of the protocol use it: it knows neither of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    Set,
    Tuple,
    Union,
)

from atoll_wire.selection_error import SelectionError as SelectionError
from atoll_wire.selection_error import doubled, starred

ATTRIBUTES = ("key", "group", "tag", "kind", "owner", "code_location")
NULL = "<null>"
MAX_DEPTH = 50
"""Parentheses and `not`s may be nested so deep."""


@dataclass(frozen=True)
class All:
    """Every asset."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True)
class Attribute:
    """Assets by key or attribute; the key of an `Attribute("key", ...)` may hold `*`."""

    name: str
    value: Optional[str]
    """None: those that have none."""
    tag_value: Optional[str] = None

    def __str__(self) -> str:
        value = NULL if self.value is None else quoted(self.value)
        if self.name == "tag" and self.tag_value is not None:
            value += "=" + quoted(self.tag_value)
        return "%s:%s" % (self.name, value)


@dataclass(frozen=True)
class Key:
    """One asset, which must exist."""

    key: str

    def __str__(self) -> str:
        return quoted(self.key)


@dataclass(frozen=True)
class Traverse:
    """A selection with what is upstream and downstream of it."""

    inner: Any
    up: Optional[int] = 0
    """Layers upstream; None for all."""
    down: Optional[int] = 0

    def __str__(self) -> str:
        up = "" if self.up == 0 else "%s+" % ("" if self.up is None else self.up)
        down = "" if self.down == 0 else "+%s" % ("" if self.down is None else self.down)
        inner = str(self.inner)
        bare = _written(self.inner)
        if isinstance(bare, Key):  # beside a bare key, Python's `+` means one layer
            inner = "key:" + inner
        elif not isinstance(bare, (All, Attribute, Function)):
            inner = "(%s)" % inner
        return up + inner + down


@dataclass(frozen=True)
class Function:
    """`roots(x)` or `sinks(x)`: those of a selection without others of it up- or downstream."""

    name: str
    inner: Any

    def __str__(self) -> str:
        return "%s(%s)" % (self.name, self.inner)


@dataclass(frozen=True)
class Made:
    """Those of a selection that a location makes; written like the selection itself."""

    inner: Any

    def __str__(self) -> str:
        return str(self.inner)


@dataclass(frozen=True)
class Not:
    """All others."""

    inner: Any

    def __str__(self) -> str:
        inner = str(self.inner)
        is_group = isinstance(_written(self.inner), (And, Or))
        return "not %s" % ("(%s)" % inner if is_group else inner)


@dataclass(frozen=True)
class And:
    """Those in every operand."""

    operands: Tuple[Any, ...]

    def __str__(self) -> str:
        return " and ".join(
            "(%s)" % o if isinstance(_written(o), (And, Or)) else str(o) for o in self.operands
        )


@dataclass(frozen=True)
class Or:
    """Those in any operand."""

    operands: Tuple[Any, ...]

    def __str__(self) -> str:
        return " or ".join(
            "(%s)" % o if isinstance(_written(o), Or) else str(o) for o in self.operands
        )


def _written(node: Any) -> Any:
    """What stands where a selection is written as text."""
    while isinstance(node, Made):
        node = node.inner
    return node


Selection = Union[All, Attribute, Key, Traverse, Function, Made, Not, And, Or]

_PLAIN = re.compile(r"[A-Za-z0-9_.@/\-]+\Z")
_WORDS = ("and", "or", "not")
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |"(?P<quoted>(?:[^"\\]|\\.)*)"
    |(?P<null><null>)
    |(?P<name>(?:\\[\\/]|[A-Za-z0-9_.@/\-*])+)
    |(?P<mark>[+():=,])""",
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def quoted(text: str) -> str:
    """`text` as a name in a selection: plain where that is unambiguous, else in quotes."""
    if _PLAIN.match(text) and text.lower() not in _WORDS and not text.isdigit():
        return text
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def parse(text: str) -> Selection:
    """The syntax tree of a selection.

    Raises:
        SelectionError: `selection.*`, with the column and what could have stood there.
    """
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str):
        self.text = text
        self.tokens = self._tokens()
        self.at = 0
        self.depth = 0

    def parse(self) -> Selection:
        if self.tokens[0].kind == "end":
            raise self._error("the selection is empty", ["an asset key", "'*'"])
        found = self._or()
        token = self.tokens[self.at]
        if token.kind != "end":
            raise self._error("'%s' cannot stand here" % token.text, ["'and'", "'or'", "the end"])
        return found

    def _tokens(self) -> List[_Token]:
        found, at = [], 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                character = self.text[at]
                what = (
                    "a quotation mark is not closed"
                    if character == '"'
                    else "%r is not part of a selection" % character
                )
                raise SelectionError(
                    "selection.syntax", what, self.text, at + 1, ["names in double quotes"]
                )
            kind = match.lastgroup or ""
            if kind != "space":
                found.append(_Token(kind, match.group(kind), at + 1))
            at = match.end()
        found.append(_Token("end", "", len(self.text) + 1))
        return found

    def _error(self, message: str, expected: Sequence[str]) -> SelectionError:
        column = self.tokens[self.at].column
        return SelectionError("selection.syntax", message, self.text, column, expected)

    def _word(self) -> str:
        token = self.tokens[self.at]
        return token.text.lower() if token.kind == "name" else ""

    def _mark(self, mark: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "mark" and token.text == mark

    def _or(self) -> Selection:
        operands = [self._and()]
        while self._word() == "or" or self._mark(","):
            self.at += 1
            operands.append(self._and())
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _and(self) -> Selection:
        operands = [self._not()]
        while self._word() == "and":
            self.at += 1
            operands.append(self._not())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def _not(self) -> Selection:
        if self._word() == "not" and not self._is_key_named_like_a_word():
            self._deeper()
            self.at += 1
            found = Not(self._not())
            self.depth -= 1
            return found
        return self._traversal()

    def _is_key_named_like_a_word(self) -> bool:
        following = self.tokens[self.at + 1]
        return following.kind == "mark" and following.text == ":"

    def _traversal(self) -> Selection:
        up = self._up()
        inner = self._atom()
        down: Optional[int] = 0
        if self._mark("+"):
            plus = self.tokens[self.at]
            self.at += 1
            down = None
            token = self.tokens[self.at]
            if token.kind == "name" and token.text.isdigit() and token.column == plus.column + 1:
                down = self._layers(token)
                self.at += 1
            if self._mark("+"):
                name = str(inner) if isinstance(inner, Key) else "key"
                raise self._error("'+' twice", doubled(name, up=False))
        return inner if up == 0 and down == 0 else Traverse(inner, up, down)

    def _up(self) -> Optional[int]:
        token = self.tokens[self.at]
        if self._mark("+"):
            self.at += 1
            if self._mark("+"):
                raise self._error("'+' twice", doubled(self._following_name(), up=True))
            return None
        if token.kind != "name" or not token.text.isdigit() or not self._counts_layers(token):
            return 0
        self.at += 2
        return self._layers(token)

    def _counts_layers(self, number: _Token) -> bool:
        """Whether `1` counts layers, as in `1+x`; in `1+` and `1+2` it is a key."""
        plus = self.tokens[self.at + 1]
        if plus.text != "+" or plus.kind != "mark":
            return False
        behind = self.tokens[self.at + 2]
        apart = behind.column != plus.column + 1 or plus.column != number.column + len(number.text)
        if apart or not (behind.kind in ("name", "quoted") or behind.text == "("):
            return False
        return not (behind.kind == "name" and behind.text.isdigit())

    def _layers(self, token: _Token) -> int:
        if len(token.text) > 9:
            raise SelectionError(
                "selection.syntax", "so many layers cannot be counted", self.text, token.column
            )
        return int(token.text)

    def _atom(self) -> Selection:
        token = self.tokens[self.at]
        if self._mark("("):
            return self._parenthesis()
        if token.kind == "quoted":
            self.at += 1
            return Key(_unquoted(token.text))
        is_word = self._word() in _WORDS and not self._is_key_named_like_a_word()
        if token.kind != "name" or is_word:
            what = (
                "the selection ends too early"
                if token.kind == "end"
                else ("'%s' cannot stand here" % token.text)
            )
            raise self._error(what, ["an asset key", "an attribute such as 'group:'", "'('"])
        following = self.tokens[self.at + 1]
        if following.kind == "mark" and following.text == ":":
            return self._attribute(token)
        if following.text == "(" and following.kind == "mark" and token.text in ("roots", "sinks"):
            self.at += 1
            return Function(token.text, self._parenthesis())
        if token.text == "*":
            self.at += 1
            return All()
        if "*" in token.text:
            raise self._error("'*' inside a bare name", starred(token.text, quoted))
        self.at += 1
        return Key(token.text)

    def _following_name(self) -> str:
        token = next((t for t in self.tokens[self.at :] if t.text != "+"), self.tokens[-1])
        name = _unquoted(token.text) if token.kind == "quoted" else token.text
        return quoted(name) if token.kind in ("name", "quoted") else "key"

    def _parenthesis(self) -> Selection:
        self._deeper()
        self.at += 1
        found = self._or()
        if not self._mark(")"):
            raise self._error("a parenthesis is not closed", ["')'", "'and'", "'or'"])
        self.at += 1
        self.depth -= 1
        return found

    def _attribute(self, token: _Token) -> Selection:
        name = token.text.lower()
        if name not in ATTRIBUTES:
            raise SelectionError(
                "selection.unknown_attribute",
                "'%s:' is no attribute" % token.text,
                self.text,
                token.column,
                ["'%s:'" % known for known in ATTRIBUTES],
            )
        self.at += 2
        value = self._value("a value for '%s:'" % name)
        while name == "owner" and value is not None and self._mark(":"):  # team:NAME
            self.at += 1
            value += ":" + (self._value("the team's name") or "")
        if name == "key":
            if value is None:
                raise self._error("an asset always has a key", [])
            return Attribute("key", value) if "*" in value else Key(value)
        if name == "tag" and self._mark("="):
            self.at += 1
            return Attribute("tag", value, self._value("the tag's value") or "")
        return Attribute(name, value)

    def _value(self, what: str) -> Optional[str]:
        token = self.tokens[self.at]
        if token.kind == "null":
            self.at += 1
            return None
        if token.kind not in ("name", "quoted"):
            raise self._error("a value is missing", [what])
        self.at += 1
        return _unquoted(token.text) if token.kind == "quoted" else token.text

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            column = self.tokens[self.at].column
            raise SelectionError(
                "selection.too_deep",
                "more than %d parentheses and 'not's inside each other" % MAX_DEPTH,
                self.text,
                column,
            )


def _unquoted(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text)


def resolve(selections: Sequence[Union[str, Any]], graph: Mapping[str, Any]) -> List[str]:
    """The keys that any of the selections selects, in the graph's order.

    Args:
        selections: texts or syntax trees.
        graph: by key, objects with `deps`, `group`, `tags`, `kinds`, `owners`, and, where it is
            known, `location`; `is_materializable`, where a tree holds `Made`. If the graph has a
            mapping `dependents`, it is used.

    Raises:
        SelectionError: `selection.*`; a key that does not exist is an error, an attribute that no
            asset has selects nothing.
    """
    if isinstance(selections, str):
        selections = [selections]
    parsed = [parse(s) if isinstance(s, str) else s for s in selections]
    if not parsed:
        return []
    found = _Resolver(graph).find(parsed[0] if len(parsed) == 1 else Or(tuple(parsed)))
    if len(found) == 1:
        return list(found)
    return [key for key in graph if key in found]


class _Resolver:
    def __init__(self, graph: Mapping[str, Any]):
        self.graph = graph
        self._children: Optional[Mapping[str, Iterable[str]]] = getattr(graph, "dependents", None)

    def find(self, node: Any) -> Set[str]:
        if isinstance(node, Key):
            return {self._known(node.key)}
        if isinstance(node, All):
            return set(self.graph)
        if isinstance(node, Attribute):
            matches = _matcher(node)
            return {key for key, asset in self.graph.items() if matches(key, asset)}
        if isinstance(node, Traverse):
            return self._traverse(self.find(node.inner), node.up, node.down)
        if isinstance(node, Function):
            return self._ends(self.find(node.inner), node.name)
        if isinstance(node, Made):
            return {key for key in self.find(node.inner) if self.graph[key].is_materializable}
        if isinstance(node, Not):
            return set(self.graph) - self.find(node.inner)
        if isinstance(node, And):
            return self._intersection(node.operands)
        return self._union(node.operands)

    def _intersection(self, operands: Iterable[Any]) -> Set[str]:
        sets = sorted((self.find(operand) for operand in operands), key=len)
        return set.intersection(*sets)

    def _union(self, operands: Iterable[Any]) -> Set[str]:
        """Traversals of one kind start together: a thousand of them walk the graph once."""
        found: Set[str] = set()
        starts: Dict[Tuple[Optional[int], Optional[int]], Set[str]] = {}
        for operand in operands:
            if isinstance(operand, Traverse):
                starts.setdefault((operand.up, operand.down), set()).update(
                    self.find(operand.inner)
                )
            elif isinstance(operand, Key):
                found.add(self._known(operand.key))
            else:
                found |= self.find(operand)
        for (up, down), keys in starts.items():
            found |= self._traverse(keys, up, down)
        return found

    def _known(self, key: str) -> str:
        if key in self.graph:
            return key
        import difflib

        raise SelectionError(
            "selection.unknown_key",
            "there is no asset '%s'" % key,
            key,
            nearest=difflib.get_close_matches(key, list(self.graph), 3, 0.6),
        )

    def _traverse(self, keys: Set[str], up: Optional[int], down: Optional[int]) -> Set[str]:
        found = set(keys)
        if up != 0:
            found |= self._walk(keys, up, self._upstream)
        if down != 0:
            children = self.children
            found |= self._walk(keys, down, lambda key: children.get(key, ()))
        return found

    def _walk(
        self, keys: Set[str], layers: Optional[int], following: Callable[[str], Iterable[str]]
    ) -> Set[str]:
        seen, edge = set(keys), list(keys)
        while edge and layers != 0:
            beyond: List[str] = []
            for key in edge:
                for other in following(key):
                    if other not in seen and other in self.graph:
                        seen.add(other)
                        beyond.append(other)
            edge = beyond
            if layers is not None:
                layers -= 1
        return seen

    def _upstream(self, key: str) -> Iterable[str]:
        found: Iterable[str] = self.graph[key].deps
        return found

    @property
    def children(self) -> Mapping[str, Iterable[str]]:
        """The keys directly downstream of each key."""
        if self._children is None:
            made: Dict[str, List[str]] = {}
            for key, asset in self.graph.items():
                for dep in asset.deps:
                    made.setdefault(dep, []).append(key)
            self._children = made
        return self._children

    def _ends(self, keys: Set[str], name: str) -> Set[str]:
        if name == "roots":
            return {
                key for key in keys if not any(d in keys for d in self.graph[key].deps if d != key)
            }
        with_children = {dep for key in keys for dep in self.graph[key].deps if dep != key}
        return keys - with_children


def _matcher(node: Attribute) -> Callable[[str, Any], bool]:
    name, value = node.name, node.value
    if name == "key":
        parts = (value or "").split("*")
        return lambda key, asset: _glob(parts, key)
    if name == "group":
        return lambda key, asset: asset.group == value or (value is None and not asset.group)
    if name == "code_location":
        return lambda key, asset: getattr(asset, "location", None) == value
    if name == "tag":
        if value is None:
            return lambda key, asset: not asset.tags
        if node.tag_value is None:
            return lambda key, asset: value in asset.tags
        return lambda key, asset: asset.tags.get(value) == node.tag_value
    many = "kinds" if name == "kind" else "owners"
    if value is None:
        return lambda key, asset: not getattr(asset, many)
    return lambda key, asset: value in getattr(asset, many)


def _glob(parts: Sequence[str], text: str) -> bool:
    """Whether `text` is `parts` with anything in between; linear, unlike a regular expression."""
    if len(parts) == 1:
        return text == parts[0]
    first, last = parts[0], parts[-1]
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in parts[1:-1]:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
