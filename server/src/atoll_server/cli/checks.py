"""What `atoll doctor` looks at: this machine, the deployment's folder, the workspace.

Each check is a function of the settings; it leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from atoll_server.settings import DEFAULT, Settings

OK, WARNING, PROBLEM = "ok", "warning", "problem"
_MIB = 1 << 20
_FEW_BYTES, _SOME_BYTES = 200 * _MIB, 2048 * _MIB
_FEW_FILES, _SOME_FILES = 256, 1024
_LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
_SOCKET_NAME = 32
_DEADLINE_S = 20.0
_NETWORKED = ("nfs", "cifs", "smb", "9p", "fuse", "ceph", "gluster", "lustre", "afs")
_OLDEST_LOCATION = (3, 8)


class Check(NamedTuple):
    """What one check has found."""

    about: str
    status: str
    message: str
    hint: str = ""


def python(settings: Settings) -> Iterator[Check]:
    """The interpreter that runs the host."""
    version = ".".join(map(str, sys.version_info[:3]))
    status = OK if sys.version_info >= (3, 11) else PROBLEM
    yield Check("python", status, f"{version}, {sys.executable}", "The host needs 3.11 or newer.")


def platform(settings: Settings) -> Iterator[Check]:
    """The operating system."""
    if sys.platform == "linux":
        yield Check("platform", OK, "Linux: workers are forked where a trial at load has passed")
    elif sys.platform == "darwin":
        note = "Each step costs the start of an interpreter; worker: pool shares one among several."
        yield Check("platform", WARNING, "macOS, not tested: workers are spawned, not forked", note)
    else:
        hint = "Use Linux, or WSL on Windows."
        yield Check("platform", PROBLEM, f"{sys.platform} does not work", hint)


def home(settings: Settings) -> Iterator[Check]:
    """The deployment's folder: whether it takes files, links and locks."""
    there = settings.home.is_dir()
    told = str(settings.home) if there else f"{settings.home} (not made yet)"
    try:
        with _scratch(settings.home) as folder:
            yield Check("home", OK, told)
            yield _file_system(folder)
            yield _links(folder)
            yield _locks(folder)
    except OSError as error:
        hint = "Make it writable, or choose another ATOLL_HOME."
        yield Check("home", PROBLEM, f"{told} cannot be written: {error.strerror}", hint)


def database(settings: Settings) -> Iterator[Check]:
    """The database, as far as a quick look tells."""
    from atoll_server.adapters.event_log.probe import probe
    from atoll_server.ports.event_log import StorageError

    try:
        found = probe(str(settings.home))
    except StorageError as error:
        yield Check("database", PROBLEM, str(error), error.hint)
    else:
        yield Check("database", OK, found or "none yet; the first start makes it")


def engine(settings: Settings) -> Iterator[Check]:
    """Who runs the deployment."""
    from atoll_server.adapters.event_log.home_lock import running_engine

    found = running_engine(str(settings.home))
    if found is not None and found.pid == 0:
        hint = "Run atoll where it runs, such as in the same container."
        yield Check("engine", WARNING, "one runs that cannot be seen from here", hint)
    else:
        yield Check("engine", OK, "none runs" if found is None else f"runs, pid {found.pid}")


def disk(settings: Settings) -> Iterator[Check]:
    """Room for events, output and values."""
    places = [settings.home]
    if "://" not in settings.values_url:
        places.append(Path(settings.values_url))
    by_device = {(found := _nearest(place)).stat().st_dev: found for place in reversed(places)}
    for place in by_device.values():
        free = shutil.disk_usage(place).free
        status = PROBLEM if free < _FEW_BYTES else WARNING if free < _SOME_BYTES else OK
        hint = "Free some space; atoll db prune erases old runs."
        yield Check("disk", status, f"{free // _MIB} MiB free in {place}", hint)


def open_files(settings: Settings) -> Iterator[Check]:
    """How many files a process may have open."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        yield Check("open files", OK, "no limit")
        return
    status = PROBLEM if most < _FEW_FILES else WARNING if most < _SOME_FILES else OK
    yield Check("open files", status, f"at most {most}", "Raise it with: ulimit -n 4096")


def step_limits(settings: Settings) -> Iterator[Check]:
    """What holds steps to their limits, in the group of processes that this command runs in."""
    from atoll_supervisor import cgroups

    yield Check("step limits", OK, f"held by {cgroups.permitted()}")


def sockets(settings: Settings) -> Iterator[Check]:
    """Unix sockets have short paths."""
    room = _LONGEST_SOCKET_PATH - len(os.fsencode(settings.home))
    status = OK if room > _SOCKET_NAME else WARNING
    hint = f"A Unix socket's path holds {_LONGEST_SOCKET_PATH} bytes: put sockets elsewhere."
    yield Check("sockets", status, f"{max(room, 0)} bytes left for a socket's name in home", hint)


def port(settings: Settings) -> Iterator[Check]:
    """The web's port: free, or taken by this deployment's own host."""
    from atoll_server.api.listener import bind
    from atoll_server.cli.client import running_host

    where = f"{settings.host}:{settings.port}"
    running = running_host(settings.host_file)
    if running is not None:
        yield Check("port", OK, f"this deployment is served at {running.url}")
        return
    try:
        bind(settings.host, settings.port).close()
    except (OSError, socket.gaierror) as error:
        is_chosen = settings.origins.get("port", DEFAULT) != DEFAULT
        status = PROBLEM if is_chosen else WARNING
        hint = "Choose another with ATOLL_PORT." if is_chosen else "atoll dev takes a free one."
        yield Check("port", status, f"{where} cannot be had: {error.strerror}", hint)
    else:
        yield Check("port", OK, f"{where} is free")


def workspace(settings: Settings) -> Iterator[Check]:
    """The workspace of the current folder, and the interpreters that it names."""
    from atoll_server.adapters.workspace.errors import WorkspaceError
    from atoll_server.adapters.workspace.load import WorkspaceOptions, load_workspace
    from atoll_wire.messages import Target

    try:
        locations = load_workspace(WorkspaceOptions())
    except WorkspaceError as error:
        status = PROBLEM if error.file else WARNING  # without a file, there is just no workspace
        hint = "A small project that runs: atoll init NAME" if status == WARNING else ""
        yield Check("workspace", status, str(error), hint)
        return
    names = ", ".join(one.name for one in locations)
    yield Check("workspace", OK, f"{len(locations)} locations: {names}")
    users: dict[str, list[str]] = {}
    for one in locations:
        if isinstance(one.target, Target) and one.target.executable:
            users.setdefault(one.target.executable, []).append(one.name)
    for executable, names_of_users in users.items():
        yield _interpreter(executable, ", ".join(names_of_users))


ALL: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    python,
    platform,
    home,
    database,
    engine,
    disk,
    open_files,
    step_limits,
    sockets,
    port,
    workspace,
)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder on the file system of `folder`, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix=".doctor-", dir=_nearest(folder)) as path:
        yield Path(path)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _file_system(folder: Path) -> Check:
    """Locks and shared memory work by design on local file systems only."""
    kind = _kind_of_file_system(folder)
    hint = "Put ATOLL_HOME on a local file system; values may lie elsewhere (ATOLL_VALUES_URL)."
    if kind.startswith(_NETWORKED):
        return Check("file system", WARNING, f"{kind}, which several machines may share", hint)
    return Check("file system", OK, kind or "its kind is not known here")


def _kind_of_file_system(folder: Path) -> str:
    """As Linux names it; of mounts one above the other, the last one counts."""
    found, place = "", os.path.realpath(folder)
    try:
        lines = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    longest = -1
    for line in lines:
        _, mounted, kind, *_ = line.split(" ")
        mounted = mounted.replace("\\040", " ").rstrip("/")
        if (place == mounted or place.startswith(f"{mounted}/")) and len(mounted) >= longest:
            found, longest = kind, len(mounted)
    return found


def _links(folder: Path) -> Check:
    """A journal gets its name by `link()`, which must fail where the name is taken."""
    (folder / "a").touch()
    (folder / "b").touch()
    hint = "Put ATOLL_HOME on a local file system."
    try:
        os.link(folder / "a", folder / "name")
    except OSError as error:
        return Check("hard links", PROBLEM, f"link() does not work: {error.strerror}", hint)
    try:
        os.link(folder / "b", folder / "name")
    except FileExistsError:
        return Check("hard links", OK, "link() works")
    return Check("hard links", PROBLEM, "link() replaces a file that is there", hint)


def _locks(folder: Path) -> Check:
    """A lock that this process holds must keep another one out."""
    path = folder / "lock"
    other = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'w')\n"
        "try:\n    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except OSError:\n    print('refused')\n"
    )
    hint = "Put ATOLL_HOME on a local file system; network file systems often have no locks."
    with path.open("w") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return Check("locks", PROBLEM, f"files cannot be locked: {error.strerror}", hint)
        told = _run([sys.executable, "-I", "-S", "-c", other, str(path)])
    if told.strip() == "refused":
        return Check("locks", OK, "record locks keep other processes out")
    return Check("locks", PROBLEM, "two processes can hold the same lock", hint)


def _interpreter(executable: str, users: str) -> Check:
    about = f"interpreter of {users}"
    hint = "Correct executable_path in the workspace."
    if not os.path.exists(executable):
        return Check(about, PROBLEM, f"there is no {executable}", hint)
    told = _run([executable, "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"])
    try:
        major, minor = map(int, told.split())
    except ValueError:
        return Check(about, PROBLEM, f"{executable} does not run as Python does", hint)
    version = f"Python {major}.{minor}, {executable}"
    if (major, minor) < _OLDEST_LOCATION:
        return Check(about, PROBLEM, version, f"Locations need 3.8 or newer. {hint}")
    return Check(about, OK, version)


def _run(command: list[str]) -> str:
    """What a command prints; nothing if it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_DEADLINE_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
