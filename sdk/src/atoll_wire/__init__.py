"""The protocol between host and code locations: messages, frames, keys, selections.

Both sides import this package and nothing else of each other. It uses the standard library
only and runs on Python 3.8 and newer. It must not know processes, sockets or storage.
Read `messages` next, then `framing`.
"""

PROTOCOL_VERSION = 1
"""Raised when a message changes its meaning; added fields and messages do not raise it."""
