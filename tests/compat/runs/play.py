"""Plays runs of many kinds in this process, and tells their events: kind and step, in order.

    PLAYED_PACKAGE=PACKAGE python play.py

PACKAGE is `atoll` or `dagster`. Writes one JSON object: by scenario, its events as text. It runs on
any Python that has the package.
"""

import json
import logging
import sys

import runs_of_assets
import runs_of_ops
import runs_with_trouble
from told import SCENARIOS

PLAYED = (runs_of_assets, runs_of_ops, runs_with_trouble)
"""Their scenarios are in `SCENARIOS`."""


def main():
    """Play all of them; one that raises tells the error instead."""
    logging.disable(logging.CRITICAL)
    told = {}
    for name, runs in SCENARIOS.items():
        try:
            events = [event for run in runs() for event in run.in_process().all_events]
            told[name] = [f"{e.event_type.name} {e.step_key or '-'}" for e in events]
        except Exception as error:
            first = str(error).partition("\n")[0]
            told[name] = [f"{type(error).__name__}: {first}"]
    json.dump(told, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
