"""Feeds: their entries out of raw bytes, one file a format of entries, and lists of feeds.

Fetches nothing, and knows no mail.
"""
