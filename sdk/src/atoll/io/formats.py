"""Formats: how a value of each kind becomes a file, and a file a value.

A format is chosen by the value's exact type: what cannot come back the same is pickled.
"""

from __future__ import annotations

import io
import json
import pickle
import sys
from typing import Any, Dict, Mapping, Optional, Set

from atoll.errors import StoredValueError
from atoll.io.annotations import POLARS, frame_kind
from atoll.io.places import Target

PARQUET, JSON, BYTES, PICKLE, NONE = "parquet", "json", "bytes", "pickle", "none"
SUFFIX = {PARQUET: ".parquet", JSON: ".json", BYTES: ".bin", PICKLE: ".pickle"}

_PLAIN = frozenset([str, int, float, bool, type(None)])


def format_of(value: Any) -> str:
    """The format in which `value` is stored."""
    if value is None:
        return NONE
    kind = type(value)
    if kind is bytes:
        return BYTES
    if is_json(value):
        return JSON
    return PARQUET if frame_kind(kind) else PICKLE


def is_json(value: Any) -> bool:
    """Whether `value` comes back from JSON the same: exact types only, names are strings."""
    stack = [value]
    seen: Set[int] = set()
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind in _PLAIN:
            continue
        if kind is not dict and kind is not list:
            return False
        if id(item) in seen:  # shared or cyclic: JSON would tell it apart
            return False
        seen.add(id(item))
        if kind is dict:
            if not all(type(key) is str for key in item):
                return False
            stack.extend(item.values())
        else:
            stack.extend(item)
    return True


def write_bytes(target: Target, data: bytes) -> None:
    """Write to a path or into memory."""
    if isinstance(target, str):
        with open(target, "wb") as file:
            file.write(data)
    else:
        target.write(data)


def read_bytes(target: Target) -> bytes:
    """Read from a path or from memory."""
    if isinstance(target, str):
        with open(target, "rb") as file:
            return file.read()
    return target.read()


def dump_json(value: Any) -> Optional[bytes]:
    """`value` as JSON; None where it cannot: half characters, which JSON may put together,
    or nested too deep.
    """
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return None


class _Pickler(pickle.Pickler):
    """Notes the top-level modules of everything that it pickles."""

    def __init__(self, file: Any):
        super().__init__(file, protocol=4)
        self.modules: Set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        module = getattr(obj if isinstance(obj, type) else type(obj), "__module__", None)
        if isinstance(module, str):
            self.modules.add(module.partition(".")[0])
        return NotImplemented


class Pickled:
    """A pickle, and the environment that wrote it."""

    def __init__(self, value: Any):
        buffer = io.BytesIO()
        pickler = _Pickler(buffer)
        try:
            pickler.dump(value)
        except Exception as error:
            deep = isinstance(error, RecursionError)
            reason = "it is nested too deep" if deep else str(error)
            raise StoredValueError(
                "a value of type %s cannot be stored: %s" % (type(value).__qualname__, reason),
                code="value.not_storable",
                hint=_object_columns(value)
                or "return a data frame, JSON-able data, bytes or an object that pickles; or "
                "store it yourself and return MaterializeResult()",
            ) from error
        self.data = buffer.getvalue()
        self.libraries = _versions(pickler.modules)


def _object_columns(value: Any) -> Optional[str]:
    """What to do about a Polars frame with Python objects in it; None for anything else."""
    if frame_kind(type(value)) != POLARS:
        return None
    names = [name for name, kind in value.schema.items() if str(kind) == "Object"]
    if not names:
        return None
    return (
        "Polars can write no column of Python objects: give %s a type of its own, "
        "or leave it out" % ", ".join("'%s'" % name for name in names)
    )


def unpickle(data: bytes, manifest: Mapping[str, Any], asset: str) -> Any:
    """The value, if the environment that wrote it is close enough to this one.

    Raises:
        StoredValueError: `value.foreign_pickle`, it is not; `value.unreadable`, it is broken.
    """
    reason = _foreign(manifest)
    if reason is not None:
        raise StoredValueError(
            "the value of '%s' is a pickle (of %s) written by %s; this is %s: %s"
            % (
                asset,
                manifest.get("type", "an object"),
                _environment(manifest.get("python"), manifest.get("libraries")),
                _environment(python_version(), _versions(set(manifest.get("libraries") or {}))),
                reason,
            ),
            code="value.foreign_pickle",
            hint="have '%s' return a data frame, JSON-able data or bytes, which any environment "
            "reads; or give both locations the same versions, and materialize it again" % asset,
        )
    try:
        return pickle.loads(data)
    except Exception as error:
        raise StoredValueError(
            "the value of '%s' cannot be unpickled: %s: %s" % (asset, type(error).__name__, error),
            code="value.unreadable",
            hint="the code that defines its type must be importable in this location too",
        ) from error


def python_version() -> str:
    """Major and minor version of this interpreter."""
    return "%d.%d" % sys.version_info[:2]


def _foreign(manifest: Mapping[str, Any]) -> Optional[str]:
    wrote = manifest.get("python")
    if wrote != python_version():
        return "the versions of Python differ"
    for name, version in (manifest.get("libraries") or {}).items():
        have = _version(name)
        if have is None:
            return "%s is missing here" % name
        if have.split(".")[0] != version.split(".")[0]:
            return "the major versions of %s differ" % name
    return None


def _environment(python: Any, libraries: Optional[Mapping[str, str]]) -> str:
    names = ["Python %s" % python]
    names += ["%s %s" % item for item in sorted((libraries or {}).items())]
    return ", ".join(names)


def _versions(modules: Set[str]) -> Dict[str, str]:
    found = {name: _version(name) for name in sorted(modules)}
    return {name: version for name, version in found.items() if version is not None}


def _version(name: str) -> Optional[str]:
    """The version of a library; None where it is missing or has none (the user's own code)."""
    if name in ("builtins", "__main__", "atoll"):
        return None
    module = sys.modules.get(name)
    if module is None:
        try:
            module = __import__(name)
        except Exception:
            return None
    version = getattr(module, "__version__", None)
    file = getattr(module, "__file__", None) or ""
    installed = "site-packages" in file or "dist-packages" in file
    return version if installed and isinstance(version, str) else None
