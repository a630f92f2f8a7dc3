"""What is said of names that Atoll does not have."""

from __future__ import annotations

from atoll.compat import names
from atoll.definitions import later


def test_no_name_that_is_there_is_said_to_come_later() -> None:
    told = [name for family in later._FAMILIES for name in family.split()]

    assert sorted(set(told) & set(names.everything("dagster"))) == []


def test_what_is_not_there_has_a_sentence() -> None:
    assert "workspace.yaml" in (later.sentence("Executor") or "")
    assert later.sentence("no_such_name") is None
