"""What stood in digests and stands in the archive, read again; on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from cxdigest.model import Candidate, Digest
from cxdigest.store.schema import digests
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    TODAY,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

LEAD, AGENT, VP = sighting("CX Lead"), sighting("CX Agent"), sighting("VP Customer Experience")


def digest(store, *, profile="ada", day=TODAY, made=NOW, **sections):
    def shown(ones):
        found = [store.posting(posting_id(one)) for one in ones]
        return tuple(Candidate(posting=one, verdict=None, seen=()) for one in found)

    said = {name: shown(ones) for name, ones in sections.items()}
    edition = Digest(profile=profile, day=day, made=made, **said)
    return store.record_digest(edition, RENDERED, [], now=made)


def titles(found):
    return [candidate.posting.title for candidate in found]


def test_a_digest_says_again_what_it_showed_in_its_order(store):
    take_in(store, read("a", LEAD, AGENT, VP))
    judge(store, verdict(posting_id(VP)))
    judge(store, verdict(posting_id(LEAD), rules="other-rules"), shared=False)
    made = digest(store, genuine=[VP, LEAD], others=[AGENT])
    found = store.digest_contents(made, fingerprint="rules-1")
    assert [(section, one.posting.title) for section, one in found] == [
        ("genuine", "VP Customer Experience"), ("genuine", "CX Lead"), ("others", "CX Agent"),
    ]  # fmt: skip
    assert [one.verdict is not None for _, one in found] == [True, False, False]
    assert all(one.seen == () for _, one in found)
    assert store.digest_contents("nothing", fingerprint="rules-1") == []


def test_what_a_coach_left_out_is_not_said(store):
    take_in(store, read("a", LEAD, AGENT))
    made = digest(store, genuine=[LEAD, AGENT])
    with store._database.writing() as connection:
        gone = update(digests).where(digests.c.id == made).values(dropped=[posting_id(LEAD)])
        connection.execute(gone)
    (left,) = store.digest_contents(made, fingerprint="rules-1")
    assert left[1].posting.title == "CX Agent"


def test_the_latest_that_digests_showed_come_first_with_when_they_were_new_and_changed(store):
    take_in(store, read("a", LEAD, VP))
    take_in(store, read("b", LEAD, source="other"), source="other")
    judge(store, verdict(posting_id(LEAD)), now=NOW - DAY)
    digest(store, genuine=[LEAD], day=TODAY - DAY, made=NOW - DAY)
    digest(store, unclear=[VP], genuine=[LEAD])
    judge(store, verdict(posting_id(VP)), now=NOW + HOUR)
    found = {
        one.candidate.posting.title: one
        for one in store.listed("ada", ["inbox"], fingerprint="rules-1", most=10)
    }
    assert set(found) == {"CX Lead", "VP Customer Experience"}
    lead, vp = found["CX Lead"], found["VP Customer Experience"]
    assert (lead.first, lead.changed) == (NOW - DAY, NOW)
    assert (vp.first, vp.changed) == (NOW, NOW + HOUR)
    assert [at.source for at in lead.candidate.seen] == ["inbox"], "its own sightings alone"
    assert len(store.listed("ada", ["inbox"], fingerprint="rules-1", most=1)) == 1
    assert store.listed("ben", ["other"], fingerprint="rules-1", most=10) == []


def test_what_waits_for_a_coach_or_was_set_aside_is_not_listed(store):
    take_in(store, read("a", LEAD, AGENT))
    held = digest(store, genuine=[LEAD])
    digest(store, others=[AGENT], day=TODAY + DAY, made=NOW + DAY)
    with store._database.writing() as connection:
        connection.execute(update(digests).where(digests.c.id == held).values(state="held"))
    assert store.listed("ada", ["inbox"], fingerprint="rules-1", most=10) == []


def test_all_postings_come_in_batches_and_each_once(store):
    many = [sighting(f"CX Role {number}") for number in range(25)]
    take_in(store, read("a", *many))
    take_in(store, read("b", *many[:5], source="other"), source="other")
    for batch in (1, 7, 25, 100):
        found = list(store.every_candidate(None, fingerprint="rules-1", batch=batch))
        assert len(found) == len({one.posting.id for one in found}) == 25, batch
        assert sum(len(one.seen) for one in found) == 30
    own = list(store.every_candidate(["other"], fingerprint="rules-1", batch=2))
    assert len(own) == 5
    assert {at.source for one in own for at in one.seen} == {"other"}
    assert list(store.every_candidate([], fingerprint="rules-1")) == []


def test_since_counts_by_these_sources_own_sightings(store):
    take_in(store, read("a", LEAD, now=NOW - DAY), now=NOW - DAY)
    take_in(store, read("b", LEAD, source="other"), source="other")
    assert not titles(store.every_candidate(["inbox"], fingerprint="r", since=NOW - HOUR))
    assert titles(store.every_candidate(["other"], fingerprint="r", since=NOW - HOUR)) == [
        "CX Lead"
    ]
    assert titles(store.every_candidate(None, fingerprint="r", since=NOW - HOUR)) == ["CX Lead"]


def test_a_feeds_secret_is_made_once_and_anew_when_asked(store):
    assert store.feed_secret("ada") == ""
    first = store.make_feed_secret("ada", now=NOW)
    assert len(first) == 32
    assert store.make_feed_secret("ada", now=NOW) == store.feed_secret("ada") == first
    assert store.make_feed_secret("ben", now=NOW) != first
    second = store.make_feed_secret("ada", now=NOW, renew=True)
    assert store.feed_secret("ada") == second != first


def test_a_link_that_only_a_doubtful_sender_showed_gives_way_to_a_sound_one(store):
    bad = replace(sighting("CX Lead"), url="https://evil.example/1", native_id="indeed:1")
    good = replace(sighting("CX Lead"), url="https://jobs.example/1", native_id="indeed:1")
    take_in(store, read("a", bad, authenticity="failed"))
    take_in(store, read("b", good, authenticity="verified"))
    (one,) = store.every_candidate(["inbox"], fingerprint="r")
    assert one.posting.url == "https://jobs.example/1"
