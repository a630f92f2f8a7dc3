"""Plans of what is more than assets of one function: graphs, checks, jobs of ops, partitions."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.core.catalog import Catalog, Serving, build
from atoll_server.core.run.asset_plan import make_plan
from atoll_server.core.run.op_plan import choose_ops, plan_ops
from atoll_server.core.run.plan import Plan, PlanError
from atoll_server.core.wanted import Wanted, choose_assets, plan_chosen
from atoll_wire.codec import to_wire
from atoll_wire.partitions.mapping import StaticMapping
from atoll_wire.partitions.spaces import Moment, StaticSpace
from atoll_wire.partitions.time_windows import TimeWindowSpace
from atoll_wire.snapshot import (
    AssetSnapshot,
    CheckSnapshot,
    JobSnapshot,
    LocationSnapshot,
    ResourceSnapshot,
    StepSnapshot,
)

NOW = Moment(1_706_000_000.0)  # 2024-01-23
DAYS = to_wire(TimeWindowSpace("0 0 * * *", 1_704_067_200.0, "%Y-%m-%d"))
HOURS = to_wire(TimeWindowSpace("0 * * * *", 1_704_067_200.0, "%Y-%m-%d-%H:%M"))


def location(name: str, *assets: AssetSnapshot, **more: Any) -> Serving:
    own = [StepSnapshot(asset.key, [asset.key]) for asset in assets if asset.step == asset.key]
    steps = [*own, *more.pop("steps", ())]
    return Serving(name, 1, f"id-{name}", LocationSnapshot(list(assets), steps, **more))


def asset(key: str, *deps: str, **more: Any) -> AssetSnapshot:
    return AssetSnapshot(key, more.pop("step", key), list(deps), **more)


def needs(plan: Plan) -> dict[str, set[str]]:
    return {step.key: set(step.needs) for step in plan.steps}


GRAPH = location(
    "shop",
    asset("raw"),
    asset("sums", "raw", step="sums.add"),
    asset("after", "sums"),
    steps=[
        StepSnapshot("sums.read", graph="sums"),
        StepSnapshot("sums.look", graph="sums"),
        StepSnapshot(
            "sums.add",
            ["sums"],
            deps=["sums.read", "sums.look"],
            graph="sums",
            inputs={"rows": ["sums.read:result"]},
        ),
    ],
)


def test_all_steps_of_a_graph_run_and_its_first_ones_come_after_what_it_loads() -> None:
    plan = make_plan(build([GRAPH]), ["after", "sums", "raw"])
    assert needs(plan) == {
        "raw": set(),
        "sums.read": {"raw"},
        "sums.look": {"raw"},
        "sums.add": {"sums.read", "sums.look"},
        "after": {"sums.add"},
    }
    assert Plan.from_data(plan.to_data()) == plan


def test_what_succeeded_of_a_graph_is_not_planned_again() -> None:
    plan = make_plan(build([GRAPH]), ["sums", "raw"], kept=["sums.read", "sums.look"])
    assert needs(plan) == {"raw": set(), "sums.add": {"raw"}}


def taken(plan: Plan) -> dict[str, dict[str, tuple[str, ...]]]:
    return {step.key: dict(step.inputs) for step in plan.steps if step.inputs}


def test_what_needs_an_asset_that_may_be_absent_takes_it_and_so_on_down() -> None:
    shop = location(
        "shop",
        asset("users", step="pull", output="users", is_optional=True),
        asset("orders", step="pull", output="orders"),
        asset("on_users", "users"),
        asset("on_orders", "orders"),
        asset("after", "on_users", "on_orders"),
        steps=[
            StepSnapshot("pull", ["users", "orders"]),
            StepSnapshot("users_fit", checks=["users:fit"]),
        ],
        checks=[CheckSnapshot("users", "fit", "users_fit")],
    )
    catalog = build([shop])
    assert taken(make_plan(catalog, catalog.assets)) == {
        "on_users": {"users": ("pull:users",)},
        "users_fit": {"users": ("pull:users",)},
        "after": {"on_users": ("on_users:result",)},
    }
    assert taken(make_plan(catalog, ["on_users", "after"])) == {}, "it was made before"


def test_what_needs_an_asset_of_a_graph_takes_it_since_its_last_part_may_be_passed_over() -> None:
    assert taken(make_plan(build([GRAPH]), ["sums", "after"])) == {
        "sums.add": {"rows": ("sums.read:result",)},
        "after": {"sums": ("sums.add:result",)},
    }


CHECKED = location(
    "shop",
    asset("orders"),
    asset("revenue", "orders"),
    asset("rates"),
    steps=[
        StepSnapshot("orders_fit", checks=["orders:fit"]),
        StepSnapshot("both", checks=["orders:known", "rates:known"], can_subset=True),
    ],
    checks=[
        CheckSnapshot("orders", "fit", "orders_fit", is_blocking=True, deps=["rates"]),
        CheckSnapshot("orders", "known", "both"),
        CheckSnapshot("rates", "known", "both"),
    ],
)
ELSEWHERE = location(
    "audit",
    steps=[StepSnapshot("audit_orders", checks=["orders:audited"])],
    checks=[CheckSnapshot("orders", "audited", "audit_orders", is_blocking=True)],
)


def test_checks_come_after_what_they_look_at_and_blocking_ones_before_what_is_downstream() -> None:
    plan = make_plan(build([CHECKED, ELSEWHERE]), ["orders", "revenue", "rates"])
    assert needs(plan) == {
        "orders": set(),
        "rates": set(),
        "orders_fit": {"orders", "rates"},
        "both": {"orders", "rates"},
        "audit_orders": {"orders"},
        "revenue": {"orders", "orders_fit", "audit_orders"},
    }


def test_only_the_checks_on_what_is_made_are_evaluated_and_none_if_so_wanted() -> None:
    catalog = build([CHECKED, ELSEWHERE])
    made = {step.key: step.checks for step in make_plan(catalog, ["rates"]).steps}
    assert made == {"rates": (), "both": ("rates:known",)}
    assert set(needs(make_plan(catalog, ["orders"], []))) == {"orders"}
    assert set(needs(make_plan(catalog, [], ["orders:fit"]))) == {"orders_fit"}


def test_a_check_that_comes_with_its_asset_is_refused_alone() -> None:
    step = StepSnapshot("a", ["a"], checks=["a:ok"])
    own = LocationSnapshot([asset("a")], [step], checks=[CheckSnapshot("a", "ok", "a")])
    catalog = build([Serving("shop", 1, "id", own)])
    assert make_plan(catalog, ["a"]).steps[0].checks == ("a:ok",)
    with pytest.raises(PlanError) as refused:
        make_plan(catalog, [], ["a:ok"])
    assert refused.value.code == "plan.check_with_asset"
    with pytest.raises(PlanError, match=r"no check \"a:okay\"") as unknown:
        make_plan(catalog, [], ["a:okay"])
    assert unknown.value.hint == 'Did you mean "a:ok"?'


JOB = JobSnapshot(
    "sort",
    steps=[
        StepSnapshot("load"),
        StepSnapshot("split.odd", deps=["load"], inputs={"rows": ["load:result"]}),
        StepSnapshot("split.even", deps=["load"]),
        StepSnapshot("tell", deps=["split.odd", "split.even"]),
    ],
    max_concurrent_steps=2,
)


def jobs(*jobs: JobSnapshot) -> Catalog:
    return build([location("shop", jobs=list(jobs))])


def test_a_job_of_ops_is_planned_where_it_lies_with_its_own_limit() -> None:
    catalog = jobs(JOB)
    wanted = Wanted((), "sort")
    plan = plan_chosen(catalog, choose_assets(catalog, wanted), wanted, NOW)
    assert needs(plan)["tell"] == {"split.odd", "split.even"}
    assert plan.max_concurrent_steps == 2
    assert plan.steps[1].inputs == {"rows": ("load:result",)}


@pytest.mark.parametrize(
    ("ops", "chosen"),
    [
        (["split"], {"split.odd", "split.even"}),
        (["load*"], {"load", "split.odd", "split.even", "tell"}),
        (["+tell"], {"split.odd", "split.even", "tell"}),
        (["split.odd", "load"], {"split.odd", "load"}),
    ],
)
def test_ops_are_selected_by_name_with_what_is_around_them(
    ops: list[str], chosen: set[str]
) -> None:
    assert choose_ops(JOB, ops) == chosen


def test_what_was_done_of_a_job_is_left_out_and_what_cannot_be_run_is_refused() -> None:
    catalog = jobs(JOB, JobSnapshot("maps", steps=JOB.steps, not_supported="it maps"))
    plan = plan_ops(catalog, "shop", JOB, kept=["load", "split.odd"])
    assert needs(plan) == {"split.even": set(), "tell": {"split.even"}}
    with pytest.raises(PlanError, match="it maps") as refused:
        choose_assets(catalog, Wanted((), "maps"))
    assert refused.value.code == "plan.not_supported"
    with pytest.raises(PlanError, match='no op "laod"'):
        choose_ops(JOB, ["laod"])


def placed(serving: Serving, *keys: str, **more: Any) -> dict[str, str | None]:
    catalog = build([serving])
    wanted = Wanted(keys, **more)
    plan = plan_chosen(catalog, choose_assets(catalog, wanted), wanted, NOW)
    return {step.key: step.partition for step in plan.steps}


def refusal(serving: Serving, *keys: str, **more: Any) -> PlanError:
    with pytest.raises(PlanError) as refused:
        placed(serving, *keys, **more)
    return refused.value


def test_all_steps_make_the_runs_partition_those_without_any_included() -> None:
    shop = location(
        "shop", asset("a", partitions=DAYS), asset("b", "a", partitions=DAYS), asset("c")
    )
    assert placed(shop, "a", "b", "c", partition="2024-01-05") == dict.fromkeys("abc")


def test_a_partition_must_be_named_exist_and_make_sense() -> None:
    shop = location("shop", asset("a", partitions=DAYS), asset("c"))
    assert refusal(shop, "a").code == "partition.invalid"
    assert "such as 2024-01-22" in (refusal(shop, "a").hint or "")
    unknown = refusal(shop, "a", partition="2024-01-99")
    assert (unknown.code, "2024-01-09" in (unknown.hint or "")) == ("partition.unknown", True)
    assert refusal(shop, "c", partition="2024-01-05").code == "asset.no_partitions"


def test_a_mapping_leads_to_the_partition_of_what_is_partitioned_differently() -> None:
    mapping = to_wire(StaticMapping({"a": ["x"], "b": ["y", "z"]}))
    shop = location(
        "shop",
        asset("letters", partitions=to_wire(StaticSpace(["a", "b"]))),
        asset(
            "ends",
            "letters",
            partitions=to_wire(StaticSpace(["x", "y", "z"])),
            partition_mappings={"letters": mapping},
        ),
    )
    assert placed(shop, "letters", "ends", partition="a") == {"letters": None, "ends": "x"}
    assert placed(shop, "letters", "ends", partition="z") == {"letters": "b", "ends": None}
    several = refusal(shop, "letters", "ends", partition="b")
    assert "b of the first goes with 2 of the second" in str(several)


def test_days_and_their_hours_are_not_made_in_one_run() -> None:
    shop = location("shop", asset("h", partitions=HOURS), asset("d", "h", partitions=DAYS))
    assert "goes with 24 of the second" in str(refusal(shop, "h", "d", partition="2024-01-05"))
    assert placed(shop, "h", "d", partition="2024-01-05-03:00") == {"h": None, "d": "2024-01-05"}


def test_a_range_is_made_by_what_can_make_several_at_once() -> None:
    def span(first: str, last: str) -> dict[str, Any]:
        tags = {
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": last,
        }
        return {"tags": tags, "partition": f"{first}...{last}"}

    shop = location(
        "shop",
        asset("all", partitions=DAYS, backfill_partitions=0),
        asset("three", partitions=DAYS, backfill_partitions=3),
        asset("one", partitions=DAYS),
    )
    assert placed(shop, "all", "three", **span("2024-01-02", "2024-01-04")) == {
        "all": None,
        "three": None,
    }
    assert "makes 3 partitions" in str(refusal(shop, "three", **span("2024-01-02", "2024-01-05")))
    assert "makes one partition" in str(refusal(shop, "one", **span("2024-01-02", "2024-01-03")))
    assert "ends before it begins" in str(refusal(shop, "all", **span("2024-01-04", "2024-01-02")))


CONFIGURED = location(
    "shop",
    asset("orders"),
    asset("revenue", "orders"),
    asset("sums", step="sums.add"),
    steps=[StepSnapshot("sums.add", ["sums"], graph="sums")],
    resources=[ResourceSnapshot("vault")],
    jobs=[JobSnapshot("tidy", steps=[StepSnapshot("load"), StepSnapshot("inner.keep")])],
)


def planned(config: dict[str, Any], **wanted: Any) -> Plan:
    catalog = build([CONFIGURED])
    asked = Wanted((), config=config, **wanted) if wanted else Wanted(("orders",), config=config)
    return plan_chosen(catalog, choose_assets(catalog, asked), asked, NOW)


@pytest.mark.parametrize(
    ("config", "wanted", "says"),
    [
        ({"opps": {}}, {}, 'a run\'s config has no section "opps": Did you mean "ops"?'),
        ({"solids": {}}, {}, "There are: execution, inputs, loggers, ops, resources."),
        ({"ops": {"order": {}}}, {}, 'the deployment has no op "order": Did you mean "orders"?'),
        ({"ops": {"add": {}}}, {}, "There are: orders, revenue, sums."),
        ({"resources": {"valt": {}}}, {}, 'no resource "valt": Did you mean "vault"?'),
        ({"ops": {"inner.keep": {}}}, {"job": "tidy"}, 'job "tidy" has no op "inner.keep"'),
        ({"ops": {"orders": {}}}, {"job": "tidy"}, "There are: inner, load."),
    ],
)
def test_config_of_what_is_not_there_is_refused(
    config: dict[str, Any], wanted: dict[str, Any], says: str
) -> None:
    with pytest.raises(PlanError) as refused:
        planned(config, **wanted)
    assert refused.value.code == "config.unknown"
    assert says in f"{refused.value}: {refused.value.hint}"


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"execution": {}, "loggers": {"x": {}}, "inputs": {}}, {}),
        ({"ops": {"revenue": {}, "sums": {"ops": {}}}}, {}),
        ({"resources": {"vault": {}, "io_manager": {}}}, {}),
        ({"ops": {"inner": {}}, "resources": {"of_the_job": {}}}, {"job": "tidy"}),
        ({"ops": {"config": 3}}, {"job": "tidy"}),
        ({"ops": "no mapping"}, {}),
    ],
)
def test_config_of_what_is_there_is_for_the_steps_to_read(
    config: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert planned(config, **wanted).steps
