"""Who asks, and what they may: the only place where the console decides that.

A route of the console takes a ``Visiting`` (or ``Admin``), and reads a form as ``Sent``, JSON as
``Told``; a test walks all routes and finds those that do not.
"""

from __future__ import annotations

from cxdigest.web.who.sent import Sent, SentByStranger, Told, csrf_of, text_in
from cxdigest.web.who.visitor import (
    Admin,
    Visiting,
    Visitor,
    Whose,
    known,
    may_see,
    profile_for,
    profiles_for,
)

__all__ = [
    "Admin",
    "Sent",
    "SentByStranger",
    "Told",
    "Visiting",
    "Visitor",
    "Whose",
    "csrf_of",
    "known",
    "may_see",
    "profile_for",
    "profiles_for",
    "text_in",
]
