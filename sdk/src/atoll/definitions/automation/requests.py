"""Requests for runs, checked against the definitions and completed: partitions and assets."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.run_request import RunRequest
from atoll.definitions.automation.target import AutomationTarget
from atoll.definitions.automation.tick_context import TickContext
from atoll.definitions.keys import AssetKey
from atoll.errors import InvariantError, SubsetError
from atoll_wire.events import ASSET_JOB


def with_partition(
    request: RunRequest,
    target: Optional[AutomationTarget],
    context: TickContext,
    what: str,
    partition_requests: Sequence[Any] = (),
) -> RunRequest:
    """The request with tags and config of its partition, if it is for one that is not known yet.

    Raises:
        InvariantError: `tick.no_definitions`.
        UnknownPartitionError: `partition.unknown`.
    """
    if request.has_resolved_partition():
        return request
    definitions = _definitions(context, what, "a run of a partition")
    store = context.instance if context.has_instance else None
    job = None if target is None else target.job_def
    if job is None and target is not None:
        named = getattr(definitions, "get_job", None) or definitions.get_job_def
        job = named(target.job_name)
    if job is not None and getattr(job, "partitions_def", None) is not None:
        return request.with_resolved_tags_and_config(job, partition_requests, store)
    keys = request.asset_selection
    selection = getattr(job, "selection", None)
    if keys is None and selection is not None:
        keys = list(selection.resolve(definitions))
    assets = _Assets(what, _partitions_of(keys or (), definitions))
    return request.with_resolved_tags_and_config(assets, partition_requests, store)


class _Assets(NamedTuple):
    """Assets of a run, as far as its partition concerns them."""

    name: str
    partitions_def: Any


def with_assets(
    request: RunRequest, selection: AssetSelection, context: TickContext, what: str
) -> RunRequest:
    """The request with the assets that it makes, where the sensor selects assets, not a job.

    Raises:
        InvariantError: `tick.no_definitions`.
        SubsetError: `tick.unknown_target`, it asks for assets outside of the selection.
    """
    definitions = _definitions(context, what, "a run of the assets that it selects")
    allowed = selection.resolve(definitions)
    keys: List[AssetKey] = sorted(allowed, key=str)
    if request.asset_selection is not None:
        keys = request.asset_selection
        outside = [str(key) for key in keys if key not in allowed]
        if outside:
            raise SubsetError(
                "%s asks for assets that are not part of its selection: %s"
                % (what, ", ".join(outside)),
                code="tick.unknown_target",
                hint="its selection is %s" % selection,
            )
    checks = request.asset_check_keys
    if checks is None:
        checks = _checks_of(keys, definitions)
    return request.with_replaced_attrs(
        job_name=ASSET_JOB, asset_selection=keys, asset_check_keys=checks
    )


def _definitions(context: TickContext, what: str, wanted: str) -> Any:
    if context._definitions is None:
        raise InvariantError(
            "%s asks for %s, which takes the definitions to know" % (what, wanted),
            code="tick.no_definitions",
            hint="pass repository_def=Definitions(...) where the context is built",
        )
    return context._definitions


def _partitions_of(keys: Sequence[AssetKey], definitions: Any) -> Any:
    wanted, found = set(keys), []
    for spec in definitions.get_all_asset_specs():
        partitions = spec.partitions_def
        if spec.key in wanted and partitions is not None and partitions not in found:
            found.append(partitions)
    if len(found) > 1:
        raise InvariantError(
            "a run of one partition is asked for, but its assets are partitioned in %d ways"
            % len(found),
            code="tick.no_partition",
            hint="ask for runs of assets that have the same partitions",
        )
    return found[0] if found else None


def _checks_of(keys: Sequence[AssetKey], definitions: Any) -> List[Any]:
    wanted = set(keys)
    makers = [*definitions.assets, *getattr(definitions, "asset_checks", ())]
    specs = [output.check for item in makers for output in getattr(item, "check_outputs", ())]
    return [spec.key for spec in specs if spec.asset_key in wanted]
