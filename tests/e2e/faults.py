"""Disks that are full, folders without rights, file systems without locks: real ones.

Mounts are made in a mount namespace of the test process's own, so that they go with it. What
this machine does not permit is skipped, with the reason.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from atoll_e2e import Deployment

_CLONE_NEWNS = 0x00020000
_BLOCK = 1 << 16
_NO_LOCKS = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdarg.h>
    static int refuse(const char *name, int fd, int command, void *argument) {
        int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
        if (command == F_SETLK || command == F_SETLKW || command == F_GETLK) {
            errno = ENOLCK;
            return -1;
        }
        return real(fd, command, argument);
    }
    #define TAKEN(name) int name(int fd, int command, ...) { \\
        va_list rest; va_start(rest, command); \\
        void *argument = va_arg(rest, void *); va_end(rest); \\
        return refuse(#name, fd, command, argument); }
    TAKEN(fcntl)
    TAKEN(fcntl64)
"""
"""Stands before the C library's `fcntl`, and answers as NFS without a lock daemon does."""


@cache
def _has_own_mounts() -> str:
    """Why mounts of our own cannot be had; empty: from now on they can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root may mount"
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS) != 0:
        return f"no mount namespace: {os.strerror(ctypes.get_errno())}"
    done = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, check=False)
    return done.stderr.decode() if done.returncode else ""


@contextmanager
def volume(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own at `folder`, of that size."""
    refused = _has_own_mounts()
    if refused:
        pytest.skip(refused)
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={megabytes}m,mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is free on the file system of `folder`, until the end."""
    filler = folder / "filler"
    size = _BLOCK
    with filler.open("wb", buffering=0) as file:
        while size:
            try:
                file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
                size //= 2
    try:
        yield
    finally:
        filler.unlink()


def under(deployment: Deployment, command: str, **environment: str) -> None:
    """Have the deployment's command started by another one, and with more variables."""
    variables = " ".join(f"{name}='{value}'" for name, value in environment.items())
    script = deployment.folder / "atoll-under"
    script.write_text(f'#!/bin/sh\nexec env {variables} {command} {deployment.atoll} "$@"\n')
    script.chmod(0o755)
    deployment.atoll = script


def obey_rights(deployment: Deployment) -> None:
    """Even if we are root."""
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and setpriv is not here to change that")
        under(deployment, "setpriv --bounding-set -dac_override,-dac_read_search")


def without_locks(deployment: Deployment) -> None:
    """No file can be locked."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    source, library = deployment.folder / "nolocks.c", deployment.folder / "nolocks.so"
    source.write_text(textwrap.dedent(_NO_LOCKS))
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    under(deployment, "", LD_PRELOAD=str(library))


def set_rights(folder: Path, mode: int) -> None:
    """Of a folder and all those in it."""
    for path, _, _ in os.walk(folder, topdown=False):
        os.chmod(path, mode)
