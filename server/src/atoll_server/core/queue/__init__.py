"""Capacity: which waiting steps may start now. Read `machine`."""
