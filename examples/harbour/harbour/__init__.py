"""A harbour, in the dialect of Dagster."""
