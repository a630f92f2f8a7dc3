"""What a run gives its steps and resources: models, schemas, environment variables."""

from __future__ import annotations
