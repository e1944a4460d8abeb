"""Packs read: bytes in, checked rules out, or every problem with its line.

May import ``patterns``, and of ``texts`` which languages there are. Judges nothing.
"""
