"""Starts, watches and drains the processes of one code location; reads their journals.

It holds no user code, so that it answers whatever user code does. It must not know the host:
messages come in, messages go out (`atoll_wire.messages`). Read `supervisor` next.
"""
