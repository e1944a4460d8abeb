"""Packs of rules in the store: one who saved in between is not overwritten, and what was comes back."""

from __future__ import annotations

from dataclasses import replace

from cxdigest.rules import judge, load
from cxdigest.store.people.packs import EVERYBODY, StoredPack
from tests.store.world import HOUR, NOW, posting_id, read, sighting, take_in

MINE = "pack: mine\nabout: “Ours” – größer\n"


def test_a_pack_is_kept_as_written_and_what_it_was_before(store):
    assert store.pack(EVERYBODY) is None
    assert store.save_pack(EVERYBODY, MINE, seen=0, by="ada", now=NOW)
    assert store.save_pack(EVERYBODY, "pack: two\n", seen=1, by="ben", now=NOW + HOUR)
    assert store.pack(EVERYBODY) == StoredPack(
        profile="",
        version=2,
        text="pack: two\n",
        before=MINE,
        changed=NOW + HOUR,
        changed_by="ben",
    )
    assert store.pack_versions() == {"": 2}
    assert store.pack("ada") is None


def test_who_looked_at_an_older_version_overwrites_nothing(store):
    assert store.save_pack("ada", "pack: one\n", seen=0, by="ada", now=NOW)
    assert not store.save_pack("ada", "pack: late\n", seen=0, by="ben", now=NOW)
    assert store.save_pack("ada", "pack: two\n", seen=1, by="ada", now=NOW)
    assert not store.save_pack("ada", "pack: late\n", seen=1, by="ben", now=NOW)
    assert not store.save_pack("eve", "pack: none\n", seen=3, by="ben", now=NOW)
    found = store.pack("ada")
    assert found is not None
    assert (found.text, found.version) == ("pack: two\n", 2)
    assert store.pack("eve") is None


def test_the_pack_of_a_person_goes_with_the_person(store):
    store.save_pack("ada", MINE, seen=0, by="ada", now=NOW)
    store.save_pack(EVERYBODY, MINE, seen=0, by="ada", now=NOW)
    store.erase_profile("ada")
    assert store.pack_versions() == {"": 1}


def test_rules_are_tried_on_the_latest_postings_and_only_on_ones_own(store):
    early, late = sighting("Early"), sighting("Late")
    foreign = replace(early, title="Early", snippet="Only in Ben's alert.")
    take_in(store, read("1", early), now=NOW)
    take_in(store, read("2", late, now=NOW + HOUR), now=NOW + HOUR)
    take_in(
        store,
        read("3", foreign, source="other", now=NOW + 2 * HOUR),
        source="other",
        now=NOW + 2 * HOUR,
    )
    first, second = posting_id(early), posting_id(late)
    assert store.latest_ids(None, most=5) == [first, second]
    assert store.latest_ids(None, most=1) == [first]
    assert store.latest_ids(["inbox"], most=5) == [second, first]
    assert store.latest_ids(["nobody"], most=5) == []
    ((mine, all_of_it),) = store.postings_seen([first], ["inbox"], profile="ada")
    assert "Ben" not in mine.snippet
    assert not all_of_it
    ((whole, all_of_it),) = store.postings_seen([first], None, profile="")
    assert "Ben" in whole.snippet
    assert all_of_it
    assert [seen for _, seen in store.postings_seen([second], ["inbox"], profile="ada")] == [True]


def test_what_rules_said_is_known_at_the_tier_that_a_posting_has_now(store):
    one, other = sighting("Early"), sighting("Late")
    take_in(store, read("1", one, other), now=NOW)
    rules = load()
    waiting = [(judge(posting, rules), tier) for posting, tier in store.unjudged("x", limit=9)]
    store.record_verdicts(waiting, now=NOW)
    first, second = posting_id(one), posting_id(other)
    found = store.verdicts_by(rules.fingerprint, [first, second, "nothing"])
    assert found == {verdict.posting_id: verdict for verdict, _ in waiting}
    assert set(store.verdicts_by(rules.fingerprint, [first])) == {first}
    assert store.verdicts_by("other rules", [first]) == {}
    store.record_duties(first, "Own the journey. " * 40, told_by="ada", now=NOW)
    assert set(store.verdicts_by(rules.fingerprint, [first, second])) == {second}
