"""The process of a code location: loads user code, describes it, makes workers.

Started as `python -m atoll.location`; speaks `atoll_wire` frames over a socket that it
inherits, and knows nothing of the host. Read `process` next, then `worker`.
"""
