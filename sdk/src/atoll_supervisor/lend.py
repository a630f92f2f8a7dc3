"""A copy of the SDK for interpreters that have none.

A location's environment need not contain `atoll`: its process is told of a folder that holds
the two packages it needs and nothing else, so that the host's own packages stay out of sight.
The folder comes last on `sys.path`: an installed SDK wins.
"""

from __future__ import annotations

import importlib.util
import os
import shutil

BOOTSTRAP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap.py")
TOO_OLD_EXIT = 78
"""Exit status of an interpreter that is too old for a location (EX_CONFIG)."""

_PACKAGES = ("atoll", "atoll_wire")


def lent_folder(state_dir: str) -> str:
    """The folder to lend, made if it is missing or points elsewhere."""
    folder = os.path.join(state_dir, "lent")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            continue
        source = os.path.abspath(next(iter(spec.submodule_search_locations)))
        link = os.path.join(folder, package)
        if os.path.isdir(link) and not os.path.islink(link):
            shutil.rmtree(link)  # a copy of the folder that followed our links
        if not os.path.islink(link) or os.readlink(link) != source:
            temporary = "%s.%d" % (link, os.getpid())
            os.symlink(source, temporary)
            os.rename(temporary, link)
    return folder
