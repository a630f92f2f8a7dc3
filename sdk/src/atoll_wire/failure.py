"""What went wrong, as data: an exception or a death that crossed a process boundary."""

from __future__ import annotations

import signal as signals
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

SHUT_DOWN = "step.shut_down"
"""Code of attempts that ended because a host or server did: the step starts again."""


@dataclass(frozen=True)
class StackFrame:
    """One frame of a traceback."""

    file: str
    line: int
    function: str
    text: str = ""
    """The source line, stripped."""
    is_user: bool = True
    """Whether it is the user's code, neither ours, nor the interpreter's, nor a library's."""


@dataclass(frozen=True)
class ProcessExit:
    """How a process ended; both fields None where nobody could wait for it."""

    code: Optional[int] = None
    signal: Optional[str] = None
    """Name of the signal, such as `SIGSEGV`."""

    @classmethod
    def of_status(cls, status: int) -> ProcessExit:
        """From what `os.waitpid` gives."""
        # As Linux and macOS pack it; `os` has functions for it, but the core may not reach `os`.
        number = status & 0x7F
        if number:
            return cls(signal=_signal_name(number))
        return cls(code=status >> 8 & 0xFF)

    @classmethod
    def of_returncode(cls, returncode: int) -> ProcessExit:
        """From what `subprocess` gives: negative for a signal."""
        if returncode < 0:
            return cls(signal=_signal_name(-returncode))
        return cls(code=returncode)

    def __str__(self) -> str:
        if self.signal is not None:
            return "killed by %s" % self.signal
        return "cause unknown" if self.code is None else "exit status %d" % self.code


def _signal_name(number: int) -> str:
    try:
        return signals.Signals(number).name
    except ValueError:
        return "signal %d" % number


@dataclass(frozen=True)
class Failure:
    """An error, told so that it can be shown far from where it happened."""

    code: str
    """Stable slug, such as `user_code.raised` or `location.exited`."""
    message: str
    error_type: Optional[str] = None
    """Name of the exception's class, where there was an exception."""
    frames: List[StackFrame] = field(default_factory=list)
    """Outermost call first, as Python prints them; `user_frames` are those to show first."""
    cause: Optional[Failure] = None
    exit: Optional[ProcessExit] = None
    stack: Optional[str] = None
    """What faulthandler left of a process that died or hung."""
    stderr: List[str] = field(default_factory=list)
    """The last lines that the process wrote to stderr."""
    hint: Optional[str] = None
    """What to do next, where that is known."""

    @property
    def user_frames(self) -> List[StackFrame]:
        return [frame for frame in self.frames if frame.is_user]


def _counted(frames: List[StackFrame]) -> List[Tuple[StackFrame, int]]:
    """Frames with how often each follows itself, as those of a recursion do."""
    found: List[Tuple[StackFrame, int]] = []
    for frame in frames:
        if found and found[-1][0] == frame:
            found[-1] = (frame, found[-1][1] + 1)
        else:
            found.append((frame, 1))
    return found


def render(failure: Failure) -> str:
    """The failure as lines for a terminal: the user's frames first, then why it came to it."""
    head = (
        "%s: %s" % (failure.error_type, failure.message) if failure.error_type else failure.message
    )
    lines = [head]
    for frame, times in _counted(list(reversed(failure.user_frames or failure.frames))):
        again = ", %d times in a row" % times if times > 1 else ""
        lines.append("  %s:%d, in %s%s" % (frame.file, frame.line, frame.function, again))
        if frame.text:
            lines.append("    %s" % frame.text)
    if failure.exit is not None:
        lines.append("  process: %s" % failure.exit)
    if failure.stack:
        lines.extend("  " + line for line in failure.stack.splitlines())
    if failure.stderr:
        lines.append("  last lines of stderr:")
        lines.extend("    " + line for line in failure.stderr)
    if failure.hint:
        lines.append("  hint: %s" % failure.hint)
    if failure.cause is not None:
        lines.append("caused by " + render(failure.cause))
    return "\n".join(lines)
