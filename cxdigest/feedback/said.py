"""What readers said of postings, as records, and which of their words hold.

Pure. A word holds until it is undone, or until its reader says another on the same matter: what the
posting is, what he makes of it, or whether he wants to see its employer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cxdigest.model import FeedbackWay, FeedbackWord, Verdict, require_utc

Matter = Literal["kind", "dealing", "employer"]
MATTERS: Mapping[FeedbackWord, Matter] = {
    "genuine": "kind",
    "not-genuine": "kind",
    "applied": "dealing",
    "not-for-me": "dealing",
    "hide-employer": "employer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """One reader's word on one posting, as it is kept for the record."""

    id: int
    profile: str  #: whose word it is
    posting_id: str  #: of the posting as it is known now
    word: FeedbackWord
    way: FeedbackWay
    sender: str  #: who said it, where that is known
    employer: str  #: of the posting then
    made: datetime
    undone: datetime | None = None
    told: datetime | None = None  #: when a digest said what it changed
    holds: bool = True  #: not undone, and nothing was said later on the same matter
    title: str = ""  #: of the posting as it is known now
    url: str = ""  #: its link
    verdict: Verdict | None = None  #: what the judge said then

    def __post_init__(self) -> None:
        for name in ("made", "undone", "told"):
            require_utc(f"FeedbackRow.{name}", getattr(self, name))
