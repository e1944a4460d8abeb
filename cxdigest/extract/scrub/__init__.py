"""A copy of an alert that may be shown to others, and words without whom they name.

``alert.py`` is where to begin. Imports nothing of this package but ``mails``.
"""
