"""What a step's function is told, and what it may tell."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Type, TypeVar

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.keys import AssetKey
from atoll.errors import InvariantError, PropertyError, nearest
from atoll.execution.output_facts import OutputFacts
from atoll.execution.partition_access import PartitionAccess
from atoll.execution.resources import Resources
from atoll.execution.run import Run
from atoll.graph.steps import Step
from atoll.instance.events import NodeHandle

Kind = TypeVar("Kind", bound="OpExecutionContext")


class OpExecutionContext(PartitionAccess, OutputFacts):
    """What an op's function is told of its step, and what it may tell about its outputs."""

    __atoll_context__ = True

    def __init__(
        self,
        *,
        step: Optional[Step] = None,
        selected: Optional[Sequence[Any]] = None,
        run: Optional[Run] = None,
        resources: Optional[Mapping[str, Any]] = None,
        op_config: Any = None,
        partition_key: Optional[str] = None,
        partition_key_range: Any = None,
        retry_number: int = 0,
        emit: Any = None,
        log: Any = None,
        step_key: Optional[str] = None,
        execution: Any = None,
        instance: Any = None,
        definitions: Any = None,
    ):
        self.run = run or Run("EPHEMERAL", "__ephemeral_asset_job__", {}, {})
        self._resources = Resources(resources or {})
        self.op_config: Any = op_config
        self.retry_number = retry_number
        self._step = step
        self._selected = list(selected if selected is not None else step.outputs if step else ())
        self._partition_key = partition_key
        self._partition_key_range = partition_key_range
        self._emit = emit
        self._log = log
        self._step_key = step_key
        self._execution = execution
        self._instance = instance
        self._definitions = definitions
        self._tell_nothing()

    @classmethod
    def get(cls: Type[Kind]) -> Kind:
        """The context of the step that is executed here, from any code that it calls.

        Raises:
            InvariantError: `context.no_step`, no step is; `context.other_kind`, one of
                another kind is.
        """
        from atoll.execution.current_context import current_context

        return current_context(cls)

    # The step

    @property
    def step(self) -> Step:
        """What is executed.

        Raises:
            PropertyError: `context.no_step`, the context was made by hand and is not used yet.
        """
        if self._step is None:
            raise PropertyError(
                "this context belongs to no step",
                code="context.no_step",
                hint="pass it to an asset or an op that you call",
            )
        return self._step

    @property
    def resources(self) -> Any:
        """The resources that the step asked for, as attributes."""
        return self._resources

    @property
    def log(self) -> Any:
        """A logger whose lines become events of the step."""
        if self._log is None:
            from atoll.definitions.logger import get_atoll_logger

            self._log = get_atoll_logger()
        return self._log

    @property
    def op_def(self) -> Any:
        """The op that is executed."""
        definition = self.step.definition
        return definition.op if isinstance(definition, AssetsDefinition) else definition

    @property
    def op(self) -> Any:
        """The node that is executed; has a `name`."""
        return self.step

    @property
    def op_handle(self) -> Any:
        """The path of the node: its names from the outermost graph to its own."""
        return NodeHandle(tuple(self.step.config_path))

    node_handle = op_handle

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """The context itself."""
        return self

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return self._step_key or self.step.key

    def get_mapping_key(self) -> Optional[str]:
        """Which value of a dynamic output the step is executed for, or None."""
        _, bracket, rest = (self._step_key or "").partition("[")
        return rest[:-1] if bracket else None

    @property
    def resource_keys(self) -> Set[str]:
        """The names of the resources."""
        return set(self.resources.original_resource_dict)

    @property
    def instance(self) -> Any:
        """What has been recorded: runs, events, dynamic partitions.

        Raises:
            PropertyError: `context.no_instance`, the context was made by hand without one.
        """
        if self._instance is None:
            raise PropertyError(
                "this context has no instance",
                code="context.no_instance",
                hint="pass one: build_asset_context(instance=DagsterInstance.ephemeral())",
            )
        return self._instance

    @property
    def repository_def(self) -> Any:
        """All definitions of the location."""
        return self._definitions

    @property
    def job_def(self) -> Any:
        """The job's definition."""
        if self._definitions is None:
            raise PropertyError("this context belongs to no run", code="context.no_step")
        return self._definitions.get_job_def(self.job_name)

    # The run

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.run.run_id

    @property
    def dagster_run(self) -> Run:
        """The run."""
        return self.run

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.run.job_name

    @property
    def run_config(self) -> Any:
        """The configuration of the run."""
        return self.run.run_config

    @property
    def run_tags(self) -> Dict[str, str]:
        """The tags of the run."""
        return self.run.tags

    def has_tag(self, key: str) -> bool:
        """Whether the run has a tag."""
        return key in self.run.tags

    def get_tag(self, key: str) -> Optional[str]:
        """A tag of the run, or None."""
        return self.run.tags.get(key)

    # Assets and checks

    @property
    def has_assets_def(self) -> bool:
        """Whether the step makes or checks assets."""
        return self._step is not None and self._step.assets is not None

    @property
    def assets_def(self) -> AssetsDefinition:
        """The assets that are made.

        Raises:
            PropertyError: `context.no_asset`, the step makes none.
        """
        assets = None if self._step is None else self._step.assets
        if assets is None:
            raise PropertyError(
                "this context belongs to no asset",
                code="context.no_asset",
                hint="pass it to an asset that you call",
            )
        return assets

    @property
    def asset_key(self) -> AssetKey:
        """The key of the asset that is made."""
        outputs = self.assets_def.outputs
        if len(outputs) != 1:
            raise InvariantError(
                "'%s' makes several assets, so `context.asset_key` says nothing" % self.step_key,
                code="context.several_assets",
                hint="use context.selected_asset_keys, or asset_key_for_output(name)",
            )
        return outputs[0].key

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """The key of the asset that an output stands for."""
        return self._asset_output(output_name, None).spec.key  # type: ignore[no-any-return]

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """The key of the asset whose value a parameter takes.

        Raises:
            InvariantError: `context.unknown_input`, it takes no asset.
        """
        for value in self.step.inputs:
            if value.name == input_name and value.key is not None:
                return value.key  # type: ignore[no-any-return]
        known = [value.name for value in self.step.inputs if value.key is not None]
        raise InvariantError(
            "'%s' takes no asset as '%s'" % (self.step_key, input_name),
            code="context.unknown_input",
            hint=nearest(input_name, known) or None,
        )

    def output_for_asset_key(self, asset_key: Any) -> str:
        """The name of the output that stands for an asset."""
        return str(self._asset_output(None, asset_key).name)

    @property
    def selected_asset_keys(self) -> Set[AssetKey]:
        """The assets that this run wants of the step, or of the graph that it is part of."""
        if self.step.is_part:
            return set(self.assets_def.keys)
        return {output.spec.key for output in self._selected if output.spec is not None}

    @property
    def selected_asset_check_keys(self) -> Set[Any]:
        """The checks that this run wants of the step."""
        return {output.check.key for output in self._selected if output.check is not None}

    @property
    def selected_output_names(self) -> Set[str]:
        """The outputs that this run wants of the step."""
        return {output.name for output in self._selected}

    @property
    def is_subset(self) -> bool:
        """Whether the run wants some of the step's assets only."""
        if self.step.is_part:
            return bool(self.assets_def.is_subset)
        return len(self._selected) != len(self.step.outputs)

    @property
    def assets_by_output_name(self) -> Dict[str, AssetKey]:
        """The assets that this run wants, by output."""
        return {one.name: one.spec.key for one in self._selected if one.spec is not None}

    @property
    def asset_spec(self) -> AssetSpec:
        """The description of the asset that is made."""
        return self.assets_def.get_asset_spec()

    @property
    def metadata(self) -> Dict[str, Any]:
        """The metadata of the asset's definition."""
        return self.asset_spec.metadata

    def load_asset_value(
        self, asset_key: Any, *, python_type: Any = None, partition_key: Optional[str] = None
    ) -> Any:
        """Load the value of any asset of the location.

        Args:
            asset_key: the asset's.
            python_type: as what it is wanted; as it was stored, by default.
            partition_key: the partition; None: those that the step needs.

        Raises:
            PropertyError: `context.no_step`, the context belongs to no run.
        """
        from atoll.execution.loading import load_asset_value

        if self._execution is None:
            raise PropertyError("this context belongs to no run", code="context.no_step")
        return load_asset_value(self._execution, asset_key, python_type, partition_key)

    def get_asset_provenance(self, asset_key: Any) -> Any:
        """Of what versions the asset's latest value was made, or None."""
        return self.instance.get_latest_asset_provenance(AssetKey.from_coercible(asset_key))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        known = [other for other in dir(type(self)) if not other.startswith("_")]
        raise AttributeError(
            "the context has no '%s'; %s"
            % (name, nearest(name, known) or "it has: %s" % ", ".join(known))
        )


class AssetExecutionContext(OpExecutionContext):
    """What an asset's function is told of its step, and what it may tell about its assets."""


class AssetCheckExecutionContext(OpExecutionContext):
    """What a check's function is told of its step."""

    @property
    def check_specs(self) -> List[Any]:
        """The checks that are evaluated."""
        return [output.check for output in self._selected if output.check is not None]

    @property
    def asset_check_spec(self) -> Any:
        """The check that is evaluated."""
        if len(self.check_specs) != 1:
            raise PropertyError(
                "'%s' evaluates several checks" % self.step_key,
                code="context.several_assets",
                hint="use context.selected_asset_check_keys",
            )
        return self.check_specs[0]
