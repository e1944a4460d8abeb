"""The instance: its sources and alerts, its users, and whether it does its work.

Shows no password and no secret of an address (``masked.py``).
"""
