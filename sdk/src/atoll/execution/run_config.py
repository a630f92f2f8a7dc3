"""The configuration of a whole run, checked before anything of it begins."""

from __future__ import annotations

from typing import Any, Container, Dict, Iterable, Mapping, Optional, Set

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.reading import Reading
from atoll.definitions.config.run_config import (
    CoercibleToRunConfig,
    check_sections,
    run_config_dict,
)
from atoll.definitions.config.schema import ConfigSchema, read_run_section
from atoll.errors import ParameterError
from atoll.execution.input_config import check_inputs
from atoll.execution.resources import schemas_of
from atoll.execution.step_config import node_entries
from atoll.graph.steps import Step, steps_of_job


def check_run_config(
    steps: Mapping[str, Any],
    resources: Mapping[str, Any],
    config: Mapping[str, Any],
    needed: Container[str],
    what: str = "run_config",
    running: Optional[Container[str]] = None,
    op_steps: Iterable[Step] = (),
    graph: Any = None,
) -> Dict[str, Any]:
    """The configuration of a run, read, with defaults; variables are not read.

    Args:
        steps: the definitions of all steps and graphs, by name.
        resources: by name.
        config: the configuration.
        needed: the resources that the run needs: only of those may config be missing.
        what: what it is called, for the error.
        running: the steps that the run executes: only of those may config be missing; all
            by default.
        op_steps: steps whose inputs may have values by config.
        graph: whose nodes the steps are, where it is a job of ops: it may have config of its own.

    Raises:
        ConfigError: `config.invalid`, with all that does not fit in `errors`.
        InvocationError: `invocation.missing_input`, an input can have no value.
    """
    check_sections(config)
    reading = Reading(resolve=False)
    entries = config.get("ops") or {}
    if graph is not None:
        entries = node_entries(entries, graph)
    ops = read_run_section(
        entries,
        {
            name: schema_of(getattr(step, "definition", step))
            if running is None or name in running or name in entries
            else _ANY
            for name, step in steps.items()
        },
        "ops",
        reading,
    )
    schemas = schemas_of(resources)
    given = config.get("resources") or {}
    asked = {
        name: schema if name in needed or name in given else _ANY
        for name, schema in schemas.items()
    }
    found = read_run_section(given, asked, "resources", reading)
    check_inputs(op_steps, config, reading)
    reading.finish(what, config)
    return {
        "ops": {name: {"config": value} for name, value in ops.items()},
        "resources": {name: {"config": value} for name, value in found.items()},
        "loggers": dict(config.get("loggers") or {}),
        "execution": dict(config.get("execution") or {}),
    }


def needed_by(steps: Mapping[str, Any]) -> Set[str]:
    """The resources that steps need themselves, IO managers among them."""
    found: Set[str] = set()
    for step in steps.values():
        found.update(step.required_resource_keys)
        found.update(output.io_manager_key for output in step.outputs)
        found.update(one.input_manager_key for one in step.inputs if one.input_manager_key)
    return found


def validate_run_config(job_def: Any, run_config: CoercibleToRunConfig = None) -> Dict[str, Any]:
    """The configuration of a run of a job, read, with defaults filled in.

    Args:
        job_def: the job.
        run_config: a `RunConfig` or a dict.

    Raises:
        ConfigError: `config.invalid`, with all that does not fit in `errors`.
        ParameterError: `parameter.type`, this is no job.
    """
    graph = getattr(job_def, "graph", None)
    if graph is None:
        raise ParameterError("validate_run_config takes a job of ops, not %.80r" % (job_def,))
    steps = steps_of_job(job_def)
    return check_run_config(
        {node.name: node.definition for node in graph.nodes},
        job_def.resource_defs,
        run_config_dict(run_config),
        needed_by({step.key: step for step in steps}),
        "the config of job '%s'" % job_def.name,
        op_steps=steps,
        graph=graph,
    )


_ANY = ConfigSchema.of(None)
"""Stands for the schema of a resource that the run neither needs nor configures."""
