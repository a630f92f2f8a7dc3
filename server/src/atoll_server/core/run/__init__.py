"""The machine of one run. Read `state`, then `table`, then `machine`."""
