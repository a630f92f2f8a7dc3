"""What an engine is set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from atoll_server.core.run.retry import NO_RETRIES, RunRetries


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """The settings of an engine; `assembly` takes them from those of the deployment."""

    release: str = "0.1.0"
    """Said in `Hello`."""
    values_url: str = ""
    """Where the default IO manager keeps values."""
    values_mark: str = ""
    """What is written there, so that locations can tell whether they reach it; empty: unknown."""
    takes_work: bool = True
    """Whether runs are begun, and go on; else all that waits is left to the next engine."""
    max_concurrent_steps: int = 4
    per_location: Mapping[str, int] = field(default_factory=dict)
    """Limits of single locations, within the one above."""
    max_lost_retries: int = 3
    """How often a step whose worker was lost is started again."""
    run_retries: RunRetries = NO_RETRIES
    """How often a run that failed is launched anew, where its tags do not say."""
    cancel_grace_s: float = 10.0
    """How long an interrupted step may take to end by itself."""
    poll_interval_s: float = 1.0
    """How often intents are looked for when nobody rings."""
    acknowledge_after_s: float = 0.5
    """How long acknowledgements wait for company."""
    reconnect_after_s: float = 0.25
    """First pause before a lost location is called again; it grows."""
    reconnect_at_most_s: float = 1.0
    """One that is back is noticed within 2 s."""
    storage_retry_s: float = 0.5
    """Pause before a failed append is tried again."""
