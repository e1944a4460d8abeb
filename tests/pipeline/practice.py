"""A coach's practice: a world with coaches, whose clients' digests may wait for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from jinja2 import Environment

from cxdigest.feedback import Signer
from cxdigest.model import Coach, Profile, Recipient, Review
from cxdigest.pipeline import Street
from cxdigest.pipeline.links.review_links import ReviewLinks
from tests.worlds import World, profile

LINKS = ReviewLinks(signer=Signer(b"0123456789abcdef"), public_url="https://digest.example")


def coach(name: str = "berta", **more) -> Coach:
    settings = {
        "heading": name.title(),
        "recipients": (Recipient("mail", f"{name}@coach.example"),),
        "send_at": time(8),
        "zone": ZoneInfo("UTC"),
        "days": frozenset(range(7)),
    }
    return Coach(name=name, **(settings | more))


def client(name: str = "ada", *, by: str = "berta", otherwise="send", wait=120, **more) -> Profile:
    """A profile whose digests wait for its coach; *wait* None: they do not."""
    review = None
    if wait is not None:
        review = Review(coach=by, until=timedelta(minutes=wait), otherwise=otherwise)
    return profile(name, to=(f"{name}@x.example",), coach=by, review=review, **more)


@dataclass
class Practice(World):
    """One installation with coaches. Its clock stands at half past seven."""

    profiles: Sequence[Profile] = field(default_factory=lambda: (client(),))
    coaches: Sequence[Coach] = field(default_factory=lambda: (coach(),))
    branded: Mapping[str, Environment] = field(default_factory=dict)
    links: ReviewLinks | None = LINKS

    @property
    def street(self) -> Street:
        return replace(
            super().street,
            coaches=tuple(self.coaches),
            branded=self.branded,
            review_links=self.links,
        )

    def mails_to(self, name: str) -> list[str]:
        """The text of all mails to an address that begins with *name*, oldest first."""
        return [m["text"] for m in self.mail.mails if m["to"].startswith(name + "@")]

    def waiting(self, name: str = "ada"):
        """How the latest digest of a client stands."""
        return self.store.review_of(name)
