"""What the event that ends a failed run tells."""

from atoll import asset, materialize


@asset
def broken():
    raise ValueError("no rows")


@asset(deps=[broken])
def after(): ...


@asset
def fine(): ...


def test_a_failed_run_tells_why_its_first_step_failed():
    result = materialize([broken, after, fine], raise_on_error=False)
    error = result.get_run_failure_event().job_failure_data.error
    assert "no rows" in error.message


def test_a_run_that_succeeded_tells_of_no_failure():
    assert materialize([fine]).all_events[-1].data == {}
