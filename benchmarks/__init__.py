"""Measures Atoll beside Dagster on the same machine and the same definitions. See README.md."""
