"""Where one asset's value lies: a folder, or a prefix of any fsspec file system."""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any, Callable, List, Optional, Sequence, Union
from urllib.parse import quote

from atoll.errors import StoredValueError

Target = Union[str, io.BytesIO]
"""What a format reads from or writes to: a path, or bytes in memory."""

MANIFEST = "@value.json"


class LocalPlace:
    """A folder. A file is written under a name of its own, then renamed."""

    def __init__(self, path: str):
        self.path = path

    def write(self, name: str, write: Callable[[Target], None]) -> int:
        """Have `write` make the file, not yet under its name; gives its size."""
        os.makedirs(self.path, exist_ok=True)
        temporary = self._temporary(name)
        write(temporary)
        return os.stat(temporary).st_size

    def publish(self, name: str, manifest: bytes) -> None:
        """Give the file its name (none for a value without one), and point to it."""
        if name:
            os.replace(self._temporary(name), os.path.join(self.path, name))
        os.makedirs(self.path, exist_ok=True)
        pointer = os.path.join(self.path, "%s.%s.tmp" % (MANIFEST, os.urandom(4).hex()))
        with open(pointer, "wb") as file:
            file.write(manifest)
        os.replace(pointer, os.path.join(self.path, MANIFEST))

    def discard(self, name: str) -> None:
        """Remove what an attempt that failed has written."""
        self.remove(name)
        try:
            os.unlink(self._temporary(name))
        except OSError:
            pass

    def manifest(self) -> Optional[bytes]:
        """The pointer to the value, or None where there is no value."""
        try:
            with open(os.path.join(self.path, MANIFEST), "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def target(self, name: str) -> Target:
        """What a format reads the file from."""
        return os.path.join(self.path, name)

    def size(self, name: str) -> int:
        """Size of the file in bytes."""
        return os.stat(os.path.join(self.path, name)).st_size

    def remove(self, name: str) -> None:
        """Remove a file that nothing points to any more."""
        try:
            os.unlink(os.path.join(self.path, name))
        except OSError:
            pass

    def describe(self, name: str) -> str:
        """The file's full path."""
        return os.path.abspath(os.path.join(self.path, name))

    def _temporary(self, name: str) -> str:
        return os.path.join(self.path, name + ".tmp")


class RemotePlace:
    """A prefix of an fsspec file system. A file becomes visible whole, when it is closed."""

    def __init__(self, url: str, files: Any, path: str):
        self.url = url
        self.files = files
        self.path = path

    def write(self, name: str, write: Callable[[Target], None]) -> int:
        """Have `write` make the file; gives its size."""
        buffer = io.BytesIO()
        write(buffer)
        data = buffer.getvalue()
        self.files.makedirs(self.path, exist_ok=True)
        self.files.pipe_file(self._at(name), data)
        return len(data)

    def publish(self, name: str, manifest: bytes) -> None:
        """Point to the file."""
        self.files.makedirs(self.path, exist_ok=True)
        self.files.pipe_file(self._at(MANIFEST), manifest)

    def discard(self, name: str) -> None:
        """Remove what an attempt that failed has written."""
        self.remove(name)

    def manifest(self) -> Optional[bytes]:
        """The pointer to the value, or None where there is no value."""
        try:
            found: bytes = self.files.cat_file(self._at(MANIFEST))
        except FileNotFoundError:
            return None
        return found

    def target(self, name: str) -> Target:
        """What a format reads the file from."""
        return io.BytesIO(self.files.cat_file(self._at(name)))

    def size(self, name: str) -> int:
        """Size of the file in bytes."""
        return int(self.files.info(self._at(name))["size"])

    def remove(self, name: str) -> None:
        """Remove a file that nothing points to any more."""
        try:
            self.files.rm_file(self._at(name))
        except Exception:  # a file left behind does no harm
            pass

    def describe(self, name: str) -> str:
        """The file's URL."""
        return "%s/%s" % (self.url.rstrip("/"), name)

    def _at(self, name: str) -> str:
        return "%s/%s" % (self.path.rstrip("/"), name)


Place = Union[LocalPlace, RemotePlace]


def place_of(values_url: str, parts: Sequence[str], partition: Optional[str] = None) -> Place:
    """The place of an asset's value below the deployment's values.

    Raises:
        StoredValueError: `value.no_fsspec`, the URL needs fsspec, which is missing here.
    """
    names = [_folder(part) for part in parts]
    if partition is not None:
        names += ["@partitions", _folder(partition)]
    if values_url.startswith("file://"):
        values_url = values_url[len("file://") :]
    if "://" not in values_url:
        return LocalPlace(os.path.join(values_url or ".", *names))
    url = "/".join([values_url.rstrip("/"), *names])
    try:
        import fsspec
    except ImportError:
        raise StoredValueError(
            "values lie under %s, which needs fsspec" % values_url,
            code="value.no_fsspec",
            hint="install fsspec and its file system for this URL in the location's environment",
        ) from None
    files, path = fsspec.core.url_to_fs(url)
    return RemotePlace(url, files, path)


def _folder(part: str) -> str:
    """A part of a key as the name of a folder; `@` is left to Atoll's own files."""
    name = part if part.isidentifier() and part.isascii() else quote(part, safe=" ")
    if name in (".", ".."):
        name = name.replace(".", "%2E")
    if len(name) > 200:
        name = "%s-%s" % (name[:150], hashlib.sha256(part.encode()).hexdigest()[:16])
    return name


def folders(parts: Sequence[str]) -> List[str]:
    """The names of an asset's folders below the values."""
    return [_folder(part) for part in parts]
