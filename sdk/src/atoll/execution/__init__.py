"""Executes a step: resources, inputs, the user's function, outputs, events.

Knows nothing of processes, journals and hosts: events go into a `sink`. Read `step` next.
"""
