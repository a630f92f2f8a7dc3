"""What can be known before a step runs: looked up once, before any worker is forked."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Dict, NamedTuple, Optional

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.steps import Step, steps_of_assets, steps_of_job

_USED_BY_STEPS = ("json", "logging", "pickle", "atoll.io.typed", "atoll.execution.context")


class Maker(NamedTuple):
    """The step and output that make an asset, and of which type it is declared to be."""

    step: str
    output: str
    type: Any


class Prepared:
    """Definitions, with everything that a step looks up at hand.

    Attributes:
        steps: what makes each step, by its key.
        io_manager_keys: by asset, the IO manager that stores it.
        makers: by asset, what makes it.
    """

    def __init__(self, definitions: Definitions):
        self.definitions = definitions
        self.resources: Dict[str, Any] = definitions.resources
        self.steps: Dict[str, Step] = {}
        self._jobs: Dict[str, Any] = {
            job.name: job for job in definitions.jobs if isinstance(job, JobDefinition)
        }
        self._job_steps: Dict[str, Dict[str, Step]] = {}
        self.io_manager_keys: Dict[str, str] = {}
        self.specs: Dict[str, AssetSpec] = {}
        self.makers: Dict[str, Maker] = {}
        for item in definitions.assets:
            if isinstance(item, AssetSpec):
                key = item.key.to_user_string()
                self.io_manager_keys.setdefault(key, item.io_manager_key)
                self.specs.setdefault(key, item)
        for item in [*definitions.assets, *definitions.asset_checks]:
            if isinstance(item, AssetsDefinition):
                for step in steps_of_assets(item):
                    self.steps[step.key] = step
                for output in item.outputs:
                    key = output.spec.key.to_user_string()
                    self.io_manager_keys[key] = output.io_manager_key
                    self.specs[key] = output.spec
                    self.makers[key] = Maker(item.name, output.name, output.type)

        for job in self._jobs.values():
            for spec in job.graph.iterate_asset_specs():  # which nothing else may declare
                key = spec.key.to_user_string()
                self.specs.setdefault(key, spec)
                self.io_manager_keys.setdefault(key, spec.io_manager_key)

    def step(self, key: str, job_name: str = "") -> Optional[Step]:
        """What is executed as a step of a run.

        Behind an `@`, the host names the location where another one has a step of this name;
        in brackets, a run names the value of a dynamic output.
        """
        name = key.partition("@")[0].partition("[")[0]
        steps = self.job_steps(job_name) if job_name in self._jobs else self.steps
        return steps.get(name)

    def job_steps(self, job_name: str) -> Dict[str, Step]:
        """The steps of a job of ops, by their keys."""
        found = self._job_steps.get(job_name)
        if found is None:
            steps = steps_of_job(self._jobs[job_name])
            found = self._job_steps[job_name] = {step.key: step for step in steps}
        return found

    def resources_of(self, job_name: str) -> Dict[str, Any]:
        """The resources of a run of that job: the job's own go before the location's."""
        job = self._jobs.get(job_name)
        return {**self.resources, **job.resource_defs} if job is not None else self.resources

    def loggers_of(self, job_name: str) -> Dict[str, Any]:
        """The loggers that a run of that job may name: the job's own, else the location's."""
        job = self._jobs.get(job_name)
        found: Dict[str, Any] = getattr(job, "loggers", None) or self.definitions.loggers
        return found or importlib.import_module("atoll.definitions.loggers").default_loggers()

    def io_manager_key(self, asset: str, input_manager_key: Optional[str] = None) -> str:
        """The IO manager that loads an asset."""
        return input_manager_key or self.io_manager_keys.get(asset, DEFAULT_IO_MANAGER)


def warm() -> None:
    """Import what storing values needs beside the libraries that the user's code has imported.

    Call it before forking, when nobody waits any more: each step would pay for it otherwise.
    """
    if "pyarrow" in sys.modules:
        try:
            importlib.import_module("pyarrow.parquet")
        except ImportError:  # an Arrow without Parquet
            pass


def prepare(definitions: Definitions) -> Prepared:
    """Look up, and import, all that steps need; call it once before forking workers."""
    found: Optional[Prepared] = definitions._prepared
    if found is None:
        for name in _USED_BY_STEPS:
            importlib.import_module(name)
        found = definitions._prepared = Prepared(definitions)
    return found
