"""What is said of a selection that cannot be read."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence


class SelectionError(ValueError):
    """A selection that cannot be read, or names an asset that does not exist.

    Attributes:
        code: `selection.syntax`, `selection.too_deep`, `selection.unknown_attribute` or
            `selection.unknown_key`.
        text: the selection.
        column: where in it, counted from 1.
        expected: what could stand there.
        nearest: existing names like the unknown one.
    """

    def __init__(
        self,
        code: str,
        message: str,
        text: str = "",
        column: Optional[int] = None,
        expected: Sequence[str] = (),
        nearest: Sequence[str] = (),
    ):
        super().__init__(code, message, text, column, expected, nearest)
        self.code = code
        self.message = message
        self.text = text
        self.column = column
        self.expected = list(expected)
        self.nearest = list(nearest)

    def __str__(self) -> str:
        parts = [self.message]
        if self.column is not None:
            parts.append(" at column %d" % self.column)
        if self.expected:
            verb = "" if self.expected[0].startswith("write ") else "expected "
            parts.append("; %s%s" % (verb, " or ".join(self.expected)))
        if self.nearest:
            parts.append("; did you mean %s?" % " or ".join("'%s'" % n for n in self.nearest))
        return "".join(parts)


def starred(text: str, quoted: Callable[[str], str]) -> List[str]:
    """For `*key` and `key*`: what to write; older grammars have them for `+key` and `key+`."""
    name, match = text.strip("*"), 'key:"%s" to match names' % text
    if not name or "*" in name:
        return [match, "'+' to traverse"]
    up, down = text.startswith("*"), text.endswith("*")
    if not up and not down:
        return [match, "'+' to traverse"]
    where = "on both sides" if up and down else "upstream" if up else "downstream"
    plain = quoted(name)
    written = "%s%s%s" % ("+" if up else "", plain, "+" if down else "")
    return ["write %s for everything %s of %s" % (written, where, plain), match]


def doubled(name: str, up: bool) -> List[str]:
    """For `++key` and `key++`: what to write; older grammars have them for two layers."""
    two, every = ("2+%s", "+%s") if up else ("%s+2", "%s+")
    where = "upstream" if up else "downstream"
    return [
        "write %s for two layers %s" % (two % name, where),
        "%s for everything %s" % (every % name, where),
    ]
