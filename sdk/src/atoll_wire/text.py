"""Text that can be written as UTF-8, out of text that cannot.

A lone surrogate is how Python shows a byte of a file's name that is no UTF-8. JSON carries it,
while databases, terminals and browsers refuse it.
"""

from __future__ import annotations

from typing import Any


def is_clean(text: str) -> bool:
    """Whether `text` can be written as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def escaped(text: str) -> str:
    """`text` with each lone surrogate written out, as in `\\\\udcff`."""
    return text if is_clean(text) else text.encode("utf-8", "backslashreplace").decode()


def all_escaped(value: Any) -> Any:
    """`value` with the text in it escaped: keys and values, however deep."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, dict):
        return {all_escaped(key): all_escaped(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [all_escaped(item) for item in value]
    return value
