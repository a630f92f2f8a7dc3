"""The files that runs leave below ATOLL_HOME."""

from __future__ import annotations

import os
from pathlib import Path

from atoll_server.adapters.run_files import HomeRunFiles


def make(home: Path, *names: str) -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x")


def left(home: Path) -> list[str]:
    return sorted(str(p.relative_to(home)) for p in home.rglob("*") if p.is_file())


def test_a_run_goes_with_its_output_and_its_journals(tmp_path: Path) -> None:
    kept = ["journal/d/r2/a.1.jsonl", "output/r2/a.1.out", "values/r1"]
    make(tmp_path, "journal/d/r1/a.1.jsonl", "journal/e/r1/b.1.jsonl", "output/r1/a.1.out", *kept)
    files = HomeRunFiles(tmp_path)

    files.remove("r1")
    files.remove("never there")

    assert left(tmp_path) == kept
    assert files.run_ids() == ["r2"]


def test_a_home_without_runs_has_none(tmp_path: Path) -> None:
    assert HomeRunFiles(tmp_path / "nowhere").run_ids() == []


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    make(tmp_path, "output/r1/a.1.out", "secret/file")

    for name in ("../secret", "", ".", "..", "/etc"):
        HomeRunFiles(tmp_path).remove(name)

    assert left(tmp_path) == ["output/r1/a.1.out", "secret/file"]


def test_a_copy_of_output_is_fetched_no_further_for_a_run_that_is_removed(tmp_path: Path) -> None:
    notes = tmp_path / "fetching"
    notes.mkdir()
    for name in ("r1.step.1", "r10.step.1"):
        (notes / name).touch()

    HomeRunFiles(tmp_path).remove("r1")

    assert [note.name for note in notes.iterdir()] == ["r10.step.1"]


def test_what_killed_processes_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    values = [
        "values/a/@value.json",
        "values/a/@0123456789abcdef.json",
        "values/my.tmp/@value.json",
        "values/report.tmp",
    ]
    halves = [
        "values/a/@0123456789abcdef.parquet.tmp",
        "values/a/@value.json.01234567.tmp",
        "values/b.run-1.77.tmp",
        "journal/d/r1.forgotten/a.1.jsonl",
        "atoll.db.schema-1.T.backup.77",
    ]
    backups = [f"atoll.db.schema-{number}.T.backup" for number in range(5)]
    make(tmp_path, *values, *halves, *backups, "atoll.db", "values/c/@value.json.76543210.tmp")
    for number, name in enumerate([*values, *halves, *backups]):
        os.utime(tmp_path / name, (number, number))

    HomeRunFiles(tmp_path, str(tmp_path / "values")).sweep(before=100.0)

    new = ["atoll.db", "values/c/@value.json.76543210.tmp"]
    assert left(tmp_path) == sorted([*values, *new, *backups[2:]])


def test_values_that_lie_elsewhere_are_let_be(tmp_path: Path) -> None:
    make(tmp_path, "s3:/bucket/@value.json.01234567.tmp")

    HomeRunFiles(tmp_path, "s3://bucket").sweep(before=1e12)

    assert left(tmp_path) == ["s3:/bucket/@value.json.01234567.tmp"]


def test_journals_go_without_what_the_run_has_printed(tmp_path: Path) -> None:
    make(tmp_path, "journal/d/r1/a.1.jsonl", "output/r1/a.1.out")
    files = HomeRunFiles(tmp_path)
    assert files.with_journals() == ["r1"]

    files.remove_journals("r1")
    files.remove_journals("../output")

    assert left(tmp_path) == ["output/r1/a.1.out"]
    assert files.with_journals() == []
