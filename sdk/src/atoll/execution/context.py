"""`AssetExecutionContext`: what an asset's function is told, and what it may tell."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from atoll.definitions.assets.assets_definition import AssetOutput, AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.errors import InvocationError, nearest
from atoll.execution.resources import Resources

_LATER = {
    "instance": "reading what the deployment has recorded",
    "partition_time_window": "partitioned assets",
    "partition_key_range": "partitioned assets",
    "asset_partition_key_for_output": "partitioned assets",
    "asset_partitions_time_window_for_output": "partitioned assets",
    "has_partition_key_range": "partitioned assets",
    "partition_keys": "partitioned assets",
    "multi_partition_key": "partitioned assets",
    "asset_partition_key_for_input": "partitioned assets",
    "asset_partition_keys_for_input": "partitioned assets",
    "asset_partition_keys_for_output": "partitioned assets",
    "asset_partition_key_range": "partitioned assets",
    "asset_partition_key_range_for_input": "partitioned assets",
    "asset_partition_key_range_for_output": "partitioned assets",
    "asset_partitions_def_for_input": "partitioned assets",
    "asset_partitions_def_for_output": "partitioned assets",
    "asset_partitions_time_window_for_input": "partitioned assets",
    "asset_check_spec": "asset checks",
    "selected_asset_check_keys": "asset checks",
    "load_asset_value": "loading a value on demand",
    "set_data_version": "setting it beside the result (write Output(value, data_version=...))",
    "get_asset_provenance": "reading what the deployment has recorded",
    "job_def": "the job's definition (context.job_name has its name)",
    "repository_def": "repositories",
}


class Run:
    """The run that a step belongs to."""

    def __init__(self, run_id: str, job_name: str, tags: Mapping[str, str], run_config: Any):
        self.run_id = run_id
        self.job_name = job_name
        self.tags = dict(tags)
        self.run_config = run_config


class AssetExecutionContext:
    """What an asset's function is told of its step, and what it may tell about its assets."""

    __atoll_context__ = True

    def __init__(
        self,
        *,
        assets: Optional[AssetsDefinition] = None,
        selected: Optional[Sequence[AssetOutput]] = None,
        run: Optional[Run] = None,
        resources: Optional[Mapping[str, Any]] = None,
        op_config: Any = None,
        partition_key: Optional[str] = None,
        retry_number: int = 0,
        emit: Any = None,
        log: Any = None,
    ):
        self.run = run or Run("EPHEMERAL", "__ephemeral_asset_job__", {}, {})
        self.resources = Resources(resources or {})
        self.op_config: Any = op_config
        self.retry_number = retry_number
        self._assets = assets
        self._selected = list(
            selected if selected is not None else assets.outputs if assets else ()
        )
        self._partition_key = partition_key
        self._emit = emit
        self._log = log
        self._metadata: Dict[str, Dict[str, MetadataValue]] = {}

    def _bind(self, assets: AssetsDefinition) -> None:
        """Say which asset a context made by hand is used for."""
        if self._assets is None:
            self._assets = assets
            self._selected = list(assets.outputs)

    @property
    def log(self) -> Any:
        """A logger whose lines become events of the step."""
        if self._log is None:
            from atoll.definitions.logger import get_atoll_logger

            self._log = get_atoll_logger()
        return self._log

    @property
    def assets_def(self) -> AssetsDefinition:
        """The definition that is executed."""
        if self._assets is None:
            raise InvocationError(
                "this context belongs to no asset",
                code="invocation.no_asset",
                hint="pass it to an asset that you call",
            )
        return self._assets

    @property
    def has_assets_def(self) -> bool:
        """Whether the context belongs to an asset."""
        return self._assets is not None

    @property
    def op_def(self) -> AssetsDefinition:
        """The definition that is executed."""
        return self.assets_def

    op = op_def

    @property
    def op_handle(self) -> str:
        """The key of the step."""
        return self.step_key

    node_handle = op_handle

    @property
    def op_execution_context(self) -> AssetExecutionContext:
        """The context itself."""
        return self

    @property
    def resource_keys(self) -> Set[str]:
        """The names of the resources."""
        return set(self.resources.original_resource_dict)

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return self.assets_def.name

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

    @property
    def asset_key(self) -> AssetKey:
        """The key of the asset that is made."""
        if len(self.assets_def.outputs) != 1:
            raise InvocationError(
                "'%s' makes several assets, so `context.asset_key` says nothing" % self.step_key,
                code="invocation.several_assets",
                hint="use context.selected_asset_keys, or asset_key_for_output(name)",
            )
        return self.assets_def.outputs[0].key

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """The key of the asset that an output stands for."""
        return self._output(output_name, None).key

    def output_for_asset_key(self, asset_key: Any) -> str:
        """The name of the output that stands for an asset."""
        return self._output(None, asset_key).name

    @property
    def selected_asset_keys(self) -> Set[AssetKey]:
        """The assets that this run wants of the step."""
        return {output.key for output in self._selected}

    @property
    def selected_output_names(self) -> Set[str]:
        """The outputs that this run wants of the step."""
        return {output.name for output in self._selected}

    @property
    def is_subset(self) -> bool:
        """Whether the run wants some of the step's assets only."""
        return len(self._selected) != len(self.assets_def.outputs)

    @property
    def assets_by_output_name(self) -> Dict[str, AssetKey]:
        """The assets that this run wants, by output."""
        return {output.name: output.key for output in self._selected}

    @property
    def asset_spec(self) -> AssetSpec:
        """The description of the asset that is made."""
        return self.assets_def.get_asset_spec()

    @property
    def metadata(self) -> Dict[str, Any]:
        """The metadata of the asset's definition."""
        return self.asset_spec.metadata

    @property
    def has_partition_key(self) -> bool:
        """Whether the step makes one partition."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition that is made."""
        if self._partition_key is None:
            raise InvocationError(
                "this run has no partition key: it is not for one partition",
                code="invocation.no_partition",
                hint="ask `context.has_partition_key` first",
            )
        return self._partition_key

    def add_output_metadata(
        self,
        metadata: Mapping[str, Any],
        output_name: Optional[str] = None,
        mapping_key: Optional[str] = None,
    ) -> None:
        """Add facts to the materialization that an output will be."""
        output = self._output(output_name, None)
        self._metadata.setdefault(output.name, {}).update(normalize(metadata))

    def add_asset_metadata(
        self, metadata: Mapping[str, Any], asset_key: Any = None, partition_key: Any = None
    ) -> None:
        """Add facts to the materialization of an asset."""
        output = self._output(None, asset_key)
        self._metadata.setdefault(output.name, {}).update(normalize(metadata))

    def get_output_metadata(self, output_name: str = "result") -> Dict[str, MetadataValue]:
        """The facts that were added so far."""
        return dict(self._metadata.get(output_name, {}))

    def log_event(self, event: Any) -> None:
        """Record an `AssetMaterialization` or `AssetObservation`."""
        if self._emit is not None:
            self._emit(event)

    def _output(self, name: Optional[str], asset_key: Any) -> AssetOutput:
        outputs = self.assets_def.outputs
        if asset_key is not None:
            key = AssetKey.from_coercible(asset_key)
            found: List[AssetOutput] = [output for output in outputs if output.key == key]
            what, known = str(key), [str(output.key) for output in outputs]
        elif name is None or (name == "result" and len(outputs) == 1):
            found = list(outputs) if len(outputs) == 1 else []
            what, known = "its only output", [output.name for output in outputs]
        else:
            found = [output for output in outputs if output.name == name]
            what, known = name, [output.name for output in outputs]
        if not found:
            raise InvocationError(
                "'%s' does not make %s" % (self.step_key, what),
                code="invocation.unknown_output",
                hint=nearest(what, known) or "it makes: %s" % ", ".join(known),
            )
        return found[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _LATER:
            raise AttributeError(
                "context.%s is not supported yet: %s come%s in a later release of Atoll"
                % (name, _LATER[name], "" if _LATER[name].endswith("s") else "s")
            )
        known = [other for other in dir(type(self)) if not other.startswith("_")]
        raise AttributeError(
            "the context has no '%s'; %s"
            % (name, nearest(name, known) or "it has: %s" % ", ".join(known))
        )


OpExecutionContext = AssetExecutionContext


def build_asset_context(
    resources: Optional[Mapping[str, Any]] = None,
    resources_config: Any = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: Optional[str] = None,
    partition_key_range: Any = None,
    run_tags: Optional[Mapping[str, str]] = None,
    op_config: Any = None,
) -> AssetExecutionContext:
    """A context for calling an asset's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        asset_config: what `context.op_config` and the config parameter take.
        partition_key: what `context.partition_key` says.
        run_tags: tags of the run.
    """
    made: Dict[str, Any] = {}
    if resources:
        from atoll.definitions.resources.init_context import InitResourceContext
        from atoll.execution.resources import ResourceScope

        scope = ResourceScope(resources, resources_config or {}, InitResourceContext())
        scope.open(resources)
        made = scope.ready
    return AssetExecutionContext(
        run=Run("EPHEMERAL", "__ephemeral_asset_job__", run_tags or {}, {}),
        resources=made,
        op_config=op_config if op_config is not None else asset_config,
        partition_key=partition_key,
    )
