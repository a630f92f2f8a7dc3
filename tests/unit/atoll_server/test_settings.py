"""Settings out of the environment and the command line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from atoll_server.settings import RELEASE, Settings, SettingsError, prepare_home


def test_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environment({})

    assert settings.home == tmp_path / ".atoll"
    assert (settings.host, settings.port, settings.insecure) == ("127.0.0.1", 3000, False)
    assert settings.values_url == str(tmp_path / ".atoll" / "values")
    assert settings.is_loopback


def test_the_command_line_goes_before_the_environment() -> None:
    environment = {"ATOLL_HOME": "/srv/atoll", "ATOLL_PORT": "80", "ATOLL_INSECURE": "yes"}

    settings = Settings.from_environment(environment, port=81, host=None)

    assert settings.home == Path("/srv/atoll")
    assert (settings.port, settings.insecure, settings.host) == (81, True, "127.0.0.1")


def test_each_setting_tells_where_it_comes_from() -> None:
    environment = {"ATOLL_HOME": "/srv/atoll", "ATOLL_PORT": "80", "ATOLL_HOST": ""}

    settings = Settings.from_environment(environment, port=81, insecure=None)

    shown = {one.name: one for one in settings.shown()}
    assert {name: one.origin for name, one in shown.items()} == {
        "home": "ATOLL_HOME",
        "host": "default",
        "port": "option",
        "insecure": "default",
        "values_url": "default",
        "max_concurrent_runs": "default",
        "tag_concurrency_limits": "default",
        "max_concurrent_steps": "default",
        "default_pool_limit": "default",
        "pool_granularity": "default",
        "keep_days": "default",
        "keep_runs": "default",
        "max_runtime": "default",
        "start_timeout": "default",
        "cancel_grace": "default",
        "max_lost_retries": "default",
        "run_max_retries": "default",
        "run_retry_on_step_failure": "default",
        "shutdown_grace": "default",
    }
    assert (shown["port"].value, shown["port"].variable) == (81, "ATOLL_PORT")


def test_a_flag_that_is_set_by_default_can_be_taken_back() -> None:
    def flag(value: str) -> bool:
        environment = {"ATOLL_RUN_RETRY_ON_STEP_FAILURE": value}
        return bool(Settings.from_environment(environment).storable["run_retry_on_step_failure"])

    assert [flag(value) for value in ("", "1", "0", "off")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://key:secret@bucket/a@b", "s3://***@bucket/a@b"),
        ("s3://key:sec@ret@bucket/values", "s3://***@bucket/values"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("/srv/values", "/srv/values"),
        ("chain::ftp://me@host/x", "chain::ftp://***@host/x"),
    ],
)
def test_who_logs_in_at_a_url_is_not_shown(url: str, shown: str) -> None:
    settings = Settings.from_environment({"ATOLL_VALUES_URL": url})

    assert settings.values_url == url
    assert [one.value for one in settings.shown() if one.name == "values_url"] == [shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATOLL_PORT", "many"),
        ("ATOLL_PORT", "70000"),
        ("ATOLL_INSECURE", "perhaps"),
        ("ATOLL_MAX_CONCURRENT_STEPS", "0"),
        ("ATOLL_MAX_CONCURRENT_RUNS", "-2"),
        ("ATOLL_TAG_CONCURRENCY_LIMITS", "[1]"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_what_is_stored_wins_over_variables() -> None:
    environment = {"ATOLL_MAX_CONCURRENT_RUNS": "unlimited", "ATOLL_MAX_CONCURRENT_STEPS": "3"}

    settings = Settings.from_environment(environment)

    assert settings.storable["max_concurrent_runs"] == "unlimited"
    shown = settings.shown({"max_concurrent_runs": 2, "pool_limits.gpu": 1})
    found = {one.name: (one.value, one.origin) for one in shown}
    assert found["max_concurrent_runs"] == (2, "stored")
    assert found["max_concurrent_steps"] == (3, "ATOLL_MAX_CONCURRENT_STEPS")
    assert found["pool_limits.gpu"] == (1, "stored")


def test_the_folder_is_private_and_unknown_to_git(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"

    prepare_home(home)
    prepare_home(home)

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="ATOLL_HOME"):
        prepare_home(tmp_path / "file" / "home")


def test_the_release_is_that_of_the_wheel() -> None:
    import tomllib

    root = Path(__file__).resolve().parents[3]
    project = tomllib.loads((root / "server" / "pyproject.toml").read_text())["project"]

    assert project["version"] == RELEASE


def test_times_are_seconds_or_texts_with_units() -> None:
    environment = {
        "ATOLL_MAX_RUNTIME": "2h",
        "ATOLL_START_TIMEOUT": "90",
        "ATOLL_CANCEL_GRACE": "0",
    }
    found = Settings.from_environment(environment).storable
    assert (found["max_runtime"], found["start_timeout"], found["cancel_grace"]) == (7200, 90, 0)


@pytest.mark.parametrize("value", ["soon", "0", "-1"])
def test_a_start_without_any_time_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="ATOLL_START_TIMEOUT is a number of seconds above 0"):
        Settings.from_environment({"ATOLL_START_TIMEOUT": value})
