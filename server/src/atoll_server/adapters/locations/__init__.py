"""Carriers of the protocol between host and supervisors."""
