"""Ops that fan out, hooks, retries, and executors of jobs."""

from dagster import (
    Backoff,
    Definitions,
    DynamicOut,
    DynamicOutput,
    HookContext,
    Jitter,
    OpExecutionContext,
    RetryPolicy,
    failure_hook,
    graph,
    in_process_executor,
    job,
    multiprocess_executor,
    op,
    success_hook,
)


@op(out=DynamicOut())
def pieces(context: OpExecutionContext):
    for number in range(3):
        yield DynamicOutput(number, mapping_key=str(number))


@op(retry_policy=RetryPolicy(max_retries=2, delay=1, backoff=Backoff.LINEAR, jitter=Jitter.FULL))
def work(piece: int) -> int:
    return piece


@op
def gather(done: list) -> int:
    return sum(done)


@failure_hook
def tell(context: HookContext): ...


@success_hook(required_resource_keys={"chat"})
def praise(context): ...


@job(hooks={tell}, executor_def=in_process_executor)
def fan_out():
    gather(pieces().map(work).collect())


@graph
def inner():
    return gather(pieces().map(lambda piece: work(work(piece))).collect())


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
def nested():
    inner.alias("first")()
    pieces.with_hooks({praise}).alias("last")()


defs = Definitions(jobs=[fan_out, nested], resources={"chat": "c"})
