"""Draws the machines' transition tables as Mermaid diagrams: `python tools/diagrams.py`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from atoll_server.core.location import table as location
from atoll_server.core.run import table as run

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference" / "machines"
NOTICE = "<!-- Drawn by tools/diagrams.py from the transition tables; do not edit. -->"

Table = Mapping[str, Mapping[str, str]]


def diagram(table: Table, first: str) -> str:
    """A state diagram; kinds of events that lead the same way share an arrow."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for status, row in table.items():
        arrows: dict[str, list[str]] = {}
        for kind, following in row.items():
            arrows.setdefault(following, []).append(kind)
        lines.extend(
            f"    {status} --> {following} : {'<br/>'.join(reasons)}"
            for following, reasons in arrows.items()
            if following != status
        )
        if not row:
            lines.append(f"    {status} --> [*]")
    return "\n".join([*lines, "```"])


def page(title: str, intro: str, table: Table, first: str, source: str) -> str:
    """A page with one machine."""
    return (
        f"# {title}\n\n{NOTICE}\n\n{intro}\n\n{diagram(table, first)}\n\n"
        f"Events that change nothing are not drawn. The table is in `{source}`.\n"
    )


def commands() -> str:
    """Which commands a run carries out in which status."""
    lines = ["| command | carried out while the run is |", "| --- | --- |"]
    for name, statuses in run.COMMANDS.items():
        shown = ", ".join(status.value for status in run.RunStatus if status in statuses)
        lines.append(f"| {name} | {shown} |")
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, bytes]:
    """Every page by its path."""
    runs = "server/src/atoll_server/core/run/table.py"
    pages = {
        "run": page(
            "The machine of a run",
            "What the events of a run make of it. `RUN_` events are the host's decisions.",
            run.RUNS,
            run.RunStatus.NEW.value,
            runs,
        )
        + "\n"
        + commands(),
        "step": page(
            "The machine of a step",
            "What a step's events make of it: the host's decisions, and what its workers wrote.",
            run.STEPS,
            run.StepStatus.WAITING.value,
            runs,
        ),
        "generation": page(
            "The machine of a generation",
            "What becomes of one load of a location's code. A location has several at a time.",
            location.GENERATIONS,
            location.Phase.LOADING.value,
            "server/src/atoll_server/core/location/table.py",
        ),
    }
    return {FOLDER / f"{name}.md": text.encode() for name, text in pages.items()}


def main() -> None:
    """Write the pages that have changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, content in generated().items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


if __name__ == "__main__":
    main()
