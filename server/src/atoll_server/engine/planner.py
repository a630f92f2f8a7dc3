"""Plans runs: keeps the catalog, and knows which runs wait for which locations.

Catalogs are built and plans are made off the loop. A run is planned as soon as what it asks
for can be found, else when every location has said what it defines.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from atoll_server.core.catalog import Catalog, build
from atoll_server.core.location.messages import NoteConflicts
from atoll_server.core.run.plan import Plan, PlanError
from atoll_server.core.wanted import Wanted, choose_assets, is_known, plan_chosen, waits_for
from atoll_server.engine.locations import Location, Offload
from atoll_server.engine.run_slots import RunSlots
from atoll_server.ports.event_log import EventLog
from atoll_server.ports.moments import moment
from atoll_wire.failure import Failure
from atoll_wire.partitions.spaces import Moment


class Surroundings(Protocol):
    """What the planner needs of the engine."""

    log: EventLog
    locations: dict[str, Location]
    offload: Offload
    slots: RunSlots

    def now(self) -> float: ...  # noqa: D102
    def post(self, handler: Callable[..., None], *arguments: Any) -> None: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102
    def run_planned(self, run_id: str, outcome: Plan | Failure) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class Planner:
    """The catalog, and the runs that wait to be planned."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.catalog = Catalog()
        self._waiting: dict[str, Wanted] = {}
        """Runs that cannot be planned yet."""
        self._ready: dict[str, Wanted] = {}
        """Runs that can, and wait for their slot."""
        self._is_outdated = False
        self._is_building = False

    @property
    def _unsettled(self) -> list[str]:
        return [name for name, one in self._around.locations.items() if not one.has_settled]

    @property
    def _is_complete(self) -> bool:
        """Whether the catalog holds all that will be known for now."""
        return not (self._is_outdated or self._is_building or self._unsettled)

    def add(self, run_id: str, wanted: Wanted) -> str:
        """Plan a run as soon as that is possible; says what it waits for, if it has to."""
        self._waiting[run_id] = wanted
        if self._can_plan(wanted):
            self._try(run_id)
            return ""
        return waits_for(self._unsettled)

    def drop(self, run_id: str) -> None:
        """The run is over before it was planned."""
        self._waiting.pop(run_id, None)
        self._ready.pop(run_id, None)

    def locations_changed(self) -> None:
        """A location has settled, perhaps: runs may have waited for it."""
        self._around.post(self._try_all)

    def catalog_changed(self) -> None:
        """What can be run is not what it was."""
        self._is_outdated = True
        if not self._is_building:
            self._is_building = True
            self._around.spawn(self._build())

    async def _build(self) -> None:
        self._is_outdated = False
        servings = [
            serving
            for location in self._around.locations.values()
            if (serving := location.serving) is not None
        ]
        try:
            catalog = await self._around.offload(build, servings)
        except Exception as error:  # our bug: what was known before stays
            self._around.report(error)
            catalog = self.catalog
        self._around.post(self._adopt, catalog)

    def _adopt(self, catalog: Catalog) -> None:
        self.catalog, self._is_building = catalog, False
        if self._is_outdated:
            self.catalog_changed()
        lost: dict[str, list[str]] = {name: [] for name in self._around.locations}
        for conflict in catalog.conflicts:
            lost[conflict.location].append(conflict.message)
        for name, messages in lost.items():
            self._around.locations[name].command(NoteConflicts(self._around.now(), tuple(messages)))
        self._try_all()

    def _try_all(self) -> None:
        for run_id in list(self._waiting):
            self._try(run_id)

    def _try(self, run_id: str) -> None:
        wanted = self._waiting.get(run_id)
        if wanted is not None and self._can_plan(wanted):
            self._ready[run_id] = self._waiting.pop(run_id)
            if self._around.slots.offer(run_id, self._tags_of_job(wanted)):
                self.begin(run_id)

    def begin(self, run_id: str) -> None:
        """The run has its slot: plan it, on what serves by now."""
        wanted = self._ready.pop(run_id, None)
        if wanted is None:
            return
        if self._can_plan(wanted):
            self._around.spawn(self._plan(run_id, wanted))
        else:
            self._waiting[run_id] = wanted

    def _tags_of_job(self, wanted: Wanted) -> Mapping[str, str]:
        places = self.catalog.jobs.get(wanted.job or "", {})
        if len(places) == 1:
            return next(iter(places.values())).run_tags
        job = places.get(wanted.location or "")
        return {} if job is None else job.run_tags

    def _can_plan(self, wanted: Wanted) -> bool:
        return self._is_complete or is_known(self.catalog, wanted)

    async def _plan(self, run_id: str, wanted: Wanted) -> None:
        catalog = self.catalog
        try:
            at = await moment(self._around.log, self._around.now(), catalog.dynamic_names)
            outcome = await self._around.offload(resolve_and_plan, catalog, wanted, at)
        except Exception as error:
            self._around.report(error)
            outcome = Failure(
                code="plan.internal",
                message=f"the run cannot be planned: {type(error).__name__}: {error}",
                hint="This is a mistake of Atoll's; please report it.",
            )
        self._around.post(self._planned, run_id, wanted, outcome, catalog)

    def _planned(
        self, run_id: str, wanted: Wanted, outcome: Plan | Failure, catalog: Catalog
    ) -> None:
        if not self._around.slots.has_slot(run_id):
            return  # canceled meanwhile
        if isinstance(outcome, Plan) and not self._still_holds(outcome):
            self._waiting[run_id] = wanted  # the catalog moves: plan again on the next one
            if catalog is not self.catalog:  # which is here already
                self._try(run_id)
            return
        if isinstance(outcome, Failure):
            outcome = self._with_reasons(outcome)
        self._around.run_planned(run_id, outcome)

    def _still_holds(self, plan: Plan) -> bool:
        return all(
            self._around.locations[step.location].home_of(step.generation, step.identity)
            for step in plan.steps
        )

    def _with_reasons(self, failure: Failure) -> Failure:
        """What is missing may lie in a location that is not there."""
        absent = [n for n, one in self._around.locations.items() if one.serving is None]
        if not absent:
            return failure
        hint = f"Not loaded: {', '.join(absent)}."
        hint = f"{failure.hint} {hint}" if failure.hint else hint
        return Failure(code=failure.code, message=failure.message, hint=hint)


def resolve_and_plan(catalog: Catalog, wanted: Wanted, at: Moment) -> Plan | Failure:
    """The plan of what is wanted, or why there is none."""
    try:
        return plan_chosen(catalog, choose_assets(catalog, wanted), wanted, at)
    except PlanError as error:
        return error.failure
    except ValueError as error:  # the selection's own errors: grammar, unknown names
        return Failure(
            code=getattr(error, "code", "selection.invalid"),
            message=str(error),
            hint=getattr(error, "hint", None),
        )
