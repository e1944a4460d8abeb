"""A profile's feed: read what its digests showed, let its reader's words hold, write it out.

No step of a turn: feeds are asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cxdigest.feedback import correct
from cxdigest.model import Profile
from cxdigest.render.feed import Feed, feed_of
from cxdigest.store import Store

MOST = 100  #: postings in a feed
_WANTED = frozenset({"genuine", "unclear"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_for(
    store: Store, profile: Profile, *, fingerprint: str, flagged: bool = False, address: str = ""
) -> Feed:
    """Return the feed of *profile*: genuine roles and those worth a look, as they stand now.

    *flagged* adds what is called customer experience and is something else. *fingerprint* is of
    the rules that judge for it, *address* where the feed is found.
    """
    found = store.listed(profile.name, profile.sources, fingerprint=fingerprint, most=MOST)
    said = correct(
        [one.candidate for one in found],
        store.feedback_words(profile.name),
        store.feedback_kinds(profile.name),
    )
    listed = [
        (candidate, one.first, one.changed)
        for candidate, one in zip(said, found, strict=True)
        if candidate.verdict is None
        or candidate.verdict.kind in _WANTED
        or (flagged and candidate.verdict.flagged)
    ]
    return feed_of(profile, listed, key=store.instance_key(), begun=_EPOCH, address=address)


def feed_address(public_url: str, profile: str, secret: str) -> str:
    """Return where a feed is found, without ``.atom`` or ``.json``; *secret* is the store's."""
    return f"{public_url}/feeds/{profile}.{secret}"
