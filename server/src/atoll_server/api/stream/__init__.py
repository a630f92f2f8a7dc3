"""Live events: who waits for commits, and how they travel as server-sent events."""
