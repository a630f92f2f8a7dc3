"""Writes what is generated from the source: `make gen`. Tests hold the files to it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import protocol_schema
import public_types
import workspace_schema
from atoll_server.api import openapi

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, bytes]:
    """Every generated file with its content."""
    return {
        ROOT / "sdk" / "src" / "atoll" / "__init__.pyi": public_types.document(),
        ROOT / "schema" / "openapi.json": openapi.document(),
        ROOT / "schema" / "location-protocol.json": protocol_schema.document(),
        ROOT / "schema" / "workspace.schema.json": workspace_schema.document(),
    }


def main() -> None:
    """Write those that have changed."""
    for path, content in generated().items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
