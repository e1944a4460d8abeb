"""Evidence: which rules fire on a text, by which of its words, and whether the place counts.

May import ``reading`` and what stands below it. Makes no verdict of it.
"""
