"""The description of the API is complete, and the committed one is current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from atoll_server.api.openapi import describe, document
from atoll_server.api.problems import TITLES
from atoll_server.api.routes.table import OPERATIONS

ROOT = Path(__file__).resolve().parents[4]


def test_the_committed_description_is_current() -> None:
    committed = (ROOT / "schema" / "openapi.json").read_bytes()

    assert committed == document(), "run: make gen"


def test_every_operation_is_described_once() -> None:
    described = [
        operation["operationId"]
        for path in describe()["paths"].values()
        for operation in path.values()
    ]

    assert sorted(described) == sorted(operation.id for operation in OPERATIONS)
    assert all(operation.summary for operation in OPERATIONS)


def test_every_reference_leads_somewhere() -> None:
    text = document().decode()
    names = set(describe()["components"]["schemas"])

    assert {ref.partition('"')[0] for ref in text.split("#/components/schemas/")[1:]} <= names


def test_every_problem_that_an_operation_names_exists() -> None:
    assert {code for operation in OPERATIONS for code in operation.problems} <= set(TITLES)


def test_it_is_served(site: Any) -> None:
    assert site.ask("GET", "/openapi.json").json == json.loads(document())
