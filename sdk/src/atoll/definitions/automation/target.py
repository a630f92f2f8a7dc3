"""What a schedule or a sensor runs: a job, a job by its name, or some assets."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.jobs.asset_job import define_asset_job
from atoll.definitions.keys import AssetKey
from atoll.definitions.source import Source
from atoll.errors import DefinitionError, ParameterError
from atoll_wire.selection_error import SelectionError

ANONYMOUS_JOB = "__anonymous_asset_job_"
"""Begins the name of the job that stands for a selection; it is shown as the assets themselves."""


class AutomationTarget:
    """What a schedule or a sensor runs.

    Attributes:
        job_def: the job; None where only its name is known.
        job_name: the job's name.
        selection: the assets, where those were named rather than a job.
        assets_defs: the assets themselves, where those were given rather than keys or a selection.
    """

    def __init__(
        self,
        job_name: str,
        job_def: Any = None,
        selection: Optional[AssetSelection] = None,
        assets_defs: Iterable[Any] = (),
    ):
        self.job_name = job_name
        self.job_def = job_def
        self.selection = selection
        self.assets_defs = list(assets_defs)

    @property
    def has_job_def(self) -> bool:
        """Whether the job itself is known, not only its name."""
        return self.job_def is not None

    @staticmethod
    def of_name(job_name: Any) -> AutomationTarget:
        """The job of that name.

        Raises:
            ParameterError: `parameter.type`.
        """
        if not isinstance(job_name, str):
            raise ParameterError(
                "job_name is %.80r, not text" % (job_name,),
                hint="write job=... to name the job itself",
            )
        return AutomationTarget(job_name)

    @staticmethod
    def of_job(job: Any, owner: str, source: Source) -> AutomationTarget:
        """The job itself; a graph is made a job.

        Args:
            owner: the schedule or sensor, for messages.

        Raises:
            DefinitionError: `definition.bad_target`.
        """
        if hasattr(job, "to_job"):
            job = job.implicit_job
        if is_job(job):
            return AutomationTarget(job.name, job)
        raise DefinitionError(
            "the job of %s is %.80r" % (owner, job),
            code="definition.bad_target",
            hint="write job_name=%r" % job
            if isinstance(job, str)
            else "pass what @job or define_asset_job made, or target=... for assets",
            source=source,
        )

    @staticmethod
    def of_target(target: Any, name: str, owner: str, source: Source) -> AutomationTarget:
        """A job, a graph, or whatever selects assets.

        Args:
            name: of the schedule or sensor.
            owner: the schedule or sensor, for messages.

        Raises:
            DefinitionError: `definition.bad_target` or `selection.*`.
        """
        if is_job(target) or hasattr(target, "to_job"):
            return AutomationTarget.of_job(target, owner, source)
        selection = selection_of(target, "the target of %s" % owner, source)
        job = define_asset_job(ANONYMOUS_JOB + name, selection)
        job.source = source
        items = target if isinstance(target, (list, tuple)) else [target]
        given = [item for item in items if isinstance(item, AssetsDefinition)]
        return AutomationTarget(job.name, job, selection, given)


def is_job(value: Any) -> bool:
    """Whether `value` is a job, of assets or of ops."""
    if isinstance(value, (str, AssetsDefinition, AssetSpec, AssetSelection, AssetKey, list, tuple)):
        return False
    return isinstance(getattr(value, "name", None), str) and not hasattr(value, "to_job")


def selection_of(given: Any, what: str, source: Source) -> AssetSelection:
    """The assets that an argument selects.

    Raises:
        DefinitionError: `definition.bad_target` or `selection.*`.
    """
    try:
        return AssetSelection.from_coercible(given)
    except SelectionError as error:
        raise DefinitionError("%s: %s" % (what, error), code=error.code, source=source) from None
    except DefinitionError as error:
        raise DefinitionError(
            "%s is %.80r" % (what, given),
            code="definition.bad_target",
            hint="pass a job, an AssetSelection, a selection as text, or assets and keys of them",
            source=source,
        ) from error


def jobs_of(targets: Iterable[AutomationTarget]) -> List[Any]:
    """The jobs that are known themselves, not by name."""
    return [target.job_def for target in targets if target.has_job_def]


def targeted_jobs(automations: Iterable[Any]) -> List[Any]:
    """The jobs that schedules and sensors name themselves: their location offers them, too."""
    return [
        target.job_def
        for one in automations
        for target in getattr(one, "targets", ())
        if target.has_job_def and target.selection is None
    ]


def targeted_assets(automations: Iterable[Any]) -> List[AssetsDefinition]:
    """The assets that schedules and sensors are given to run: their location offers them, too."""
    found = [
        item
        for one in automations
        for target in getattr(one, "targets", ())
        for item in target.assets_defs
    ]
    return list({id(item): item for item in found}.values())
