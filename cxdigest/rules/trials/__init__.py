"""Trials: how often rules are right, and what other rules would change.

May import ``verdicts`` and what stands below it. No verdict depends on what is found here.
"""
