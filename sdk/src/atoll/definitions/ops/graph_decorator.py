"""`@graph` and `@job`: functions that connect ops."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from atoll.definitions.ops.composed import composed
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.job_definition import JobDefinition


def graph(
    compose_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    ins: Optional[Mapping[str, Any]] = None,
    out: Any = None,
    tags: Optional[Mapping[str, str]] = None,
    config: Any = None,
) -> Any:
    """Declare that a function connects ops to a graph: it is called once, when it is decorated.

    Args:
        compose_fn: the function; its parameters are the graph's inputs, and what it returns (what
            an op returned, or a dict of those) are its outputs.
        name: the graph's name, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        ins: says more about its inputs.
        out: says more about its outputs.
        tags: of the node that it is in another graph.
        config: the config of its nodes, or a `ConfigMapping`.

    Returns:
        A `GraphDefinition`.

    Raises:
        DefinitionError: `definition.bad_graph` and others.
    """

    def build(fn: Callable[..., Any]) -> GraphDefinition:
        return composed(
            fn,
            "@graph",
            name=name,
            description=description,
            ins=ins,
            out=out,
            config=config,
            tags=tags,
        )

    return build if compose_fn is None else build(compose_fn)


def job(
    compose_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    config: Any = None,
    tags: Optional[Mapping[str, Any]] = None,
    run_tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    logger_defs: Optional[Mapping[str, Any]] = None,
    executor_def: Any = None,
    hooks: Optional[Iterable[Any]] = None,
    op_retry_policy: Any = None,
    partitions_def: Any = None,
    input_values: Optional[Mapping[str, Any]] = None,
    owners: Optional[Sequence[str]] = None,
) -> Any:
    """Declare that a function connects ops to a job.

    Args:
        compose_fn: the function; it is called once, when it is decorated.
        name: the job's name, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        resource_defs: resources by name; those of `Definitions` stand in where it has none.
        config: the config of its runs, a `ConfigMapping`, or a `PartitionedConfig`.
        tags: of the job; values that are not text become JSON.
        run_tags: of its runs; `tags`, where they are not given.
        metadata: facts about the job.
        logger_defs: loggers by name.
        executor_def: how many steps of a run go on at once.
        hooks: functions to call when a step has succeeded or failed.
        op_retry_policy: of the steps that have none.
        partitions_def: the pieces in which it is run.
        input_values: values of the inputs of the job's own, by name.
        owners: e-mail addresses, or `team:NAME`.

    Returns:
        A `JobDefinition`.

    Raises:
        DefinitionError: `definition.bad_graph` and others.
    """

    def build(fn: Callable[..., Any]) -> JobDefinition:
        made: JobDefinition = composed(fn, "@job", name=name, description=description).to_job(
            description=description,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            run_tags=run_tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hooks=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
            owners=owners,
        )
        return made

    return build if compose_fn is None else build(compose_fn)
