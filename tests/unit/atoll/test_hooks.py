"""Hooks: which are called, which are skipped, and what a direct call takes."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest

from atoll import InvocationError, build_hook_context, failure_hook, job, op, success_hook


def test_a_hook_that_waits_for_the_other_end_is_told_as_skipped() -> None:
    called: List[str] = []

    @success_hook
    def glad(context: Any) -> None:
        called.append("glad:" + context.op.name)

    @failure_hook
    def sorry(context: Any) -> None:
        called.append("sorry:" + context.op.name)

    @op
    def works() -> None: ...

    @op
    def fails() -> None:
        raise ValueError("no")

    @job(hooks={glad, sorry})
    def mixed() -> None:
        works()
        fails()

    result = mixed.execute_in_process(raise_on_error=False)
    told: List[Tuple[str, Any]] = [
        (one.event_type_value, one.node_name) for one in result.all_events if one.is_hook_event
    ]
    assert sorted(called) == ["glad:works", "sorry:fails"]
    assert sorted(told) == [
        ("HOOK_COMPLETED", "fails"),
        ("HOOK_COMPLETED", "works"),
        ("HOOK_SKIPPED", "fails"),
        ("HOOK_SKIPPED", "works"),
    ]


def test_a_hook_called_directly_takes_what_its_function_takes() -> None:
    seen: List[Any] = []

    @success_hook
    def glad(context: Any) -> None:
        seen.append(context)

    glad(build_hook_context())
    glad(context=None)
    assert len(seen) == 2 and seen[1] is None
    for arguments, named in (((), {}), ((), {"other": None}), ((None, None), {})):
        with pytest.raises(InvocationError, match="the hook 'glad' cannot be called so"):
            glad(*arguments, **named)
