"""The way to the database: connections, transactions, locks, failures, and its tables' version.

Knows no alert, posting or person. May import ``schema``; must not import another room, which all
stand on this one.
"""
