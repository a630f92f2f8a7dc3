"""Contexts without annotations, ops and jobs as they were written before assets."""

from dagster import In, Nothing, Out, Output, graph, job, op, repository


@op(config_schema={"path": str, "limit": int}, out=Out(list))
def read(context):
    context.log.info(context.op_config["path"])
    return list(range(context.op_config["limit"]))


@op(ins={"rows": In(list)}, out={"even": Out(list), "odd": Out(list, is_required=False)})
def split(_, rows):
    yield Output([row for row in rows if row % 2 == 0], "even")
    yield Output([row for row in rows if row % 2], "odd")


@op(ins={"start": In(Nothing)}, tags={"team": "core"})
def notify(context):
    context.log.info("done")


@graph
def cleaning(rows):
    even, _ = split(rows)
    return even


@graph
def nightly():
    notify(start=cleaning(read()))


nightly_small = nightly.to_job(
    name="nightly_small",
    config={"ops": {"read": {"config": {"path": "a", "limit": 3}}}},
    tags={"size": "small"},
)


@job(tags={"size": "large"})
def nightly_large():
    split.alias("second_split")(split(read())[0])


@repository
def everything():
    return [nightly_small, nightly_large]
