"""Dagster's own tests and definitions, run by Atoll: how far code written for Dagster gets.

`python -m tools.compat` runs those of Dagster's tests that use its public API only; read `suite`
for how they are chosen. `python -m tools.compat.describe` compares what a location defines. Nothing
of Dagster's lies in this repository: all is fetched into `.cache/compat`.
"""
