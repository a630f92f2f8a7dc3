"""Pipes: a step that lets another process do its work, and hears from it. Read `session` first.

The other process uses the package `dagster-pipes`, unchanged; what is spoken with it is in
`protocol`. Nothing of that package is needed here.
"""
