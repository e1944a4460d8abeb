"""Who asks, and what they may: the only place where the console decides that.

A route of the console takes a ``Visiting`` (or ``Admin``), and reads a form as ``Sent``, JSON as
``Told``, a file as ``SentFile``, or is ``Proved`` where nothing is sent; a test walks all routes
and finds those that do not.
"""

from __future__ import annotations

from cxdigest.web.who.sent import (
    Proved,
    Sent,
    SentByStranger,
    SentFile,
    Told,
    csrf_of,
    media_of,
    text_in,
)
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
    "Proved",
    "Sent",
    "SentByStranger",
    "SentFile",
    "Told",
    "Visiting",
    "Visitor",
    "Whose",
    "csrf_of",
    "known",
    "may_see",
    "media_of",
    "profile_for",
    "profiles_for",
    "text_in",
]
