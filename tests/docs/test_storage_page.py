"""The page on storage states what the database is set to."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from atoll_server.adapters.event_log.connecting import connect

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "storage.md"
WORDS = {"wal": "WAL", "synchronous=1": "NORMAL", "auto_vacuum=2": "INCREMENTAL"}
UNITS = {"pages": 1, "MiB": 1 << 20, "s": 1000}


def test_every_setting_is_as_the_page_says(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| `?([^`|]+?)`? \|", PAGE.read_text(), re.MULTILINE)
    stated = {name: value for name, value in rows if "." not in name and not name.isupper()}
    assert len(stated) == 6
    with closing(connect(str(tmp_path / "atoll.db"))) as connection:
        for name, text in stated.items():
            (value,) = connection.execute(f"PRAGMA {name}").fetchone()
            number, _, unit = text.partition(" ")
            if unit:
                assert value == int(number) * UNITS[unit], name
            else:
                assert text == WORDS.get(str(value), WORDS.get(f"{name}={value}")), name
