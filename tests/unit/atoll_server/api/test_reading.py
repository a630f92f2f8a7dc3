"""Parameters and methods: what is not understood is refused with what would be."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.api.views import KINDS
from atoll_server.ports.event_log import NewEvent


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("/runs?statsu=SUCCESS", 'no parameter "statsu"; did you mean "status"?'),
        ("/runs?zzz=1", "this path takes status, job, asset, location, "),
        ("/locations?limit=3", "this path takes none"),
        ("/events?runid=r", 'did you mean "run_id"?'),
        ("/runs/r/events?kind=NOPE", "kind is among RUN_ENQUEUED, "),
        ("/events?kind=NOPE", "kind is among RUN_ENQUEUED, "),
        ("/runs?limit=0", "limit is a whole number from 1 to 1000, not '0'"),
        ("/runs?limit=1001", "from 1 to 1000, not '1001'"),
        ("/runs?limit=" + "9" * 5000, "9…'"),
        ("/runs/r/events?after=9223372036854775807", "from 0 to 4611686018427387904, not"),
        ("/events?after=9223372036854775807", "from 0 to 4611686018427387904, not"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_with_what_would_be(
    query: str, told: str, site: Any
) -> None:
    answer = site.ask("GET", "/api/v1" + query)

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
    assert told in answer.json["detail"]
    assert len(answer.data) < 1500


@pytest.mark.parametrize("last", ["9223372036854775807", "1" * 40, "-1"])
def test_an_event_id_beyond_the_bound_is_refused(last: str, site: Any) -> None:
    answer = site.ask("GET", "/api/v1/events", headers={"last-event-id": last})

    assert answer.status == 400
    assert "to 4611686018427387904" in answer.json["detail"]


def test_every_kind_of_event_can_be_asked_for(site: Any) -> None:
    site.add_events(NewEvent(run_id="r", kind="RUN_ENQUEUED", at=0.0, data={"selection": ["a"]}))

    page = site.get(f"/runs/r/events?kind={','.join(KINDS)}")

    assert {"RUN_ENQUEUED", "STEP_FAILURE", "LOG", "ENGINE_EVENT"} <= set(KINDS)
    assert [event["kind"] for event in page["items"]] == ["RUN_ENQUEUED"]


@pytest.mark.parametrize("path", ["/livez?verbose=1", "/readyz?x", "/openapi.json?v=2", "/?x=1"])
def test_probes_and_pages_take_any_query(path: str, site: Any) -> None:
    assert site.ask("GET", path).status == 200


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE", "PUT"])
def test_a_method_that_a_path_does_not_take_is_told_all_that_it_takes(
    method: str, site: Any
) -> None:
    answer = site.ask(method, "/api/v1/runs")

    assert (answer.status, answer.json["code"]) == (405, "route.method")
    assert answer.json["detail"] == "it takes GET, HEAD, POST"
    assert answer.headers["allow"] == "GET, HEAD, POST"
