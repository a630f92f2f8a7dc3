"""Adapters of `ports.event_log`: `memory`, the verified fake, and `sqlite`."""
