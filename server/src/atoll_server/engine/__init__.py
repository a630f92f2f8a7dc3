"""Drives the machines of `core`: commands in, decisions stored, then carried out."""

from atoll_server.engine.engine import Engine
from atoll_server.engine.settings import EngineSettings

__all__ = ["Engine", "EngineSettings"]
