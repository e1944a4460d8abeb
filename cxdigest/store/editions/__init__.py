"""Editions: what may stand in the next digest, the digest itself, its review and its deliveries.

May import ``people``, ``openings`` and what is below. Must not import ``archive``, which looks back
on what was made here.
"""
