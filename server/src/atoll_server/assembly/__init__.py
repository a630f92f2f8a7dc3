"""The one place where adapters meet the ports they serve.

`host` has an engine, with a web (`atoll dev`) or without one (`atoll daemon run`); `webserver` a
web without an engine. Slow imports (the web, the engine) happen when they are needed, so that
commands can decide what a process does first.
"""

from atoll_server.assembly.host import Host
from atoll_server.assembly.storage import housekeeping, storage, upgrade_storage
from atoll_server.assembly.webserver import Webserver

__all__ = ["Host", "Webserver", "housekeeping", "storage", "upgrade_storage"]
