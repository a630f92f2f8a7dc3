"""Why a location did not load, with a hint that says what to do about it."""

from __future__ import annotations

import dataclasses
import difflib
import os
import sys
from typing import List, Optional

from atoll.errors import DefinitionError
from atoll.execution.failures import code_of, failure_of, placed
from atoll_wire.failure import Failure
from atoll_wire.messages import Target

_MOST_FOLDERS = 200


def load_failure(error: BaseException, target: Target) -> Failure:
    """What went wrong while `target` was loaded, as data."""
    if isinstance(error, SystemExit):
        failure = failure_of(
            error,
            "location.exited",
            hint="remove the call, or guard it with `if __name__ == '__main__':`",
        )
        called = "the code called sys.exit(%s) while it was loaded" % (error.code,)
        return dataclasses.replace(failure, message=called)
    if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str):
        return _missing(error, error.name, target)
    failure = failure_of(error, code_of(error))
    if isinstance(error, ImportError) and "relative import" in str(error) and target.kind == "file":
        return dataclasses.replace(failure, hint=_as_module(target.name))
    if isinstance(error, DefinitionError) and error.file is not None:
        failure = placed(failure, (error.file, error.line), "<module>")
    return failure


def _as_module(path: str) -> str:
    """How to name a file whose relative imports need a package."""
    folder, name = os.path.split(os.path.splitext(os.path.abspath(path))[0])
    folder, package = os.path.split(folder)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, outer = os.path.split(folder)
        package = "%s.%s" % (outer, package)
    start = "" if os.path.samefile(folder, os.getcwd()) else "; " + _start_there(folder)
    return "a file is loaded by itself and has no package: name the module with %s%s" % (
        "`python_module: %s.%s` (-m %s.%s)" % (package, name, package, name),
        start,
    )


def _missing(error: ModuleNotFoundError, name: str, target: Target) -> Failure:
    failure = failure_of(error, "location.missing_package")
    is_target = target.kind != "file" and (target.name + ".").startswith(name + ".")
    if is_target and not any(frame.is_user for frame in failure.frames):
        return dataclasses.replace(
            failure,
            code="location.no_module",
            message="there is no module %r" % name,
            frames=[],
            hint=_where_it_may_be(name, target),
        )
    if name.partition(".")[0] == "dagster":
        hint = "leave out `compat: off`: Atoll then serves `import dagster`"
    else:
        folder = _folder_with(name)
        hint = "install %s into %s, or point `executable_path` to an interpreter that has it" % (
            name,
            sys.prefix,
        )
        if folder is not None:
            hint = "the folder %s has it: %s" % (folder, _start_there(folder))
    return dataclasses.replace(failure, hint=hint)


def _where_it_may_be(name: str, target: Target) -> str:
    """Where the target's module was looked for, and what is near."""
    parent, _, last = name.rpartition(".")
    package = sys.modules.get(parent)
    if package is not None:
        file = getattr(package, "__file__", None) or parent
        path = getattr(package, "__path__", None)
        if path is None:
            return "%s is a module, not a package: nothing lies below it" % file
        known = [known for folder in path for known in _modules_in(folder)]
        return "%s was found (%s)%s" % (parent, file, _near(last, known, parent + "."))
    folder = _folder_with(name)
    if folder is not None:
        return "the folder %s has it: %s" % (folder, _start_there(folder))
    looked = "looked in %s and among the packages of %s" % (os.getcwd(), sys.prefix)
    return "%s%s; the folder that holds it is named with `working_directory` (-d)" % (
        looked,
        _near(name, _modules_in(os.getcwd()), ""),
    )


def _near(name: str, known: List[str], prefix: str) -> str:
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return "; did you mean `%s%s`?" % (prefix, close[0])
    return "; it has %s" % ", ".join(sorted(known)[:5]) if prefix and known else ""


def _modules_in(folder: str) -> List[str]:
    """Names of the modules and packages that lie in a folder."""
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return []
    files = [name[:-3] for name in entries if name.endswith(".py") and name != "__init__.py"]
    packages = [e for e in entries if os.path.isfile(os.path.join(folder, e, "__init__.py"))]
    return files + packages


def _folder_with(name: str) -> Optional[str]:
    """A folder right below the working directory in which a module of that name lies."""
    top = name.partition(".")[0]
    try:
        folders = sorted(entry.name for entry in os.scandir(".") if entry.is_dir())
    except OSError:
        return None
    folders = [folder for folder in folders if not folder.startswith((".", "_"))]
    for folder in sorted(folders[:_MOST_FOLDERS], key=lambda each: each != "src"):
        if not os.path.isfile(os.path.join(folder, "__init__.py")) and top in _modules_in(folder):
            return folder
    return None


def _start_there(folder: str) -> str:
    return "set `working_directory: %s` (-d %s)" % (os.path.abspath(folder), folder)
