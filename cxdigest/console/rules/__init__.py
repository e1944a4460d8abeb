"""Rules as the console edits them, and the judge's word on one posting that is tried.

A trial is kept nowhere; a pack is kept through ``ruling.py`` alone.
"""
