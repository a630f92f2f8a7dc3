"""Contexts for a direct call, outside of any run: of an asset, an op or a check."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, List, Mapping, Optional

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.reading import Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import check_resources
from atoll.errors import DefinitionError, InvariantError, InvocationError, PropertyError, nearest
from atoll.execution.context import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    OpExecutionContext,
)
from atoll.execution.resources import (
    Resources,
    ResourceScope,
    check_resource_config,
)
from atoll.execution.run import Run
from atoll.graph.steps import step_of


class DirectContext(OpExecutionContext):
    """A context made by hand. A call binds it to what is called, until that has ended.

    Resources are made ready with it. As a context manager it tears them down behind the block,
    else when it is no longer used.
    """

    def __init__(
        self,
        job_name: str,
        *,
        resources: Optional[Mapping[str, Any]] = None,
        resources_config: Optional[Mapping[str, Any]] = None,
        config: Any = None,
        instance: Any = None,
        partition_key: Optional[str] = None,
        partition_key_range: Any = None,
        mapping_key: Optional[str] = None,
        run_tags: Optional[Mapping[str, str]] = None,
        event_loop: Any = None,
    ):
        self._scopes: List[ResourceScope] = []
        self._is_entered = False
        if partition_key and partition_key_range:
            raise InvariantError(
                "a context takes a partition key or a range of them, not both",
                code="context.two_partitions",
            )
        super().__init__(
            run=Run("EPHEMERAL", job_name, run_tags or {}, {}),
            op_config=config,
            partition_key=partition_key,
            partition_key_range=partition_key_range,
            instance=instance,
        )
        self._given_config = config
        self._resources_config = dict(resources_config or {})
        self._declared = check_resources(resources)
        self._mapping_key = mapping_key
        self._event_loop = event_loop
        self._alias: Optional[str] = None
        check_resource_config(self._declared, self._resources_config)
        if self._declared:
            self._resources = self._ready(self._declared)

    def _ready(self, declared: Mapping[str, Any]) -> Resources:
        context = InitResourceContext(instance=self._instance, event_loop=self._event_loop)
        scope = ResourceScope(declared, self._resources_config, context)
        self._scopes.append(scope)
        try:
            scope.open(declared)
        except BaseException:
            self._close()
            raise
        return Resources(scope.ready)

    # The call

    @property
    def is_bound(self) -> bool:
        """Whether a call is using it."""
        return self._step is not None

    def bind(
        self, definition: Any, alias: str, resources: Mapping[str, Any], config: Any
    ) -> DirectContext:
        """Belong to a call of an asset, an op or a check; forget what another call has told.

        Args:
            definition: what is called.
            alias: its name.
            resources: those given as arguments, by name.
            config: given as an argument, or `UNSET`.

        Raises:
            InvocationError: `invocation.context_in_use`, or something is given twice.
            DefinitionError: `definition.missing_resource`.
            ConfigError: the config does not fit.
        """
        if self._step is not None:
            raise InvocationError(
                "this context is in use: a call of '%s' has not ended" % self._alias,
                code="invocation.context_in_use",
                hint="give each call a context of its own, or exhaust the generator first",
            )
        self._tell_nothing()
        self._resources = self._bound_resources(definition, alias, resources)
        self.op_config = self._bound_config(definition, alias, config)
        self._step = step_of(definition)
        self._selected = list(self._step.outputs)
        self._alias = alias
        return self

    def unbind(self) -> None:
        """Belong to no call any more; what was told remains."""
        self._step = None

    def _bound_resources(self, definition: Any, alias: str, given: Mapping[str, Any]) -> Resources:
        if given and self._declared:
            raise InvocationError(
                "'%s' is given resources as arguments, and others by its context" % alias,
                code="invocation.given_twice",
                hint="give all of them in one way",
            )
        own: Mapping[str, Any] = getattr(definition, "resource_defs", None) or {}
        both = [key for key in own if key in self._declared]
        if both:
            raise InvocationError(
                "the resource '%s' stands in the definition of '%s' and in the context"
                % (both[0], alias),
                code="invocation.given_twice",
                hint="take it out of the context",
            )
        ready: Resources = self.resources
        if given:
            ready = self._ready(check_resources(given))
        elif own:
            ready = self._ready({**self._declared, **own})
        for key in sorted(definition.required_resource_keys):
            if key not in ready and (
                definition.function.context or key in definition.function.resources
            ):
                raise DefinitionError(
                    "'%s' needs the resource '%s'" % (alias, key),
                    code="definition.missing_resource",
                    hint=nearest(key, list(ready))
                    or "give its context one: resources={'%s': ...}" % key,
                    source=definition.source,
                )
        return ready

    def _bound_config(self, definition: Any, alias: str, given: Any) -> Any:
        if given is not UNSET and self._given_config:
            raise InvocationError(
                "'%s' is given a config as an argument, and another one by its context" % alias,
                code="invocation.given_twice",
                hint="give it in one way",
            )
        if given is UNSET and self._given_config is not None:
            given = self._given_config
        if hasattr(given, "to_config_dict"):
            given = given.to_config_dict()
        reading = Reading()
        found = schema_of(definition).read(given, ("ops", alias, "config"), reading)
        reading.finish("the config of '%s'" % alias, None if given is UNSET else given)
        return found

    # What it knows

    @property
    def resources(self) -> Any:
        """The resources, as attributes.

        Raises:
            InvariantError: `invariant.outside_block`, some are to be torn down, and no `with`
                block says when.
        """
        if not self._is_entered and any(one.needs_close for one in self._scopes[:1]):
            raise InvariantError(
                "a resource of this context is to be torn down behind its use",
                code="invariant.outside_block",
                hint="write: with build_op_context(...) as context:",
            )
        return self._resources

    @property
    def resource_keys(self) -> Any:
        """The names of the resources that it was given."""
        return set(self._declared)

    @property
    def instance(self) -> Any:
        """The instance that it was given, or one in memory."""
        if self._instance is None:
            from atoll.instance.instance import DagsterInstance

            self._instance = DagsterInstance.ephemeral()
        return self._instance

    @property
    def run_config(self) -> Dict[str, Any]:
        """The config that a run would have, to have the same effect."""
        name = self.step.definition.name
        found: Dict[str, Any] = {}
        if self._given_config:
            found["ops"] = {name: {"config": self.op_config}}
        found["resources"] = dict(self._resources_config)
        return found

    @property
    def alias(self) -> str:
        """The name under which something is called.

        Raises:
            PropertyError: `context.no_step`, no call is using the context.
        """
        return self._alias or self.step.name

    def get_mapping_key(self) -> Optional[str]:
        """Which value of a dynamic output it stands for, or None."""
        return self._mapping_key

    @property
    def step_key(self) -> str:
        """What is called."""
        return self.step.key

    @property
    def has_assets_def(self) -> bool:
        """Whether what is called makes or checks assets."""
        return self.step.assets is not None

    def _no_run(self) -> Any:
        raise PropertyError(
            "this context was made by hand: there is no run",
            code="context.no_run",
            hint="execute a job, or materialize assets, in process instead",
        )

    dagster_run = property(_no_run, doc="Not here: there is no run.")
    job_def = property(_no_run, doc="Not here: there is no run.")
    job_name = property(_no_run, doc="Not here: there is no run.")
    node_handle = op_handle = property(_no_run, doc="Not here: there is no graph.")
    op = property(_no_run, doc="Not here: there is no graph.")
    repository_def = property(_no_run, doc="Not here: there is no run.")

    # Its end

    def __enter__(self) -> Any:
        self._is_entered = True
        return self

    def __exit__(self, *_: Any) -> None:
        for error in self._close():
            raise error

    def _close(self) -> List[BaseException]:
        problems: List[BaseException] = []
        while self._scopes:
            problems += self._scopes.pop().close()
        return problems

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self._close()


class DirectOpContext(DirectContext):
    """The context of an op that is called directly."""


class DirectAssetContext(DirectContext, AssetExecutionContext):
    """The context of an asset that is called directly."""

    def bind(
        self, definition: Any, alias: str, resources: Mapping[str, Any], config: Any
    ) -> DirectContext:
        """Belong to a call of an asset.

        Raises:
            InvariantError: `invocation.no_asset`, what is called is none.
        """
        if not hasattr(definition, "check_outputs"):
            raise InvariantError(
                "'%s' is no asset, and was called with the context of one" % alias,
                code="invocation.no_asset",
                hint="call it with build_op_context(...)",
            )
        return super().bind(definition, alias, resources, config)


class DirectAssetCheckContext(DirectContext, AssetCheckExecutionContext):
    """The context of a check that is called directly."""
