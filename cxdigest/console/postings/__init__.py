"""Postings: one with all that happened to it, and the search among all that a profile may see.

A posting of another profile is not there, for a link as for a search.
"""
