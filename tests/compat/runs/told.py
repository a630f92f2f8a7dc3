"""What a scenario is written with: the package that is asked for, and a run's events as text."""

import importlib
import sys

dg = importlib.import_module(sys.argv[1])
SCENARIOS = {}


def scenario(fn):
    """Declare that a function plays something, and gives back what was told."""
    SCENARIOS[fn.__name__] = fn
    return fn


def ran(result):
    """The events of a run: kind and step."""
    return [f"{e.event_type.name} {e.step_key or '-'}" for e in result.all_events]
