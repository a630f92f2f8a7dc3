"""Runs examples/flights in front of you: `make demo`.

Starts `atoll dev`, materializes every asset through it with progress on screen, then goes on
serving until Ctrl-C. With `--once` it ends after the run, and its exit code is the run's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "flights"
HOME = EXAMPLE / ".atoll"
ATOLL = Path(sys.executable).with_name("atoll")
DEADLINE_S = 120.0


def fetch(url: str) -> dict[str, object]:
    """The JSON at a URL; a problem is an answer as well."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        found = json.load(error)
    return dict(found)


def wait_until_ready(host: subprocess.Popen[bytes]) -> str | None:
    """The host's URL as soon as all locations have loaded, or None where it has ended."""
    pause, end = threading.Event(), time.monotonic() + DEADLINE_S
    while host.poll() is None and time.monotonic() < end:
        pause.wait(0.1)
        try:
            told = json.loads((HOME / "host.json").read_text())
            if told["pid"] != host.pid:
                continue
            url = str(told["url"]).rstrip("/")
            if fetch(url + "/readyz").get("status") == "ready":
                return url
        except (OSError, ValueError, KeyError):
            continue
    return None


def serve(host: subprocess.Popen[bytes], url: str) -> int:
    """Serve until Ctrl-C, or until the host ends by itself."""
    print(f"\n  Atoll serves this deployment at {url} (Ctrl-C ends it)\n", flush=True)
    try:
        return host.wait()
    except KeyboardInterrupt:
        return 0


def main() -> int:
    """Run the example; the exit code is the run's."""
    environment = {**os.environ, "ATOLL_HOME": str(HOME)}
    once = "--once" in sys.argv
    HOME.mkdir(exist_ok=True)
    with (HOME / "dev.log").open("wb") as log:
        # A session of its own: Ctrl-C reaches this script, which then stops the host.
        host = subprocess.Popen(
            [ATOLL, "dev", *(["--port", "0"] if once else [])],
            cwd=EXAMPLE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = wait_until_ready(host)
        if url is None:
            print((HOME / "dev.log").read_text(), file=sys.stderr)
            return 1
        command = [ATOLL, "asset", "materialize", "--select", "*"]
        code = subprocess.run(command, cwd=EXAMPLE, env=environment, check=False).returncode
        return code if once else serve(host, url)
    except KeyboardInterrupt:
        return 130
    finally:
        if host.poll() is None:
            host.send_signal(signal.SIGINT)
            host.wait(30)


if __name__ == "__main__":
    sys.exit(main())
