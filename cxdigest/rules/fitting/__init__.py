"""Fitting: the points that labelled postings ask for, written into a pack. For developers of packs.

Above all other rooms of this package. Judging a posting loads nothing of it.
"""
