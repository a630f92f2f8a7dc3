"""The table: medians, spreads, ratios, budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import report_browser
from benchmarks.machine import Machine
from benchmarks.measure import Figures, median

_BUSY = 0.5
"""Load average from which on a machine is not quiet."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        work: what was done.
        ours: name of Atoll's figure.
        theirs: name of Dagster's figure; the same one where it is left out.
        budget: Dagster's figure through ours must be at least this; 0 for none.
        at_most: our figure must not exceed this, whatever Dagster's is; None for no such limit.
    """

    work: str
    ours: str
    unit: str
    budget: float = 0
    at_most: float | None = None
    theirs: str = ""


ROWS = (
    Row("`dev`, 3 locations that import pandas: web answers", "start.web", "s", 25),
    Row("the same: all loaded", "start.loaded", "s", 10),
    Row("the same: CPU until then", "start.cpu", "s"),
    Row("the same: memory (PSS) of all processes", "start.pss", "MB", 3),
    Row("the same: processes, spares aside", "start.processes", "", at_most=4),
    Row("the same: spares", "start.spares", ""),
    Row("one trivial asset, request to RUN_SUCCESS, a process of its own", "launch", "s", 60),
    Row("100 independent trivial assets, a process each, 2 at a time", "steps.alone", "s", 150),
    Row(
        "the same, against Dagster's in-process executor",
        "steps.alone",
        "s",
        4,
        theirs="steps.alone.in_process",
    ),
    Row("100 trivial assets in a chain, a process each: per step", "steps.chained", "s", 150),
    Row(
        "the same, against Dagster's in-process executor",
        "steps.chained",
        "s",
        theirs="steps.chained.in_process",
    ),
)


HISTORY = "history"
_HISTORY_BUDGET = 2.0
"""A long history must not make anything cost twice of what it costs with a short one."""
_BESIDE_A_PRUNE = 4.0
"""How much longer the slowest hundredth of appends may take while runs are erased."""


@dataclass(frozen=True)
class Setting:
    """Under which circumstances the figures came about."""

    machine: Machine
    load: tuple[float, float]
    """Load average before and after."""
    versions: dict[str, dict[str, str]]
    """By peer."""
    measured: str
    reused: dict[str, str]
    """Groups of rows whose peer figures are older, with their day."""


def table(ours: Figures, theirs: Figures) -> list[str]:
    """The table's lines, for what was measured."""
    lines = [
        "| work | Dagster | Atoll | ratio | budget | met |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in ROWS:
        own, other = ours.get(row.ours, []), theirs.get(row.theirs or row.ours, [])
        if own or other:
            cells = [
                row.work,
                _value(other, row.unit),
                _value(own, row.unit),
                *_judge(row, own, other),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def history(ours: Figures) -> list[str]:
    """What the same work costs on a short history and on a long one, if that was measured."""
    lines = [
        "",
        "| work | 200,000 events | 10 million events | ratio | budget | met |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for name, few, many, budget in _histories(ours):
        ratio, met = many / few, "yes" if many <= few * budget else "**no**"
        cells = [name, f"{few * 1000:.2f} ms", f"{many * 1000:.2f} ms", f"{ratio:.2f}"]
        lines.append(f"| {' | '.join(cells)} | ≤ {budget:g} | {met} |")
    return lines if len(lines) > 3 else []


def _histories(ours: Figures) -> Iterator[tuple[str, float, float, float]]:
    for key, values in ours.items():
        group, _, rest = key.partition(".")
        name, _, size = rest.rpartition(".")
        if group == HISTORY and size == "few":
            many = ours[f"{HISTORY}.{name}.many"]
            budget = _BESIDE_A_PRUNE if "beside" in name else _HISTORY_BUDGET
            yield name, median(values), median(many), budget


def document(ours: Figures, theirs: Figures, setting: Setting) -> str:
    """The whole of results.md."""
    tables = [*table(ours, theirs), *history(ours), *report_browser.table(ours)]
    return "\n".join(["# Atoll beside Dagster", "", *_setting(setting), "", *tables])


def missed(ours: Figures, theirs: Figures) -> list[str]:
    """The work whose budget was not met."""
    verdicts = (
        (row, _judge(row, ours.get(row.ours, []), theirs.get(row.theirs or row.ours, [])))
        for row in ROWS
    )
    slow = [name for name, few, many, budget in _histories(ours) if many > few * budget]
    compared = [row.work for row, (_, _, met) in verdicts if met == "**no**"]
    return [*compared, *slow, *report_browser.missed(ours)]


def _judge(row: Row, own: Sequence[float], other: Sequence[float]) -> tuple[str, str, str]:
    """Ratio, budget and verdict as cells."""
    ratio = ""
    if own and other and median(own) > 0:
        ratio = f"1/{median(other) / median(own):.3g}"
    if row.at_most is not None:
        return ratio, f"≤ {row.at_most:g}", _verdict(own, lambda: median(own) <= row.at_most)
    if not row.budget:
        return ratio, "", ""
    both = [*own] if other else []
    met = _verdict(both, lambda: median(own) * row.budget <= median(other))
    return ratio, f"≤ 1/{row.budget:g}", met


def _verdict(values: Sequence[float], holds: Callable[[], bool]) -> str:
    if not values:
        return ""
    return "yes" if holds() else "**no**"


def _value(values: Sequence[float], unit: str) -> str:
    """Median, with the extremes and the number of measurements where there are several."""
    if not values:
        return ""
    text = f"{_number(median(values))} {unit}".rstrip()
    if len(values) > 1 and min(values) != max(values):
        text += f" ({_number(min(values))} to {_number(max(values))}, n={len(values)})"
    return text


def _number(value: float) -> str:
    """Three digits that count, without an exponent."""
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def _setting(setting: Setting) -> Iterator[str]:
    yield f"Measured on {setting.measured} by `python benchmarks/run.py`: median (lowest to"
    yield "highest, number of measurements), the peers by turns, each after a start that does not"
    yield "count. [README.md](README.md) says what each row means."
    yield ""
    yield f"* Machine: {setting.machine}."
    before, after = setting.load
    yield f"* Load average of the last minute: {before:.2f} before, {after:.2f} after."
    if before > _BUSY:
        yield "* **The machine was doing something else: do not quote these figures.**"
    for name, versions in setting.versions.items():
        listed = ", ".join(f"{package} {version}" for package, version in versions.items())
        yield f"* {name}: {listed}."
    for group, day in setting.reused.items():
        yield f"* Dagster's figures for *{group}* are reused; they were measured on {day}."
