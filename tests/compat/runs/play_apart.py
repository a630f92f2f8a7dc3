"""Plays the runs with Dagster's own executor of a process per step, and tells their events.

    PLAYED_PACKAGE=dagster python play_apart.py [SCENARIO...]

It takes minutes, and needs the package `dagster` itself. Writes one JSON object: by scenario, its
runs. Of a run that is `asks`, how a host is asked for it; `needs`, by step those that must have
ended before it starts; and `events`, each as text: kind, step, and as JSON what it says.
"""

import concurrent.futures
import contextlib
import json
import logging
import os
import sys
import tempfile

import play  # noqa: F401  (declares the scenarios)
from told import SCENARIOS

FORKED = {"forkserver": {"preload_modules": ["dagster", "play"]}}
"""How step processes are started; it is quicker than what Dagster does if nothing is said."""


def job_of(scenario, number):
    """The job of a run; step processes ask for it as well."""
    run = SCENARIOS[scenario]()[number]
    return run.declares().resolve_job_def(run.job)


def as_text(event):
    """An event on one line."""
    told = said(event)
    text = f"{event.event_type.name} {event.step_key or '-'}"
    return f"{text} {json.dumps(told)}" if told else text


def said(event):
    """What an event says that a host must say as well."""
    data = event.event_specific_data
    kind = event.event_type.name
    if kind in ("ASSET_MATERIALIZATION", "ASSET_OBSERVATION"):
        told = data.materialization if kind == "ASSET_MATERIALIZATION" else data.asset_observation
        return [told.asset_key.to_user_string(), told.partition, sorted(told.metadata)]
    if kind == "ASSET_CHECK_EVALUATION":
        asset = data.asset_key.to_user_string()
        told = [asset, data.check_name, data.passed, data.severity.name, data.blocking]
        return [*told, sorted(data.metadata)]
    if kind == "STEP_OUTPUT":
        return [data.output_name, data.mapping_key]
    if kind == "HANDLED_OUTPUT":
        return [data.output_name, getattr(data, "mapping_key", None), sorted(data.metadata)]
    if kind in ("LOADED_INPUT", "STEP_INPUT"):
        return [data.input_name]
    if kind == "STEP_EXPECTATION_RESULT":
        told = data.expectation_result
        return [told.label, told.success, sorted(told.metadata)]
    return []


def played(scenario, number):
    """One run, and what is to be known of it."""
    import dagster
    from dagster._core.definitions.reconstruct import build_reconstructable_job
    from dagster._core.execution.api import create_execution_plan, execute_job

    run = SCENARIOS[scenario]()[number]
    asked = dict(run.asked)
    partition = asked.pop("partition_key", None)
    tags = dict(asked.pop("tags", {}))
    chosen = asked.get("op_selection")
    asks = {"job": run.job, "tags": dict(tags), "config": asked.get("run_config", {})}
    if partition:
        asks["partition"] = str(partition)
        tags.update(job_of(scenario, number).get_tags_for_partition_key(partition, None))
    if chosen:
        asks["ops"] = chosen
    folder = os.path.dirname(os.path.abspath(__file__))
    job = build_reconstructable_job(
        "play_apart", "job_of", (scenario, number), reconstructor_working_directory=folder
    )
    part = job.get_subset(op_selection=chosen) if chosen else job
    plan = create_execution_plan(part, run_config=asks["config"], tags=tags)
    forked = {"execution": {"config": {"multiprocess": {"start_method": FORKED}}}}
    config = {**asks["config"], **forked}
    with (
        tempfile.TemporaryDirectory() as home,
        dagster.DagsterInstance.local_temp(home) as instance,
    ):
        # It raises where a step process could not even make its resources ready.
        with contextlib.suppress(dagster.DagsterError):
            execute_job(job, instance, config, tags, op_selection=chosen)
        (record,) = instance.get_runs()
        logged = instance.all_logs(record.run_id)
        events = [as_text(each.dagster_event) for each in logged if each.is_dagster_event]
    needs = {key: sorted(found) for key, found in plan.get_all_step_deps().items()}
    return {"asks": asks, "needs": needs, "events": events}


def main():
    """Play them, some at a time."""
    logging.disable(logging.CRITICAL)
    names = sys.argv[1:] or list(SCENARIOS)
    with concurrent.futures.ThreadPoolExecutor(8) as several:
        asked = {
            name: [several.submit(played, name, number) for number in range(len(SCENARIOS[name]()))]
            for name in names
        }
        told = {name: [run.result() for run in runs] for name, runs in asked.items()}
    json.dump(told, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
