"""Links by which a coach says a word on a digest that waits: a page, or a mail that is read.

A link carries a signed token and does nothing by itself: the page acts on a button, the mail when
it is sent. What it may still do is the store's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxdigest.feedback import Signer
from cxdigest.feedback.tokens import MARK, tokens_in
from cxdigest.pipeline.links.ways_out import mailto

Step = Literal["look", "approve", "hold", "note", "drop"]
STEPS: tuple[Step, ...] = ("look", "approve", "hold", "note", "drop")
PURPOSE = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a link in a coach's mail asks for."""

    digest_id: str
    step: Step
    posting_id: str = ""  #: of the posting to be dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLinks:
    """Makes the links and knows them again."""

    signer: Signer
    public_url: str = ""  #: where the pages are, without a slash at its end; empty: nowhere
    address: str = ""  #: of a mailbox that is polled; empty: none takes such mails

    def page(self, digest_id: str) -> str:
        """Return the link to the page of a digest, ``""`` where there are no pages."""
        if not self.public_url:
            return ""
        return f"{self.public_url}/review/{self.token(digest_id, 'look')}"

    def mail(self, digest_id: str, step: Step, posting_id: str = "") -> str:
        """Return the link to a mail that says so, ``""`` where no mailbox takes it."""
        if not self.address:
            return ""
        return mailto(self.address, f"{MARK} {self.token(digest_id, step, posting_id)}")

    def token(self, digest_id: str, step: Step, posting_id: str = "") -> str:
        """Return the token of a link."""
        parts = (digest_id, step, posting_id) if posting_id else (digest_id, step)
        return self.signer.sign(PURPOSE, *parts)

    def read(self, token: str) -> Ask | None:
        """Return what *token* asks for, None where it is none of this instance."""
        digest_id, said, posting_id = (*(self.signer.read(PURPOSE, token) or ()), "", "", "")[:3]
        known = next((step for step in STEPS if step == said), None)
        return Ask(digest_id=digest_id, step=known, posting_id=posting_id) if known else None

    def in_subject(self, subject: str) -> Ask | None:
        """Return what the first token of a review in *subject* asks for; None without one."""
        return next((found for token in tokens_in(subject) if (found := self.read(token))), None)
