"""A sensor that sends an email when a run has failed."""

from __future__ import annotations

from html import escape
from typing import Any, Callable, Optional, Sequence

from atoll.definitions.automation.run_status_context import RunFailureSensorContext
from atoll.definitions.automation.run_status_sensor import (
    RunStatusSensorDefinition,
    run_failure_sensor,
)
from atoll.definitions.automation.sensor_definition import DefaultSensorStatus
from atoll.errors import ParameterError

_PORTS = {"SSL": 465, "STARTTLS": 587}


def _body(context: RunFailureSensorContext) -> str:
    run = context.dagster_run
    lines = (
        "Job %s failed." % run.job_name,
        "Run: %s" % run.run_id,
        "Error: %s" % context.failure_event.message,
    )
    return "<br>".join(escape(line) for line in lines)


def _subject(context: RunFailureSensorContext) -> str:
    return "Run failed: %s" % context.dagster_run.job_name


def make_email_on_run_failure_sensor(
    email_from: str,
    email_password: str,
    email_to: Sequence[str],
    email_body_fn: Callable[[RunFailureSensorContext], str] = _body,
    email_subject_fn: Callable[[RunFailureSensorContext], str] = _subject,
    smtp_host: str = "smtp.gmail.com",
    smtp_type: str = "SSL",
    smtp_port: Optional[int] = None,
    smtp_user: Optional[str] = None,
    name: Optional[str] = None,
    webserver_base_url: Optional[str] = None,
    monitored_jobs: Optional[Sequence[Any]] = None,
    job_selection: Optional[Sequence[Any]] = None,
    monitor_all_code_locations: bool = False,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    monitor_all_repositories: bool = False,
) -> RunStatusSensorDefinition:
    """A sensor that sends an email for each run that has failed.

    Args:
        email_from: the sender's address.
        email_password: the sender's password at the mail server.
        email_to: addresses of the receivers.
        email_body_fn: makes the text, HTML, of the context; job, run and error by default.
        email_subject_fn: makes the subject, of the context.
        smtp_host: the mail server.
        smtp_type: `SSL` or `STARTTLS`.
        smtp_port: 465 for SSL and 587 for STARTTLS, by default.
        smtp_user: the sender's name at the mail server; the address, by default.
        name: of the sensor; `email_on_job_failure`, by default.
        webserver_base_url: where the web pages are; the text then links to the run.
        monitored_jobs: the jobs whose runs are watched; all of this location, by default.
        job_selection: the older name of `monitored_jobs`.
        monitor_all_code_locations: whether the runs of all locations are watched.
        default_status: whether it runs before anybody has started or stopped it.
        monitor_all_repositories: the older name of `monitor_all_code_locations`.

    Raises:
        ParameterError: `smtp_type` is neither of the two.
    """
    if smtp_type not in _PORTS:
        raise ParameterError(
            "smtp_type is %.80r, neither 'SSL' nor 'STARTTLS'" % (smtp_type,),
        )

    def send(context: RunFailureSensorContext) -> None:
        import smtplib
        import ssl
        from email.mime.text import MIMEText

        text = email_body_fn(context)
        if webserver_base_url:
            address = "%s/runs/%s" % (webserver_base_url.rstrip("/"), context.dagster_run.run_id)
            text += '<p><a href="%s">View the run</a></p>' % escape(address, quote=True)
        message = MIMEText(text, "html", "utf-8")
        message["From"], message["To"] = email_from, ", ".join(email_to)
        message["Subject"] = email_subject_fn(context)
        port, secure = smtp_port or _PORTS[smtp_type], ssl.create_default_context()
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(smtp_host, port, context=secure)
            if smtp_type == "SSL"
            else smtplib.SMTP(smtp_host, port)
        )
        with server:
            if smtp_type == "STARTTLS":
                server.starttls(context=secure)
            server.login(smtp_user or email_from, email_password)
            server.sendmail(email_from, list(email_to), message.as_string())

    made: RunStatusSensorDefinition = run_failure_sensor(
        name=name or "email_on_job_failure",
        monitored_jobs=monitored_jobs or job_selection,
        monitor_all_code_locations=monitor_all_code_locations or monitor_all_repositories,
        default_status=default_status,
    )(send)
    return made
