"""Digests: the one of today as things stand, those that were sent, one that waits for its coach.

Sends nothing, and showing one uses up no day.
"""
