"""Postings: which of them are one, what each really is, and which rules their readers ask for.

Imports the street and what stands below it. Fetches nothing.
"""
