"""`@repository`: definitions as a list that a function returns."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

import atoll
from atoll import AssetSpec, Definitions, asset, define_asset_job, repository
from atoll.location.discovery import find_definitions


@asset
def one() -> int:
    return 1


nightly: Any = define_asset_job("nightly", selection="one")


@atoll.op
def wipe() -> None: ...


@atoll.graph
def sweep() -> None:
    wipe()


@atoll.job
def weekly() -> None:
    wipe()


def test_what_the_function_returns_is_sorted_by_kind() -> None:
    @repository
    def shop() -> Any:
        """All of the shop."""
        return [one, [nightly, AssetSpec("outside")]]

    assert (shop.name, shop.description) == ("shop", "All of the shop.")
    assert shop.job_names == ["nightly", "__ASSET_JOB"]
    assert set(map(str, shop.assets_defs_by_key)) == {"one", "outside"}
    assert shop.get_job("nightly").execute_in_process().output_for_node("one") == 1


def test_jobs_may_be_named_in_a_dict_and_made_late() -> None:
    @repository(name="other")  # type: ignore[untyped-decorator]
    def shop() -> Any:
        return {"jobs": {"weekly": lambda: weekly}}

    assert shop.name == "other"
    assert shop.definitions.jobs == [weekly]


def test_what_would_be_told_when_the_location_loads_is_told_at_once() -> None:
    with pytest.raises(atoll.DefinitionError, match="there is no asset 'one'"):
        repository(lambda: [nightly])


def test_a_graph_and_what_targets_it_are_one_job() -> None:
    @atoll.sensor(job=sweep)
    def watch(context: Any) -> None: ...

    shop = repository(lambda: [sweep, watch])

    assert shop.job_names == ["sweep"]


def test_jobs_take_from_the_repository_what_they_do_not_say() -> None:
    @atoll.logger
    def told(context: Any) -> Any: ...

    options: Any = {"default_executor_def": atoll.in_process_executor}
    shop = repository(default_logger_defs={"told": told}, **options)(lambda: [sweep, one])

    for name in ("sweep", "__ASSET_JOB"):
        job = shop.get_job(name)
        assert (job.executor_def, job.loggers) == (atoll.in_process_executor, {"told": told})


@pytest.mark.parametrize(
    "returned",
    [None, [3], [[[one]]], {"assets": {}}, {"jobs": {"weekly": nightly}}, {"jobs": {"a": "b"}}],
)
def test_anything_else_is_refused(returned: Any) -> None:
    with pytest.raises(atoll.DefinitionError) as caught:
        repository(lambda: returned)

    assert caught.value.code == "definition.bad_repository"


def test_a_location_takes_it_as_definitions() -> None:
    module = ModuleType("shop")
    module.shop = repository(lambda: [one])  # type: ignore[attr-defined]

    assert find_definitions(module, None, "shop") is module.shop.definitions
    assert find_definitions(module, "shop", "shop") is module.shop.definitions


def test_definitions_are_a_repository_too() -> None:
    found = Definitions([one], jobs=[nightly], resources={"x": 1}).get_repository_def()

    assert found.has_job("nightly") and not found.has_job("weekly")
    assert list(found.get_top_level_resources()) == ["x"]


@pytest.mark.parametrize("part, value", [("loggers", {"x": 1}), ("executor", "a")])
def test_merged_definitions_do_not_contradict_each_other(part: str, value: Any) -> None:
    other: Any = {"x": 2} if part == "loggers" else "b"

    with pytest.raises(atoll.InvariantError, match="they differ"):
        Definitions.merge(Definitions(**{part: value}), Definitions(**{part: other}))


def test_a_sensor_of_a_repository_asks_for_some_of_its_assets() -> None:
    """A tick finds assets, partitions and checks in a repository as it does in `Definitions`."""

    @atoll.asset_check(asset="orders")
    def orders_are_many() -> atoll.AssetCheckResult:
        return atoll.AssetCheckResult(passed=True)

    @atoll.sensor(asset_selection="*")
    def watch() -> Any:
        return atoll.RunRequest()

    @asset
    def orders() -> int:
        return 1

    @repository
    def shop() -> list[Any]:
        return [orders, orders_are_many, watch]

    context = atoll.build_sensor_context(repository_def=shop)
    (request,) = watch.evaluate_tick(context).run_requests
    assert context.repository_def is shop
    assert request.asset_selection == [atoll.AssetKey("orders")]
    assert request.asset_check_keys == [
        atoll.AssetCheckKey(atoll.AssetKey("orders"), "orders_are_many")
    ]


def test_a_job_of_ops_runs_with_the_executor_and_loggers_of_its_repository() -> None:
    @atoll.logger
    def plain(_: Any) -> Any:
        raise AssertionError("nothing is run here")

    @atoll.job
    def nightly() -> None:
        pass

    @atoll.job(logger_defs={"own": plain}, executor_def=atoll.multiprocess_executor)
    def weekly() -> None:
        pass

    @repository(default_executor_def=atoll.in_process_executor, default_logger_defs={"foo": plain})
    def shop() -> list[Any]:
        return [nightly, weekly]

    found = shop.get_job("nightly")
    assert (found.executor_def, found.loggers) == (atoll.in_process_executor, {"foo": plain})
    own = shop.get_job("weekly")
    assert (own.executor_def, own.loggers) == (atoll.multiprocess_executor, {"own": plain})
    assert nightly.loggers == {}
