"""Pure state machines: no I/O, no clock, no randomness; time and ids arrive inside commands."""
