"""The console script `atoll`: the host's command line where the host is installed, else our own.

Imports nothing by itself: every command of the host pays for it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, and exit with the outcome's number."""
    try:
        host = import_module("atoll_server.cli.main")
    except ModuleNotFoundError as error:
        if error.name != "atoll_server":
            raise
        from atoll_supervisor import command

        sys.exit(command.without_host(sys.argv[1:]))
    host.main()
    raise AssertionError("the host's command line exits")
