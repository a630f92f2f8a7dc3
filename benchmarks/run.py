"""`python benchmarks/run.py`: the same as `python -m benchmarks`, from any folder."""

import sys
from pathlib import Path


def run() -> int:
    # This file's folder must not be on the path: it holds peers/dagster.py, not dagster.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from benchmarks.command import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
