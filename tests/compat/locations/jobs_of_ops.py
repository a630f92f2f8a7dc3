"""Jobs of ops: fans, hooks, dynamic outputs, nested graphs, config of all sorts."""

import os
import random

from dagster import (
    Any,
    Array,
    Backoff,
    ConfigMapping,
    DailyPartitionsDefinition,
    DynamicOut,
    DynamicOutput,
    Enum,
    EnumValue,
    Field,
    Float,
    GraphDefinition,
    In,
    Jitter,
    List,
    Map,
    Noneable,
    Nothing,
    Out,
    Output,
    Permissive,
    ResourceDefinition,
    RetryPolicy,
    Selector,
    Shape,
    String,
    build_schedule_from_partitioned_job,
    daily_partitioned_config,
    failure_hook,
    graph,
    job,
    op,
    repository,
    resource,
    static_partitioned_config,
    success_hook,
)


def nonce_op(name, n_inputs, n_outputs):
    @op(
        name=name,
        ins={f"input_{i}": In() for i in range(n_inputs)},
        out={f"output_{i}": Out() for i in range(n_outputs)},
    )
    def op_fn(context, **_kwargs):
        for i in range(2):
            context.log.info(str(i))
        for i in range(n_outputs):
            yield Output(value=f"foo {i}", output_name=f"output_{i}")

    return op_fn


@job(description="Demo job that spits out different types of log messages to the event log.")
def log_spew():
    op_a = nonce_op("no_in_two_out", 0, 2).alias("op_a")
    op_b = nonce_op("one_in_one_out", 1, 1).alias("op_b")
    op_c = nonce_op("one_in_two_out", 1, 2).alias("op_c")
    op_d = nonce_op("two_in_one_out", 2, 1).alias("op_d")
    a_0, a_1 = op_a()
    b = op_b(input_0=a_0)
    c_0, _c_1 = op_c(input_0=a_1)
    op_d(input_0=b, input_1=c_0)


@op
def sleeper(context, units):
    tot = 0
    for sec in units:
        tot += sec
    return tot


@op(
    config_schema=[int],
    out={
        "out_1": Out(List[int]),
        "out_2": Out(List[int]),
        "out_3": Out(List[int]),
        "out_4": Out(List[int]),
    },
)
def giver(context):
    units = context.op_config
    queues = [[], [], [], []]
    for i, sec in enumerate(units):
        queues[i % 4].append(sec)
    yield Output(queues[0], "out_1")
    yield Output(queues[1], "out_2")
    yield Output(queues[2], "out_3")
    yield Output(queues[3], "out_4")


@op(ins={"in_1": In(int), "in_2": In(int), "in_3": In(int), "in_4": In(int)}, out=Out(int))
def total(_, in_1, in_2, in_3, in_4):
    return in_1 + in_2 + in_3 + in_4


@job(
    config={"ops": {"giver": {"config": [2, 2, 2, 2]}}},
    description="Demo diamond-shaped job that has four-path parallel structure of ops.",
    tags={"team": "x"},
)
def sleepy():
    giver_res = giver()
    total(
        in_1=sleeper(units=giver_res.out_1),
        in_2=sleeper(units=giver_res.out_2),
        in_3=sleeper(units=giver_res.out_3),
        in_4=sleeper(units=giver_res.out_4),
    )


DEFAULT_EXCEPTION_RATE = 0.0


@op(
    config_schema={"rate": Field(Float, is_required=False, default_value=DEFAULT_EXCEPTION_RATE)},
    retry_policy=RetryPolicy(
        max_retries=3, delay=0.01, backoff=Backoff.EXPONENTIAL, jitter=Jitter.PLUS_MINUS
    ),
)
def unreliable_op(context, start: Any) -> int:
    if random.random() < context.op_config["rate"]:
        raise ValueError("x")
    return 1


@op
def unreliable_start(_):
    return 1


@job(description="Demo job of chained ops that fail with a configurable probability.")
def unreliable():
    unreliable_op.alias("two")(unreliable_op.alias("one")(unreliable_start()))


@op(out={"out": Out(Nothing)})
def nothing_giver(): ...
@op(ins={"a": In(Nothing), "b": In(Nothing)})
def nothing_taker() -> str:
    return "x"


@op(ins={"after": In(Nothing)}, out=DynamicOut(int))
def dyn(context):
    for i in range(3):
        yield DynamicOutput(i, mapping_key=f"k{i}")


@op
def mul(x: int) -> int:
    return x * 2


@op
def add_all(xs: list) -> int:
    return sum(xs)


@job
def dynamic_job():
    nothing_taker(a=nothing_giver(), b=nothing_giver.alias("again")())
    add_all(dyn(after=nothing_giver.alias("before")()).map(mul).collect())


@graph(description="inner")
def inner(x: int) -> int:
    return mul(mul(x))


@graph
def outer(x: int):
    return add_all([inner(x), inner.alias("again")(x)])


nested_job = outer.to_job(
    name="nested",
    config={"inputs": {"x": {"value": 3}}},
    resource_defs={"r": ResourceDefinition.hardcoded_resource(1)},
    tags={"a": "b"},
)


@success_hook(required_resource_keys={"slack"})
def told(context):
    context.resources.slack.append(context.op.name)


@failure_hook(name="told_failure")
def told_failure(context): ...
@resource(config_schema={"token": Noneable(String)})
def slack_resource(init_context):
    return []


@op(required_resource_keys={"slack"}, tags={"kind": "python"})
def uses(context):
    return 1


@job(
    hooks={told, told_failure}, resource_defs={"slack": slack_resource.configured({"token": None})}
)
def hooked():
    uses()


@op(out={"branch_1": Out(is_required=False), "branch_2": Out(is_required=False)})
def branching(context):
    if os.environ.get("NOPE"):
        yield Output(1, "branch_1")
    else:
        yield Output(2, "branch_2")


@op
def b1(_input):
    return 1


@op
def b2(_input):
    return 1


@op
def joined(_, x, y):
    return 1


@job
def branched():
    one, two = branching()
    b1(one)
    b2(two)


@op(
    config_schema={
        "fail": Field(bool, default_value=False),
        "mode": Field(
            Enum("Mode", [EnumValue("a"), EnumValue("b", description="bee")]), default_value="a"
        ),
        "nested": Shape({"x": Field(Array(int), default_value=[1])}),
        "either": Field(Selector({"i": int, "s": Noneable(str)}), is_required=False),
        "per": Permissive({"k": Field(str, is_required=False)}),
        "m": Field(Map(str, int), default_value={"a": 1}),
    }
)
def lots(context):
    return context.op_config


@job(
    config=ConfigMapping(
        config_schema={"x": int},
        config_fn=lambda c: {"ops": {"lots": {"config": {"nested": {"x": [c["x"]]}, "per": {}}}}},
    )
)
def mapped():
    lots()


daily = DailyPartitionsDefinition(
    start_date="2024-01-01", end_date="2024-02-01", timezone="US/Central"
)


@daily_partitioned_config(start_date="2024-01-01", hour_offset=3, timezone="US/Eastern")
def my_config(start, end):
    return {"ops": {"sleeper2": {"config": {"d": start.strftime("%Y-%m-%d")}}}}


@op(config_schema={"d": str})
def sleeper2(context):
    return context.op_config["d"]


@job(config=my_config)
def partitioned_job():
    sleeper2()


sched = build_schedule_from_partitioned_job(partitioned_job)


@static_partitioned_config(["a", "b"])
def sc(key):
    return {"ops": {"sleeper2": {"config": {"d": key}}}}


static_job = GraphDefinition(name="sg", node_defs=[sleeper2]).to_job(name="static_job", config=sc)


@repository(name="toys", description="toys")
def toys_repo():
    return [
        log_spew,
        sleepy,
        unreliable,
        dynamic_job,
        nested_job,
        hooked,
        branched,
        mapped,
        partitioned_job,
        static_job,
        sched,
    ]
