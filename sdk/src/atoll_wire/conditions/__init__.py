"""Automation conditions: what they say of some facts, the same on the host and beside user code.

`evaluation.evaluate` is a pure function: conditions, what was remembered, and a view of the facts
go in; requests, what to remember, and the reasons come out. It knows no clock and no storage.
"""
