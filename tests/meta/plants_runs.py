"""Bugs to plant in what decides how runs and their steps go on."""

from __future__ import annotations

from tests.meta.plants import QUEUE, RUN, Plant

RUN_PLANTS = [
    Plant(
        "a failed step does not skip what comes after its dependents",
        RUN + "machine.py",
        "                    self.done.add(dependent)\n"
        "                    queue.append(dependent)\n",
        "                    self.done.add(dependent)\n",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a lost worker is retried once too often",
        RUN + "machine.py",
        "step.lost < draft.max_lost_retries",
        "step.lost <= draft.max_lost_retries",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a step that has succeeded can be ordered again",
        RUN + "machine.py",
        "not (step.is_ready or step.status is StepStatus.RETRYING)",
        "step.unmet",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "an output that could not be stored counts as absent after a restart",
        RUN + "state.py",
        "kind = event.data.get(LEFT_OUT, event.kind)",
        "kind = event.kind",
        "tests/unit/atoll_server/engine/test_storing.py tests/simulation",
    ),
    Plant(
        "an op begins although nothing was given back for its input",
        RUN + "state.py",
        "if all(one in self.absent or one in more for one in taken):",
        "if not taken:",
        "tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "a gap in a worker's events is not noticed",
        RUN + "machine.py",
        "if news and news[0].seq > expected:",
        "if news and news[0].seq > expected + 1:",
        "tests/properties tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "one step more than the limit runs",
        QUEUE + "steps.py",
        "if len(state.running) >= state.limits.total:",
        "if len(state.running) > state.limits.total:",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a full pool holds up the steps that need none",
        QUEUE + "steps.py",
        "            if not any(map(state.is_full, pools)):\n",
        "            if any(map(state.is_full, pools)):\n                return None\n"
        "            else:\n",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "the slot of a pool is not given back",
        QUEUE + "steps.py",
        "        _count(state.per_pool, ticket.pool, -1)\n",
        "        pass\n",
        "tests/properties tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "after a restart a run does not hold the pools that it has begun",
        RUN + "effects.py",
        "        found.append(HoldPools())\n",
        "        pass\n",
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "what comes after a failed step waits for ever when its run is mended",
        RUN + "machine.py",
        "            draft.skip_dependents(key, f'\"{key}\" failed')\n",
        "            pass\n",
        "tests/properties tests/unit/atoll_server/engine/test_takeover.py",
    ),
    Plant(
        "a run that took too long counts as canceled",
        RUN + "state.py",
        'state.expiry = event.data.get("failure")',
        "state.expiry = None",
        "tests/unit/atoll_server/core tests/unit/atoll_server/engine",
    ),
    Plant(
        "steps that an engine finds running take up no capacity",
        RUN + "effects.py",
        "        found.append(OccupySlot(attempt))\n",
        "",
        "tests/simulation",
    ),
    Plant(
        "a pause between attempts goes by the worker's clock",
        RUN + "effects.py",
        "OfferStepLater(event.step, step.delay_s)]",
        "OfferStepLater(event.step, step.delay_s, step.not_before)]",
        "tests/simulation",
    ),
    Plant(
        "an interruption by a shutdown uses up a retry",
        RUN + "state.py",
        '        elif not data.get("interrupted"):\n',
        "        else:\n",
        "tests/properties tests/unit/atoll_server/core tests/unit/atoll_server/engine",
    ),
    Plant(
        "a worker that a shutdown killed counts as lost",
        RUN + "machine.py",
        "    elif failure.code == SHUT_DOWN:",
        "    elif not failure:",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a run is retried once too often",
        RUN + "retry.py",
        "    if number > most:",
        "    if number > most + 1:",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "the other steps of a run that gives its pools back stand where nobody looks",
        QUEUE + "steps.py",
        "    # The first step that it began is parked, perhaps: the others need the pools again.\n"
        "    moving = _take_out(state, event.run_id)\n",
        "    moving: list[Ticket] = []\n",
        "tests/unit/atoll_server/core/queue",
    ),
    Plant(
        "what is downstream does not wait for a blocking check",
        RUN + "asset_plan.py",
        "(one for one in self._blockers.get(key, ()) if one not in unit.steps)",
        "()",
        "tests/unit/atoll_server/core/run/test_plan_of_parts.py",
    ),
    Plant(
        "what needs an asset that was passed over is made all the same",
        RUN + "asset_plan.py",
        "                if taken or unit.is_graph or assets[key].is_optional:\n",
        "                if unit.is_graph or assets[key].is_optional:\n",
        "tests/unit/atoll_server/core/run/test_plan_of_parts.py",
    ),
    Plant(
        "what a skipped op was to give is still waited for",
        RUN + "state.py",
        "    elif data.get(NO_VALUE) is None:\n",
        "    elif True:\n",
        "tests/unit/atoll_server/core/run/test_parts.py tests/properties/test_run_machine.py",
    ),
    Plant(
        "what an op gave in an attempt that failed still counts",
        RUN + "state.py",
        "step.attempt, step.seq, step.given = event.attempt or 0, 0, set()",
        "step.attempt, step.seq = event.attempt or 0, 0",
        "tests/unit/atoll_server/core/run/test_parts.py",
    ),
    Plant(
        "a job runs more steps at once than it permits",
        QUEUE + "steps.py",
        "best = best if state.is_at_its_most(first) else first",
        "best = first",
        "tests/unit/atoll_server/core/queue/test_steps.py",
    ),
]
