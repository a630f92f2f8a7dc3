"""Asset keys as user code writes them."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple, Union

from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError
from atoll_wire.keys import join_key, split_key


class AssetKey:
    """The name of an asset: one or several parts.

    Args:
        path: the parts; a string is split at `/`, so `AssetKey("a/b")` is `AssetKey(["a", "b"])`.
            A `/` inside a part is written `\\\\/`.
    """

    __slots__ = ("_parts", "_text")

    def __init__(self, path: Union[str, Sequence[str]]):
        if isinstance(path, str):
            parts: Tuple[str, ...] = (path,) if _is_plain(path) else split_key(path)
        else:
            parts = tuple(path)
        for part in parts:
            if not isinstance(part, str) or not part:
                raise _bad_key(path)
        if not parts:
            raise _bad_key(path)
        self._parts = parts
        self._text = parts[0] if len(parts) == 1 and _is_plain(parts[0]) else join_key(parts)

    @property
    def path(self) -> List[str]:
        """The parts."""
        return list(self._parts)

    @property
    def parts(self) -> List[str]:
        """The parts."""
        return list(self._parts)

    def to_user_string(self) -> str:
        """The written form: `a/b`."""
        return self._text

    def to_python_identifier(self, suffix: str = "") -> str:
        """The parts joined by `__`, fit to name a step."""
        name = "__".join(self._parts).replace("-", "_").replace(".", "_")
        return "%s__%s" % (name, suffix) if suffix else name

    def has_prefix(self, prefix: Sequence[str]) -> bool:
        """Whether the first parts are those of `prefix`."""
        return self._parts[: len(prefix)] == tuple(prefix)

    def with_prefix(self, prefix: Union[str, Sequence[str]]) -> AssetKey:
        """The key with more parts in front."""
        return AssetKey(prefix_parts(prefix) + self._parts)

    @staticmethod
    def from_user_string(text: str) -> AssetKey:
        """The key that is written `text`; the inverse of `to_user_string`."""
        return AssetKey(text)

    def to_escaped_user_string(self) -> str:
        r"""The written form, in which a `/` or `\` inside a part follows a `\`."""
        parts = (part.replace("\\", "\\\\").replace("/", "\\/") for part in self._parts)
        return "/".join(parts)

    @staticmethod
    def from_escaped_user_string(text: str) -> AssetKey:
        """The inverse of `to_escaped_user_string`."""
        return AssetKey(text)

    def to_string(self) -> str:
        """The parts as a JSON list."""
        import json

        return json.dumps(self.path)

    @staticmethod
    def from_coercible_or_definition(value: Any) -> AssetKey:
        """The same as `from_coercible`."""
        return AssetKey.from_coercible(value)

    @staticmethod
    def from_coercible(value: Any) -> AssetKey:
        """The key meant by a string, a list of parts, a key, or an asset that has one key."""
        if isinstance(value, AssetKey):
            return value
        if isinstance(value, str):
            return AssetKey(value)
        if isinstance(value, (list, tuple)):
            return AssetKey(value)
        key = getattr(value, "key", None) or getattr(value, "asset_key", None)
        if isinstance(key, AssetKey):
            return key
        raise _bad_key(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetKey) and self._text == other._text

    def __lt__(self, other: AssetKey) -> bool:
        return self._parts < other._parts

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "AssetKey(%r)" % (list(self._parts),)

    def __reduce__(self) -> Tuple[Any, ...]:
        return AssetKey, (self._parts,)


CoercibleToAssetKey = Union[AssetKey, str, Sequence[str]]
"""What may be given for a key: itself, text written `a/b`, or its parts."""
CoercibleToAssetKeyPrefix = Union[str, Sequence[str]]


def prefix_parts(prefix: Union[str, Sequence[str], None]) -> Tuple[str, ...]:
    """The parts of a `key_prefix` argument; none for None."""
    if prefix is None:
        return ()
    return split_key(prefix) if isinstance(prefix, str) else tuple(prefix)


def _is_plain(text: str) -> bool:
    return "/" not in text and "\\" not in text


def _bad_key(value: Any) -> DefinitionError:
    return DefinitionError(
        "%r is not an asset key" % (value,),
        code="definition.bad_key",
        hint="write a name, a path such as 'sales/orders', a list of parts, or an AssetKey; "
        "no part may be empty",
        source=caller_source(),
    )
