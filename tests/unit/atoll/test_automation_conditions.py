"""The algebra of automation conditions, and their form on the wire.

Names, labels and shapes are those of Dagster 1.13.27, measured there.
"""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import pytest

from atoll import (
    AndAutomationCondition,
    AssetSelection,
    AutomationCondition,
    AutomationContext,
    DefinitionError,
    ParameterError,
)
from atoll import AutomationCondition as C

GROUP = AssetSelection.groups("raw")


def names(condition: Any) -> list[Any]:
    """The tree as nested lists: label or name, then the children."""
    own = condition.get_label() or condition.name
    return [own, *(names(child) for child in condition.children)]


HANDLED = ["handled", ["newly_requested"], ["newly_updated"], ["initial_evaluation"]]
IN_PROGRESS = ["in_progress", ["run_in_progress"], ["backfill_in_progress"]]
UPDATED = [
    "any_deps_updated",
    [
        "OR",
        [
            "newly_updated_without_root",
            ["newly_updated"],
            ["NOT", ["executed_with_root_target"]],
        ],
        ["will_be_requested"],
    ],
]
MISSING_DEPS = ["any_deps_missing", ["AND", ["missing"], ["NOT", ["will_be_requested"]]]]


def test_eager_has_the_fields_shape() -> None:
    assert names(C.eager()) == [
        "eager",
        ["in_latest_time_window"],
        ["SINCE", ["OR", ["newly_missing", ["missing"]], UPDATED], HANDLED],
        ["NOT", MISSING_DEPS],
        ["NOT", ["any_deps_in_progress", IN_PROGRESS]],
        ["NOT", IN_PROGRESS],
    ]


def test_on_cron_has_the_fields_shape() -> None:
    tick = ["cron_tick_passed(cron_schedule=@daily, cron_timezone=UTC)"]
    assert names(C.on_cron("@daily")) == [
        "on_cron(@daily, UTC)",
        ["in_latest_time_window"],
        ["SINCE", tick, HANDLED],
        [
            "all_deps_updated_since_cron(@daily, UTC)",
            ["OR", ["SINCE", ["newly_updated"], tick], ["will_be_requested"]],
        ],
    ]


def test_on_missing_has_the_fields_shape() -> None:
    assert names(C.on_missing()) == [
        "on_missing",
        ["in_latest_time_window"],
        ["missing_since_last_handled", ["NEWLY_TRUE", ["missing"]], HANDLED],
        ["NOT", MISSING_DEPS],
    ]


@pytest.mark.parametrize(
    ("condition", "name", "label", "operator"),
    [
        (C.missing(), "missing", None, "identity"),
        (C.in_progress(), "OR", "in_progress", "or"),
        (C.newly_missing(), "NEWLY_TRUE", "newly_missing", "identity"),
        (C.any_deps_match(C.missing()), "ANY_DEPS_MATCH", None, "or"),
        (C.all_deps_match(C.missing()), "ALL_DEPS_MATCH", None, "and"),
        (C.any_checks_match(C.check_failed()), "ANY_CHECKS_MATCH", None, "or"),
        (
            C.all_checks_match(C.check_passed(), blocking_only=True),
            "ALL_CHECKS_MATCH(blocking_only=True)",
            None,
            "and",
        ),
        (C.asset_matches("a/b", C.missing()), "a/b", None, "identity"),
        (C.any_downstream_conditions(), "ANY_DOWNSTREAM_CONDITIONS", None, "identity"),
        (C.code_version_changed(), "code_version_changed", None, "identity"),
        (C.data_version_changed(), "data_version_changed", None, "identity"),
        (C.execution_failed(), "execution_failed", None, "identity"),
        (
            C.in_latest_time_window(timedelta(hours=36)),
            "in_latest_time_window(lookback_timedelta=1 day, 12:00:00)",
            None,
            "identity",
        ),
        (
            C.executed_with_tags(tag_keys={"a"}, tag_values={"b": "c"}),
            "executed_with_tags(tag_keys={a}, tag_values={b:c})",
            None,
            "identity",
        ),
        (
            C.any_job_root_assets_match(C.missing()),
            "ANY_JOB_ROOT_ASSETS_MATCH",
            "any_job_root_assets_match(missing)",
            "or",
        ),
        (~C.missing(), "NOT", None, "not"),
    ],
)
def test_names_and_labels_are_the_fields(
    condition: Any, name: str, label: str | None, operator: str
) -> None:
    assert (condition.name, condition.get_label(), condition.operator_type) == (
        name,
        label,
        operator,
    )


def test_unlabeled_operands_of_one_kind_are_joined() -> None:
    both = C.missing() & C.in_progress()

    assert names(both & C.newly_updated()) == ["AND", ["missing"], IN_PROGRESS, ["newly_updated"]]
    assert names(both.with_label("both") & C.newly_updated())[1][0] == "both"
    assert names(C.missing() | (C.missing() & C.missing()))[2][0] == "AND"


def test_conditions_are_values() -> None:
    again = pickle.loads(pickle.dumps(C.eager()))

    assert again == C.eager()
    assert hash(again) == hash(C.eager())
    assert C.missing() != C.newly_updated()
    assert C.missing() != C.missing().with_label("x")
    assert C.on_cron("@daily") != C.on_cron("@hourly")
    assert C.any_deps_match(C.missing()) != C.any_deps_match(C.missing()).allow(GROUP)


def test_a_label_does_not_change_the_condition_it_is_given_to() -> None:
    one = C.missing()

    assert one.with_label("x").get_label() == "x"
    assert one.get_label() is None


def test_replace_finds_conditions_labels_and_names() -> None:
    plain = C.missing() & ~C.newly_updated()
    expected = names(C.missing() & ~C.in_progress())

    for old in (C.newly_updated(), "newly_updated"):
        assert names(plain.replace(old, C.in_progress())) == expected
    eager = C.eager().replace("any_deps_updated", C.code_version_changed())
    assert names(eager)[2][1] == ["OR", ["newly_missing", ["missing"]], ["code_version_changed"]]
    assert C.eager().replace("eager", C.missing()) == C.missing()
    assert names(C.eager().replace("handled", C.missing()))[2][2] == ["missing"]


def test_replace_does_not_look_into_newly_true_and_checks() -> None:
    for one in (C.newly_missing(), C.any_checks_match(C.missing())):
        assert one.replace("missing", C.newly_updated()) == one


def test_without_takes_out_an_operand() -> None:
    left = C.eager().without(~C.in_progress())

    assert isinstance(left, AndAutomationCondition)
    assert len(left.children) == 4
    assert left.get_label() == "eager"
    with pytest.raises(ParameterError, match="not found in the operands"):
        C.eager().without(C.missing())
    with pytest.raises(ParameterError, match="fewer than 2"):
        (C.missing() & C.newly_updated()).without(C.missing())


def test_allow_and_ignore_narrow_conditions_on_dependencies() -> None:
    other = AssetSelection.groups("other")
    one: Any = C.any_deps_match(C.missing()).allow(GROUP).allow(other).ignore(GROUP)

    assert one.allow_selection == other | GROUP
    assert one.ignore_selection == GROUP
    assert one.name == "ANY_DEPS_MATCH(allow_selection=%s,ignore_selection=%s)" % (
        other | GROUP,
        GROUP,
    )


def test_allow_reaches_conditions_within_others() -> None:
    narrowed: Any = C.eager().allow(GROUP)
    deps = [narrowed.children[2].children[0], narrowed.children[1].children[0].children[1]]

    assert [one.get_label() for one in deps] == ["any_deps_missing", "any_deps_updated"]
    assert all(one.allow_selection == GROUP for one in deps)
    assert narrowed.children[0] == C.in_latest_time_window()
    assert narrowed.get_label() == "eager"


def test_allow_takes_a_selection() -> None:
    for call in (C.eager().allow, C.any_deps_match(C.missing()).ignore):
        with pytest.raises(ParameterError, match="take an AssetSelection"):
            call("raw")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: C.missing() & C.eager, "call it: AutomationCondition.eager()"),
        (lambda: C.any_deps_match(True), "is not an AutomationCondition"),
        (lambda: C.missing().since(None), "is not an AutomationCondition"),
        (lambda: C.cron_tick_passed("no"), "invalid cron schedule"),
        (lambda: C.on_cron("0 25 * * *"), "invalid cron schedule"),
        (lambda: C.on_cron("@daily", "Mars"), "time zone"),
    ],
)
def test_parts_that_are_none_are_refused(make: Any, says: str) -> None:
    with pytest.raises(ParameterError) as told:
        make()

    assert says in str(told.value)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (C.eager(), "eager"),
        (C.missing() & ~C.in_progress(), "(missing & ~in_progress)"),
        ((C.missing() | C.newly_updated()).newly_true(), "(missing | newly_updated).newly_true()"),
        (C.missing().since(C.newly_updated()), "missing.since(newly_updated)"),
        (C.any_deps_match(C.missing()), "any_deps_match(missing)"),
        (C.any_deps_match(C.missing()).allow(GROUP), "any_deps_match(missing, allow_selection="),
        (C.asset_matches("a/b", C.missing()), "asset_matches(a/b, missing)"),
    ],
)
def test_a_condition_reads_as_an_expression(condition: Any, text: str) -> None:
    assert str(condition).startswith(text)


def test_the_wire_tells_kind_arguments_children_and_label() -> None:
    condition = (C.cron_tick_passed("@daily") & ~C.asset_matches("a/b", C.missing())).with_label(
        "x"
    )

    assert condition.to_wire() == {
        "kind": "and",
        "label": "x",
        "children": [
            {
                "kind": "cron_tick_passed",
                "arguments": {"cron_schedule": "@daily", "cron_timezone": "UTC"},
            },
            {
                "kind": "not",
                "children": [
                    {
                        "kind": "asset_matches",
                        "arguments": {"key": "a/b"},
                        "children": [{"kind": "missing"}],
                    }
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("condition", "wire"),
    [
        (
            C.all_checks_match(C.check_failed(), True),
            {
                "kind": "all_checks_match",
                "arguments": {"blocking_only": True},
                "children": [{"kind": "check_failed"}],
            },
        ),
        (
            C.in_latest_time_window(timedelta(days=2)),
            {"kind": "in_latest_time_window", "arguments": {"lookback_s": 172800.0}},
        ),
        (
            C.freshness_warned(),
            {
                "kind": "freshness_result",
                "arguments": {"state": "WARN"},
                "label": "freshness_warned",
            },
        ),
        (
            C.all_new_updates_have_run_tags(tag_keys={"b", "a"}),
            {"kind": "all_new_updates_have_run_tags", "arguments": {"tag_keys": ["a", "b"]}},
        ),
        (
            C.any_deps_match(C.missing()).ignore(GROUP).resolve_through_virtual(),
            {
                "kind": "any_deps_match",
                "arguments": {"ignore_selection": str(GROUP), "resolves_virtual_deps": True},
                "children": [{"kind": "missing"}],
            },
        ),
    ],
)
def test_the_wire_has_every_argument(condition: Any, wire: dict[str, Any]) -> None:
    assert condition.to_wire() == wire


class Weekday(AutomationCondition[Any]):
    """A condition of a user's own."""

    def evaluate(self, context: AutomationContext) -> Any:
        raise NotImplementedError

    @property
    def name(self) -> str:
        return "weekday"


def test_a_class_of_the_users_joins_the_algebra() -> None:
    condition = Weekday() & C.missing()

    assert names(condition) == ["AND", ["weekday"], ["missing"]]
    assert condition.to_wire()["children"][0] == {
        "kind": "custom",
        "arguments": {"class": "%s.Weekday" % __name__, "name": "weekday"},
    }
    assert condition.replace("weekday", C.newly_updated()) == C.newly_updated() & C.missing()


def test_a_class_without_evaluate_is_abstract() -> None:
    class Half(AutomationCondition[Any]): ...

    with pytest.raises(TypeError, match="evaluate"):
        Half()  # type: ignore[abstract]


def test_evaluating_says_that_it_comes_later() -> None:
    with pytest.raises(DefinitionError, match="cannot be evaluated in process yet"):
        C.eager().evaluate(None)


def test_whole_policies_are_made_once() -> None:
    assert C.eager() is C.eager()
    assert C.on_cron("@daily") is C.on_cron("@daily")
