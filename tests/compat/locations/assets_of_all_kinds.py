"""Assets of every kind, with partitions of every kind mapped to each other."""

from datetime import timedelta

from dagster import (
    AllPartitionMapping,
    AssetCheckResult,
    AssetCheckSpec,
    AssetDep,
    AssetIn,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    AssetSelection,
    AssetSpec,
    AutoMaterializePolicy,
    AutomationCondition,
    BackfillPolicy,
    ConfigurableIOManager,
    DailyPartitionsDefinition,
    DataVersion,
    Definitions,
    DynamicPartitionsDefinition,
    FreshnessPolicy,
    HourlyPartitionsDefinition,
    In,
    LastPartitionMapping,
    MaterializeResult,
    MetadataValue,
    MultiPartitionsDefinition,
    MultiToSingleDimensionPartitionMapping,
    Out,
    Output,
    ResourceDefinition,
    RetryPolicy,
    SourceAsset,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    StaticPartitionsDefinition,
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
    TableSchema,
    TimeWindowPartitionMapping,
    asset,
    asset_check,
    define_asset_job,
    graph,
    graph_asset,
    graph_multi_asset,
    multi_asset,
    multi_asset_check,
    observable_source_asset,
    op,
)

daily = DailyPartitionsDefinition(start_date="2024-01-01", end_date="2024-03-01")
hourly = HourlyPartitionsDefinition(start_date="2024-01-01-00:00", end_date="2024-01-03-00:00")
letters = StaticPartitionsDefinition(["a", "b", "c"])
fruits = DynamicPartitionsDefinition(name="fruits")
both = MultiPartitionsDefinition({"date": daily, "letter": letters})

raw = SourceAsset(
    key=AssetKey(["lake", "raw"]),
    description="from outside",
    metadata={"path": "s3://x"},
    group_name="lake",
    partitions_def=daily,
)


@observable_source_asset(group_name="lake", auto_observe_interval_minutes=30)
def watched(context):
    return DataVersion("1")


ext = AssetSpec(
    "ext",
    deps=[AssetKey(["lake", "raw"])],
    group_name="lake",
    tags={"a": "b"},
    owners=["team:data", "me@x.org"],
    code_version="3",
    kinds={"snowflake"},
)


@asset(
    ins={"raw": AssetIn(key=AssetKey(["lake", "raw"]), metadata={"x": 1})},
    partitions_def=daily,
    io_manager_key="wh",
    metadata={
        "owner": "x",
        "dagster/column_schema": TableSchema(
            columns=[
                TableColumn(
                    "id",
                    "int",
                    description="key",
                    constraints=TableColumnConstraints(nullable=False, unique=True),
                ),
                TableColumn("v"),
            ]
        ),
    },
)
def cleaned(context, raw) -> list:
    """Cleaned."""
    context.add_output_metadata(
        {
            "rows": 1,
            "lineage": TableColumnLineage(
                {"id": [TableColumnDep(AssetKey(["lake", "raw"]), "id")]}
            ),
        }
    )
    return [1]


@asset(
    partitions_def=hourly,
    deps=[
        AssetDep(
            "cleaned", partition_mapping=TimeWindowPartitionMapping(start_offset=-1, end_offset=0)
        )
    ],
    backfill_policy=BackfillPolicy.single_run(),
)
def by_hour(context):
    return context.partition_time_window.start.isoformat()


@asset(
    partitions_def=letters, ins={"x": AssetIn("by_hour", partition_mapping=AllPartitionMapping())}
)
def by_letter(x):
    return 1


@asset(
    partitions_def=StaticPartitionsDefinition(["x", "y"]),
    ins={
        "by_letter": AssetIn(partition_mapping=StaticPartitionMapping({"a": "x", "b": {"x", "y"}}))
    },
    retry_policy=RetryPolicy(max_retries=2),
    op_tags={"dagster/priority": "3", "k": {"a": 1}},
)
def by_xy(by_letter):
    return 1


@asset(
    partitions_def=both,
    deps=[
        AssetDep("by_letter", partition_mapping=MultiToSingleDimensionPartitionMapping("letter")),
        AssetDep(cleaned, partition_mapping=MultiToSingleDimensionPartitionMapping()),
    ],
    automation_condition=AutomationCondition.eager(),
)
def by_both(context):
    k = context.partition_key.keys_by_dimension
    return k["letter"]


@asset(
    partitions_def=fruits,
    auto_materialize_policy=AutoMaterializePolicy.eager(),
    deps=[AssetDep("by_xy", partition_mapping=SpecificPartitionsPartitionMapping(["x"]))],
)
def fruity(context):
    return context.partition_key


@asset(
    deps=[AssetDep("fruity", partition_mapping=LastPartitionMapping())],
    automation_condition=AutomationCondition.on_cron("0 0 * * *")
    | AutomationCondition.on_missing(),
    freshness_policy=FreshnessPolicy.time_window(
        fail_window=timedelta(hours=24), warn_window=timedelta(hours=12)
    ),
)
def last(): ...


@multi_asset(
    outs={
        "m1": AssetOut(
            key_prefix=["p"],
            is_required=False,
            description="first",
            metadata={"z": 1},
            code_version="2",
        ),
        "m2": AssetOut(group_name="gg", io_manager_key="wh"),
    },
    internal_asset_deps={"m1": {AssetKey("last")}, "m2": {AssetKey(["p", "m1"])}},
    can_subset=True,
    deps=["last"],
    compute_kind="pandas",
)
def m(context):
    for o in context.selected_output_names if hasattr(context, "selected_output_names") else []:
        yield Output(1, o)


@multi_asset(
    specs=[
        AssetSpec("q1", skippable=True, tags={"t": "1"}),
        AssetSpec("q2", deps=["q1", "ext"], description="q two"),
    ],
    check_specs=[
        AssetCheckSpec("good", asset="q1", blocking=True),
        AssetCheckSpec("nice", asset="q2", description="d", additional_deps=["ext"]),
    ],
    name="qs",
    group_name="quality",
    pool="db",
)
def qs(context):
    yield MaterializeResult(
        "q1", metadata={"n": 1}, check_results=[AssetCheckResult(check_name="good", passed=True)]
    )
    yield MaterializeResult(
        "q2",
        check_results=[
            AssetCheckResult(
                check_name="nice", passed=True, metadata={"x": MetadataValue.text("y")}
            )
        ],
    )


@op
def fetch():
    return 1


@op(config_schema={"by": int})
def scale(context, x):
    return x * context.op_config["by"]


@op(out={"lo": Out(), "hi": Out()})
def split(x):
    return x, x + 1


@graph_asset(
    description="graphed",
    group_name="graphs",
    config={"scale": {"config": {"by": 2}}},
    metadata={"a": "b"},
    key_prefix="g",
    tags={"u": "v"},
)
def graphed():
    return scale(fetch())


@graph_multi_asset(
    outs={"lo": AssetOut(), "hi": AssetOut(metadata={"x": 1})},
    ins={"graphed": AssetIn(key=AssetKey(["g", "graphed"]))},
    group_name="graphs",
)
def lohi(graphed):
    a, b = split(graphed)
    return {"lo": a, "hi": b}


@op
def fetch_next(x):
    return x


@graph
def post(hi):
    return fetch_next(hi)


posted = AssetsDefinition.from_graph(
    post,
    keys_by_output_name={"result": AssetKey(["posts", "posted"])},
    group_name="graphs",
    keys_by_input_name={"hi": AssetKey("hi")},
    descriptions_by_output_name={"result": "de"},
    metadata_by_output_name={"result": {"k": 1}},
)


@op(ins={"lo": In()}, required_resource_keys={"dbx"})
def an_op(lo):
    return lo


from_op = AssetsDefinition.from_op(an_op, keys_by_output_name={"result": AssetKey("opped")})


@asset_check(asset="last", blocking=True, description="no nulls")
def no_nulls(context) -> AssetCheckResult:
    return AssetCheckResult(passed=True)


@asset_check(asset=graphed, additional_ins={"lo": AssetIn("lo")}, name="gcheck")
def gcheck(graphed, lo):
    return AssetCheckResult(passed=bool(lo))


@multi_asset_check(
    specs=[AssetCheckSpec("x1", asset="ext"), AssetCheckSpec("x2", asset="q1")], can_subset=True
)
def many():
    yield AssetCheckResult(asset_key="ext", check_name="x1", passed=True)
    yield AssetCheckResult(asset_key="q1", check_name="x2", passed=False)


def factory(i):
    @asset(
        name=f"made_{i}",
        key_prefix=["factory", "x"],
        group_name="factory",
        deps=[["factory", "x", f"made_{i - 1}"]] if i else None,
    )
    def _a(context) -> Output[int]:
        """Doc."""
        return Output(i, metadata={"i": i}, data_version=DataVersion(str(i)), tags={"a": "b"})

    return _a


made = [factory(i) for i in range(3)]


class WH(ConfigurableIOManager):
    schema_: str = "public"

    def handle_output(self, context, obj):
        context.add_output_metadata({"rows": 1})

    def load_input(self, context):
        return 1


jobs = [
    define_asset_job(
        "all_made",
        AssetSelection.key_prefixes(["factory", "x"]),
        config={"execution": {"config": {"multiprocess": {"max_concurrent": 2}}}},
        tags={"x": "1"},
        description="dd",
    ),
    define_asset_job("ups", AssetSelection.assets("q2").upstream(depth=2)),
    define_asset_job("lets", AssetSelection.assets(by_letter), partitions_def=letters),
    define_asset_job("by_str", 'group:"graphs" or key:"q*"'),
    define_asset_job("checks_only", AssetSelection.checks_for_assets("last")),
    define_asset_job("roots", AssetSelection.groups("graphs").roots()),
]
defs = Definitions(
    assets=[
        raw,
        watched,
        ext,
        cleaned,
        by_hour,
        by_letter,
        by_xy,
        by_both,
        fruity,
        last,
        m,
        qs,
        graphed,
        lohi,
        posted,
        from_op,
        *made,
    ],
    asset_checks=[no_nulls, gcheck, many],
    jobs=jobs,
    resources={"wh": WH(), "dbx": ResourceDefinition.hardcoded_resource(3)},
)
