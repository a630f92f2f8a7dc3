"""Which job a name means, and what of it is made."""

from __future__ import annotations

import pytest

from atoll_server.core.catalog import Serving, build
from atoll_server.core.jobs import choose, narrow
from atoll_server.core.run.config import merge
from atoll_server.core.run.plan import PlanError
from atoll_wire.selection import SelectionError
from atoll_wire.snapshot import AssetSnapshot, JobSnapshot, LocationSnapshot

JOBS = {"nightly": {"shop": 1, "bank": 2}, "weekly": {"bank": 3}}
ASSETS = {
    "orders": AssetSnapshot("orders", "orders"),
    "revenue": AssetSnapshot("revenue", "revenue", ["orders", "rates"]),
}


def refusal(name: str, location: str | None) -> PlanError:
    with pytest.raises(PlanError) as told:
        choose(JOBS, name, location)
    return told.value


def test_a_job_is_found_by_name_where_one_location_has_it_and_else_by_both() -> None:
    assert choose(JOBS, "weekly", None) == ("bank", 3)
    assert choose(JOBS, "weekly", "bank") == ("bank", 3)
    assert choose(JOBS, "nightly", "bank") == ("bank", 2)


@pytest.mark.parametrize(
    ("name", "location", "code", "says"),
    [
        ("nightly", None, "job.ambiguous", '2 locations have a job "nightly": shop, bank'),
        ("weekly", "shop", "job.unknown", 'location "shop" has no job "weekly"'),
        ("wekly", None, "job.unknown", 'there is no job "wekly"'),
    ],
)
def test_what_no_job_is_meant_by_is_told(
    name: str, location: str | None, code: str, says: str
) -> None:
    error = refusal(name, location)
    assert (error.code, str(error)) == (code, says)


def test_the_hint_names_the_nearest_or_the_place_or_all() -> None:
    assert refusal("wekly", None).hint == 'Did you mean "weekly"?'
    assert refusal("weekly", "shop").hint == "It lies in bank."
    assert refusal("zzz", None).hint == "There are: nightly, weekly."


def test_a_selection_narrows_a_job_and_knows_nothing_else() -> None:
    assert narrow("nightly", ASSETS, []) == ["orders", "revenue"]
    assert narrow("nightly", ASSETS, ["+revenue"]) == ["orders", "revenue"]
    assert narrow("nightly", ASSETS, ["revenue"]) == ["revenue"]
    with pytest.raises(PlanError, match='job "nightly" has no asset "rates"'):
        narrow("nightly", ASSETS, ["rates"])
    with pytest.raises(SelectionError):
        narrow("nightly", ASSETS, ["and"])


def test_the_catalog_knows_jobs_of_one_name_apart() -> None:
    snapshots = {
        name: LocationSnapshot(jobs=[JobSnapshot("nightly", [name])]) for name in ("shop", "bank")
    }
    catalog = build(Serving(name, 1, name, snapshot) for name, snapshot in snapshots.items())

    assert {place: job.assets for place, job in catalog.jobs["nightly"].items()} == {
        "shop": ["shop"],
        "bank": ["bank"],
    }


def test_config_goes_over_config_mapping_by_mapping() -> None:
    below = {"ops": {"a": {"config": {"x": 1, "y": [1]}}, "b": 2}}
    above = {"ops": {"a": {"config": {"y": [2], "z": 3}}, "b": {"c": 4}}}

    assert merge(below, above) == {
        "ops": {"a": {"config": {"x": 1, "y": [2], "z": 3}}, "b": {"c": 4}}
    }
    assert below == {"ops": {"a": {"config": {"x": 1, "y": [1]}}, "b": 2}}
