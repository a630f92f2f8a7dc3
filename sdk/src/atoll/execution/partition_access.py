"""The partitions that a step makes, as its context tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional

from atoll.errors import InvariantError, ParameterError, PropertyError, nearest
from atoll.io.partitioned import window_of
from atoll_wire import events

if TYPE_CHECKING:
    from atoll.execution.run import Run
    from atoll.graph.steps import Step


class PartitionAccess:
    """What a context knows of partitions: those of its run, its outputs and its inputs."""

    run: Run
    _partition_key: Optional[str]
    _partition_key_range: Any
    _step: Optional[Step]
    _execution: Any
    _instance: Any

    @property
    def has_partitions(self) -> bool:
        """Whether the run makes partitions: one, or a range."""
        return self.has_partition_key or self.has_partition_key_range

    @property
    def has_partition_key(self) -> bool:
        """Whether the run makes one partition."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition that is made; a `MultiPartitionKey` where it has several dimensions.

        Raises:
            InvariantError: `invocation.no_partition`, the run makes none, or several.
        """
        if self._partition_key is None:
            several = self.has_partition_key_range
            kind: Any = ParameterError if self._execution is None else InvariantError
            raise kind(
                "this run has no partition key: it is %s"
                % ("for a range of partitions" if several else "not for one partition"),
                code="invocation.no_partition",
                hint="use `context.partition_keys`"
                if several
                else "ask `context.has_partition_key` first",
            )
        found: str = self._dimensional(self._partition_key)
        return found

    @property
    def has_partition_key_range(self) -> bool:
        """Whether the run makes a range of partitions."""
        return self._range() is not None

    @property
    def partition_key_range(self) -> Any:
        """The first and the last partition that are made, both included.

        Raises:
            InvariantError: `invocation.no_partition`, the run makes none.
        """
        from atoll.definitions.partitions.keys import PartitionKeyRange

        found = self._range()
        return PartitionKeyRange(self.partition_key, self.partition_key) if found is None else found

    asset_partition_key_range = partition_key_range

    @property
    def partition_keys(self) -> List[str]:
        """The partitions that are made, in order.

        Raises:
            InvariantError: `invocation.no_partition`, the run makes none.
        """
        ends = self.partition_key_range
        definition = self._partitions_def()
        if definition is None or ends.start == ends.end:
            if ends.start == ends.end:
                return [self._dimensional(ends.start)]
            raise self._unknown("the keys between '%s' and '%s'" % tuple(ends))
        from atoll.definitions.partitions.context import partition_loading_context

        with partition_loading_context(dynamic_partitions_store=self._instance):
            return list(definition.get_partition_keys_in_range(ends))

    @property
    def multi_partition_key(self) -> Any:
        """The key of the partition that is made, by dimension.

        Raises:
            InvariantError: `invocation.no_partition`, the run makes none, or several.
            PropertyError: `context.no_partitions`, it does not have several dimensions.
        """
        key = self.partition_key
        if not hasattr(key, "keys_by_dimension"):
            raise PropertyError(
                "the partition '%s' does not have several dimensions" % key,
                code="context.no_partitions",
                hint="use `context.partition_key`",
            )
        return key

    @property
    def partition_time_window(self) -> Any:
        """From the start of the first to the end of the last window that is made.

        Raises:
            InvariantError: `invocation.no_partition`, the run makes none.
            InvariantError: `partition.not_of_time`, the partitions are not windows of time.
        """
        definition = self._partitions_def()
        ends = self.partition_key_range
        if definition is None:
            raise self._unknown("the window of '%s'" % ends.start)
        return window_of(definition, list(ends))

    asset_partitions_time_window = partition_time_window

    def asset_partition_key_for_output(self, output_name: str = "result") -> str:
        """The partition of the asset that an output stands for."""
        self._output_def(output_name)
        return self.partition_key

    def asset_partition_keys_for_output(self, output_name: str = "result") -> List[str]:
        """The partitions of the asset that an output stands for."""
        self._output_def(output_name)
        return self.partition_keys

    def asset_partition_key_range_for_output(self, output_name: str = "result") -> Any:
        """The range of partitions of the asset that an output stands for."""
        self._output_def(output_name)
        return self.partition_key_range

    def asset_partitions_def_for_output(self, output_name: str = "result") -> Any:
        """In which pieces the asset is made that an output stands for."""
        return self._output_def(output_name)

    def asset_partitions_time_window_for_output(self, output_name: str = "result") -> Any:
        """The window of the partitions of the asset that an output stands for."""
        return window_of(self._output_def(output_name), list(self.partition_key_range))

    def asset_partition_key_for_input(self, input_name: str) -> str:
        """The one partition of the asset behind an input that is needed."""
        found: str = self._input(input_name).asset_partition_key
        return found

    def asset_partition_keys_for_input(self, input_name: str) -> List[str]:
        """The partitions of the asset behind an input that are needed."""
        found: List[str] = self._input(input_name).asset_partition_keys
        return found

    def asset_partition_key_range_for_input(self, input_name: str) -> Any:
        """The range of partitions of the asset behind an input that is needed."""
        return self._input(input_name).asset_partition_key_range

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """In which pieces the asset behind an input is made."""
        return self._input(input_name).asset_partitions_def

    def asset_partitions_time_window_for_input(self, input_name: str = "result") -> Any:
        """The window of the partitions of the asset behind an input that are needed."""
        return self._input(input_name).asset_partitions_time_window

    def _range(self) -> Any:
        from atoll.definitions.partitions.keys import PartitionKeyRange

        if self._partition_key_range is not None:
            return PartitionKeyRange(*self._partition_key_range)
        start = self.run.tags.get(events.RANGE_START)
        if start is None or self._partition_key is not None:
            return None
        return PartitionKeyRange(start, self.run.tags[events.RANGE_END])

    def _partitions_def(self) -> Any:
        return None if self._step is None else partitions_def_of(self._step)

    def _dimensional(self, key: str) -> Any:
        if hasattr(key, "keys_by_dimension") or "|" not in key:
            return key
        read = getattr(self._partitions_def(), "get_partition_key_from_str", None)
        return key if read is None else read(key)

    def _output_def(self, name: str) -> Any:
        outputs = self._step.outputs if self._step is not None else []
        found = [one for one in outputs if one.name == name] or (
            list(outputs) if name == "result" and len(outputs) == 1 else []
        )
        definition = found[0].spec.partitions_def if found and found[0].spec else None
        if definition is None:
            raise PropertyError(
                "no partitioned asset is the output '%s'" % name,
                code="context.no_partitions",
                hint=nearest(name, [one.name for one in outputs]) or None,
            )
        return definition

    def _input(self, name: str) -> Any:
        inputs = _asset_inputs(self._step)
        found = [one for one in inputs if one.name == name]
        if not found or self._execution is None:
            raise PropertyError(
                "no asset is the input '%s' here" % name,
                code="context.no_partitions",
                hint=nearest(name, [one.name for one in inputs]) or None,
            )
        from atoll.execution.input_partitions import partitions_of_input

        return partitions_of_input(self._execution, found[0])

    def _unknown(self, what: str) -> PropertyError:
        return PropertyError(
            "%s cannot be told: this context belongs to no partitioned asset" % what,
            code="context.no_partitions",
            hint="pass it to an asset with a partitions_def",
        )


def _asset_inputs(step: Any) -> List[Any]:
    """The parameters that take assets, and by their keys the dependencies that are none."""
    from atoll.definitions.assets.ports import AssetInput
    from atoll.definitions.function import EMPTY

    found = [one for one in (step.inputs if step is not None else ()) if one.key is not None]
    known = {one.key for one in found}
    for output in step.outputs if step is not None else ():
        for dep in output.spec.deps if output.spec is not None else ():
            if dep.asset_key not in known:
                known.add(dep.asset_key)
                found.append(AssetInput("__".join(dep.asset_key.path), dep.asset_key, EMPTY))
    return found


def partitions_def_of(step: Any) -> Any:
    """The pieces in which a step makes its assets, or checks them; None if it does so whole."""
    for output in step.outputs:
        for declared in (output.spec, output.check):
            if declared is not None and declared.partitions_def is not None:
                return declared.partitions_def
    return None
