"""What user code declares: assets, resources, configuration, and the `Definitions` that hold them.

Declares only: it knows nothing of running, storing or processes. Read `assets` next.
"""
