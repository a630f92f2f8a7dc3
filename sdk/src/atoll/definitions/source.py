"""Where in the user's files a definition was written."""

from __future__ import annotations

import os
import sys
from typing import Any, Optional, Tuple

Source = Optional[Tuple[str, int]]

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def caller_source() -> Source:
    """File and line of the nearest calling frame that is not Atoll's own."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_OURS):
            return file, frame.f_lineno
        frame = frame.f_back
    return None


def caller_frame() -> Any:
    """The nearest calling frame that is not Atoll's own, or None."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return frame
