"""What an IO manager is told about the value that it stores or loads."""

from __future__ import annotations

import contextlib
import copy
from typing import Any, ContextManager, Dict, Iterator, List, Mapping, Optional, Tuple, TypeVar

from atoll.definitions.asset_events import AssetMaterialization, AssetObservation
from atoll.definitions.function import EMPTY
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.ops.types import DagsterType, resolve_type
from atoll.errors import InvariantError, MetadataError, ParameterError
from atoll.io.partitioned import PartitionedValue

C = TypeVar("C", bound="ValueContext")


class ValueContext(PartitionedValue):
    """What `InputContext` and `OutputContext` have in common.

    What a step would have to find out for the few who ask, such as `op_def`, it gives as `later`:
    functions by the fact's name, each called once at most.
    """

    def __init__(
        self,
        asset_key: Optional[AssetKey] = None,
        name: Optional[str] = None,
        step_key: Optional[str] = None,
        run_id: Optional[str] = None,
        definition_metadata: Optional[Mapping[str, Any]] = None,
        type: Any = EMPTY,
        partition_key: Optional[str] = None,
        log: Any = None,
        resources: Any = None,
        scope: Any = None,
        values_url: str = "",
        config: Any = None,
        job_name: Optional[str] = None,
        later: Optional[Mapping[str, Any]] = None,
        **partitions: Any,
    ):
        super().__init__(partition_key, **partitions)
        self.definition_metadata: Dict[str, Any] = dict(definition_metadata or {})
        """The metadata of the definition."""
        self.values_url = values_url
        """Where the deployment keeps values."""
        self._config = config
        self._name = name
        self._job_name = job_name
        self._step_key = step_key
        self._run_id = run_id
        self._annotation = type
        self._asset_key = asset_key
        self._log = log
        self._resources = resources
        self._scope = scope
        self._later = dict(later or {})
        self._logged_metadata: Dict[str, MetadataValue] = {}
        self._is_entered = False

    def _given(self, fact: str) -> Any:
        """A fact that a step knows, and a test may leave out."""
        found = getattr(self, "_" + fact, None)
        if found is None and fact in self._later:
            found = self._later[fact]()
            setattr(self, "_" + fact, found)
        if found is None:
            raise InvariantError(
                "this %s was made without %s" % (type(self).__name__, fact),
                code="invariant.not_given",
                hint="in a test, pass it to build_input_context or build_output_context",
            )
        return found

    @property
    def name(self) -> str:
        """The name of the input or output.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return str(self._given("name"))

    @property
    def job_name(self) -> str:
        """The job that is run.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return str(self._given("job_name"))

    @property
    def run_id(self) -> str:
        """The run in which the value is, or was, made.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return str(self._given("run_id"))

    @property
    def op_def(self) -> Any:
        """The op whose value it is.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return self._given("op_def")

    @property
    def step_context(self) -> Any:
        """The context of the function whose value it is.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return self._given("step_context")

    @property
    def dagster_type(self) -> DagsterType:
        """The type of the value; its `typing_type` is the annotation.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return resolve_type(self._given("annotation"))

    @property
    def annotation(self) -> Any:
        """The annotated type; a string where it could not be resolved; `EMPTY` for none."""
        found = getattr(self._annotation, "typing_type", self._annotation)
        return EMPTY if found is None else found

    @property
    def config(self) -> Any:
        """The config of this input or output, for IO managers with a schema for it."""
        return self._config

    @property
    def resource_config(self) -> Any:
        """The config of the IO manager, with defaults; empty where it takes none."""
        if "resource_config" in self._later:
            self._resource_config = self._later.pop("resource_config")()
        return getattr(self, "_resource_config", None) or {}

    @property
    def resources(self) -> Any:
        """The resources that the IO manager asked for with `required_resource_keys`.

        Raises:
            InvariantError: `invariant.outside_block`, some are to be torn down, and no `with`
                block says when.
        """
        if self._scope is not None and self._scope.needs_close and not self._is_entered:
            raise InvariantError(
                "a resource of this context is to be torn down behind its use",
                code="invariant.outside_block",
                hint="write: with build_input_context(...) as context:",
            )
        return self._resources

    @property
    def has_asset_key(self) -> bool:
        """Whether the value is an asset's."""
        return self._asset_key is not None

    @property
    def asset_key(self) -> AssetKey:
        """The asset's key.

        Raises:
            InvariantError: `invariant.no_asset`, the value is not an asset's.
        """
        if self._asset_key is None:
            raise InvariantError(
                "this value is not an asset's, so it has no key",
                code="invariant.no_asset",
                hint="ask `has_asset_key` first",
            )
        return self._asset_key

    @property
    def metadata(self) -> Dict[str, Any]:
        """The older name of `definition_metadata`."""
        return self.definition_metadata

    @property
    def log(self) -> Any:
        """A logger whose lines become events of the step."""
        if self._log is None:
            from atoll.definitions.logger import get_atoll_logger

            self._log = get_atoll_logger()
        return self._log

    def for_partition(self: C, key: str, annotation: Any = None) -> C:
        """The same context for one of the asset's partitions.

        Args:
            key: the partition.
            annotation: the type of its value; as before if not given.
        """
        found = copy.copy(self)
        found._partition_keys, found._partition_range, found._is_partitioned = [key], None, True
        if annotation is not None:
            found._annotation = annotation
        return found

    def get_asset_identifier(self) -> List[str]:
        """The parts of the asset's key, and its partition behind them where there is one."""
        partition = [self.asset_partition_key] if self.has_asset_partitions else []
        return [*self.asset_key.path, *partition]

    def consume_logged_metadata(self) -> Dict[str, MetadataValue]:
        """The facts that were added since it was asked last."""
        found, self._logged_metadata = self._logged_metadata, {}
        return found

    def consume_events(self) -> Iterator[Any]:
        """Nothing: events are recorded as they come."""
        return iter(())

    def __enter__(self: C) -> C:
        self._is_entered = True
        return self

    def __exit__(self, *_: Any) -> None:
        for error in self._scope.close() if self._scope is not None else ():
            raise error


class OutputContext(ValueContext):
    """What `handle_output` is told of the value that it stores."""

    def __init__(
        self,
        *,
        mapping_key: Optional[str] = None,
        version: Optional[str] = None,
        output_metadata: Optional[Mapping[str, Any]] = None,
        asset_spec: Any = None,
        uninterruptible: Any = None,
        record: Any = None,
        **arguments: Any,
    ):
        super().__init__(**arguments)
        self.mapping_key = mapping_key
        """Which value of a dynamic output it is; None for any other."""
        self.version = version
        """The version of the output; none by default."""
        self.output_metadata: Dict[str, Any] = dict(output_metadata or {})
        """The facts that the function gave back with the value."""
        self._asset_spec = asset_spec
        self._uninterruptible = uninterruptible
        self._record = record
        self._logged_events: List[Any] = []

    @property
    def step_key(self) -> str:
        """The step that makes the value.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return str(self._given("step_key"))

    @property
    def asset_spec(self) -> Any:
        """The spec of the asset.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return self._given("asset_spec")

    def get_identifier(self) -> List[str]:
        """The run, the step and the output: parts of a path that no other value has.

        With a `version`, `["versioned_outputs", VERSION, STEP, OUTPUT]`. An asset's own place,
        whichever run makes it, is `get_asset_identifier()`.

        Raises:
            InvariantError: `invariant.not_given`, a part of it is unknown.
            ParameterError: `parameter.version_of_dynamic`, it has a version and a mapping key.
        """
        if self.version is None:
            return self._of_run()
        if self.mapping_key is not None:
            raise ParameterError(
                "the output '%s' of '%s' has a version and a mapping key: values of a dynamic "
                "output cannot be versioned" % (self.name, self.step_key),
                code="parameter.version_of_dynamic",
            )
        return ["versioned_outputs", self.version, self.step_key, self.name]

    def get_run_scoped_output_identifier(self) -> List[str]:
        """The run, the step and the output; the older form of `get_identifier`."""
        return self._of_run()

    def get_output_identifier(self) -> List[str]:
        """The older name of `get_identifier`."""
        return self.get_identifier()

    def get_asset_output_identifier(self) -> List[str]:
        """The older name of `get_asset_identifier`."""
        return self.get_asset_identifier()

    def _of_run(self) -> List[str]:
        found = [self.run_id, self.step_key, self.name]
        return [*found, self.mapping_key] if self.mapping_key else found

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add facts to the materialization.

        Raises:
            MetadataError: `metadata.twice`, one of them has been added already.
        """
        twice = sorted(set(metadata) & set(self._logged_metadata))
        if twice:
            raise MetadataError(
                "%s: added to this output's metadata already" % ", ".join(twice),
                code="metadata.twice",
                hint="add each fact once",
            )
        self._logged_metadata = {**self._logged_metadata, **normalize(metadata)}

    def get_logged_metadata(self) -> Dict[str, MetadataValue]:
        """The facts that were added."""
        return self._logged_metadata

    def log_event(self, event: Any) -> None:
        """Record an event of the step.

        Args:
            event: an `AssetMaterialization` or an `AssetObservation`.

        Raises:
            ParameterError: `parameter.type`, it is neither.
        """
        if not isinstance(event, (AssetMaterialization, AssetObservation)):
            raise ParameterError(
                "log_event takes an AssetMaterialization or an AssetObservation, not %.80r"
                % (event,)
            )
        self._logged_events.append(event)
        if self._record is not None:
            self._record(event)

    def get_logged_events(self) -> List[Any]:
        """The events that were recorded with `log_event`."""
        return self._logged_events

    def uninterruptible(self) -> ContextManager[None]:
        """Hold a cancellation back: for the moment in which a value becomes the stored one."""
        if self._uninterruptible is None:
            return contextlib.nullcontext()
        found: ContextManager[None] = self._uninterruptible()
        return found

    def for_partition(self: C, key: str, annotation: Any = None) -> C:
        """The same context for one of the asset's partitions; keeps facts of its own."""
        found = super().for_partition(key, annotation)
        found._logged_metadata = {}
        made: C = found
        return made


class InputContext(ValueContext):
    """What `load_input` is told of the value that it loads."""

    def __init__(
        self,
        *,
        upstream_output: Optional[OutputContext] = None,
        hint: Any = None,
        record: Any = None,
        instance: Any = None,
        **arguments: Any,
    ):
        super().__init__(**arguments)
        self.upstream_output = upstream_output
        """The output that the value was; None for an input that is connected to nothing."""
        self._hint = hint
        self._record = record
        self._instance = instance
        self._observations: List[AssetObservation] = []

    @property
    def has_input_name(self) -> bool:
        """Whether an input of a step is loaded, and not a value for somebody outside a run."""
        return self._name is not None

    @property
    def instance(self) -> Any:
        """The deployment.

        Raises:
            InvariantError: `invariant.not_given`.
        """
        return self._given("instance")

    def get_identifier(self) -> List[str]:
        """That of the output whose value it is.

        Raises:
            InvariantError: `invariant.not_given`, the input is connected to nothing.
        """
        found: OutputContext = self._given("upstream")
        return found.get_identifier()

    @property
    def _upstream(self) -> Optional[OutputContext]:
        return self.upstream_output

    def add_input_metadata(
        self, metadata: Mapping[str, Any], description: Optional[str] = None
    ) -> None:
        """Add facts to the event that tells of the loading; of an asset, observe it too.

        Args:
            metadata: the facts.
            description: of the observation.
        """
        self._logged_metadata = {**self._logged_metadata, **normalize(metadata)}
        if not self.has_asset_key:
            return
        observation = AssetObservation(
            asset_key=self.asset_key,
            description=description,
            partition=self.asset_partition_key if self.has_asset_partitions else None,
            metadata=metadata,
        )
        self._observations.append(observation)
        if self._record is not None:
            self._record(observation)

    def get_observations(self) -> List[AssetObservation]:
        """The observations that `add_input_metadata` has made."""
        return self._observations

    def missing_hint(self) -> Optional[str]:
        """What to do when the value is missing, where somebody knows."""
        found: Optional[str] = self._hint() if callable(self._hint) else self._hint
        return found


def place_in_run(context: ValueContext) -> Tuple[str, ...]:
    """The parts of a value's name: of an asset those of its key, of any other value those of
    its run, step and output.
    """
    if context.has_asset_key:
        return tuple(context.get_asset_identifier())
    source: Any = context
    return tuple(source.get_identifier())


def called(context: ValueContext) -> str:
    """What a value is called in messages."""
    if context.has_asset_key:
        return context.asset_key.to_user_string()
    return ".".join(place_in_run(context)[1:])


def written_by(context: OutputContext) -> Dict[str, Optional[str]]:
    """The run and step that store a value, where they are known."""
    return {"run_id": context._run_id, "step": context._step_key}
