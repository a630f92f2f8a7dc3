"""Names in the config of a run that nothing there answers to: most are spelt wrong.

Pure: from a catalog. Whether values fit is for the step itself to say; a name that no
step reads would otherwise be passed over in silence, and the run do something else than was meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from atoll_server.core.catalog import Catalog
from atoll_server.core.run.plan import PlanError
from atoll_wire.snapshot import JobSnapshot

SECTIONS = ("ops", "resources", "loggers", "execution", "inputs")
_OF_MAPPED_GRAPH = "config"
"""What stands under `ops` where a job's graph maps config of its own to that of its ops."""
_DEFAULT_IO_MANAGER = "io_manager"
_ANYWHERE = "the deployment has"


def refuse_unknown_names(
    catalog: Catalog, job: JobSnapshot | None, config: Mapping[str, Any]
) -> None:
    """Refuse config for sections, ops and resources that are not there.

    What there is beside what the run makes may be configured: config that is written for much
    serves a part of it.

    Args:
        job: that the run is one of.
        config: as it was asked for, without the job's own.

    Raises:
        PlanError: `config.unknown`.
    """
    for name in config:
        _refuse("a run's config has", "section", name, SECTIONS)
    own = job.steps if job is not None else []  # those of a job of ops
    entries = config.get("ops")
    if isinstance(entries, Mapping):
        keys = (key for _, key in catalog.steps)
        ops = {key.partition(".")[0] for key in ([step.key for step in own] or keys)}
        where = f'job "{job.name}" has' if own and job is not None else _ANYWHERE
        for name in entries:
            if name != _OF_MAPPED_GRAPH:
                _refuse(where, "op", name, ops)
    resources = config.get("resources")
    if isinstance(resources, Mapping) and not own:  # a job of ops may have resources of its own
        known = {_DEFAULT_IO_MANAGER}
        for serving in catalog.generations.values():
            known.update(one.key for one in serving.snapshot.resources)
        for name in resources:
            _refuse(_ANYWHERE, "resource", name, known)


def _refuse(where: str, what: str, name: str, known: Collection[str]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.6)
    some = ", ".join(sorted(known)[:10]) + (" ..." if len(known) > 10 else "")
    raise PlanError(
        f'{where} no {what} "{name}"',
        code="config.unknown",
        hint=f'Did you mean "{near[0]}"?' if near else f"There are: {some}.",
    )
