"""Adapters of `ports.locations`: one module per carrier, and `fake`."""
