"""What a resource is told when it is made ready."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.definitions.logger import get_atoll_logger


class InitResourceContext:
    """What a resource is told when it is made ready for a step.

    Args:
        resource_config: the config that the run, or the definition, gives the resource.
        resources: the resources that it needs.
        resource_def: the definition that is made ready.
        all_resource_defs: all resources of the run, by name.
        instance: the deployment.
        dagster_run: the run; None outside of one.
        log_manager: takes lines of log.
        event_loop: runs resources that are set up by coroutines.
        resource_key: the resource's name.
        values_url: where values of assets are kept.
    """

    def __init__(
        self,
        resource_config: Any = None,
        resources: Any = None,
        resource_def: Any = None,
        all_resource_defs: Optional[Mapping[str, Any]] = None,
        instance: Any = None,
        dagster_run: Any = None,
        log_manager: Any = None,
        event_loop: Any = None,
        *,
        resource_key: str = "",
        values_url: str = "",
    ):
        self._resource_config = resource_config
        self._resources = resources
        self._resource_def = resource_def
        self._all_resource_defs = all_resource_defs
        self._instance = instance
        self._run = dagster_run
        self._log = log_manager
        self._event_loop = event_loop
        self.resource_key = resource_key
        self.values_url = values_url

    @property
    def resource_config(self) -> Any:
        """The config of the resource, with defaults and variables filled in."""
        return self._resource_config

    @property
    def resources(self) -> Any:
        """The resources that it needs, as attributes."""
        return self._resources

    @property
    def resource_def(self) -> Any:
        """The definition that is made ready."""
        return self._resource_def

    @property
    def all_resource_defs(self) -> Mapping[str, Any]:
        """All resources of the run, by name."""
        return self._all_resource_defs or {}

    @property
    def instance(self) -> Any:
        """The deployment; None where there is none."""
        return self._instance

    @property
    def run(self) -> Any:
        """The run; None outside of one."""
        return self._run

    @property
    def dagster_run(self) -> Any:
        """The run; None outside of one."""
        return self._run

    @property
    def run_id(self) -> Optional[str]:
        """The run's id; None outside of a run."""
        return None if self._run is None else str(self._run.run_id)

    @property
    def run_tags(self) -> Dict[str, str]:
        """The run's tags."""
        return {} if self._run is None else dict(self._run.tags)

    @property
    def log(self) -> Any:
        """A logger whose lines become events of the step."""
        return self._log or get_atoll_logger()

    @property
    def log_manager(self) -> Any:
        """The same as `log`."""
        return self.log

    @property
    def event_loop(self) -> Any:
        """The loop that runs resources which are set up by coroutines."""
        return self._event_loop

    def replace_config(self, config: Any) -> InitResourceContext:
        """A copy with another config."""
        return self.replace(resource_config=config)

    def replace(self, **changes: Any) -> InitResourceContext:
        """A copy with some of the arguments changed."""
        arguments: Dict[str, Any] = {
            "resource_config": self._resource_config,
            "resources": self._resources,
            "resource_def": self._resource_def,
            "all_resource_defs": self._all_resource_defs,
            "instance": self._instance,
            "dagster_run": self._run,
            "log_manager": self._log,
            "event_loop": self._event_loop,
            "resource_key": self.resource_key,
            "values_url": self.values_url,
        }
        return InitResourceContext(**{**arguments, **changes})
