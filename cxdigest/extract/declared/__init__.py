"""Formats that are YAML files, read by one engine; ``formats/`` beside it holds the shipped ones.

May import ``format.py``, ``cards`` and below. Knows no board: what is one's own stands in its file.
"""
