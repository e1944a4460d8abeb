"""A small instance whose pages are really served: ``pages`` asks them as a browser would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import httpx
import pytest
from jinja2 import Environment

from cxdigest.feedback import Signer, feedback_token
from cxdigest.model import Candidate, Digest, FeedbackWord, Profile, Recipient, Rendered
from cxdigest.store import Store
from cxdigest.web.desk import Desk
from cxdigest.web.look import templates
from tests.asking import asking
from tests.ready import ready_store
from tests.store.world import DAY, NOW, TODAY, judge, posting_id, sighting, take_in, verdict
from tests.store.world import read as alert
from tests.web.shown import shown

PUBLIC = "https://digest.example"
RENDERED = Rendered(subject="7 roles", text="Seven.", html="<p>Seven.</p>")


def profile(name: str, *sources: str) -> Profile:
    return Profile(
        name=name,
        heading=name.title(),
        sources=sources,
        recipients=(),
        send_at=time(7),
        zone=ZoneInfo("Europe/Berlin"),
        days=frozenset(range(7)),
        lookback=timedelta(days=14),
    )


@dataclass
class Instance:
    """Ada's digest of today with two roles, and Ben's, who has nothing to do with her."""

    store: Store
    now: datetime = NOW
    profiles: dict[str, Profile] = field(
        default_factory=lambda: {"ada": profile("ada", "inbox"), "ben": profile("ben", "other")}
    )

    def __post_init__(self) -> None:
        self.signer = Signer(self.store.instance_key())

    def digest(self, name: str, *postings: str, day=TODAY, made=NOW, **sections) -> str:
        def shown(ids) -> tuple[Candidate, ...]:
            found = map(self.store.posting, ids)
            return tuple(Candidate(posting=one, verdict=None, seen=()) for one in found if one)

        said = {section: shown(ids) for section, ids in {"genuine": postings, **sections}.items()}
        digest = Digest(profile=name, day=day, made=made, **said)
        who = [Recipient("mail", f"{name}@mail.example"), Recipient("mail", "coach@mail.example")]
        made_id = self.store.record_digest(digest, RENDERED, who, now=made)
        assert made_id
        return made_id

    def take_in(
        self, *sightings, source: str = "inbox", kind: str = "genuine", **more
    ) -> list[str]:
        """Keep postings as a source showed them, judged."""
        key = f"a-{sightings[0].title}-{source}"
        take_in(self.store, alert(key, *sightings, source=source), source=source)
        ids = [posting_id(one) for one in sightings]
        judge(self.store, *(verdict(one, kind=kind, **more) for one in ids))
        return ids

    def feedback(self, digest_id: str, posting: str, word: FeedbackWord) -> str:
        return f"/f/{feedback_token(self.signer, digest_id, posting, word)}"

    @property
    def desk(self) -> Desk:
        return Desk(
            store=self.store,
            signer=self.signer,
            templates=look(),
            clock=lambda: self.now,
            profile=self.profiles.get,
            fingerprint=lambda _: "rules-1",
            public_url=PUBLIC,
        )


@cache
def look() -> Environment:
    """The templates of the pages, compiled once."""
    return templates()


@pytest.fixture
def instance(tmp_path) -> Iterator[Instance]:
    store = ready_store(tmp_path / "cxdigest.sqlite")
    yield Instance(store)
    store.close()


@pytest.fixture
def pages(instance: Instance) -> Iterator[httpx.Client]:
    """A client of the served pages, which follows nothing and keeps nothing."""
    with (
        shown(instance.desk) as address,
        asking(address) as client,
    ):
        yield client


__all__ = ["DAY", "Instance", "sighting"]
