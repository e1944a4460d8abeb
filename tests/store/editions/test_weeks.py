"""Counting what digests said, for the picture of a week."""

from __future__ import annotations

from dataclasses import replace

from cxdigest.model import Recipient
from cxdigest.week import Counted
from tests.store.world import (
    DAY,
    NOW,
    RENDERED,
    TODAY,
    digest_of,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

TO = [Recipient("smtp", "ada@x.example")]


def told(store, title, *, key, days_ago=0, profile="ada", kind="genuine", **more):
    """Take in a posting, judge it and put it into the digest of a day."""
    take_in(store, read(key, sighting(title)))
    judge(store, verdict(posting_id(sighting(title)), kind=kind))
    day, now = TODAY - days_ago * DAY, NOW - days_ago * DAY
    digest = replace(digest_of(store, profile=profile, now=NOW), day=day, made=now, **more)
    assert store.record_digest(digest, RENDERED, TO, now=now)


def test_counts_are_of_one_profile_and_of_the_days_asked_for(store):
    told(store, "CX Lead", key="a", days_ago=7)
    told(store, "Head of CX", key="b", days_ago=3)
    told(store, "VP CX", key="c", days_ago=0)
    store.register_profiles(["bob"], now=NOW)
    assert store.counted("ada", since=TODAY - 6 * DAY, before=TODAY) == [
        Counted(day=TODAY - 3 * DAY, kind="genuine", tier="title", origin="indeed", number=1)
    ]
    assert sum(one.number for one in store.counted("ada", since=TODAY - 9 * DAY, before=TODAY)) == 2
    assert store.counted("bob", since=TODAY - 9 * DAY, before=TODAY) == []


def test_alike_postings_of_a_day_are_one_line(store):
    take_in(store, read("a", sighting("CX Lead"), sighting("Head of CX")))
    for title in ("CX Lead", "Head of CX"):
        judge(store, verdict(posting_id(sighting(title))))
    yesterday = replace(digest_of(store), day=TODAY - DAY)
    assert store.record_digest(yesterday, RENDERED, TO, now=NOW)
    (line,) = store.counted("ada", since=TODAY - DAY, before=TODAY)
    assert line.number == 2


def test_a_posting_that_was_shown_twice_counts_once_as_it_was_shown_last(store):
    take_in(store, read("a", sighting("CX Lead")))
    one = posting_id(sighting("CX Lead"))
    judge(store, verdict(one, kind="unclear"))
    first = replace(digest_of(store), day=TODAY - 3 * DAY)
    (candidate,) = first.genuine
    assert store.record_digest(first, RENDERED, TO, now=NOW)
    answered = replace(candidate, verdict=verdict(one, tier="full"))
    second = replace(first, day=TODAY - DAY, genuine=(answered,))
    assert store.record_digest(second, RENDERED, TO, now=NOW)
    assert [
        (one.kind, one.tier, one.number)
        for one in store.counted("ada", since=TODAY - 6 * DAY, before=TODAY)
    ] == [("genuine", "full", 1)]


def test_a_title_that_claims_nothing_is_not_counted(store):
    take_in(store, read("a", sighting("Baker")))
    judge(store, replace(verdict(posting_id(sighting("Baker")), kind="other"), claims=False))
    digest = replace(digest_of(store), day=TODAY - DAY)
    assert store.record_digest(digest, RENDERED, TO, now=NOW)
    assert store.counted("ada", since=TODAY - 6 * DAY, before=TODAY) == []
