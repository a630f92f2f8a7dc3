"""What always holds of a location. Returns violations as sentences; none is the good case."""

from __future__ import annotations

from atoll_server.core.location.state import LocationState
from atoll_server.core.location.table import COMING, Phase


def check_state(state: LocationState) -> list[str]:
    """Whether the state, after `settle`, agrees with itself and keeps its promises."""
    found = []
    generations = state.generations
    serving = [g.number for g in generations.values() if g.phase is Phase.SERVING]
    if serving != ([] if state.serving is None else [state.serving]):
        found.append(f"{serving} serve, and {state.serving} is said to")
    if any(g.phase is Phase.GONE for g in generations.values()):
        found.append("a generation that is gone is kept")
    planned_on = {pin.generation for pin in state.pins.values()}
    if any(
        g.phase in COMING and g.number < (state.serving or 0) and g.number not in planned_on
        for g in generations.values()
    ):
        found.append("a generation is being loaded that a newer one has overtaken")
    if any(number > state.last_number for number in generations):
        found.append("a generation was never requested")
    homes = set()
    for run_id, pin in state.pins.items():
        home = state.home_of(pin)
        if home is not None:
            homes.add(home.number)
            if home.identity != pin.identity and not state.continues:
                found.append(f"{run_id} runs on other code than it was planned on")
        elif state.is_lost(pin):
            found.append(f"{run_id} waits for code that is gone")
    for generation in generations.values():
        if generation.phase is Phase.DRAINING and generation.number not in homes:
            found.append(f"generation {generation.number} drains for nobody")
    if state.serving is not None and state.snapshot_hash is None:
        found.append("it serves, and nobody knows what")
    return found
