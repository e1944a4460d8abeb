"""Feedback: what a reader may say of a posting, how it comes, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What a reader says of a posting, or of its employer.
FeedbackWord = Literal["genuine", "not-genuine", "hide-employer", "applied", "not-for-me"]
FEEDBACK_WORDS: tuple[FeedbackWord, ...] = (
    "genuine", "not-genuine", "hide-employer", "applied", "not-for-me",
)  # fmt: skip
#: How a reader's word came: a mail, a signed link, the command line, the console.
FeedbackWay = Literal["mail", "link", "command", "console"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a reader may say of a posting, and the link that says it."""

    word: FeedbackWord
    url: str  #: ``mailto:`` or https, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A reader's word since the last digest, and what it changed."""

    word: FeedbackWord
    title: str  #: of the posting
    company: str
    changed: str  #: one sentence: what is different now
    url: str = ""  #: of the posting, where the reader may want to open it again
