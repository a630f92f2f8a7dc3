"""The default IO manager: stores by type, loads by annotation.

One folder per asset below the deployment's values: a file with the value, and `@value.json`,
which points to it and is replaced at once. What it does not point to is not a value.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Dict, List, Mapping, Optional, Tuple

from atoll.errors import MissingValueError, StoredValueError
from atoll.io import formats, frames
from atoll.io.annotations import frame_kind, matches, type_name, wanted_frames
from atoll.io.contexts import InputContext, OutputContext, called, place_in_run, written_by
from atoll.io.manager import IOManager
from atoll.io.partitioned import load_each, store_each
from atoll.io.places import Place, place_of

VERSION = 1
OF_RUNS = "@runs"
"""The folder, among those of assets, with the values that are passed between steps of a run."""


class TypedIOManager(IOManager):
    """Stores data frames as Parquet, JSON-able values as JSON, bytes as they are, the rest pickled.

    Args:
        values_url: a folder or fsspec URL; the deployment's own where it is empty.
    """

    def __init__(self, values_url: str = ""):
        self.values_url = values_url

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store the value under a name of its own, then point to it.

        Raises:
            StoredValueError: `value.not_storable`, it does not even pickle.
        """
        told: List[Tuple[str, Optional[int]]] = []
        store_each(context, obj, lambda one, value: told.append(self._store(one, value)))
        rows = [count for _, count in told if count is not None]
        if rows:
            context.add_output_metadata({"atoll/row_count": sum(rows)})
        if len(told) == 1 and told[0][0]:
            from atoll.definitions.metadata.values import MetadataValue

            context.add_output_metadata({"path": MetadataValue.path(told[0][0])})

    def _store(self, context: OutputContext, obj: Any) -> Tuple[str, Optional[int]]:
        """Store one value; gives where it lies, if it has a file, and its rows, if it has some."""
        place = self._place(context)
        token = "@%s" % os.urandom(8).hex()
        try:
            name, manifest = _write(place, token, obj, context)
            manifest.update(
                version=VERSION,
                file=name,
                token=token,
                written_at=time.time(),
                **written_by(context),
            )
            text = json.dumps(manifest, separators=(",", ":")).encode()
            with context.uninterruptible():
                before = place.manifest()
                place.publish(name, text)
                _remove_former(place, before, name)
        except BaseException:
            if not _points_to(place, token):
                for suffix in formats.SUFFIX.values():
                    place.discard(token + suffix)
            raise
        return place.describe(name) if name else "", frames.row_count(obj)

    def load_input(self, context: InputContext) -> Any:
        """The value, as the type that the parameter is annotated with.

        Raises:
            StoredValueError: `value.*`, there is none, or it cannot be had as that type here.
        """
        return load_each(context, self._load)

    def _load(self, context: InputContext) -> Any:
        place = self._place(context)
        asset = called(context)
        for attempt in range(5):
            manifest = _manifest(place, asset, context)
            try:
                return _read(place, manifest, asset, context.annotation)
            except FileNotFoundError:
                if attempt == 4:  # each time replaced between pointer and file: not a coincidence
                    raise _broken(place, asset, "its file is missing") from None
        raise AssertionError("unreachable")

    def _place(self, context: Any) -> Place:
        url = self.values_url or context.values_url
        if not context.has_asset_key:
            return place_of("%s/%s" % (url.rstrip("/"), OF_RUNS), place_in_run(context))
        partition = context.asset_partition_key if context.has_asset_partitions else None
        return place_of(url, context.asset_key.path, partition)


def _write(
    place: Place, name: str, value: Any, context: OutputContext
) -> Tuple[str, Dict[str, Any]]:
    """Write the value's file, if it has one; gives its name and what the pointer says of it."""
    kind = formats.format_of(value)
    manifest: Dict[str, Any] = {
        "type": frame_kind(type(value)) or _type_of(value),
        "python": formats.python_version(),
    }
    if kind == formats.NONE:
        manifest["format"] = kind
        return "", manifest
    if kind == formats.PARQUET:
        try:
            file = name + formats.SUFFIX[kind]
            size = place.write(file, lambda target: frames.write_parquet(value, target))
            manifest.update(format=kind, size=size)
            return file, manifest
        except frames.NotParquet as reason:
            place.discard(name + formats.SUFFIX[kind])
            context.log.warning("%s: %s", called(context), reason)
            kind = formats.PICKLE
    data = formats.dump_json(value) if kind == formats.JSON else None
    if kind == formats.BYTES:
        data = value
    if data is None:
        kind = formats.PICKLE
        pickled = formats.Pickled(value)
        data = pickled.data
        manifest["libraries"] = pickled.libraries
    file = name + formats.SUFFIX[kind]
    size = place.write(file, lambda target: formats.write_bytes(target, data or b""))
    manifest.update(format=kind, size=size)
    return file, manifest


def _read(place: Place, manifest: Mapping[str, Any], asset: str, annotation: Any) -> Any:
    kind, name = manifest["format"], manifest["file"]
    wanted = wanted_frames(annotation)
    if kind == formats.NONE:
        value: Any = None
    elif place.size(name) != manifest["size"]:
        raise _broken(place, asset, "its file is not whole")
    elif kind == formats.PARQUET:
        value = frames.read_parquet(place.target(name), wanted, manifest["type"], asset)
    elif kind == formats.JSON:
        try:
            value = json.loads(formats.read_bytes(place.target(name)))
        except RecursionError:
            raise _broken(place, asset, "it is nested too deep for this Python") from None
    elif kind == formats.BYTES:
        value = formats.read_bytes(place.target(name))
    else:
        value = formats.unpickle(formats.read_bytes(place.target(name)), manifest, asset)
    if not matches(value, annotation):
        raise StoredValueError(
            "the value of '%s' is a %s, but the parameter wants %s"
            % (asset, manifest.get("type"), type_name(annotation)),
            code="value.wrong_type",
            hint="annotate the parameter with what '%s' returns, or materialize it again" % asset,
        )
    return value


def _manifest(place: Place, asset: str, context: InputContext) -> Dict[str, Any]:
    text = place.manifest()
    if text is None:
        raise MissingValueError(
            "the asset '%s' has no stored value" % asset,
            code="value.missing",
            hint=context.missing_hint() or "materialize '%s' first" % asset,
        )
    try:
        found: Dict[str, Any] = json.loads(text)
        version = found["version"]
    except (ValueError, KeyError, TypeError):
        raise _broken(place, asset, "its pointer is not readable") from None
    if version > VERSION:
        raise _broken(place, asset, "it was written by a newer Atoll")
    return found


def _remove_former(place: Place, before: Any, name: str) -> None:
    try:
        former = json.loads(before)["file"] if before else ""
    except (ValueError, KeyError, TypeError):
        return
    if former and former != name:
        place.remove(former)


def _points_to(place: Place, name: str) -> bool:
    text = place.manifest()
    return text is not None and name.encode() in text


def _type_of(value: Any) -> str:
    kind = type(value)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else "%s.%s"
        % (
            kind.__module__,
            kind.__qualname__,
        )
    )


def _broken(place: Place, asset: str, reason: str) -> StoredValueError:
    return StoredValueError(
        "the value of '%s' cannot be read: %s (%s)" % (asset, reason, place.describe("")),
        code="value.unreadable",
        hint="materialize '%s' again" % asset,
    )
