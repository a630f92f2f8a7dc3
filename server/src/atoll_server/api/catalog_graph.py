"""The whole catalog as it is sent: encoded once, and kept until it changes."""

from __future__ import annotations

import asyncio
import hashlib
from typing import NamedTuple

import msgspec

from atoll_server.api.catalog import CatalogView, listed_jobs
from atoll_server.api.compression import compressed
from atoll_server.api.schemas.assets import CatalogAsset, CatalogGraph

_VERSION_DIGITS = 16


class EncodedGraph(NamedTuple):
    """A `CatalogGraph` as JSON."""

    version: str
    """Equal for equal catalogs, whichever process tells."""
    plain: bytes
    compressed: bytes


class GraphCache:
    """Keeps the encoded graph of the latest view."""

    def __init__(self) -> None:
        self._view: CatalogView | None = None
        self._encoded = EncodedGraph("", b"", b"")
        self._encoding = asyncio.Lock()

    async def encoded(self, view: CatalogView) -> EncodedGraph:
        """The graph of a view; made off the loop, and for all that ask meanwhile."""
        if view is not self._view:
            async with self._encoding:
                if view is not self._view:
                    self._encoded = await asyncio.to_thread(_encode, view)
                    self._view = view
        return self._encoded


def _encode(view: CatalogView) -> EncodedGraph:
    graph = CatalogGraph(
        version="",
        is_complete=view.is_complete,
        assets=[
            CatalogAsset(
                key=asset.key,
                location=asset.location,
                group=asset.group,
                deps=asset.deps,
                kinds=asset.kinds,
                owners=asset.owners,
                tags=asset.tags,
                is_external=asset.step is None,
            )
            for asset in view.assets.values()
        ],
        jobs=listed_jobs(view),
    )
    graph.version = hashlib.sha256(msgspec.json.encode(graph)).hexdigest()[:_VERSION_DIGITS]
    plain = msgspec.json.encode(graph)
    return EncodedGraph(graph.version, plain, compressed(plain))
