"""All that can be said of an asset, and assets of every kind."""

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetOut,
    AssetSpec,
    DataVersion,
    Definitions,
    MaterializeResult,
    MetadataValue,
    SourceAsset,
    TableColumn,
    TableSchema,
    asset,
    graph_asset,
    multi_asset,
    observable_source_asset,
    op,
)

erp = AssetSpec("erp", group_name="sources", kinds={"sap"}, owners=["team:finance"])
lake = SourceAsset(key=["lake", "events"], group_name="sources", description="Written elsewhere.")


@observable_source_asset(group_name="sources")
def feed():
    return DataVersion("1")


@asset(
    key=["finance", "ledger"],
    deps=[erp, AssetKey(["lake", "events"])],
    group_name="finance",
    owners=["ada@example.org", "team:finance"],
    tags={"tier": "1", "pii": ""},
    kinds={"python", "duckdb"},
    code_version="7",
    metadata={
        "url": MetadataValue.url("https://example.org"),
        "dagster/column_schema": TableSchema([TableColumn("id", "int")]),
    },
    check_specs=[AssetCheckSpec("balanced", asset=["finance", "ledger"], blocking=True)],
)
def ledger():
    return MaterializeResult(check_results=[AssetCheckResult(passed=True)])


@asset(key_prefix="finance", non_argument_deps={AssetKey("feed")})
def report():
    """Says what the ledger holds."""


@multi_asset(
    specs=[
        AssetSpec("customers", deps=["erp"], group_name="crm", code_version="2"),
        AssetSpec("contacts", deps=["customers"], group_name="crm"),
    ],
    can_subset=True,
    name="crm_sync",
)
def crm(context):
    for key in context.selected_asset_keys:
        yield MaterializeResult(asset_key=key)


@multi_asset(
    outs={
        "left": AssetOut(key_prefix="pair", group_name="pairs"),
        "right": AssetOut(key_prefix="pair", group_name="pairs", is_required=False),
    },
    internal_asset_deps={"left": {AssetKey("contacts")}, "right": {AssetKey(["pair", "left"])}},
)
def pair(contacts):
    return 1, 2


@op
def fetch():
    return 1


@op
def double(value):
    return 2 * value


@graph_asset(group_name="graphs", tags={"made": "by_graph"})
def doubled():
    return double(fetch())


defs = Definitions(assets=[erp, lake, feed, ledger, report, crm, pair, doubled])
