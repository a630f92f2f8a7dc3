"""The command line: what to measure, in which order, and what is written."""

from __future__ import annotations

import argparse
import datetime
import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks import browser, cache, machine, report, report_browser
from benchmarks.measure import Figures, GaveUp, merge
from benchmarks.peers.atoll import Atoll
from benchmarks.peers.base import Peer
from benchmarks.peers.dagster import Dagster
from benchmarks.places import RESULTS, ROOT, WORK
from benchmarks.rows import LAUNCHES, Bench

GROUPS = ("start", "launch", "steps", report.HISTORY, report_browser.GROUP)
_PEERS: dict[str, type[Peer]] = {"dagster": Dagster, "atoll": Atoll}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 where a budget was not met, 2 where something could not be measured."""
    options = _parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    WORK.mkdir(exist_ok=True)
    try:
        with _alone():
            return _measure(options)
    except (GaveUp, OSError, subprocess.CalledProcessError) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; all processes have ended", file=sys.stderr)
        return 130


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py", description="Measure Atoll beside Dagster."
    )
    parser.add_argument(
        "--rows",
        type=_choices(GROUPS),
        default=list(GROUPS),
        metavar=",".join(GROUPS),
        help="what to measure; all by default",
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds; 3 by default")
    parser.add_argument(
        "--peers",
        type=_choices(tuple(_PEERS)),
        default=list(_PEERS),
        metavar=",".join(_PEERS),
        help="whom to measure; both by default",
    )
    parser.add_argument(
        "--reuse-peer",
        action="store_true",
        help="take Dagster's figures from the last time, where machine and versions are the same",
    )
    parser.add_argument("--launches", type=int, default=LAUNCHES, help="per start; 3 by default")
    return parser.parse_args(arguments)


def _choices(known: tuple[str, ...]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        chosen = [name.strip() for name in text.split(",")]
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is not among {', '.join(known)}")
        return [name for name in known if name in chosen]

    return parse


@contextmanager
def _alone() -> Iterator[None]:
    """Two benchmarks at a time would measure each other."""
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GaveUp("another benchmark is running in this folder") from None
        yield


def _measure(options: argparse.Namespace) -> int:
    here, load = machine.describe(), machine.load_average()
    peers = {name: _PEERS[name]() for name in options.peers}
    versions = {peer.name: peer.versions() for peer in peers.values()}
    figures: dict[str, Figures] = {name: {} for name in _PEERS}
    key, reused = "", {}
    if "dagster" in peers:
        key = cache.key(here, versions["Dagster"])
        kept = cache.load(key) if options.reuse_peer else {}
        for group in set(options.rows) & kept.keys():
            merge(figures["dagster"], kept[group].figures, {group})
            reused[group] = kept[group].measured
    todo = {name: set(options.rows) for name in peers}
    if "dagster" in todo:
        todo["dagster"] -= {*reused, report.HISTORY, report_browser.GROUP}
    done: set[str] = set()
    try:
        _rounds(peers, todo, figures, options, done)
    finally:
        if "dagster" in todo:
            cache.store(key, todo["dagster"] & done, figures["dagster"], load)
    setting = report.Setting(
        machine=here,
        load=(load, machine.load_average()),
        versions=versions,
        measured=datetime.datetime.now(datetime.UTC).date().isoformat(),
        reused=reused,
    )
    text = report.document(figures["atoll"], figures["dagster"], setting)
    print(text)
    if len(peers) == len(_PEERS) and len(options.rows) == len(GROUPS):
        RESULTS.write_text(text + "\n")
    else:
        print(f"{RESULTS.name} stays as it is: only a part was measured", file=sys.stderr)
    return 1 if report.missed(figures["atoll"], figures["dagster"]) else 0


def _rounds(
    peers: dict[str, Peer],
    todo: dict[str, set[str]],
    figures: dict[str, Figures],
    options: argparse.Namespace,
    done: set[str],
) -> None:
    """All measurements, by turns; `done` gains the groups of which Dagster's part is complete."""
    benches = {name: Bench(peer) for name, peer in peers.items() if todo[name]}
    for name, bench in benches.items():
        bench.warm_up(todo[name])
    for _ in range(options.repeat):
        for name, bench in benches.items():
            if todo[name] & {"start", "launch"}:
                launches = options.launches if "launch" in todo[name] else 0
                merge(figures[name], bench.start_and_launch(launches), todo[name])
    done |= {"start", "launch"}
    # A hundred steps take Dagster minutes: once is enough for what they are to show.
    for number in range(options.repeat):
        for name, bench in benches.items():
            if "steps" in todo[name] and (name == "atoll" or number == 0):
                merge(figures[name], bench.steps(), todo[name])
            if "steps" in todo[name] and name == "dagster" and number == 0:
                merge(figures[name], bench.steps_in_process(), todo[name])
                done.add("steps")
    if report.HISTORY in todo.get("atoll", ()):
        merge(figures["atoll"], _history(peers["atoll"]), {report.HISTORY})
    if report_browser.GROUP in todo.get("atoll", ()):
        merge(figures["atoll"], _browser(peers["atoll"], options.repeat), {report_browser.GROUP})


def _history(peer: Peer) -> Figures:
    """What a long history costs Atoll: against itself, in its own environment."""
    print(f"{peer.name}: 10 million events", file=sys.stderr, flush=True)
    command = [str(peer.python), "-m", "benchmarks.history", str(WORK / "history")]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: Figures = json.loads(done.stdout)
    return {f"{report.HISTORY}.{name}": values for name, values in found.items()}


def _browser(peer: Peer, repeat: int) -> Figures:
    """What the pages cost: in this interpreter, which has Playwright, on the peer's host."""
    print(f"{peer.name}: pages in a browser", file=sys.stderr, flush=True)
    atoll = peer.python.with_name("atoll")
    found = browser.run(WORK / "browser", atoll, repeat)
    return {f"{report_browser.GROUP}.{name}": values for name, values in found.items()}
