"""Finding out which control groups may be made, in a folder that looks like the kernel's."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll_supervisor import cgroups


class Kernel:
    """A cgroup file system as far as reading goes, and a process in the group `/unit`."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.root = folder / "proc", folder / "cgroup"
        self.unit = self.root / "unit"
        self.proc.mkdir()
        (self.unit / "atoll").mkdir(parents=True)
        (self.proc / "mounts").write_text(f"cgroup2 {self.root} cgroup2 rw 0 0\n")
        (self.proc / "cgroup").write_text("4:memory:/elsewhere\n0::/unit\n")
        (self.unit / "atoll" / "cgroup.procs").touch()

    def offer(self, *controllers: str) -> None:
        (self.unit / "cgroup.controllers").write_text(" ".join(controllers))
        (self.unit / "cgroup.subtree_control").touch()


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path)


def test_without_cgroup_v2_there_are_resource_limits(kernel: Kernel) -> None:
    (kernel.proc / "mounts").write_text("cgroup /sys/fs/cgroup/memory cgroup rw 0 0\n")
    found = cgroups.look(str(kernel.proc))
    assert found.folder == ""
    assert str(found) == (
        "resource limits of each process (no cgroups: there is no cgroup v2 file system)"
    )


def test_what_is_not_offered_is_held_by_resource_limits(kernel: Kernel) -> None:
    kernel.offer("hugetlb")
    found = cgroups.look(str(kernel.proc))
    assert (found.folder, found.controllers) == (str(kernel.unit / "atoll"), ())
    assert "resource limits; cgroups only to end what a step leaves" in str(found)


def test_controllers_that_are_offered_are_asked_for(kernel: Kernel) -> None:
    kernel.offer("cpu", "memory", "io")
    found = cgroups.look(str(kernel.proc))
    assert (kernel.unit / "cgroup.subtree_control").read_text() == "+cpu"  # the last of both
    assert found.why == f"memory and cpu: not delegated to {kernel.unit}"  # nobody answered


def test_what_cgroups_hold_is_told() -> None:
    assert str(cgroups.Permitted("/x", ("memory", "cpu"), "")) == "cgroups (memory and cpu)"
    half = cgroups.Permitted("/x", ("memory",), "cpu: not delegated to /y")
    assert str(half) == "cgroups (memory); cpu: not delegated to /y"


def test_groups_of_attempts_that_are_over_are_dropped(kernel: Kernel) -> None:
    kernel.offer()
    over = kernel.unit / "atoll" / "0123"
    over.mkdir()
    cgroups.look(str(kernel.proc))
    assert not over.exists()


@pytest.mark.parametrize(
    ("events", "is_so"),
    [
        ("low 0\nhigh 0\nmax 9\noom 1\noom_kill 3\n", True),
        ("max 9\noom 0\noom_kill 3\n", False),
        ("max 9\noom 1\noom_kill 0\n", False),
        ("", False),
    ],
    ids=["its own limit", "the machine's", "nobody was killed", "unknown"],
)
def test_only_its_own_limit_makes_a_group_run_out_of_memory(
    tmp_path: Path, events: str, is_so: bool
) -> None:
    (tmp_path / "memory.events").write_text(events)
    assert cgroups.has_run_out_of_memory(str(tmp_path)) is is_so
