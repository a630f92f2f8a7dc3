"""The built UI: its files by name, and its page with an address and a nonce filled in.

The build puts `index.html` at the top of the folder, and files that are named by their content
below `static/`. What is served is looked up in a list: no path is ever made of a request.
Nothing is read before it is asked for.
"""

from __future__ import annotations

import gzip
import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
PAGE = "index.html"
HASHED = "static/"
"""What the names of files begin with whose content never changes."""
_BASE = b'<base href="/" />'
_NONCE = b'<meta name="csp-nonce" content="" />'
_LEVEL = 6
_TEXTS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_OTHERS = {
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".wasm": "application/wasm",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class UiFile:
    """One file; read, and compressed, when it is first asked for."""

    name: str
    """Its path below the folder."""
    path: Path

    @property
    def media_type(self) -> str:
        """What it is; a browser does not guess."""
        suffix = self.path.suffix
        return _TEXTS.get(suffix) or _OTHERS.get(suffix, "application/octet-stream")

    @property
    def is_text(self) -> bool:
        """Whether compressing it makes it smaller."""
        return self.path.suffix in _TEXTS

    @property
    def is_hashed(self) -> bool:
        """Whether its name says what is in it, so that it may be kept for ever."""
        return self.name.startswith(HASHED)

    @cached_property
    def content(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()

    @cached_property
    def compressed(self) -> bytes:
        """Its bytes by gzip."""
        return gzip.compress(self.content, _LEVEL, mtime=0)


class BuiltUi:
    """The UI in a folder; another build is noticed by its page."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._page = folder / PAGE
        self._folder = folder
        self._built_at: int | None = None
        self._files: Mapping[str, UiFile] = {}

    def file(self, name: str) -> UiFile | None:
        """The file of that name, if the build has made one."""
        return self._look().get(name)

    def page(self, base: str, nonce: str) -> bytes | None:
        """The page that every address shows; None: nothing is built.

        Args:
            base: path below which everything lies, with a slash at its end.
            nonce: what the page's own style sheets are allowed by.
        """
        page = self._look().get(PAGE)
        if page is None:
            return None
        written = b'<base href="%s" />' % html.escape(base).encode()
        allowed = b'<meta name="csp-nonce" content="%s" />' % nonce.encode()
        return page.content.replace(_BASE, written, 1).replace(_NONCE, allowed, 1)

    def _look(self) -> Mapping[str, UiFile]:
        try:
            built_at = self._page.stat().st_mtime_ns
        except OSError:
            built_at = None
        if built_at != self._built_at:
            found = self._folder.rglob("*") if built_at is not None else ()
            names = {str(p.relative_to(self._folder).as_posix()): p for p in found if p.is_file()}
            self._files = {name: UiFile(name, path) for name, path in names.items()}
            self._built_at = built_at
        return self._files
