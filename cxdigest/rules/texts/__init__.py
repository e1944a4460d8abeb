"""Texts: a posting laid out and folded so that patterns can be looked for, and what language it is.

Below all other rooms of this package, and imports none of them. Knows no rule.
"""
