"""Digests that wait for their coach: one winner, nothing lost, nothing sent before the word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cxdigest.errors import WrongUseError
from cxdigest.model import Digest, Enclosure, Rendered
from tests.store.world import DAY, HOUR, NOW, RENDERED, TODAY, digest_of, read, sighting, take_in

MENDED = Rendered(
    subject="6 roles",
    text="Six.",
    html="<p>Six.</p>",
    enclosures=(Enclosure(name="rest.html", media="text/html", content=b"<p>"),),
)
DEADLINE = NOW + 2 * HOUR


def waiting(store, *recipients, profile="ada", day=TODAY, now=NOW, otherwise="send"):
    """Put a digest of all that is new before the coach; return its id."""
    digest_id = store.record_digest(
        digest_of(store, profile=profile, day=day, now=now),
        RENDERED,
        [("smtp", recipient) for recipient in recipients or ["ada@x.example"]],
        now=now,
        state="review",
        deadline=now + 2 * HOUR,
        otherwise=otherwise,
    )
    assert digest_id
    return digest_id


def claim(store, now):
    return store.claim_delivery(now=now, lease=HOUR, holder="w1")


def candidates(store):
    return store.candidates("ada", ["inbox"], fingerprint="rules-1", since=NOW - 30 * DAY)


def two_postings(store):
    take_in(store, read("a", sighting("CX Lead"), sighting("CX Designer")))


def test_nothing_is_sent_before_the_coach_has_said_so(store):
    digest_id = waiting(store)
    assert claim(store, NOW + 30 * DAY) is None
    assert [(one.id, one.state, one.deadline) for one in store.reviews()] == [
        (digest_id, "review", DEADLINE)
    ]
    assert store.approve_review(digest_id, now=NOW + HOUR)
    assert claim(store, NOW + HOUR).rendered == RENDERED
    assert store.reviews() == []


def test_of_many_approvals_and_the_deadline_at_once_one_wins(store):
    digest_id = waiting(store)
    late = DEADLINE + HOUR

    def word(number):
        if number % 3 == 0:
            return store.approve_review(digest_id, now=late)
        if number % 3 == 1:
            return store.approve_review(digest_id, now=late, overdue=True)
        return store.hold_review(digest_id, now=late)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(word, range(12)))

    # A hold may come first, and then one approval by the coach; nothing else.
    assert sum(done) in {1, 2}
    if store.review(digest_id).state == "held":
        assert store.approve_review(digest_id, now=late)
    assert claim(store, late).digest_id == digest_id
    assert claim(store, late) is None


def test_the_deadline_acts_on_nothing_before_it_and_on_nothing_that_is_held(store):
    digest_id = waiting(store)
    early = DEADLINE - timedelta(microseconds=1)
    assert store.overdue_reviews(now=early) == []
    assert not store.approve_review(digest_id, now=early, overdue=True)
    assert not store.hold_review(digest_id, now=early)
    assert [one.id for one in store.overdue_reviews(now=DEADLINE)] == [digest_id]
    assert store.hold_review(digest_id)
    assert store.overdue_reviews(now=DEADLINE) == []
    assert not store.approve_review(digest_id, now=DEADLINE, overdue=True)
    assert [one.state for one in store.reviews()] == ["held"]


def test_a_note_and_a_dropped_posting_change_what_is_sent(store):
    two_postings(store)
    digest_id = waiting(store)
    first, second = (one.posting.id for one in store.review_content(digest_id).genuine)
    before = store.review(digest_id)

    assert store.revise_review(before, note="Hello", dropped=[first], rendered=MENDED)

    after = store.review(digest_id)
    assert (after.note, after.dropped, after.subject) == ("Hello", (first,), "6 roles")
    assert store.review_payload(digest_id) == replace(MENDED, enclosures=())
    # Nothing is forgotten until it is approved: the whole digest is still there to take it back.
    assert [one.posting.id for one in store.review_content(digest_id).genuine] == [first, second]
    assert candidates(store) == []


def test_who_read_the_digest_before_another_changed_it_changes_nothing(store):
    digest_id = waiting(store)
    before = store.review(digest_id)
    assert store.revise_review(before, note="First", dropped=[], rendered=MENDED)
    assert not store.revise_review(before, note="Second", dropped=[], rendered=RENDERED)
    assert store.review(digest_id).note == "First"
    assert store.approve_review(digest_id, now=NOW)
    now = store.review(digest_id)
    assert not store.revise_review(now, note="Too late", dropped=[], rendered=RENDERED)
    assert store.review_content(digest_id) is None
    assert claim(store, NOW).rendered.text == "Six."


def sections(store, digest_id):
    with store._database.reading() as connection:
        query = "SELECT section FROM digest_items ORDER BY section"
        return list(connection.exec_driver_sql(query).scalars())


def test_a_drop_can_be_taken_back_until_it_is_approved(store):
    two_postings(store)
    digest_id = waiting(store)
    (first, _) = (one.posting.id for one in store.review_content(digest_id).genuine)
    store.revise_review(store.review(digest_id), note="", dropped=[first], rendered=MENDED)
    assert sections(store, digest_id) == ["dropped", "genuine"]
    store.revise_review(store.review(digest_id), note="", dropped=[], rendered=RENDERED)
    assert sections(store, digest_id) == ["genuine", "genuine"]


def test_what_a_held_digest_had_comes_again_when_it_lapses_but_for_what_was_dropped(store):
    two_postings(store)
    digest_id = waiting(store)
    found = store.review_content(digest_id).genuine
    store.revise_review(
        store.review(digest_id), note="", dropped=[found[0].posting.id], rendered=MENDED
    )
    assert not store.lapse_review(digest_id), "it waits and is not held"
    store.hold_review(digest_id)

    assert store.lapse_review(digest_id)

    assert [one.posting.id for one in candidates(store)] == [found[1].posting.id]
    assert not store.approve_review(digest_id, now=NOW)
    assert claim(store, NOW + DAY) is None
    assert store.reviews() == []
    assert store.review_of("ada").state == "lapsed"


def test_a_coach_is_asked_once_for_each_digest(store):
    waiting(store)
    (unasked,) = store.unasked_reviews()
    mail = Digest(profile="review/ada", day=TODAY, made=NOW)
    assert store.record_digest(mail, RENDERED, [("smtp", "berta@x.example")], now=NOW)
    assert unasked.profile == "ada"
    assert store.unasked_reviews() == []


def test_reviews_of_some_profiles_leave_out_all_others(store):
    waiting(store, profile="ada")
    waiting(store, profile="ben", now=NOW - HOUR)
    assert [one.profile for one in store.reviews()] == ["ben", "ada"]
    assert [one.profile for one in store.reviews(["ada"])] == ["ada"]
    assert store.reviews([]) == []


def test_a_digest_that_a_later_version_kept_can_be_approved_but_not_changed(store):
    digest_id = waiting(store)
    from sqlalchemy import update

    from cxdigest.store.schema import digests

    with store._database.writing() as connection:
        connection.execute(update(digests).values(content=b'{"version": 99, "digest": {}}'))
    with pytest.raises(WrongUseError, match="another version"):
        store.review_content(digest_id)
    assert store.approve_review(digest_id, now=NOW)


def test_the_day_of_a_digest_or_its_latest_is_found(store):
    waiting(store, day=TODAY - DAY)
    latest = waiting(store)
    assert store.review_of("ada").id == latest
    assert store.review_of("ada", TODAY - DAY).day == TODAY - DAY
    assert store.review_of("ben") is None
    assert store.review("none") is None
    assert store.review_payload("none") is None
