"""What a step's log line says for programs, so that a posting can be followed through the street.

Pure, and writes no line itself. docs/operations.md lists the steps and their fields; a test holds
the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cxdigest.model import Json

Step = Literal[
    "poll",
    "alert",
    "merge",
    "page",
    "judge",
    "compose",
    "deliver",
    "backup",
    "heartbeat",
    "older",
]
#: Letters of an alert's content digest that name it.
_ALERT = 16


def told(step: Step, **fields: Json) -> Mapping[str, object]:
    """Return what the ``extra`` of a log line of *step* is."""
    return {"fields": {"step": step, **fields}}


def alert_name(digest: str) -> str:
    """Return what names the alert with this content digest."""
    return digest[:_ALERT]
