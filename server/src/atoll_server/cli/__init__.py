"""The command line. One module per group of commands, imported when it is asked for.

It must not know storage or engine: commands speak to the API, over HTTP to a running host, or
within this process. Read `main` next, then `connection`.
"""
