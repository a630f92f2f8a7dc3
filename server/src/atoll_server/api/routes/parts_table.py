"""The part of the table of operations that is about partitions, checks and automation."""

from __future__ import annotations

from atoll_server.api.routes import automation, checks, partitions
from atoll_server.api.routes.operation import CURSOR, LIMIT, V1, Operation, Query
from atoll_server.api.schemas.automation import Schedules, Sensors
from atoll_server.api.schemas.checks import CheckResults, Checks
from atoll_server.api.schemas.partitions import Partition, Partitions, PartitionsAsTheyStand

_PARTITIONED = (
    Query(name="asset", about="An asset that has partitions."),
    Query(name="job", about="Or a job that has."),
    Query(name="location", about="Where the job lies, if several have one."),
)
_OF_PARTITIONS = ("asset.unknown", "asset.no_partitions", "job.unknown", "job.ambiguous")

PARTS = (
    Operation(
        method="GET",
        path=V1 + "/partitions",
        handler=partitions.get_partitions,
        id="getPartitions",
        answers=PartitionsAsTheyStand,
        query=_PARTITIONED,
        problems=_OF_PARTITIONS,
    ),
    Operation(
        method="GET",
        path=V1 + "/partitions/keys",
        handler=partitions.list_partitions,
        id="listPartitions",
        answers=Partitions,
        query=(
            *_PARTITIONED,
            Query(name="status", about="Only partitions that stand so.", is_list=True),
            Query(name="search", about="Only partitions with this in their keys."),
            Query(name="order", about="`ascending` (the default) or `descending`."),
            LIMIT,
            CURSOR,
        ),
        problems=_OF_PARTITIONS,
    ),
    Operation(
        method="GET",
        path=V1 + "/partitions/one",
        handler=partitions.get_partition,
        id="getPartition",
        answers=Partition,
        query=(
            Query(name="asset", about="The asset."),
            Query(name="partition", about="Key of the partition."),
        ),
        problems=("asset.unknown", "asset.no_partitions", "partition.unknown"),
    ),
    Operation(
        method="GET",
        path=V1 + "/checks",
        handler=checks.list_checks,
        id="listChecks",
        answers=Checks,
        query=(
            Query(name="asset", about="Only checks of this asset.", is_list=True),
            Query(name="location", about="Only checks of this location.", is_list=True),
            Query(
                name="outcome",
                about="Only checks that last `passed`, `warned` or `failed`, or `never` ran.",
                is_list=True,
            ),
            LIMIT,
            CURSOR,
        ),
    ),
    Operation(
        method="GET",
        path=V1 + "/checks/results",
        handler=checks.list_check_results,
        id="listCheckResults",
        answers=CheckResults,
        query=(
            Query(name="check", about="Key of the check, `ASSET:NAME`."),
            Query(name="before", about="Only results with a smaller id.", type="integer"),
            LIMIT,
        ),
        problems=("check.unknown",),
    ),
    Operation(
        method="GET",
        path=V1 + "/schedules",
        handler=automation.list_schedules,
        id="listSchedules",
        answers=Schedules,
        query=(Query(name="location", about="Only those of this location.", is_list=True),),
    ),
    Operation(
        method="GET",
        path=V1 + "/sensors",
        handler=automation.list_sensors,
        id="listSensors",
        answers=Sensors,
        query=(Query(name="location", about="Only those of this location.", is_list=True),),
    ),
)
