"""Loaded into pytest (`-p`): installs the alias, ends tests that hang, writes down outcomes.

Runs in the environment of the tests, beside `atoll` or the real thing; imports nothing of the house.
"""

from __future__ import annotations

import json
import os
import signal
import warnings

import pytest

TEST_TIMEOUT_S = 30

if os.environ.get("COMPAT_ALIAS") == "1":
    from atoll.compat import dagster

    dagster.install()


class _Hangs(Exception):
    pass


def _on_alarm(*_):
    raise _Hangs("it took longer than %d s" % TEST_TIMEOUT_S)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    signal.signal(signal.SIGALRM, _on_alarm)
    signal.alarm(TEST_TIMEOUT_S)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return (yield)
    finally:
        signal.alarm(0)


def _write(record):
    with open(os.environ["COMPAT_OUTCOMES"], "a") as file:
        file.write(json.dumps(record) + "\n")


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        _write(
            {
                "test": report.nodeid.partition("::")[2].partition("[")[0],
                "case": report.nodeid.partition("::")[2],
                "outcome": "error" if report.when != "call" and report.failed else report.outcome,
                "why": _why(report),
            }
        )


def pytest_collectreport(report):
    if report.failed:
        _write({"test": None, "case": None, "outcome": "error", "why": _why(report)})


def _why(report):
    """The exception's type and first line."""
    if not report.failed:
        return None
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr).strip().splitlines()[-1]
    return text.strip().partition("\n")[0][:300]
