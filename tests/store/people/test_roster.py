"""Profiles in the store: kept as written, paused, forgotten; nobody sees another's postings."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.model import routed
from tests.ready import ready_store
from tests.store.world import DAY, HOUR, NOW, RENDERED, TODAY, digest_of, read, sighting, take_in

ANNA = {"name": "Änne", "sources": ["inbox"], "wishes": {"places": ["Wien"], "salary_from": 60000}}


def test_definitions_are_kept_as_written_and_replaced(store):
    store.enrol({"anna": ANNA, "ben": {"name": "Ben"}}, now=NOW)
    assert store.definitions() == {"anna": ANNA, "ben": {"name": "Ben"}}
    store.enrol({"ben": {"name": "Benno"}}, now=NOW + HOUR)
    assert store.definitions(["ben"]) == {"ben": {"name": "Benno"}}
    roster = store.roster()
    assert (roster["anna"].changed, roster["ben"].changed) == (NOW, NOW + HOUR)


def test_a_profile_of_the_configuration_has_no_definition_and_is_not_on_the_roster(store):
    store.register_profiles(["ada", "coach/berta"], now=NOW)
    assert store.definitions() == {}
    assert store.roster() == {}
    assert store.has_profile("ada")
    assert not store.has_profile("eve")


def test_pausing_and_resuming_say_whether_they_changed_anything(store):
    assert store.pause_profile("ada", now=NOW)
    assert not store.pause_profile("ada", now=NOW + HOUR)
    assert store.roster()["ada"].paused == NOW
    assert store.roster()["ada"].changed is None
    assert store.resume_profile("ada", now=NOW)
    assert not store.resume_profile("ada", now=NOW)
    assert store.roster() == {}


def test_removing_a_profile_keeps_its_digests_and_adding_it_again_shows_nothing_twice(store):
    take_in(store, read("1", sighting()))
    store.enrol({"anna": ANNA}, now=NOW)
    digest = digest_of(store, profile="anna")
    assert store.record_digest(digest, RENDERED, [], now=NOW)
    assert store.discharge("anna")
    assert not store.discharge("anna")
    assert store.definitions() == {}
    assert store.days_since(TODAY) == {"anna": {TODAY}}
    assert store.days_since(TODAY + DAY) == {}
    store.enrol({"anna": ANNA}, now=NOW + HOUR)
    assert digest_of(store, profile="anna").genuine == ()


# -- one client's data never shows in another's digest

PEOPLE = ("anna", "ben", "cleo")
PLAIN = ("inbox", "feed")
#: Sources as profiles may have them: shared, own, and their shares of one intake mailbox.
NAMES = (*PLAIN, *(routed("intake", name) for name in PEOPLE))
EXAMPLES = itertools.count()
TITLES = ("CX Lead", "Head of Customer Experience", "Journey Manager")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """One store for all examples, whose sources and people have names of their own."""
    opened = ready_store(tmp_path_factory.mktemp("store") / "x.sqlite")
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None)
@given(
    shown=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(TITLES), st.booleans()), max_size=8
    ),
    plain=st.fixed_dictionaries(
        {name: st.sets(st.sampled_from(PLAIN), max_size=2) for name in PEOPLE}
    ),
)
def test_a_profile_sees_only_what_its_own_sources_and_shares_showed(shelf, shown, plain):
    mark = f"x{next(EXAMPLES)}x"
    for number, (source, title, opaque) in enumerate(shown):
        of, _, owner = source.partition("/")
        one = sighting(title, company="Tarn & Vale", snippet=f"from {source}")
        if opaque:  # the token of whoever got it may stand in it
            link = f"https://tracker.example/{owner or of}-{mark}-{number}"
            one = replace(one, url=link, opaque=True)
        # As a poll of an intake mailbox keeps it: the alert is the mailbox's, what it shows hers.
        key = f"{mark} {number}"
        taken = replace(read(key, one, source=f"{of}-{mark}"), profile=owner and f"{owner}-{mark}")
        take_in(shelf, taken, source=f"{of}-{mark}")
    for name in PEOPLE:
        person = f"{name}-{mark}"
        own = [*(f"{one}-{mark}" for one in sorted(plain[name])), routed(f"intake-{mark}", person)]
        found = shelf.candidates(person, own, fingerprint="rules-1", since=NOW - DAY)
        mine = {*plain[name], routed("intake", name)}
        assert {one.posting.title for one in found} == {
            title for source, title, _ in shown if source in mine
        }
        owners = {source.rpartition("/")[2] for source in mine}
        for one in found:
            assert {seen.source for seen in one.seen} <= set(own)
            links = [*(seen.url for seen in one.seen), one.posting.url]
            tokens = [link.rpartition("/")[2] for link in links if "tracker" in link]
            assert {token.partition("-")[0] for token in tokens} <= owners
            assert all(mark in token for token in tokens)


def test_what_another_changed_meanwhile_is_not_replaced_and_nothing_else_is_kept(store):
    assert store.revise({"anna": ANNA}, before={"anna": None}, now=NOW) == []
    assert store.revise({"anna": {"name": "A"}}, before={"anna": None}, now=NOW + HOUR) == ["anna"]
    both = {"ben": {"name": "Ben"}, "anna": {"name": "A"}}
    seen = {"ben": None, "anna": NOW - HOUR}
    assert store.revise(both, before=seen, now=NOW + HOUR) == ["anna"]
    assert store.definitions() == {"anna": ANNA}
    assert not store.has_profile("ben")
    assert store.revise(both, before={**seen, "anna": NOW}, now=NOW + HOUR) == []
    assert store.definitions() == both


def test_a_change_within_the_same_moment_is_news(store):
    store.revise({"anna": ANNA}, before={"anna": None}, now=NOW)
    assert store.revise({"anna": {"name": "A"}}, before={"anna": NOW}, now=NOW) == []
    assert store.roster()["anna"].changed > NOW
