"""Bugs to plant, each with the tests that must notice it.

A plant replaces a piece of source that occurs exactly once. When the source moves on, the plant
is moved with it: a bug that nobody would notice is worth more than the line that it was put in.
"""

from __future__ import annotations

from typing import NamedTuple

RUN = "server/src/atoll_server/core/run/"
LOCATION = "server/src/atoll_server/core/location/"
QUEUE = "server/src/atoll_server/core/queue/"
ENGINE = "server/src/atoll_server/engine/"
LOG = "server/src/atoll_server/adapters/event_log/"
SUPERVISOR = "sdk/src/atoll_supervisor/"
WORKER = "sdk/src/atoll/location/"


class Plant(NamedTuple):
    """One bug."""

    name: str
    file: str
    old: str
    new: str
    tests: str
    """What notices it: paths and options for pytest."""


PLANTS = [
    Plant(
        "a failed step does not skip what comes after its dependents",
        RUN + "machine.py",
        "                    queue.append(dependent)\n",
        "",
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
        "a gap in a worker's events is not noticed",
        RUN + "machine.py",
        "if news and news[0].seq > expected:",
        "if news and news[0].seq > expected + 1:",
        "tests/properties tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "one step more than the limit runs",
        QUEUE + "machine.py",
        "if len(state.running) >= state.limits.total:",
        "if len(state.running) > state.limits.total:",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a reload lets the code under a running run go",
        LOCATION + "machine.py",
        "(generation.phase is Phase.DRAINING and generation.number not in homes)",
        "generation.phase is Phase.DRAINING",
        "tests/properties tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "steps are ordered before the decision is stored",
        ENGINE + "engine.py",
        "            stored = await self._storing.store(turn)\n"
        "            for order in turn.orders:\n"
        "                self._guard(order)\n",
        "            for order in turn.orders:\n"
        "                self._guard(order)\n"
        "            stored = await self._storing.store(turn)\n",
        "tests/simulation tests/unit/atoll_server/engine",
    ),
    Plant(
        "a buried attempt can still begin",
        SUPERVISOR + "journals.py",
        "            os.link(temporary, path)\n        except FileExistsError:",
        "            pass\n        except FileExistsError:",
        "tests/unit/atoll_supervisor tests/contract/test_workers.py",
    ),
    Plant(
        "a worker begins an attempt that was begun before",
        WORKER + "journal.py",
        "            os.link(temporary, path)\n",
        "            os.path.exists(path) or os.link(temporary, path)\n",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a worker does not hold the lock on its journal",
        WORKER + "journal.py",
        "    fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "",
        "tests/unit/atoll/location",
    ),
    Plant(
        "the torn line of a dead worker stays",
        SUPERVISOR + "journals.py",
        "        os.ftruncate(self._fd, self._offset)\n",
        "",
        "tests/unit/atoll_supervisor tests/contract/test_workers.py",
    ),
    Plant(
        "orders of an earlier host are carried out",
        SUPERVISOR + "supervisor.py",
        "if epoch < self._epoch or self._attempts is None:",
        "if self._attempts is None:",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a journal shrinks before all of it is acknowledged",
        SUPERVISOR + "attempts.py",
        "if last is not None and seq >= last:",
        "if last is not None:",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a host that returns is told everything again",
        SUPERVISOR + "attempts.py",
        "        attempt.sent = after\n",
        "        attempt.sent = 0\n",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a spare executes code that has changed",
        SUPERVISOR + "generation.py",
        "if loaded.identity == self._identity:",
        "if loaded.identity:",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "cancelling interrupts the writing of an event",
        WORKER + "journal.py",
        "        if self._held:\n            self._is_due = True\n        else:\n",
        "        if True:\n",
        "tests/unit/atoll/location",
    ),
    Plant(
        "a server that returns with other code is given steps that were planned on the old",
        LOCATION + "state.py",
        "        generation.is_up = False  # what answers",
        "        pass  # what answers",
        "tests/simulation",
    ),
    Plant(
        "a step runs on other code than it was planned on",
        SUPERVISOR + "generation.py",
        "        self._refuse_of_other_code()\n        if self._mode.mode",
        "        if self._mode.mode",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a host does not let go what a server keeps for nobody",
        LOCATION + "machine.py",
        "[command, *(m.Disowned(command.at, number) for number in gone)]",
        "[command]",
        "tests/properties tests/unit/atoll_server/core tests/simulation",
    ),
    Plant(
        "a generation that runs were planned on is let go when it is taken over",
        LOCATION + "machine.py",
        "            and generation.number not in planned_on\n",
        "",
        "tests/properties tests/unit/atoll_server/core",
    ),
    Plant(
        "a server lets an earlier host in",
        SUPERVISOR + "server.py",
        "if hello.epoch < self.epoch:",
        "if hello.epoch < 0:",
        "tests/contract/test_grpc.py",
    ),
    Plant(
        "a copy of a home takes the stream away from the other",
        SUPERVISOR + "server.py",
        "if is_other and self.stream is not None",
        "if False and self.stream is not None",
        "tests/contract/test_grpc.py",
    ),
    Plant(
        "the copy of a step's output ends soon after the step",
        "server/src/atoll_server/adapters/locations/remote_output.py",
        "        followed.looks_in_vain = 0\n",
        "        followed.looks_in_vain += 1\n",
        "tests/unit/atoll_server/adapters/locations",
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
        "the retry of a run is stored after its failure",
        ENGINE + "runs.py",
        '                around.launch_run(wanted["run_id"], dict(wanted))\n',
        "                around.turn.orders.append(\n"
        '                    lambda: around.launch_run(wanted["run_id"], dict(wanted))\n'
        "                )\n",
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "steps are begun while the host shuts down",
        ENGINE + "engine.py",
        '        """Start waiting steps as long as there is room."""\n'
        "        if self.takes_no_work:\n            return\n",
        '        """Start waiting steps as long as there is room."""\n',
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "an order to end interrupts the clean-up after another",
        WORKER + "journal.py",
        "        if self.closed or self._is_interrupted:\n",
        "        if self.closed:\n",
        "tests/unit/atoll/location",
    ),
    Plant(
        "a server that is told to end does not wait for its steps",
        SUPERVISOR + "ending.py",
        "        await _first(grace_s, server.attempts_ended(), hurry.wait())\n",
        "",
        "tests/contract/test_grpc.py",
    ),
]
