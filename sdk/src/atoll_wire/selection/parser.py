"""Reads selections."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Sequence

from atoll_wire.selection.tree import (
    WORDS,
    All,
    And,
    Attribute,
    Function,
    Key,
    Not,
    Or,
    Selection,
    Traverse,
    quoted,
)
from atoll_wire.selection_error import SelectionError, doubled, starred

ATTRIBUTES = ("key", "group", "tag", "kind", "owner", "code_location")
MAX_DEPTH = 50
"""Parentheses and `not`s may be nested so deep."""
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
        is_word = self._word() in WORDS and not self._is_key_named_like_a_word()
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
