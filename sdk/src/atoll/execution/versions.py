"""The version of each asset that a run in this process makes, and of what it was made from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Dict, Optional

from atoll.definitions.data_versions import (
    CODE_VERSION_TAG,
    DATA_VERSION_TAG,
    INPUT_EVENT_TAGS,
    INPUT_VERSION_TAGS,
    USER_PROVIDED_TAG,
)
from atoll_wire import events
from atoll_wire.events import JournalEvent


def with_versions(
    event: JournalEvent, specs: Dict[str, Any], storage: Any, run_id: str
) -> JournalEvent:
    """A materialization with the tags that tell its version; other events as they are.

    Where the function says no version, equal code over equal inputs makes an equal one. Code
    that has no version of its own counts as new in each run.

    Args:
        event: of any kind.
        specs: by key, the descriptions of the location's assets.
        storage: what keeps the events.
        run_id: of the run that makes it.
    """
    key = event.data.get("asset_key")
    # What the user's code reports itself has no code version, and says no more than it says.
    if event.kind != events.ASSET_MATERIALIZATION or "code_version" not in event.data:
        return event
    spec = specs.get(str(key))
    deps = [] if spec is None else [dep.asset_key.to_user_string() for dep in spec.deps]
    code, given = event.data.get("code_version"), event.data.get("data_version")
    tags = {CODE_VERSION_TAG: code or run_id}
    inputs = [tags[CODE_VERSION_TAG]]
    for dep in sorted(set(deps) - {key}):
        found = _latest(dep, storage)
        version = _version_of(found)
        inputs.append(version)
        tags[INPUT_VERSION_TAGS + dep] = version
        tags[INPUT_EVENT_TAGS + dep] = "NULL" if found is None else str(found.id)
    if given is not None:
        tags[USER_PROVIDED_TAG] = "true"
    tags[DATA_VERSION_TAG] = given or hashlib.sha256("\0".join(inputs).encode()).hexdigest()
    return replace(event, data={**event.data, "tags": {**tags, **(event.data.get("tags") or {})}})


def _latest(key: str, storage: Any) -> Optional[Any]:
    for kind in (events.ASSET_MATERIALIZATION, events.ASSET_OBSERVATION):
        found = storage.latest_of_assets(kind, [key]).get(key)
        if found is not None:
            return found
    return None


def _version_of(found: Any) -> str:
    """The version that an event tells of; an asset that was never seen is at the initial one."""
    data = {} if found is None else found.event.data
    told = data.get("data_version") or (data.get("tags") or {}).get(DATA_VERSION_TAG)
    return str(told or "INITIAL")
