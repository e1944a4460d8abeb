"""Hosts: one document asked for politely, and the lists of openings that employers publish.

Below the street, and imports nothing of this package. Knows no posting.
"""
