"""What the repository may not hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "proxy.golang" + ".org")
"""Registries: which one serves is the machine's business, never the project's."""
BINARY = {".pyc", ".png", ".ico", ".woff2", ".gz", ".zip", ".parquet"}


def tracked() -> list[Path]:
    """The text files that git knows, or would know with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        files = [ROOT / line for line in done.stdout.splitlines()]
    else:  # an archive of the sources
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        files = [ROOT / p for p in found if not any(part.startswith(".") for part in p.parts)]
    return [path for path in files if path.is_file() and path.suffix not in BINARY]


def test_no_file_names_a_registrys_host() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if any(host in path.read_text(errors="replace") for host in HOSTS)
    ]

    assert found == []


def test_there_are_no_lock_files_with_addresses() -> None:
    names = {path.name for path in tracked()}

    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock"}


def test_text_files_end_with_one_newline() -> None:
    wrong = []
    for path in tracked():
        data = path.read_bytes()
        is_text = path.suffix in {".py", ".md", ".toml", ".yaml", ".sql"}
        if is_text and data and (not data.endswith(b"\n") or data.endswith(b"\n\n")):
            wrong.append(str(path.relative_to(ROOT)))

    assert wrong == []
