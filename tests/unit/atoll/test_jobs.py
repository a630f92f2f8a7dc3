"""Asset jobs: what may be declared, and what the host is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import (
    AssetExecutionContext,
    AssetSelection,
    AssetSpec,
    AtollError,
    Config,
    DefinitionError,
    Definitions,
    EnvVar,
    RunConfig,
    asset,
    define_asset_job,
)
from atoll.graph import build_snapshot
from atoll.graph.jobs import _Graph
from atoll_wire.snapshot import JobSnapshot, LocationSnapshot


class Limits(Config):
    rows: int = 1
    token: str = ""


@asset(group_name="sales", deps=["outside"])
def orders(config: Limits) -> None: ...


@asset(group_name="sales", deps=[orders])
def revenue() -> None: ...


@asset(deps=[revenue, AssetSpec("declared")])
def report() -> None: ...


@atoll.multi_asset(specs=[AssetSpec("left"), AssetSpec("right")])
def both() -> None: ...


@atoll.multi_asset(specs=[AssetSpec("one"), AssetSpec("two")], can_subset=True)
def either() -> None: ...


ASSETS = [report, both, revenue, either, orders, AssetSpec("declared", group_name="sales")]


def job_of(selection: Any = None, **more: Any) -> JobSnapshot:
    jobs = [define_asset_job("nightly", selection, **more)]
    (found,) = build_snapshot(Definitions(ASSETS, jobs=jobs)).jobs
    return found


def refused(selection: Any = None, **more: Any) -> DefinitionError:
    with pytest.raises(DefinitionError) as told:
        job_of(selection, **more)
    assert told.value.file == __file__
    assert told.value.line is not None
    return told.value


@pytest.mark.parametrize(
    ("selection", "assets"),
    [
        (None, {"report", "left", "right", "revenue", "one", "two", "orders"}),
        ("revenue", {"revenue"}),
        ("revenue, report", {"revenue", "report"}),
        ("+key:report", {"report", "revenue", "orders"}),
        (["orders", "left"], {"orders", "left", "right"}),
        ("one", {"one"}),
        ([orders, report], {"orders", "report"}),
        (both, {"left", "right"}),
        ([atoll.AssetKey("two")], {"two"}),
        (AssetSelection.groups("sales"), {"orders", "revenue"}),
        (AssetSelection.all() - AssetSelection.assets(orders, both), None),
        (AssetSelection.assets(revenue).upstream(), {"orders", "revenue"}),
    ],
)
def test_a_job_makes_what_it_selects_of_what_its_location_makes(
    selection: Any, assets: set[str] | None
) -> None:
    expected = assets or {"report", "revenue", "one", "two"}
    assert set(job_of(selection).assets) == expected


def test_assets_come_after_those_that_they_depend_on() -> None:
    assert job_of(["report", "orders", "revenue"]).assets == ["orders", "revenue", "report"]


def test_all_that_is_said_of_a_job_is_in_the_snapshot() -> None:
    job = job_of(
        "revenue",
        description="Every night.",
        tags={"team": "data", "kubernetes": {"cpu": 2}},
        metadata={"rows": 3},
        owners=["team:data"],
    )

    assert job.line is not None
    assert job == JobSnapshot(
        name="nightly",
        assets=["revenue"],
        description="Every night.",
        tags={"team": "data", "kubernetes": '{"cpu": 2}'},
        run_tags={"team": "data", "kubernetes": '{"cpu": 2}'},
        metadata={"rows": {"type": "int", "value": 3}},
        owners=["team:data"],
        file=__file__,
        line=job.line,
    )


def test_tags_of_runs_replace_those_of_the_job() -> None:
    job = job_of(tags={"team": "data"}, run_tags={"priority": 3})

    assert (job.tags, job.run_tags) == ({"team": "data"}, {"priority": "3"})
    assert job_of(tags={"team": "data"}, run_tags={}).run_tags == {}


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(ops={"orders": Limits(rows=5, token=EnvVar("TOKEN"))}),
        {"ops": {"orders": {"config": {"rows": 5, "token": EnvVar("TOKEN")}}}},
    ],
)
def test_config_is_told_as_data_and_variables_by_name(config: Any) -> None:
    assert job_of(config=config).config == {
        "ops": {"orders": {"config": {"rows": 5, "token": {"env": "TOKEN"}}}}
    }


def test_a_snapshot_with_jobs_survives_the_way_to_the_host() -> None:
    snapshot = build_snapshot(Definitions(ASSETS, jobs=[define_asset_job("nightly", "revenue")]))

    assert LocationSnapshot.loads(snapshot.dumps()) == snapshot


@pytest.mark.parametrize(
    ("selection", "code", "says"),
    [
        ("ordres", "selection.unknown_key", "'nightly': there is no asset 'ordres'; did you mean"),
        ("orders and", "selection.syntax", "the selection ends too early at column 11"),
        ("o*ders", "selection.syntax", "'*' inside a bare name"),
        ([], "selection.empty", "names nothing"),
        ("group:sails", "definition.empty_job", "group:sails"),
        ("declared", "definition.external_in_job", "'declared'"),
        (["orders", "outside"], "definition.external_in_job", "'outside'"),
        ("not *", "definition.empty_job", "not *"),
        (lambda: None, "definition.bad_key", "nightly"),
    ],
)
def test_a_selection_that_cannot_be_meant_is_told_with_the_place_of_the_job(
    selection: Any, code: str, says: str
) -> None:
    error = refused(selection)

    assert error.code == code
    assert says in str(error)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"ops": {"ordres": {"config": {}}}}, "did you mean 'orders'"),
        ({"ops": {"report": {"config": {}}}}, "none of its steps"),
        ({"resources": {"db": {"config": {}}}}, "location's resources"),
        ({"op": {}}, "did you mean 'ops'"),
        ({"ops": {"orders": {"config": {"rows": object()}}}}, "JSON does not have"),
        ({"ops": {"orders": {"config": {"rows": float("nan")}}}}, "JSON does not have"),
        (lambda context: {}, "write a RunConfig"),
    ],
)
def test_config_that_nothing_would_read_is_told(config: Any, says: str) -> None:
    error = refused("orders", config=config)

    assert error.code == "definition.bad_config"
    assert says in str(error)


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ({"op_retry_policy": object()}, "definition.bad_retry_policy"),
        ({"tags": {"a b": "x"}}, "definition.bad_tag"),
        ({"tags": {"a": object()}}, "definition.bad_tag"),
        ({"tags": ["a"]}, "definition.bad_tag"),
        ({"owners": ["nobody"]}, "definition.bad_owner"),
        ({"metadata": {"a": object()}}, "metadata.no_kind"),
    ],
)
def test_arguments_that_cannot_be_meant_are_told(argument: dict[str, Any], code: str) -> None:
    with pytest.raises(AtollError) as told:
        job_of("orders", **argument)
    assert told.value.code == code


@pytest.mark.parametrize("name", ["", "every night", "a/b", "__ASSET_JOB_7", 3])
def test_a_job_is_named_as_steps_are(name: Any) -> None:
    with pytest.raises(DefinitionError) as told:
        define_asset_job(name)
    assert told.value.code == "definition.bad_name"


def test_two_jobs_of_one_name_are_told_and_one_given_twice_is_one() -> None:
    job = define_asset_job("nightly", orders)
    assert Definitions(ASSETS, jobs=[job, job]).jobs == [job]

    with pytest.raises(DefinitionError, match="'nightly' is defined twice: first in") as told:
        Definitions(ASSETS, jobs=[job, define_asset_job("nightly", revenue)])
    assert told.value.code == "definition.duplicate_job"


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (orders, "'orders'"),
        (len, r"define_asset_job\('name'"),
        ([define_asset_job("a")], r"put a \*"),
        ("nightly", "'nightly'"),
    ],
)
def test_what_is_no_asset_job_is_told_by_name(item: Any, says: str) -> None:
    with pytest.raises(DefinitionError, match=says) as told:
        Definitions(ASSETS, jobs=[item])
    assert told.value.code == "definition.not_a_job"


def test_a_single_job_in_place_of_a_list_is_told() -> None:
    with pytest.raises(DefinitionError, match=r"write jobs=\[\.\.\.\]"):
        Definitions(ASSETS, jobs=define_asset_job("nightly"))  # type: ignore[arg-type]


def test_merging_brings_jobs_together_and_mapping_keeps_them() -> None:
    first, second = define_asset_job("first", orders), define_asset_job("second")
    merged = Definitions.merge(Definitions([orders], jobs=[first]), Definitions(jobs=[second]))

    assert merged.jobs == [first, second]
    assert merged.get_declared_job("first") is first
    assert merged.resolve_job_def("first").selected_asset_keys == {orders.key}
    assert merged.map_asset_specs(func=lambda spec: spec).jobs == [first, second]
    with pytest.raises(DefinitionError, match="did you mean 'first'"):
        merged.get_job_def("frist")
    with pytest.raises(DefinitionError) as told:
        Definitions.merge(merged, Definitions(jobs=[define_asset_job("first")]))
    assert told.value.code == "definition.duplicate_job"


def test_all_jobs_share_one_walk_over_the_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[_Graph] = []
    whole = _Graph.__init__

    def counted(self: _Graph, definitions: Definitions) -> None:
        made.append(self)
        whole(self, definitions)

    monkeypatch.setattr(_Graph, "__init__", counted)
    jobs = [define_asset_job(f"job_{n}", "key:orders+") for n in range(50)]
    snapshot = build_snapshot(Definitions(ASSETS, jobs=jobs))

    assert len(made) == 1
    assert {tuple(job.assets) for job in snapshot.jobs} == {("orders", "revenue", "report")}


def test_user_code_sees_job_and_tags() -> None:
    seen = {}

    @asset
    def told(context: AssetExecutionContext) -> None:
        seen.update(job=context.job_name, run=context.run.job_name, tags=context.run_tags)

    done = attempt([told], "told", job_name="nightly", run_tags={"team": "data"})

    assert done.closing.kind == "STEP_SUCCESS", done.closing
    assert seen == {"job": "nightly", "run": "nightly", "tags": {"team": "data"}}


def test_every_asset_is_looked_at_once_for_all_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    from atoll.graph.nodes import Node

    seen: list[str] = []
    whole = Node.__init__

    def counted(self: Node, spec: Any, *more: Any) -> None:
        seen.append(str(spec.key))
        whole(self, spec, *more)

    monkeypatch.setattr(Node, "__init__", counted)
    build_snapshot(Definitions(ASSETS, jobs=[define_asset_job(f"job_{n}") for n in range(50)]))

    assert len(seen) == len(set(seen))


def test_a_job_can_be_cut_to_some_of_its_checks() -> None:
    @asset
    def orders() -> int:
        return 1

    @atoll.asset_check(asset=orders)
    def many() -> atoll.AssetCheckResult:
        return atoll.AssetCheckResult(passed=True)

    @atoll.asset_check(asset=orders)
    def fresh() -> atoll.AssetCheckResult:
        return atoll.AssetCheckResult(passed=True)

    defs = Definitions(assets=[orders], asset_checks=[many, fresh])
    everything = defs.get_implicit_global_asset_job_def()

    def evaluated(**chosen: Any) -> tuple[int, list[str]]:
        result = everything.get_subset(**chosen).execute_in_process()
        names = [one.check_name for one in result.get_asset_check_evaluations()]
        return len(result.get_asset_materialization_events()), sorted(names)

    key = atoll.AssetKey("orders")
    assert evaluated() == (1, ["fresh", "many"])
    assert evaluated(asset_selection={key}) == (1, ["fresh", "many"])
    only = {atoll.AssetCheckKey(key, "many")}
    assert evaluated(asset_check_selection=only) == (0, ["many"])
    assert evaluated(asset_selection={key}, asset_check_selection=only) == (1, ["many"])
    assert evaluated(asset_selection={key}, asset_check_selection=set()) == (1, [])
