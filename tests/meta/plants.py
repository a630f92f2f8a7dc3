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
API = "server/src/atoll_server/api/"
WIRE = "sdk/src/atoll_wire/"
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
        "a setting that changes is stored and not gone by",
        ENGINE + "stored_settings.py",
        "        around.slots.change_limits(around.settings.run_limits)\n",
        "",
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "a run whose plan is out of date waits for a catalog that is here already",
        ENGINE + "planner.py",
        "            if catalog is not self.catalog:  # which is here already\n"
        "                self._try(run_id)\n",
        "",
        "tests/unit/atoll_server/engine tests/simulation",
    ),
    Plant(
        "a run keeps its slot when it is over",
        ENGINE + "runs.py",
        "                around.slots.leave(state.run_id)\n",
        "",
        "tests/unit/atoll_server/engine tests/simulation",
    ),
    Plant(
        "after a restart runs that are under way have no slot",
        ENGINE + "takeover.py",
        "                around.slots.occupy(state.run_id, state.tags)\n",
        "",
        "tests/unit/atoll_server/engine",
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
        "tests/unit/atoll_server/engine tests/simulation",
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
        "        if not self._held:\n            self._raise()\n",
        "        self._raise()\n",
        "tests/unit/atoll/location",
    ),
    Plant(
        "a server that returns with other code is given steps that were planned on the old",
        LOCATION + "state.py",
        "        generation.is_up = False  # what answers",
        "        pass  # what answers",
        "tests/unit/atoll_server/core/location",
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
        "a decision that was stored in part is never completed",
        ENGINE + "takeover.py",
        "            self._around.runs.mend(run_id)\n",
        "            pass\n",
        "tests/unit/atoll_server/engine/test_takeover.py",
    ),
    Plant(
        "a flush that comes after one that failed is believed",
        LOG + "flushing.py",
        "                self._has_failed = True\n",
        "",
        "tests/unit/atoll_server/adapters/event_log",
    ),
    Plant(
        "a database that was put in the place of the open one is not noticed",
        LOG + "in_place.py",
        "            if now != identity:",
        "            if now is None:",
        "tests/unit/atoll_server/adapters/event_log",
    ),
    Plant(
        "an attempt is buried where its home was taken away",
        SUPERVISOR + "journals.py",
        "        elif _identity(self._state_dir) != self._identity:",
        "        elif False:",
        "tests/unit/atoll_supervisor",
    ),
    Plant(
        "the search for what is old looks at every run",
        LOG + "queries.sql",
        "SELECT run_id FROM runs INDEXED BY runs_of_end\n",
        "SELECT run_id FROM runs NOT INDEXED\n",
        "tests/unit/atoll_server/adapters/event_log",
    ),
    Plant(
        "a step whose outcome went with its database runs for ever",
        SUPERVISOR + "attempts.py",
        "            elif part.tombstone.seq > attempt.sent:",
        "            elif part.tombstone.seq > attempt.sent + 1000:",
        "tests/contract/test_workers.py",
    ),
    Plant(
        "a step that had to be killed for its time is told as lost",
        SUPERVISOR + "ending.py",
        "            ending.broken = broken\n",
        "            pass\n",
        "tests/contract/test_limits.py",
    ),
    Plant(
        "what a dead worker has started outlives it",
        SUPERVISOR + "ending.py",
        "if pid and (is_lost or (ending is not None and ending.is_forced)):",
        "if pid and ending is not None and ending.is_forced:",
        "tests/contract/test_leftovers.py",
    ),
    Plant(
        "only the process group of a canceled step is killed",
        SUPERVISOR + "leftovers.py",
        "is_near or mark in _environment(pid) or _writes_to(pid, files)",
        "is_near",
        "tests/contract/test_leftovers.py",
    ),
    Plant(
        "cleaning up after an interruption is interrupted again",
        WORKER + "journal.py",
        "if self.closed or self._interruption is not None:",
        "if self.closed:",
        "tests/unit/atoll/location",
    ),
    Plant(
        "a run has all its time again when the engine is started again",
        ENGINE + "deadlines.py",
        "end = now + limit_s - (self._around.now() - state.started_at)",
        "end = now + limit_s",
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "events are acknowledged before they are on the disk",
        ENGINE + "acknowledger.py",
        "            await self._around.log.sync()\n",
        "            pass\n",
        "tests/simulation",
    ),
    Plant(
        "what is refused by a full disk is forgotten",
        ENGINE + "storing.py",
        "                await asyncio.sleep(self._around.settings.storage_retry_s)\n",
        "                return []\n",
        "tests/simulation",
    ),
    Plant(
        "a run is erased while the turn that begins it is stored",
        ENGINE + "intents.py",
        "around.turn.orders.append(lambda: around.spawn(around.eraser.carry_out(intent)))",
        "around.spawn(around.eraser.carry_out(intent))",
        "tests/unit/atoll_server/engine tests/simulation",
    ),
    Plant(
        "code that cannot be read keeps its process",
        LOCATION + "machine.py",
        "            | m.RefuseSnapshot(generation=number)\n",
        "",
        "tests/simulation",
    ),
    Plant(
        "a step waits for ever for code that was lost while it ran",
        ENGINE + "engine.py",
        "        if ticket.run_id not in location.state.pins:\n",
        "        if False:\n",
        "tests/unit/atoll_server/engine tests/simulation",
    ),
    Plant(
        "journals are forgotten when a run ends, and not when its end is on the disk",
        ENGINE + "acknowledger.py",
        "        self._over.setdefault(run_id, {}).update(dict.fromkeys(locations))\n",
        "        for name in locations:\n            self._around.send(name, ForgetRun(run_id))\n",
        "tests/simulation",
    ),
    Plant(
        "whoever cancels a run and dies has canceled nothing",
        ENGINE + "engine.py",
        "                canceled.append(key)\n",
        "                pass\n",
        "tests/unit/atoll_server/engine tests/simulation",
    ),
    Plant(
        "the loss after a power cut has the number of an event that the host has",
        SUPERVISOR + "attempts.py",
        "        attempt.journal.seq = max(attempt.journal.seq, attempt.sent)\n",
        "",
        "tests/unit/atoll_supervisor",
    ),
    Plant(
        "the same event is stored twice",
        LOG + "appending.py",
        "        if cursor.rowcount == 0:\n            continue\n",
        "",
        "tests/ports",
    ),
    Plant(
        "an engine has the epoch of the one before it",
        LOG + "sqlite.py",
        'connection.execute(queries()["begin_epoch"])',
        "pass",
        "tests/ports",
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
        '        """Begin waiting runs and start waiting steps as long as there is room."""\n'
        "        if self.takes_no_work:\n            return\n",
        '        """Begin waiting runs and start waiting steps as long as there is room."""\n',
        "tests/unit/atoll_server/engine",
    ),
    Plant(
        "a server that is told to end does not wait for its steps",
        SUPERVISOR + "shutdown.py",
        "        await _first(grace_s, server.attempts_ended(), hurry.wait())\n",
        "",
        "tests/contract/test_grpc.py",
    ),
    Plant(
        "a run that began long before a time and lasted is not found in it",
        LOG + "run_pages.py",
        "where.since - longest - 1.0",
        "where.since - 1.0",
        "tests/ports",
    ),
    Plant(
        "what an erased run has made is left, for whichever run gets its place",
        LOG + "migrations/0006_runs_by_what_they_make.sql",
        "    DELETE FROM run_assets WHERE number = old.number AND status = old.status\n"
        "        AND key IN (SELECT value FROM json_each(CAST(old.assets AS TEXT)));\n",
        "",
        "tests/ports",
    ),
    Plant(
        "what an attempt says that was given up changes what is shown of its step",
        API + "run_steps.py",
        "return event.seq is not None and _open_attempt(step, event.attempt) is None",
        "return False",
        "tests/unit/atoll_server/api tests/properties/test_run_steps.py",
    ),
    Plant(
        "what was found in a run's events does not grow with them",
        API + "followed_runs.py",
        "if found.last_event_id < newest:",
        "if not found.last_event_id:",
        "tests/unit/atoll_server/api",
    ),
    Plant(
        "a line at a level of one's own is found at none",
        LOG + "queries.sql",
        "ELSE 'INFO' END",
        "ELSE '' END",
        "tests/ports",
    ),
    Plant(
        "a partition is made that its asset does not have",
        "server/src/atoll_server/core/partitions/choosing.py",
        "            if is_listed(space) and space.contains(partition, self._at):\n",
        "            if is_listed(space):\n",
        "tests/unit/atoll_server/core/run/test_plan_of_parts.py",
    ),
    Plant(
        "a partition that was made again stays failed",
        "server/src/atoll_server/core/partitions/standing.py",
        "        self._failed -= found\n",
        "        pass\n",
        "tests/unit/atoll_server/core/test_partition_standing.py",
    ),
    Plant(
        "what an earlier attempt still says changes how an asset stands",
        "server/src/atoll_server/core/standing.py",
        "        if note.seq is not None and note.attempt != step.attempt:\n",
        "        if note.attempt is None:\n",
        "tests/unit/atoll_server/core/test_standing.py tests/properties/test_standings.py",
    ),
    Plant(
        "an attempt that was given up counts as a failure of its assets",
        LOG + "failing.py",
        "            if newest != event.attempt:\n",
        "            if newest is None:\n",
        "tests/ports",
    ),
    Plant(
        "who watched while runs were erased is told only what is new",
        API + "following.py",
        "position.last_event_id - is_first",
        "position.last_event_id - 1",
        "tests/unit/atoll_server/api/test_standings.py",
    ),
    Plant(
        "what changes during the pause of a feed is told with the next change only",
        API + "stream/changes.py",
        "                await self._hub.wait(version, HEARTBEAT_S)\n",
        "                await self._hub.wait(self._hub.version, HEARTBEAT_S)\n",
        "tests/unit/atoll_server/api/test_changes.py",
    ),
    Plant(
        "files beside the built UI are served",
        API + "built_ui.py",
        "        return self._look().get(name)\n",
        "        found = UiFile(name, self._folder / name)\n"
        "        return found if found.path.is_file() else None\n",
        "tests/unit/atoll_server/api/test_pages.py",
    ),
    Plant(
        "definitions of one name take each other's place in the schema of a config",
        API + "config_schema.py",
        "        while self._origins.setdefault(free, origin) != origin:\n",
        "        while self._origins.setdefault(free, origin) is None:\n",
        "tests/unit/atoll_server/api/test_config_schema.py",
    ),
]
