"""What the engine needs of the world, as protocols; `adapters` has the implementations."""
