"""What the pages may cost: the rows of the group `browser`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.measure import Figures, median

GROUP = "browser"


@dataclass(frozen=True)
class Budget:
    """One line: milliseconds that its median, or of frames their 95th percentile, may take.

    Args:
        most: None for a line that only shows what the machine is like.
    """

    work: str
    name: str
    most: float | None
    is_frames: bool = False


BUDGETS = (
    Budget("frames of an empty page, to compare with", "idle", None, is_frames=True),
    Budget("lineage opens, groups closed", "lineage.open", 2_000),
    Budget("lineage opens, all 10,000 assets shown", "lineage.open.expanded", 2_000),
    Budget("frames while panning, groups closed", "lineage.pan", 20, is_frames=True),
    Budget("frames while panning, all shown, from far", "lineage.pan.far", 20, is_frames=True),
    Budget("the same, in between", "lineage.pan.middle", 20, is_frames=True),
    Budget("the same, from near", "lineage.pan.near", 20, is_frames=True),
    Budget("lineage: from a key to the assets found", "lineage.find", 100),
    Budget("catalog opens", "catalog.open", 2_000),
    Budget("frames while scrolling the catalog", "catalog.scroll", 20, is_frames=True),
    Budget("catalog: from a key to the narrowed table", "catalog.filter", 50),
)


def table(figures: Figures) -> list[str]:
    """The table's lines; none where nothing was measured."""
    lines = [
        "",
        "| 10,000 assets in 20 locations, Chromium | took | budget | of it | met |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for budget, took in _rows(figures):
        what = f"{took:.0f} ms" + (" (p95)" if budget.is_frames else "")
        judged = " | | "
        if budget.most is not None:
            met = "yes" if took <= budget.most else "**no**"
            judged = f"≤ {budget.most:g} ms | {took / budget.most:.0%} | {met}"
        lines.append(f"| {budget.work} | {what} | {judged} |")
    return lines if len(lines) > 3 else []


def missed(figures: Figures) -> list[str]:
    """The work that took longer than it may."""
    return [
        budget.work
        for budget, took in _rows(figures)
        if budget.most is not None and took > budget.most
    ]


def _rows(figures: Figures) -> Iterator[tuple[Budget, float]]:
    for budget in BUDGETS:
        values = figures.get(budget.name) or figures.get(f"{GROUP}.{budget.name}")
        if values:
            yield budget, _p95(values) if budget.is_frames else median(values)


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
