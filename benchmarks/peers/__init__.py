"""The programs that are measured. Each one says how to start it, ask it and read its answers."""
