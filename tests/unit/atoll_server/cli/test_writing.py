"""Output that nobody takes: how a command ends then, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

ATOLL = [sys.executable, "-c", "from atoll_server.cli.main import main; main()"]
COMMANDS = [["run", "list"], ["run", "show", "r1", "-o", "json"], ["--help"]]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_reader_that_has_left_ends_the_command_as_a_broken_pipe_does(
    arguments: list[str], host: Any
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([*ATOLL, *arguments], stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has this device")
@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_full_disk_is_told_with_one_sentence(arguments: list[str], host: Any) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*ATOLL, *arguments], stdout=full, stderr=subprocess.PIPE)

    assert done.returncode == 74
    assert done.stderr == b"Error: cannot write the output: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has this device")
def test_where_nothing_can_be_written_only_the_code_tells(host: Any) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*ATOLL, "run", "list"], stdout=full, stderr=full)

    assert done.returncode == 74
