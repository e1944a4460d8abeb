"""Hits of a search, in a mail or a feed: what each says, and whether it is a posting or news.

Imports nothing else of this package; opens no page that a hit leads to.
"""
