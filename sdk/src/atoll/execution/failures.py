"""An exception as data: whatever it is, even one that cannot be printed."""

from __future__ import annotations

import dataclasses
import linecache
import os
import sys
from typing import Any, List, Optional, Set

from atoll.errors import AtollError, ExecutionInterrupted
from atoll_wire.failure import Failure, StackFrame

MAX_FRAMES = 64
MAX_MESSAGE_CHARS = 20_000

_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_OURS = tuple(
    os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), name)
    + os.sep
    for name in ("atoll", "atoll_wire", "atoll_supervisor")
)
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)


def is_user_file(file: str) -> bool:
    """Whether a source file is the user's: not ours, not Python's, not an installed library's."""
    if file.startswith("<frozen"):
        return False
    if file.startswith(_OURS) or file.startswith(_STDLIB):
        return False
    return not any(part in file for part in _INSTALLED)


def failure_of(error: BaseException, code: str, hint: Optional[str] = None) -> Failure:
    """What went wrong, as data; never raises."""
    return _failure(error, code, hint, set(), 0)


def placed(failure: Failure, source: Any, name: str) -> Failure:
    """`failure`, beginning at the definition that it is about where no frame is the user's."""
    if source is None or any(frame.is_user for frame in failure.frames):
        return failure
    text = linecache.getline(source[0], source[1]).strip()
    first = StackFrame(source[0], source[1], name, text[:500], True)
    return dataclasses.replace(failure, frames=[first, *failure.frames])


def _failure(
    error: BaseException, code: str, hint: Optional[str], seen: Set[int], depth: int
) -> Failure:
    seen.add(id(error))
    cause = _cause(error)
    told = None
    if cause is not None and id(cause) not in seen and depth < 10:
        told = _failure(cause, code_of(cause), None, seen, depth + 1)
    return Failure(
        code=code,
        message=message_of(error),
        error_type=type_name_of(error),
        frames=frames_of(error),
        cause=told,
        hint=hint or _hint(error),
    )


def code_of(error: BaseException) -> str:
    """The error's own code if it is one of ours, else that of a user's exception."""
    code = getattr(error, "code", None)
    ours = type(error).__module__.partition(".")[0] == "atoll"
    return code if ours and isinstance(code, str) else "user_code.raised"


def failure_code(error: BaseException) -> str:
    """The code of a step's failure by this error."""
    if isinstance(error, ExecutionInterrupted):
        return "step.interrupted"
    return code_of(error) if isinstance(error, AtollError) else "user_code.raised"


def message_of(error: BaseException) -> str:
    """`str(error)`, even where that raises; with what an exception group holds."""
    try:
        own = getattr(error, "message", None) if type(error).__module__ == "atoll.errors" else None
        text = own if isinstance(own, str) else str(error)
    except BaseException as problem:
        text = "<the exception's text could not be read: %s>" % type(problem).__name__
    for number, inner in enumerate(_group(error)[:20], 1):
        text += "\n  %d. %s: %s" % (number, type_name_of(inner), message_of(inner))
    if len(text) > MAX_MESSAGE_CHARS:
        text = text[:MAX_MESSAGE_CHARS] + "... (%d characters more)" % (
            len(text) - MAX_MESSAGE_CHARS
        )
    return text.encode("utf-8", "backslashreplace").decode()


def type_name_of(error: BaseException) -> str:
    """The name of the exception's class; with its module where it is a library's or the user's."""
    cls = type(error)
    if cls.__module__ in ("builtins", "__main__", None):
        return cls.__qualname__
    if (cls.__module__ or "").startswith("atoll.definitions."):  # as it is imported: atoll.Failure
        return "atoll.%s" % cls.__qualname__
    return "%s.%s" % (cls.__module__, cls.__qualname__)


def frames_of(error: BaseException) -> List[StackFrame]:
    """The traceback, outermost call first, from the user's first frame on."""
    found = []
    entry: Any = error.__traceback__
    while entry is not None:
        found.append((entry.tb_frame.f_code, entry.tb_lineno))
        entry = entry.tb_next
    if len(found) > MAX_FRAMES:
        found = found[: MAX_FRAMES // 4] + found[-(MAX_FRAMES - MAX_FRAMES // 4) :]
    frames: List[StackFrame] = []
    for code, line in found:
        text = linecache.getline(code.co_filename, line or 0).strip()
        is_user = is_user_file(code.co_filename)
        if is_user or frames or not _is_ours(code.co_filename):
            frames.append(
                StackFrame(code.co_filename, line or 0, code.co_name, text[:500], is_user)
            )
    if isinstance(error, SyntaxError) and error.filename:
        text = (error.text or "").strip()[:500]
        is_user = is_user_file(error.filename)
        frames.append(StackFrame(error.filename, error.lineno or 0, "<module>", text, is_user))
    return frames


def _is_ours(file: str) -> bool:
    return file.startswith(_OURS)


def _cause(error: BaseException) -> Optional[BaseException]:
    if error.__cause__ is not None:
        return error.__cause__
    inner = _group(error)
    if inner:
        return inner[0]
    return None if error.__suppress_context__ else error.__context__


def _group(error: BaseException) -> List[BaseException]:
    """What an exception group holds; nothing for any other exception."""
    if sys.version_info < (3, 11) and type(error).__module__.partition(".")[0] != "exceptiongroup":
        return []
    held = getattr(error, "exceptions", None)
    if not isinstance(held, tuple):
        return []
    return [inner for inner in held if isinstance(inner, BaseException)]


def _hint(error: BaseException) -> Optional[str]:
    hint = getattr(error, "hint", None)
    return hint if isinstance(hint, str) and type(error).__module__ == "atoll.errors" else None
