"""Every path of the API: what it does, what it takes, what it answers.

The routes and `schema/openapi.json` are both made from this table, and from nothing else.
"""

from __future__ import annotations

from atoll_server.api.routes import (
    assets,
    capacity,
    ended_runs,
    events,
    health,
    instance,
    jobs,
    locations,
    pages,
    run_lists,
    runs,
    storage,
)
from atoll_server.api.routes.operation import V1, Handler, Operation, Query
from atoll_server.api.schemas.assets import AssetDetail, Assets, JobDetail, Jobs, Wipe, Wiped
from atoll_server.api.schemas.capacity import PoolLimit, Pools, Queue, SettingChanges, Settings
from atoll_server.api.schemas.deployment import (
    Accepted,
    Findings,
    Health,
    Instance,
    IntentState,
    Prunable,
    Prune,
    Pruning,
)
from atoll_server.api.schemas.locations import Location, LocationLog, Locations
from atoll_server.api.schemas.runs import Events, Launch, Output, Retry, Run, RunCounts, Runs


def _after(about: str) -> Query:
    return Query(name="after", about=about, type="integer")


_LIMIT = Query(name="limit", about="Most items in the answer.", type="integer")
_CURSOR = Query(name="cursor", about="`next` of the page before.")
_KEEP_DAYS = Query(name="keep_days", about="Runs that ended since stay.", type="integer")
_KEEP_RUNS = Query(name="keep_runs", about="So many of the newest stay.", type="integer")
_KIND = Query(name="kind", about="Only events of this kind.", is_list=True)
_RUN_FILTER = (
    Query(name="job", about="Only runs of this job."),
    Query(name="asset", about="Only runs that are planned to make this asset."),
    Query(name="location", about="Only runs with a step there, or in another one.", is_list=True),
    Query(name="partition", about="Only runs of this partition."),
    Query(name="tag", about="`NAME=VALUE`: only runs with this tag.", is_list=True),
    Query(name="since", about="Only runs that had not ended by then.", type="number"),
    Query(name="until", about="Only runs that were asked for by then.", type="number"),
    Query(
        name="search",
        about="Only runs whose id begins so (4 digits or more), or whose job's name has it.",
    ),
)

OPERATIONS = (
    Operation(
        method="GET",
        path=V1 + "/locations",
        handler=locations.list_locations,
        id="listLocations",
        answers=Locations,
    ),
    Operation(
        method="POST",
        path=V1 + "/locations/{name:path}/reload",
        handler=locations.reload_location,
        id="reloadLocation",
        answers=Location,
        status=202,
        problems=("location.unknown", "location.unreachable"),
    ),
    Operation(
        method="GET",
        path=V1 + "/locations/{name:path}/log",
        handler=locations.get_log,
        id="getLocationLog",
        answers=LocationLog,
        query=(
            Query(name="stream", about="stdout or stderr."),
            Query(name="offset", about="Where to begin, in bytes.", type="integer"),
            Query(name="log", about="Which process, as `log` of a location; the newest."),
        ),
        problems=("location.unknown", "location.no_log"),
    ),
    Operation(
        method="GET",
        path=V1 + "/locations/{name:path}",
        handler=locations.get_location,
        id="getLocation",
        answers=Location,
        problems=("location.unknown",),
    ),
    Operation(
        method="GET",
        path=V1 + "/assets",
        handler=assets.list_assets,
        id="listAssets",
        answers=Assets,
        query=(
            Query(name="select", about="Only assets that this selection chooses.", is_list=True),
            Query(name="location", about="Only assets of this location.", is_list=True),
            Query(name="group", about="Only assets of this group.", is_list=True),
            _LIMIT,
            _CURSOR,
        ),
        problems=("selection.invalid",),
    ),
    Operation(
        method="GET",
        path=V1 + "/assets/{key:path}",
        handler=assets.get_asset,
        id="getAsset",
        answers=AssetDetail,
        problems=("asset.unknown",),
    ),
    Operation(
        method="GET",
        path=V1 + "/jobs",
        handler=jobs.list_jobs,
        id="listJobs",
        answers=Jobs,
        query=(Query(name="location", about="Only jobs of this location.", is_list=True),),
    ),
    Operation(
        method="GET",
        path=V1 + "/jobs/{name}",
        handler=jobs.get_job,
        id="getJob",
        answers=JobDetail,
        query=(Query(name="location", about="Where it lies, if several have one."),),
        problems=("job.unknown", "job.ambiguous", "location.unknown"),
    ),
    Operation(
        method="POST",
        path=V1 + "/assets/wipe",
        handler=assets.wipe_assets,
        id="wipeAssets",
        answers=Wiped,
        status=202,
        takes=Wipe,
        problems=("asset.unknown",),
    ),
    Operation(
        method="POST",
        path=V1 + "/runs",
        handler=runs.launch_run,
        id="launchRun",
        answers=Run,
        status=201,
        takes=Launch,
        problems=(
            "selection.invalid",
            "location.not_loaded",
            "asset.no_partitions",
            "run.bad_tag",
            "job.unknown",
            "job.ambiguous",
            "location.unknown",
        ),
    ),
    Operation(
        method="GET",
        path=V1 + "/runs",
        handler=run_lists.list_runs,
        id="listRuns",
        answers=Runs,
        query=(
            Query(name="status", about="Only runs with this status.", is_list=True),
            *_RUN_FILTER,
            _LIMIT,
            _CURSOR,
        ),
    ),
    Operation(
        method="GET",
        path=V1 + "/runs/counts",
        handler=run_lists.count_runs,
        id="countRuns",
        answers=RunCounts,
        query=_RUN_FILTER,
    ),
    Operation(
        method="GET",
        path=V1 + "/runs/{run_id}",
        handler=runs.get_run,
        id="getRun",
        answers=Run,
        problems=("run.unknown",),
    ),
    Operation(
        method="GET",
        path=V1 + "/runs/{run_id}/events",
        handler=runs.list_run_events,
        id="listRunEvents",
        answers=Events,
        query=(
            _after("Only events with a greater id."),
            _LIMIT,
            _KIND,
            Query(name="step", about="Only events of this step."),
        ),
        problems=("run.unknown",),
    ),
    Operation(
        method="GET",
        path=V1 + "/runs/{run_id}/steps/{step}/output",
        handler=runs.get_output,
        id="getStepOutput",
        answers=Output,
        query=(
            Query(name="stream", about="`stdout` (the default) or `stderr`."),
            Query(name="attempt", about="Which attempt; the newest by default.", type="integer"),
            Query(name="offset", about="Bytes to pass over.", type="integer"),
        ),
        problems=("run.unknown", "run.no_output"),
    ),
    Operation(
        method="POST",
        path=V1 + "/runs/{run_id}/cancel",
        handler=runs.cancel_run,
        id="cancelRun",
        answers=Run,
        status=202,
        problems=("run.unknown", "run.ended"),
    ),
    Operation(
        method="POST",
        path=V1 + "/runs/{run_id}/retry",
        handler=ended_runs.retry_run,
        id="retryRun",
        answers=Run,
        status=201,
        takes=Retry,
        problems=(
            "run.unknown",
            "run.unfinished",
            "run.nothing_to_retry",
            "run.unknown_step",
            "selection.invalid",
        ),
    ),
    Operation(
        method="DELETE",
        path=V1 + "/runs/{run_id}",
        handler=ended_runs.delete_run,
        id="deleteRun",
        answers=Accepted,
        status=202,
        problems=("run.unknown", "run.unfinished"),
    ),
    Operation(
        method="GET",
        path=V1 + "/instance",
        handler=instance.get_instance,
        id="getInstance",
        answers=Instance,
    ),
    Operation(
        method="GET",
        path=V1 + "/intents/{intent_id}",
        handler=instance.get_intent,
        id="getIntent",
        answers=IntentState,
        query=(Query(name="wait", about="Seconds to wait for it, at most 20.", type="integer"),),
    ),
    Operation(
        method="GET",
        path=V1 + "/settings",
        handler=capacity.list_settings,
        id="listSettings",
        answers=Settings,
    ),
    Operation(
        method="PATCH",
        path=V1 + "/settings",
        handler=capacity.change_settings,
        id="changeSettings",
        answers=Accepted,
        status=202,
        takes=SettingChanges,
        problems=("settings.invalid", "settings.unknown"),
    ),
    Operation(
        method="GET",
        path=V1 + "/queue",
        handler=capacity.get_queue,
        id="getQueue",
        answers=Queue,
        query=(Query(name="limit", about="Most of each that are told.", type="integer"),),
    ),
    Operation(
        method="GET",
        path=V1 + "/pools",
        handler=capacity.list_pools,
        id="listPools",
        answers=Pools,
    ),
    Operation(
        method="PUT",
        path=V1 + "/pools/{name:path}",
        handler=capacity.set_pool,
        id="setPool",
        answers=Accepted,
        status=202,
        takes=PoolLimit,
        problems=("settings.invalid",),
    ),
    Operation(
        method="DELETE",
        path=V1 + "/pools/{name:path}",
        handler=capacity.unset_pool,
        id="unsetPool",
        answers=Accepted,
        status=202,
        problems=("pool.no_limit",),
    ),
    Operation(
        method="GET",
        path=V1 + "/storage/check",
        handler=storage.check_storage,
        id="checkStorage",
        answers=Findings,
    ),
    Operation(
        method="GET",
        path=V1 + "/storage/prunable",
        handler=storage.get_prunable,
        id="getPrunable",
        answers=Prunable,
        query=(_KEEP_DAYS, _KEEP_RUNS),
    ),
    Operation(
        method="POST",
        path=V1 + "/storage/prune",
        handler=storage.prune,
        id="pruneStorage",
        answers=Pruning,
        status=202,
        takes=Prune,
    ),
    Operation(
        method="GET",
        path=V1 + "/events",
        handler=events.stream_events,
        id="streamEvents",
        answers="text/event-stream",
        query=(
            _after("Id of the last event that is known; `Last-Event-ID` goes before it."),
            Query(name="run_id", about="Only events of this run."),
            _KIND,
        ),
    ),
    Operation(
        method="GET",
        path="/livez",
        handler=health.livez,
        id="getLiveness",
        answers=Health,
    ),
    Operation(
        method="GET",
        path="/readyz",
        handler=health.readyz,
        id="getReadiness",
        answers=Health,
    ),
    Operation(
        method="GET",
        path="/openapi.json",
        handler=pages.openapi,
        id="getDescription",
        answers="application/json",
    ),
)

PAGES: tuple[tuple[str, Handler], ...] = (
    ("/", pages.index),
    ("/static/{name}", pages.static),
)
"""What people look at; not part of the API."""
