"""Loaded into pytest (`-p`): installs the alias, ends tests that hang, writes down outcomes.

It runs in the environment of the tests, beside `atoll` or the real thing.
"""

from __future__ import annotations

import json
import os
import re
import signal
import warnings

import pytest

TEST_TIMEOUT_S = 30

_raises = pytest.raises
_worded = set()
_running = []


class _OtherWords:
    """`pytest.raises(..., match=...)` that takes the right error in any words, and notes it.

    Atoll says things in words of its own: an error of the right class is what is compared.
    """

    def __init__(self, expected, match, options):
        self._inner = _raises(expected, **options)
        self._match = match

    def __enter__(self):
        self._info = self._inner.__enter__()
        return self._info

    def __exit__(self, *error):
        held = self._inner.__exit__(*error)
        if held and not re.search(self._match, str(self._info.value)):
            _worded.update(_running)
        return held


def _raises_in_any_words(expected, *args, match=None, **options):
    if match is None or args:
        return _raises(expected, *args, **options)
    return _OtherWords(expected, match, options)


if os.environ.get("COMPAT_ALIAS") == "1":
    from atoll.compat import dagster

    dagster.install()
    pytest.raises = _raises_in_any_words


class _Hangs(Exception):
    pass


def _on_alarm(*_):
    raise _Hangs(f"it took longer than {TEST_TIMEOUT_S} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    signal.signal(signal.SIGALRM, _on_alarm)
    signal.alarm(TEST_TIMEOUT_S)
    _running[:] = [item.nodeid]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return (yield)
    finally:
        signal.alarm(0)


def _write(report, outcome):
    module, _, case = report.nodeid.partition("::")
    record = {"module": module, "test": case.partition("[")[0], "outcome": outcome}
    with open(os.environ["COMPAT_OUTCOMES"], "a") as file:
        file.write(json.dumps({**record, "why": _why(report)}) + "\n")


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        is_error = report.when != "call" and report.failed
        outcome = "error" if is_error else report.outcome
        is_worded = outcome == "passed" and report.nodeid in _worded
        _write(report, "worded" if is_worded else outcome)


def pytest_collectreport(report):
    if report.failed:
        _write(report, "error")


def _why(report):
    """The exception's type and first line."""
    if not report.failed:
        return None
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr).strip().splitlines()[-1]
    return text.strip().partition("\n")[0][:300]
