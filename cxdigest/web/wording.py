"""What the pages say of each word of feedback. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxdigest.language import _, marked
from cxdigest.model import FeedbackWord

OUTDATED = (
    marked("Links in a digest work for 60 days, and as long as the posting is kept."),
    marked("Open the newest digest that shows the posting and use the link there."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What pages say of one word, to be translated where it is shown."""

    title: str  #: of the page with the button
    meaning: str  #: what pressing it means
    button: str
    changed: str  #: what is different then; ``{employer}`` stands for the posting's

    def changes(self, employer: str) -> str:
        """Return what is different once it is said of a posting of *employer*."""
        return _(self.changed).replace("{employer}", employer or _("this employer"))


WORDINGS: Mapping[FeedbackWord, Wording] = {
    "genuine": Wording(
        title=marked("Is this a customer experience role?"),
        meaning=marked("You say that it is one, whatever the rules made of its words."),
        button=marked("Yes, it is one"),
        changed=marked(
            "For you it counts as customer experience now. The next digest says what that changed."
        ),
    ),
    "not-genuine": Wording(
        title=marked("Is this no customer experience role?"),
        meaning=marked("You say that it is none, whatever the rules made of its words."),
        button=marked("No, it is none"),
        changed=marked(
            "For you it no longer counts as customer experience. The next digest says what "
            "that changed."
        ),
    ),
    "hide-employer": Wording(
        title=marked("Hide this employer?"),
        meaning=marked(
            "Its postings are left out of your digests. Each digest still says how many were."
        ),
        button=marked("Hide this employer"),
        changed=marked(
            "Postings of {employer} are left out of your digests from now on. Each digest says "
            "how many."
        ),
    ),
    "applied": Wording(
        title=marked("Did you apply for this role?"),
        meaning=marked("It is kept as one that you applied for."),
        button=marked("Yes, I applied"),
        changed=marked(
            "It is kept as one that you applied for, and is not shown to you as news again."
        ),
    ),
    "not-for-me": Wording(
        title=marked("Is this role not for you?"),
        meaning=marked(
            "It is not shown to you again. What it is, and its employer, stay as they are."
        ),
        button=marked("Not for me"),
        changed=marked("It is not shown to you again."),
    ),
}
