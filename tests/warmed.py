"""Importing this does what ``tests/warm.py`` does."""

from __future__ import annotations

from tests.warm import warm

warm()
