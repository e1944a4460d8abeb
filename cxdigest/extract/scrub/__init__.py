"""Alerts and words that may be shown to others: what names, reaches or follows a person is gone.

``alert.py`` is where to begin. Imports nothing of this package but ``mails``.
"""
