"""Which locations a deployment works with: from flags, `workspace.yaml` or `pyproject.toml`.

Ends at a list of names and targets. Must not know what becomes of them: no process is started
and no user code is looked at here. Read `load` next, then `yaml_file`.
"""

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.load import WorkspaceOptions, load_workspace
from atoll_server.adapters.workspace.location import WorkspaceLocation

__all__ = ["WorkspaceError", "WorkspaceLocation", "WorkspaceOptions", "load_workspace"]
