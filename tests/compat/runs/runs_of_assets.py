"""Runs that make, observe and check assets."""

from told import dg, executed, materialized, scenario


@scenario
def chain_of_assets():
    @dg.asset
    def first():
        return 1

    @dg.asset
    def second(first):
        return first + 1

    @dg.asset(deps=[first])
    def third() -> None:
        pass

    @dg.asset(deps=[third])
    def last(second):
        return 0

    return materialized([first, second, third, last])


@scenario
def multi_asset_by_parts():
    @dg.multi_asset(
        outs={name: dg.AssetOut(is_required=False) for name in ("a", "b", "c")}, can_subset=True
    )
    def abc(context):
        for name in ("c", "b", "a"):
            if name in context.selected_output_names:
                yield dg.Output(name, name)

    @dg.asset
    def after(a):
        return a

    return materialized([abc, after], selection=["a", "c", "after"])


@scenario
def multi_asset_of_specs():
    @dg.multi_asset(specs=[dg.AssetSpec("x"), dg.AssetSpec("y", deps=["x"])])
    def xy():
        yield dg.MaterializeResult(asset_key="x", metadata={"rows": 1})
        yield dg.MaterializeResult(asset_key="y")

    return materialized([xy])


def checked(passed, blocking, severity="ERROR"):
    @dg.asset
    def table():
        return 1

    @dg.asset_check(asset=table, blocking=blocking)
    def is_good(table):
        return dg.AssetCheckResult(passed=passed, severity=getattr(dg.AssetCheckSeverity, severity))

    @dg.asset
    def report(table):
        return table

    definitions = [table, is_good, report]
    return materialized(definitions)


@scenario
def check_that_passes():
    return checked(True, False)


@scenario
def check_that_fails():
    return checked(False, False)


@scenario
def blocking_check_that_passes():
    return checked(True, True)


@scenario
def blocking_check_that_fails():
    return checked(False, True)


@scenario
def blocking_check_that_warns():
    return checked(False, True, "WARN")


@scenario
def checks_of_the_assets_own_step():
    @dg.asset(
        check_specs=[
            dg.AssetCheckSpec("quick", asset="own"),
            dg.AssetCheckSpec("strict", asset="own", blocking=True),
        ]
    )
    def own():
        yield dg.Output(1)
        yield dg.AssetCheckResult(check_name="quick", passed=True)
        yield dg.AssetCheckResult(check_name="strict", passed=False)

    @dg.asset(deps=[own])
    def below():
        pass

    return materialized([own, below])


@scenario
def partitions():
    days = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-05")

    @dg.asset(partitions_def=days)
    def daily(context):
        return context.partition_key

    @dg.asset(partitions_def=days)
    def downstream(daily):
        return daily

    return materialized([daily, downstream], partition_key="2024-01-02")


@scenario
def range_of_partitions_in_one_run():
    keys = dg.StaticPartitionsDefinition(["a", "b", "c"])

    @dg.asset(partitions_def=keys, backfill_policy=dg.BackfillPolicy.single_run())
    def pieces(context) -> None:
        assert context.partition_keys == ["a", "b"]

    tags = {
        "dagster/asset_partition_range_start": "a",
        "dagster/asset_partition_range_end": "b",
    }
    return materialized([pieces], tags=tags)


@scenario
def multi_partitions():
    grid = dg.MultiPartitionsDefinition(
        {
            "letter": dg.StaticPartitionsDefinition(["a", "b"]),
            "number": dg.StaticPartitionsDefinition(["1", "2"]),
        }
    )

    @dg.asset(partitions_def=grid)
    def cell(context):
        return 1

    return materialized([cell], partition_key=dg.MultiPartitionKey({"letter": "a", "number": "2"}))


@scenario
def observed_source():
    @dg.observable_source_asset
    def source():
        return dg.DataVersion("1")

    definitions = dg.Definitions([source], jobs=[dg.define_asset_job("look", [source])])
    return executed("look", definitions)


@scenario
def observed_source_that_tells_more():
    @dg.observable_source_asset
    def source():
        return dg.ObserveResult(data_version=dg.DataVersion("1"), metadata={"rows": 3})

    @dg.multi_observable_source_asset(
        specs=[dg.AssetSpec("left"), dg.AssetSpec("right")],
        check_specs=[dg.AssetCheckSpec("fine", asset="left")],
    )
    def both():
        fine = dg.AssetCheckResult(passed=True, check_name="fine")
        yield dg.ObserveResult(asset_key="left", check_results=[fine])
        yield dg.ObserveResult(asset_key="right", metadata={"rows": 3})

    job = dg.define_asset_job("look", dg.AssetSelection.assets("left", "right", "source"))
    definitions = dg.Definitions([source, both], jobs=[job])
    return executed("look", definitions)


@scenario
def results_with_checks():
    @dg.asset(check_specs=[dg.AssetCheckSpec("fine", asset="own")])
    def own():
        return dg.MaterializeResult(
            value=1, metadata={"rows": 1}, check_results=[dg.AssetCheckResult(passed=True)]
        )

    @dg.multi_asset_check(
        specs=[dg.AssetCheckSpec("one", asset="own"), dg.AssetCheckSpec("two", asset="own")]
    )
    def several():
        yield dg.AssetCheckResult(passed=True, check_name="one", asset_key="own")
        yield dg.AssetCheckResult(passed=False, check_name="two", asset_key="own")

    return materialized([own, several])


@scenario
def graph_asset():
    @dg.op
    def fetch(raw):
        return raw

    @dg.op
    def clean(rows):
        return rows

    @dg.asset
    def raw():
        return 1

    @dg.graph_asset
    def table(raw):
        return clean(fetch(raw))

    @dg.asset
    def report(table):
        return table

    return materialized([raw, table, report])


@scenario
def job_of_assets():
    @dg.asset
    def a():
        return 1

    @dg.asset
    def b(a):
        return 1

    @dg.asset_check(asset="b")
    def fine():
        return dg.AssetCheckResult(passed=True)

    definitions = dg.Definitions([a, b], asset_checks=[fine], jobs=[dg.define_asset_job("both")])
    return executed("both", definitions)
