"""The files that runs leave below ATOLL_HOME."""

from __future__ import annotations

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
