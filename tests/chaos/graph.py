"""A graph of steps in layers, spread over locations whose workers are made in every way.

Each step leaves a line when it begins and one when it is done, with the pid of its worker: so a
test can hold what really ran against what the events tell.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from atoll_e2e import Deployment

WORKERS = {"forks": "fork", "spawns": "spawn", "pools": "pool"}
"""Local locations, by how their workers are made."""
FAR = "far"
"""The location behind a server."""
WIDTH = 10
_NEEDED = 3

_PRELUDE = """
    import os
    import time

    import atoll

    def leave(what, context, name):
        line = "%s %s %s %d\\n" % (what, context.run_id, name, os.getpid())
        file = os.open({lines!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, line.encode())
        os.close(file)

    made = []
"""
_ASSET = """
    @atoll.asset
    def {name}({arguments}) -> int:
        leave("begin", context, "{name}")
        time.sleep({seconds})
        value = 1 + sum([{parameters}])
        leave("done", context, "{name}")
        return value

    made.append({name})
"""


class Line(NamedTuple):
    """What a step left."""

    what: str
    """`begin` or `done`."""
    run_id: str
    step: str
    pid: int


class Graph:
    """The graph in a deployment's folder.

    Args:
        steps: how many steps it has.
        seconds: how long each takes.
    """

    def __init__(self, deployment: Deployment, steps: int, seconds: float = 0.1) -> None:
        self.path = deployment.folder / "lines.txt"
        places = [*WORKERS, FAR]
        code = {name: _PRELUDE.format(lines=str(self.path)) for name in places}
        self.values: dict[str, int] = {}
        before: list[str] = []
        layer: list[str] = []
        for number in range(steps):
            name = f"s{number}"
            needed = [before[(number + shift) % len(before)] for shift in range(_NEEDED) if before]
            needed = list(dict.fromkeys(needed))
            code[places[number % len(places)]] += _ASSET.format(
                name=name,
                arguments=", ".join(["context", *needed]),
                parameters=", ".join(needed),
                seconds=seconds,
            )
            self.values[name] = 1 + sum(self.values[each] for each in needed)
            layer.append(name)
            if len(layer) == WIDTH:
                before, layer = layer, []
        definitions = "\n    defs = atoll.Definitions(assets=made)\n"
        for name in WORKERS:
            deployment.write(name, code[name] + definitions)
        self.server = deployment.server(FAR, code[FAR] + definitions)
        _set_workers(deployment.folder / "workspace.yaml")

    def lines(self) -> Sequence[Line]:
        """What all steps have left, in order."""
        text = self.path.read_text() if self.path.exists() else ""
        told = [line.split() for line in text.splitlines()]
        return [Line(what, run_id, step, int(pid)) for what, run_id, step, pid in told]

    def workers(self) -> list[int]:
        """Workers that began a step and have not said that it is done."""
        at_work = {line.pid: line.what == "begin" for line in self.lines()}
        return [pid for pid, is_at_work in at_work.items() if is_at_work]

    @staticmethod
    def stored_value(home: Path, step: str) -> int:
        """The stored value of a step's asset."""
        folder = home / "values" / step
        pointer = json.loads((folder / "@value.json").read_text())
        return int((folder / pointer["file"]).read_text())


def _set_workers(workspace: Path) -> None:
    text = workspace.read_text()
    for name, worker in WORKERS.items():
        text = text.replace(
            f"location_name: {name}}}", f"location_name: {name}, worker: {worker}}}"
        )
    workspace.write_text(text)
