"""The host: plans, records and shows runs. It never imports a line of user code."""
