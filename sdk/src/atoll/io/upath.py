"""`UPathIOManager`: the base of IO managers that keep each value in a file of its own.

Paths are `pathlib`'s, or `UPath`s of universal_pathlib, which lead to any fsspec file system.
Knows where values lie and which of them are wanted; subclasses know how one is written and read.
"""

from __future__ import annotations

import asyncio
import inspect
from abc import abstractmethod
from pathlib import Path, PurePath
from typing import Any, ClassVar, Coroutine, Dict, List, Optional, Tuple, Union

from atoll.definitions.metadata.values import MetadataValue
from atoll.errors import ParameterError, StoredValueError
from atoll.io.contexts import InputContext, OutputContext
from atoll.io.manager import IOManager

Context = Union[InputContext, OutputContext]


class UPathIOManager(IOManager):
    """Keeps each value in a file below `base_path`; subclasses say how one is written and read.

    The value of an asset lies at its key (`["shop", "orders"]`: `shop/orders` and `extension`),
    that of one of its partitions below (`shop/orders/2026-01-01`), with a folder for each
    dimension but the last where there are several; that of an op's output at
    `RUN_ID/STEP/OUTPUT`. An input that needs several partitions is given a dict from their keys
    to their values; with `metadata={"allow_missing_partitions": True}` those without a value
    are left out of it. Where a run makes several partitions at once, their values are stored from
    such a mapping.

    Args:
        base_path: the folder; the current one by default.

    Attributes:
        extension: what each file's name ends with, such as `.json`; nothing by default.

    Raises:
        ParameterError: `parameter.bad_extension`, the class's `extension` has no dot.
    """

    extension: ClassVar[Optional[str]] = None

    def __init__(self, base_path: Any = None):
        if self.extension and "." not in self.extension:
            raise ParameterError(
                "%s.extension is '%s', without a dot" % (type(self).__name__, self.extension),
                code="parameter.bad_extension",
                hint="write '.%s'" % self.extension,
            )
        self._base_path: Any = path_of("." if base_path is None else base_path)

    # What subclasses say

    @abstractmethod
    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Write a value to a file; the folder is there.

        Args:
            context: of the output.
            obj: the value.
            path: the file, as a `UPath` or `pathlib.Path`.
        """

    @abstractmethod
    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """Read a value from a file; may be a coroutine function, for many partitions at a time.

        Args:
            context: of the input.
            path: the file, as a `UPath` or `pathlib.Path`.

        Raises:
            FileNotFoundError: there is no such file; let it through.
        """

    def get_metadata(self, context: OutputContext, obj: Any) -> Dict[str, Any]:
        """Facts about a value that was stored; its path is told anyway.

        Args:
            context: of the output.
            obj: the value.
        """
        return {}

    def make_safe_partition_path(self, base_path: Any, partition: str) -> Any:
        """A partition's path below its asset's; a `/` in front would lead elsewhere.

        Args:
            base_path: the asset's, without the extension.
            partition: the key, or the path that it stands for.
        """
        return base_path / _relative(partition)

    def get_path_for_partition(self, context: Context, path: Any, partition: str) -> Any:
        """Where a partition lies; override it for another layout.

        Args:
            context: of the value.
            path: of the asset, without extension.
            partition: its key; with several dimensions, their keys with `/` between, in the
                order of the dimensions' names.
        """
        return self.make_safe_partition_path(path, partition)

    def get_asset_relative_path(self, context: Context) -> Any:
        """Where an asset lies below the base, without extension."""
        return PurePath(*context.asset_key.path)

    def get_op_output_relative_path(self, context: Context) -> Any:
        """Where an op's output lies below the base, without extension."""
        return PurePath(*context.get_identifier())

    def unlink(self, path: Any) -> None:
        """Remove a file."""
        path.unlink()

    def path_exists(self, path: Any) -> bool:
        """Whether there is such a file."""
        return bool(path.exists())

    def make_directory(self, path: Any) -> None:
        """Make a folder, where it is missing; does nothing where a store has none."""
        path.mkdir(parents=True, exist_ok=True)

    def get_loading_input_log_message(self, path: Any) -> str:
        """What is logged before a value is read."""
        return "Loading from %s with %s." % (path, type(self).__name__)

    def get_writing_output_log_message(self, path: Any) -> str:
        """What is logged before a value is written."""
        return "Writing to %s with %s." % (path, type(self).__name__)

    def get_loading_input_partition_log_message(self, path: Any, partition_key: str) -> str:
        """What is logged before a partition is read.

        Args:
            path: the file.
            partition_key: the partition.
        """
        return "Loading partition '%s' from %s with %s." % (
            partition_key,
            path,
            type(self).__name__,
        )

    def get_missing_partition_log_message(self, partition_key: str) -> str:
        """What is logged where a partition without a value is left out."""
        return "Partition '%s' has no value, and is left out (allow_missing_partitions)." % (
            partition_key
        )

    # The file system

    @property
    def fs(self) -> Any:
        """The fsspec file system in which values lie."""
        found = getattr(self._base_path, "fs", None)
        if found is not None:
            return found
        from fsspec.implementations.local import LocalFileSystem

        return LocalFileSystem()

    @property
    def storage_options(self) -> Dict[str, Any]:
        """The options of that file system, as many libraries take them."""
        found = getattr(self._base_path, "storage_options", None)
        if found is None:  # universal_pathlib before 0.2
            found = getattr(self._base_path, "_kwargs", None)
        return dict(found or {})

    # Storing

    def has_output(self, context: OutputContext) -> bool:
        """Whether a value without partitions has been stored."""
        return self.path_exists(self._get_path(context))

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Write a value to its file; those of several partitions each to its own.

        Raises:
            StoredValueError: `value.several_partitions`, it is not a mapping from partitions.
        """
        if not _is_partitioned(context):
            self._store(context, obj, self._get_path(context))
            return
        paths = self._get_paths_for_partitions(context)
        values = {next(iter(paths)): obj} if len(paths) == 1 else _by_partition(context, paths, obj)
        self._become_partitioned(context, self._get_path(context))
        for key, path in paths.items():
            self._store(context, values[key], path, is_told=len(paths) == 1)
        if len(paths) > 1:
            folder = self._get_path_without_extension(context)
            context.add_output_metadata({"path": MetadataValue.path(str(folder))})

    def _store(self, context: OutputContext, obj: Any, path: Any, is_told: bool = True) -> None:
        self.make_directory(path.parent)
        context.log.debug(self.get_writing_output_log_message(path))
        self.dump_to_path(context=context, obj=obj, path=path)
        if is_told:
            # None mostly means that the function stores its data itself: no path to mislead
            facts = {} if obj is None else {"path": MetadataValue.path(str(path))}
            context.add_output_metadata({**facts, **self.get_metadata(context=context, obj=obj)})

    def _become_partitioned(self, context: OutputContext, path: Any) -> None:
        """Remove what the asset left before it had partitions, and which is now in their way."""
        folder = self._get_path_without_extension(context)
        if path == folder and path.exists() and path.is_file():
            context.log.warning(
                "%s is the value of %s from before it had partitions: it is replaced with a "
                "folder" % (path, context.asset_key.to_user_string())
            )
            self.unlink(path)

    # Loading

    def load_input(self, context: InputContext) -> Any:
        """A value; of several partitions, a dict from their keys to their values."""
        if not _is_partitioned(context):
            path = self._get_path(context)
            context.log.debug(self.get_loading_input_log_message(path))
            return _finished(self.load_from_path(context=context, path=path))
        if not context.asset_partition_keys:
            return None
        if inspect.iscoroutinefunction(self.load_from_path):
            return self.load_partitions_async(context)
        return self.load_partitions(context)

    def load_partitions(self, context: InputContext) -> Any:
        """The partitions that an input needs; override it where a library reads many at once.

        Gives the value where it is one partition, else a dict from their keys to their values.
        """
        paths = self._get_paths_for_partitions(context)
        context.log.debug("Loading %d partitions." % len(paths))
        found = {key: self._load_partition(context, key, path) for key, path in paths.items()}
        if len(found) == 1:
            return next(iter(found.values()))
        return {key: value for key, value in found.items() if value is not None}

    def load_partitions_async(self, context: InputContext) -> Any:
        """The same, where `load_from_path` is a coroutine function: all at a time.

        Raises:
            RuntimeError: some could not be loaded.
        """
        paths = self._get_paths_for_partitions(context)

        async def load_all() -> List[Any]:
            loading = [self._load_awaited(context, key, path) for key, path in paths.items()]
            return await asyncio.gather(*loading, return_exceptions=True)

        loaded = dict(zip(paths, _run(load_all())))
        failed = {key: one for key, one in loaded.items() if isinstance(one, BaseException)}
        for key, error in failed.items():
            context.log.error("Partition '%s' could not be loaded: %s" % (key, error))
        if failed:
            raise RuntimeError(
                "%d of %d partitions could not be loaded: %s"
                % (len(failed), len(paths), ", ".join("'%s'" % key for key in list(failed)[:5]))
            ) from next(iter(failed.values()))
        if len(loaded) == 1:
            return next(iter(loaded.values()))
        return {key: value for key, value in loaded.items() if value is not None}

    def _load_partition(self, context: InputContext, key: str, path: Any) -> Any:
        context.log.debug(self.get_loading_input_partition_log_message(path, key))
        try:
            return self.load_from_path(context=context, path=path)
        except FileNotFoundError as error:
            older = self._older_path(context, key)
            if older is not None and self.path_exists(older):
                return self.load_from_path(context=context, path=older)
            return self._leave_out(context, key, error)

    async def _load_awaited(self, context: InputContext, key: str, path: Any) -> Any:
        context.log.debug(self.get_loading_input_partition_log_message(path, key))
        try:
            return await self.load_from_path(context=context, path=path)
        except FileNotFoundError as error:
            older = self._older_path(context, key)
            if older is not None and self.path_exists(older):
                return await self.load_from_path(context=context, path=older)
            return self._leave_out(context, key, error)

    def _leave_out(self, context: InputContext, key: str, error: FileNotFoundError) -> None:
        """Raise the error, unless missing partitions are allowed."""
        if not context.definition_metadata.get("allow_missing_partitions"):
            raise error
        context.log.warning(self.get_missing_partition_log_message(key))

    # Where values lie

    def _with_extension(self, path: Any) -> Any:
        return path.with_name(path.name + self.extension) if self.extension else path

    def _get_path_without_extension(self, context: Context) -> Any:
        if context.has_asset_key:
            below = self.get_asset_relative_path(context)
        else:
            below = self.get_op_output_relative_path(context)
        return self._base_path.joinpath(*coerce_to_relative_parts(below))

    def _get_path(self, context: Context) -> Any:
        return self._with_extension(self._get_path_without_extension(context))

    def _get_paths_for_partitions(self, context: Context) -> Dict[str, Any]:
        """The file of each partition that is stored or loaded."""
        folder = self._get_path_without_extension(context)
        return {
            key: self._with_extension(
                self.get_path_for_partition(context, folder, _below(context, key))
            )
            for key in context.asset_partition_keys
        }

    def _older_path(self, context: Context, key: str) -> Any:
        """Where the first releases of Dagster kept a partition of several dimensions."""
        if _below(context, key) == key:
            return None
        folder = self._get_path_without_extension(context)
        return self._with_extension(self.make_safe_partition_path(folder, key))


def path_of(path: Any) -> Any:
    """A path object: of universal_pathlib for a URL, of pathlib for a folder.

    Raises:
        StoredValueError: `value.no_fsspec`, it is a URL, and universal_pathlib is missing.
    """
    if not isinstance(path, str):
        return path
    if path.startswith("file://"):
        path = path[len("file://") :]
    if "://" not in path:
        return Path(path)
    try:
        from upath import UPath
    except ImportError:
        raise StoredValueError(
            "values lie under %s, which needs universal_pathlib" % path,
            code="value.no_fsspec",
            hint="install universal_pathlib, and the fsspec file system for this URL, in the "
            "location's environment: pip install 'atoll[parquet]'",
        ) from None
    return UPath(path)


def coerce_to_relative_parts(path: Any) -> Tuple[str, ...]:
    """The parts of a path, such that it stays below what they are joined to."""
    parts = tuple(part for part in path.parts if part != "/")
    if path.is_absolute() and parts:
        return ("%2F" + parts[0], *parts[1:])
    return parts


def without_steps_up(partition: str) -> str:
    """A partition key that leads nowhere up: each part that is `..` becomes `%2E%2E`."""
    return "/".join("%2E%2E" if part == ".." else part for part in partition.split("/"))


def _relative(partition: str) -> str:
    return "%2F" + partition[1:] if partition.startswith("/") else partition


def _below(context: Context, key: str) -> str:
    """Where a partition lies below its asset, with `/` between dimensions."""
    by_dimension = getattr(key, "keys_by_dimension", None)
    if by_dimension is None:
        return key
    return "/".join(by_dimension[name] for name in sorted(by_dimension))


def _is_partitioned(context: Context) -> bool:
    return context.has_asset_key and context.has_asset_partitions


def _by_partition(context: OutputContext, keys: Dict[str, Any], value: Any) -> Dict[str, Any]:
    if isinstance(value, dict) and set(value) == set(keys):
        return value
    raise StoredValueError(
        "'%s' makes %d partitions at once, so its value must be a dict from each partition's key "
        "to its value" % (context.asset_key.to_user_string(), len(keys)),
        code="value.several_partitions",
        hint="return {key: ... for key in context.partition_keys}; or nothing, and store the "
        "data in the function; or a BackfillPolicy.multi_run()",
    )


def _finished(value: Any) -> Any:
    return _run(value) if inspect.iscoroutine(value) else value


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine; in a thread of its own where a loop runs already, as in a notebook."""
    if asyncio._get_running_loop() is None:
        return asyncio.run(coroutine)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
