"""What the pages say of each word of feedback. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxdigest.model import FeedbackWord

OUTDATED = (
    "Links in a digest work for 60 days, and as long as the posting is kept.",
    "Open the newest digest that shows the posting and use the link there.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What pages say of one word."""

    title: str  #: of the page with the button
    meaning: str  #: what pressing it means
    button: str
    changed: str  #: what is different then; ``{employer}`` stands for the posting's

    def changes(self, employer: str) -> str:
        """Return what is different once it is said of a posting of *employer*."""
        return self.changed.replace("{employer}", employer or "this employer")


WORDINGS: Mapping[FeedbackWord, Wording] = {
    "genuine": Wording(
        title="Is this a customer experience role?",
        meaning="You say that it is one, whatever the rules made of its words.",
        button="Yes, it is one",
        changed="For you it counts as customer experience now. The next digest says what that "
        "changed.",
    ),
    "not-genuine": Wording(
        title="Is this no customer experience role?",
        meaning="You say that it is none, whatever the rules made of its words.",
        button="No, it is none",
        changed="For you it no longer counts as customer experience. The next digest says what "
        "that changed.",
    ),
    "hide-employer": Wording(
        title="Hide this employer?",
        meaning="Its postings are left out of your digests. Each digest still says how many were.",
        button="Hide this employer",
        changed="Postings of {employer} are left out of your digests from now on. Each digest says "
        "how many.",
    ),
    "applied": Wording(
        title="Did you apply for this role?",
        meaning="It is kept as one that you applied for.",
        button="Yes, I applied",
        changed="It is kept as one that you applied for, and is not shown to you as news again.",
    ),
    "not-for-me": Wording(
        title="Is this role not for you?",
        meaning="It is not shown to you again. What it is, and its employer, stay as they are.",
        button="Not for me",
        changed="It is not shown to you again.",
    ),
}
