"""Whether a fork of this process can be trusted to work.

A thread pool that was only loaded survives a fork; one that was used leaves a child that waits
for threads it does not have. So a forked child uses each threaded library that is loaded, and
reports; a child that hangs or dies proves the opposite.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Callable, Dict, List, Optional, Tuple

from atoll_wire.messages import Probed

TIME_LIMIT_S = 5.0


def verdict_without_fork() -> Optional[Probed]:
    """The verdict where no trial is needed; None where only a trial can tell."""
    if not sys.platform.startswith("linux"):
        return Probed(False, "forks are used on Linux only")
    others = [t.name for t in threading.enumerate() if t is not threading.current_thread()]
    if others:
        return Probed(False, "threads run in the location's process: %s" % ", ".join(others))
    return None


class Trial:
    """A forked child that uses every threaded library; `fd` becomes readable as it reports."""

    def __init__(self) -> None:
        self.libraries = [name for name, _ in _exercises()]
        self.fd, writing = os.pipe()
        self._report = b""
        self.pid = os.fork()
        if self.pid == 0:
            _use_libraries(writing)
        os.close(writing)

    def verdict(self, status: Optional[int]) -> Probed:
        """What the child's end proves; `status` is None when its time was up."""
        while True:
            piece = os.read(self.fd, 4096)
            if not piece:
                break
            self._report += piece
        os.close(self.fd)
        last = self._report.decode().split("\n")[-1] or "nothing"
        if status is None:
            return Probed(False, "a forked child hung while it used %s" % last)
        if status != 0:
            return Probed(False, "a forked child failed while it used %s" % last)
        if not self.libraries:
            return Probed(True, "no threaded library is loaded")
        return Probed(True, "a forked child has used %s" % ", ".join(self.libraries))


def _use_libraries(report_fd: int) -> None:
    status = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        for name, use in _exercises():
            os.write(report_fd, ("\n" + name).encode())
            use()
        status = 0
    finally:
        os._exit(status)


def _exercises() -> List[Tuple[str, Callable[[], object]]]:
    """The loaded libraries that have threads, and a call of each that makes it use them."""
    found: List[Tuple[str, Callable[[], object]]] = []
    for path in _openmp_libraries():
        found.append(("OpenMP", lambda path=path: _use_openmp(path)))  # type: ignore[misc]
    found.extend((name, use) for name, use in _BY_MODULE.items() if name in sys.modules)
    return found


def _openmp_libraries() -> List[str]:
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split(None, 5)[5].strip() for line in maps if "libgomp" in line}
    except (OSError, IndexError):
        return []
    return sorted(paths)


def _use_openmp(path: str) -> None:
    """A parallel region of two threads, each of which does nothing (`free(NULL)`)."""
    import ctypes  # here, because few locations need it

    nothing = ctypes.cast(ctypes.CDLL(None).free, ctypes.c_void_p)
    ctypes.CDLL(path).GOMP_parallel(nothing, None, 2, 0)


def _use_numpy() -> None:
    numpy = sys.modules["numpy"]
    square = numpy.ones((256, 256))
    square @ square


def _use_polars() -> None:
    polars = sys.modules["polars"]
    frame = polars.DataFrame({"a": [1, 2, 2], "b": [1, 2, 3]})
    frame.lazy().group_by("a").agg(polars.col("b").sum()).collect()


def _use_pyarrow() -> None:
    pyarrow = sys.modules["pyarrow"]
    chunks = pyarrow.chunked_array([[1, 2], [3]])
    pyarrow.table({"a": chunks, "b": chunks}).sort_by("a")


def _use_torch() -> None:
    torch = sys.modules["torch"]
    square = torch.ones(512, 512)
    (square @ square).sum().item()


def _use_duckdb() -> None:
    sys.modules["duckdb"].connect().execute("select sum(i) from range(300000) t(i)").fetchall()


def _use_grpc() -> None:
    sys.modules["grpc"].insecure_channel("127.0.0.1:1").close()


_BY_MODULE: Dict[str, Callable[[], object]] = {
    "numpy": _use_numpy,
    "polars": _use_polars,
    "pyarrow": _use_pyarrow,
    "torch": _use_torch,
    "duckdb": _use_duckdb,
    "grpc": _use_grpc,
}
