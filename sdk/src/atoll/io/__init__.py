"""IO managers: how the values of assets are stored and loaded.

Knows contexts and bytes, not runs or events. Read `manager`, then `typed`, the default.
"""
