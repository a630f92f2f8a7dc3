"""The real Dagster: `dagster dev`, asked over GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import environments
from benchmarks.measure import GaveUp
from benchmarks.peers.base import Peer, Session
from benchmarks.places import HERE, WORK

_LOCATIONS = """
query { workspaceOrError { __typename ... on Workspace { locationEntries {
  name loadStatus locationOrLoadError { __typename ... on PythonError { message } } } } } }
"""
_LAUNCH = """
mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }
"""
_STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_STATS = """
query ($id: ID!) { runOrError(runId: $id) { ... on Run {
  stats { ... on RunStatsSnapshot { stepsSucceeded } } } } }
"""
_CONCURRENT = {"execution": {"config": {"multiprocess": {"max_concurrent": 2}}}}
_IN_PROCESS = {"execution": {"config": {"in_process": {}}}}


class DagsterSession(Session):
    """`dagster dev` on a project."""

    def home_files(self) -> dict[str, str]:
        return {"dagster.yaml": "telemetry:\n  enabled: false\n"}

    def command(self, python: Path, port: int) -> Sequence[str]:
        return [str(python.parent / "dagster"), "dev", "-w", "workspace.yaml", "-p", str(port)]

    def variables(self) -> dict[str, str]:
        return {"DAGSTER_HOME": str(self.home), "DAGSTER_DISABLE_TELEMETRY": "yes"}

    def web_answers(self) -> bool | None:
        return True if self.client.status("/server_info") == 200 else None

    def all_loaded(self) -> bool | None:
        entries = self._ask(_LOCATIONS)["workspaceOrError"]["locationEntries"]
        for entry in entries:
            error = entry["locationOrLoadError"] or {}
            if error.get("__typename") == "PythonError":
                raise GaveUp(f"location {entry['name']}: {error['message']}")
        loaded = {entry["name"] for entry in entries if entry["loadStatus"] == "LOADED"}
        return True if loaded == self.project.assets.keys() else None

    def launch(self, location: str, assets: list[str], *, in_process: bool = False) -> str:
        params = {
            "selector": {
                "repositoryLocationName": location,
                "repositoryName": "__repository__",
                "jobName": "__ASSET_JOB",
                "assetSelection": [{"path": [asset]} for asset in assets],
            },
            "runConfigData": _IN_PROCESS if in_process else _CONCURRENT,
        }
        answer = self._ask(_LAUNCH, params=params)["launchPipelineExecution"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise GaveUp(f"launch: {answer}")
        return str(answer["run"]["runId"])

    def status(self, run_id: str) -> str:
        return str(self._ask(_STATUS, id=run_id)["runOrError"]["status"])

    def steps_succeeded(self, run_id: str) -> int:
        return int(self._ask(_STATS, id=run_id)["runOrError"]["stats"]["stepsSucceeded"])

    def step_processes(self, run_id: str) -> int | None:
        return None

    def _ask(self, query: str, **variables: Any) -> Any:
        answer = self.client.post("/graphql", {"query": query, "variables": variables})
        if answer.get("errors"):
            raise GaveUp(f"GraphQL: {answer['errors']}")
        return answer["data"]


class Dagster(Peer):
    """At the versions of requirements-dagster.txt."""

    name = "Dagster"
    library = "dagster"
    session = DagsterSession

    def make_environment(self) -> Path:
        pins = HERE / "requirements-dagster.txt"
        return environments.ensure(WORK / "dagster", ["-r", str(pins)], [pins])

    def versions(self) -> dict[str, str]:
        return environments.versions(self.python, ["dagster", "dagster-webserver", "pandas"])
