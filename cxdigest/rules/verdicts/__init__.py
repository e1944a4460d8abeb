"""Verdicts: what a posting really is by all its evidence, and the title that would say so.

May import ``evidence`` and what stands below it. What the judge was right about, it does not know.
"""
