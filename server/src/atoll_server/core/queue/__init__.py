"""Capacity: which runs may begin (`runs`), and which of their steps may start now (`steps`)."""
