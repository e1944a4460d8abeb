"""Who asks, and what they may: the only place where the console decides that.

A route of the console takes a ``Visiting`` (or ``Admin``), and reads a form as ``Sent``; a test
walks all routes and finds those that do not.
"""

from __future__ import annotations

from cxdigest.web.who.sent import Sent, csrf_of
from cxdigest.web.who.visitor import Admin, Visiting, Visitor, may_see, profile_for, profiles_for

__all__ = [
    "Admin",
    "Sent",
    "Visiting",
    "Visitor",
    "csrf_of",
    "may_see",
    "profile_for",
    "profiles_for",
]
