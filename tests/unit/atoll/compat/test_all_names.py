"""Every public name of Dagster's is served, or something is said about it."""

from __future__ import annotations

from pathlib import Path

from atoll.compat import names
from atoll.definitions import later

PUBLIC = (Path(__file__).parent / "dagster_1_13_names.txt").read_text().split()


def test_nothing_of_dagster_s_top_level_is_unheard_of() -> None:
    served = names.everything("dagster")

    assert [name for name in PUBLIC if name not in served and not later.sentence(name)] == []
