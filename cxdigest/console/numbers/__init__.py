"""The page of numbers: counts over weeks or months, and the same as tables.

Counts alone; no title, employer or id, but in ``employers.py``, which is to be switched on.
"""
