"""Clients: all on one page, one of them, the form of a profile, a file of many, an erasure.

Knows no HTTP. What a coach or a client may change of a profile is decided in ``editing.py`` alone.
"""
