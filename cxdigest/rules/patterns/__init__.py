"""Patterns: what may be written, and where many of them stand in a folded text, or in many texts.

Below all other rooms of this package, and imports none of them. Knows no rule and no posting.
"""
