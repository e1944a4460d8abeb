"""Merging by hand, and duties that are forgotten, on both databases."""

from __future__ import annotations

from tests.store.world import DAY, NOW, posting_id, read, sighting, take_in

ONE, OTHER = (
    sighting("Journey Manager", company="Tarn"),
    sighting("Head of Journeys", company="Tarn"),
)
DUTIES = "the whole of the duties " * 30


def two(store):
    take_in(store, read("1", ONE))
    take_in(store, read("2", OTHER, now=NOW + DAY), now=NOW + DAY)
    return posting_id(ONE), posting_id(OTHER)


def test_what_is_merged_by_hand_is_one_until_it_is_split(store):
    one, other = two(store)
    store.record_feedback("ada", other, "applied", way="console", sender="", now=NOW)
    assert store.merge_by_hand(other, one, now=NOW) == one  # the one seen first stays
    assert store.merged_into(one) == {other: "You said that the two are one opening."}
    assert len(store.sightings(one)) == 2
    assert store.feedback_words("ada") == {one: "applied"}
    store.identify(limit=100, now=NOW)
    assert store.known_as(other) == one
    assert store.unmerge(other, now=NOW) == one
    assert (store.posting(one).title, store.posting(other).title) == (ONE.title, OTHER.title)
    assert store.feedback_words("ada") == {other: "applied"}
    assert store.merge_by_hand(one, other, now=NOW) == one  # what parted them holds no longer


def test_what_is_not_there_is_merged_with_nothing(store):
    one, other = two(store)
    assert store.merge_by_hand(one, one, now=NOW) is None
    assert store.merge_by_hand(one, "0" * 16, now=NOW) is None
    store.merge_by_hand(one, other, now=NOW)
    assert store.merge_by_hand(one, other, now=NOW) is None


def test_a_reader_forgets_only_duties_of_their_own(store):
    one, _ = two(store)
    assert not store.forget_duties(one, "ada")
    store.record_duties(one, DUTIES, now=NOW, told_by="ada")
    assert not store.forget_duties(one, "ben")
    assert store.posting(one).description == DUTIES
    assert store.forget_duties(one, "ada")
    known = store.posting(one)
    assert (known.description, known.duties_from, store.page(one)) == ("", "", None)


def test_whose_the_pasted_duties_are_goes_with_them_when_merged(store):
    one, other = two(store)
    store.record_duties(other, DUTIES, now=NOW, told_by="ada")
    store.merge_by_hand(one, other, now=NOW)
    assert store.posting(one).description == DUTIES
    assert store.page(one).told_by == "ada"
    seen = store.candidate("ben", ["inbox"], one, fingerprint="")
    assert (seen.posting.description, seen.posting.duties_from) == ("", "another")


def test_a_posting_is_shown_to_whoevers_sources_showed_it(store):
    one, _ = two(store)
    assert store.candidate("ada", ["inbox"], one, fingerprint="").posting.title == ONE.title
    assert store.candidate("ada", ["other"], one, fingerprint="") is None
    assert store.candidate("ada", [], one, fingerprint="") is None
    assert store.candidate("ada", ["inbox"], "0" * 16, fingerprint="") is None
