"""Text that every database and every terminal can hold."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """A JSON-able value without lone surrogates: each is written out, as in `\\\\udce9`.

    Python reads such from file names that are not UTF-8; nothing can encode them.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


def may_hold_surrogates(ascii_json: str) -> bool:
    """Whether JSON, escaped to ASCII, is worth a closer look; true of harmless emoji as well."""
    return "\\ud" in ascii_json or "\\uD" in ascii_json
