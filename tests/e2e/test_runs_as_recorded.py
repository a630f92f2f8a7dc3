"""A host tells of a run what Dagster tells of it where each step has a process of its own.

The runs are those of `tests/compat/runs`; what Dagster tells of them is recorded
(`python -m tools.compat.golden`). One host plays them all: its location declares one run after the
other, and is loaded again for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from atoll_e2e import LOADED, Deployment, Host

RUNS = Path(__file__).resolve().parents[1] / "compat" / "runs"
RECORDED: dict[str, list[dict[str, Any]]] = json.loads((RUNS / "recorded_apart.json").read_text())
LOCATION = f"""
    import sys
    from pathlib import Path

    sys.path.insert(0, {str(RUNS)!r})
    import play
    from told import SCENARIOS

    name, number = Path("playing").read_text().split()
    defs = SCENARIOS[name]()[int(number)].declares()
"""
CLOSING = frozenset(["STEP_SUCCESS", "STEP_FAILURE", "STEP_UP_FOR_RETRY", "STEP_SKIPPED"])
HOOKS = frozenset(["HOOK_COMPLETED", "HOOK_SKIPPED", "HOOK_ERRORED"])
LEFT_OUT = frozenset(
    [
        "RUN_ENQUEUED",  # a host has a queue; the executor alone has none
        "RUN_STARTING",  # carries the plan, and with it what Dagster tells as ..._PLANNED
        "ASSET_MATERIALIZATION_PLANNED",
        "ASSET_CHECK_EVALUATION_PLANNED",
        "LOGS_CAPTURED",  # there of the step, before anything of the user's; here of no step
        "ENGINE_EVENT",  # Dagster's tell of its processes; which of them are told is nobody's API
    ]
)
"""Kinds of which only one of the two tells, or in another place."""
NOT_YET = {"dynamic_outputs", "no_dynamic_outputs"}
"""A host refuses their jobs."""
CONVERTED = "wrong_type_of_an_input"
"""Values are kept by type, and read as what is asked for: the number is refused as it is loaded."""


@pytest.fixture(scope="module")
def playing(
    atoll_command: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, Host]]:
    """A host with the location, and its deployment."""
    deployment = Deployment(tmp_path_factory.mktemp("played"), atoll_command)
    (deployment.folder / "playing").write_text(f"{next(iter(RECORDED))} 0")
    deployment.write("played", LOCATION)
    with deployment.dev() as host:
        host.wait_loaded("played")
        yield deployment, host


@pytest.mark.parametrize(
    ("scenario", "number"),
    [(name, number) for name, runs in RECORDED.items() for number in range(len(runs))],
)
def test_a_host_tells_what_dagster_tells(
    playing: tuple[Deployment, Host], scenario: str, number: int
) -> None:
    deployment, host = playing
    recorded = RECORDED[scenario][number]

    answer = played(deployment, host, f"{scenario} {number}", recorded["asks"])
    if scenario in NOT_YET:
        assert answer["code"] == "plan.not_supported"
        return
    host.wait_run(answer["run_id"])
    events = [as_text(event) for event in host.events(answer["run_id"])]

    ours, theirs = by_step(events), by_step(recorded["events"])
    if scenario == CONVERTED:
        theirs["takes"] = [each for each in theirs["takes"] if not each.endswith('["text"]')]
    assert told_alike(ours, theirs) == theirs_alike(ours, theirs)
    assert_in_order(events, recorded["needs"])


def played(deployment: Deployment, host: Host, run: str, asks: Mapping[str, Any]) -> Any:
    """Have the location declare a run, and ask the host for it; its answer."""
    (deployment.folder / "playing").write_text(run)
    before = host.get("/locations/played")["generation"]
    host.ask("POST", "/api/v1/locations/played/reload", {})

    def serves_the_next(location: Mapping[str, Any], before: int) -> bool:
        assert location["error"] is None, location["error_text"]
        return location["status"] in LOADED and location["generation"] > before

    host.wait_location("played", partial(serves_the_next, before=before), "loaded again")
    return host.ask("POST", "/api/v1/runs", asks)


def as_text(event: Mapping[str, Any]) -> str:
    """An event on one line, as the recording has it: kind, step, and what it says."""
    told = said(event["kind"], event["data"])
    text = f"{event['kind']} {event['step'] or '-'}"
    return f"{text} {json.dumps(told)}" if told else text


def said(kind: str, data: Mapping[str, Any]) -> list[Any]:
    """What an event says that Dagster's says as well."""
    metadata = sorted(data.get("metadata", ()))
    if kind in ("ASSET_MATERIALIZATION", "ASSET_OBSERVATION"):
        return [data["asset_key"], data.get("partition"), metadata]
    if kind == "ASSET_CHECK_EVALUATION":
        names = ("asset_key", "check_name", "passed", "severity", "blocking")
        return [*(data[name] for name in names), metadata]
    if kind == "STEP_OUTPUT":
        return [data["output_name"], data.get("mapping_key")]
    if kind == "HANDLED_OUTPUT":
        return [data["output_name"], data.get("mapping_key"), metadata]
    if kind in ("LOADED_INPUT", "STEP_INPUT"):
        return [data["input_name"]]
    if kind == "STEP_EXPECTATION_RESULT":
        return [data.get("label"), data["success"], metadata]
    return []


def by_step(events: list[str]) -> dict[str, list[str]]:
    """The events of each step, and of the run itself as `-`, but for what only one tells.

    What a step tells of the partitions of one asset has no order.
    """
    found: dict[str, list[str]] = {}
    for event in events:
        kind, step = event.split(" ")[:2]
        if kind in LEFT_OUT:
            continue
        told = found.setdefault(step, [])
        told.append(event)
        if kind in HOOKS and len(told) > 1 and told[-2] == f"STEP_WORKER_STARTING {step}":
            told[-2:] = told[:-3:-1]  # Dagster may start the next attempt before it tells of hooks
        if len(told) > 1 and told[-2].startswith(kind) and kind == "ASSET_MATERIALIZATION":
            told[-2:] = sorted(told[-2:])
    return found


def told_alike(
    ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """What the host told, with what it tells in other words or places as Dagster has it."""
    found = {}
    for step, told in ours.items():
        if step not in theirs and told == [f"STEP_SKIPPED {step}"]:
            continue  # after a failure Dagster says nothing of what comes below
        found[step] = hooks_last(restarted(told, step))
    return found


def restarted(told: list[str], step: str) -> list[str]:
    """The host decides that a step starts again, and tells that before there is a worker.

    Of each attempt the worker tells `STEP_START`; in Dagster of all but the first
    `STEP_RESTARTED`, in its place.
    """
    is_again, again, found = False, f"STEP_RESTARTED {step}", []
    for event in told:
        if event == again:
            is_again = True
        else:
            found.append(again if is_again and event == f"STEP_START {step}" else event)
    return found


def hooks_last(told: list[str]) -> list[str]:
    """What closes a journal must be its last event, so that hooks are told before it."""
    found: list[str] = []
    for event in told:
        kind = event.split(" ")[0]
        place = len(found)
        while kind in CLOSING and place and found[place - 1].split(" ")[0] in HOOKS:
            place -= 1
        found.insert(place, event)
    return found


def theirs_alike(
    ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """What Dagster told, without its making ready of an IO manager that needs none here."""
    found = {}
    for step, told in theirs.items():
        declared = any(event.startswith("RESOURCE_INIT") for event in ours.get(step, ()))
        ready = () if declared else ("RESOURCE_INIT_STARTED", "RESOURCE_INIT_SUCCESS")
        found[step] = [event for event in told if event.split(" ")[0] not in ready]
    return found


def assert_in_order(events: list[str], needs: Mapping[str, list[str]]) -> None:
    """No step starts before all that it needs has ended; of dynamic ones, for its own key."""
    ended: dict[str, int] = {}
    for place, event in enumerate(events):
        kind, step = event.split(" ")[:2]
        if kind in CLOSING:
            ended[step] = place
        if kind != "STEP_WORKER_STARTING":
            continue
        name, bracket, key = step.partition("[")
        for needed in needs[f"{name}[?]" if bracket else step]:
            if needed.endswith("[?]"):
                one = needed[:-2] if not bracket else f"{needed[:-2]}{key}"
                assert not [each for each in ended if each.startswith(one) and ended[each] > place]
            else:
                assert needed in ended, f"{step} started before {needed} had ended"
