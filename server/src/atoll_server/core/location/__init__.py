"""The machine of one code location as the host sees it. Read `state`, then `machine`."""
