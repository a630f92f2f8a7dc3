"""The handlers, one module per noun; `table` says which path and method leads to which."""
