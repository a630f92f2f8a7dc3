"""The HTTP side of the host: reads storage, and turns commands into intents.

It acts on nothing: what a request asks for is stored as an intent, and the engine is rung.
Must not know adapters, processes or user code. Read `app` next, then `routes/table`.
"""
