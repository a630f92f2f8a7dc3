"""Island *delays*: who was late, when and where, by Polars and DuckDB."""
