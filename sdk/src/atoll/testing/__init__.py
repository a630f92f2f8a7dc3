"""What tests of user code need: contexts made by hand, and runs in the test's own process."""

from __future__ import annotations

from atoll.execution.built_contexts import build_asset_context
from atoll.execution.materialize import materialize, materialize_to_memory
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.sink import RecordingSink
from atoll.io.built_contexts import build_input_context, build_output_context

__all__ = [
    "ExecuteInProcessResult",
    "RecordingSink",
    "build_asset_context",
    "build_input_context",
    "build_output_context",
    "materialize",
    "materialize_to_memory",
]
