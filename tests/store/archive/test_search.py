"""Finding postings by what they say, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cxdigest.identity import SUBSTANCE
from cxdigest.store import COUNTED, Wanted
from cxdigest.terms import asked_for
from tests.store.world import NOW, judge, posting_id, read, sighting, take_in, verdict

DUTIES = "<h2>Duties</h2><ul><li>Map customer&nbsp;journeys &amp; act on the voice of customers</li></ul>"


def shown(store, *sightings, source="inbox", now=NOW):
    """Let a source show postings, and take their words in."""
    take_in(
        store,
        read(f"{source} {sightings[0].title} {now}", *sightings, source=source),
        source=source,
    )
    while store.take_in_words():
        pass
    return [posting_id(one) for one in sightings]


def found(store, query="", *, who="ada", sources=("inbox",), after=None, most=50, **wanted):
    asked = Wanted(words=asked_for(query), **wanted)
    page = store.find(who, sources, asked, fingerprint="rules-1", after=after, most=most)
    titles = [one.posting.title for one in page.candidates]
    assert store.count_found(who, sources, asked, fingerprint="rules-1") == len(titles) or page.more
    return titles


def test_words_phrases_and_beginnings_are_found_wherever_they_stand(store):
    shown(store, sighting("Journey Manager", company="Tarn & Vale", snippet="Own the café’s VOICE"))
    shown(store, sighting("Äußerst Lead", location="Zürich", description=DUTIES + "x " * SUBSTANCE))
    assert found(store, "journey") == ["Journey Manager"]
    assert found(store, "tarn manager cafe") == ["Journey Manager"]
    assert found(store, '"customer journeys"') == ["Äußerst Lead"]
    assert found(store, '"journeys customer"') == []
    assert found(store, "journ*") == ["Äußerst Lead", "Journey Manager"]
    assert found(store, "zurich aussерst".replace("ер", "er")) == ["Äußerst Lead"]
    assert found(store, "voice -lead") == ["Journey Manager"]
    assert found(store, "-lead") == ["Journey Manager"]
    assert found(store, "h2") == []


def test_signs_of_scripts_without_spaces_are_words(store):
    shown(store, sighting("客户体验经理"))
    assert found(store, "体验") == ["客户体验经理"]
    assert found(store, "验体") == []


@pytest.mark.parametrize(
    "query",
    ['"', '""', "*", "-", '-"', "AND", "NEAR(", "a:b", "head : x", "'; DROP TABLE postings; --",
     "(((", "^", "\0", "\ud800", "{x}", ":*", "& | !", "'", "\\", "x" * 5000, "a " * 5000, '-"a" -b'],
)  # fmt: skip
def test_whatever_is_typed_is_no_error(store, query):
    shown(store, sighting("Journey Manager"))
    assert found(store, query) in ([], ["Journey Manager"])
    assert found(store, employer=replace(asked_for(query), unwanted=())) in (
        [],
        ["Journey Manager"],
    )


def test_what_only_others_alerts_say_is_not_found(store):
    one = sighting("Journey Manager", snippet="for everybody")
    shown(store, one)
    shown(store, replace(one, snippet="for everybody, and for annegret above all"), source="other")
    assert found(store, "annegret") == []
    assert found(store, "everybody") == ["Journey Manager"]
    assert found(store, "journey -annegret") in ([], ["Journey Manager"])
    assert found(store, "annegret", who="ben", sources=("other",)) == ["Journey Manager"]
    assert found(store, "journey", who="cleo", sources=("third",)) == []
    assert found(store, sources=()) == []


def test_duties_that_another_pasted_are_not_found(store):
    (one,) = shown(store, sighting("Journey Manager"))
    shown(store, sighting("Journey Manager"), source="other")
    store.record_duties(one, "the secret duties " * 40, now=NOW, told_by="ben")
    store.take_in_words()
    assert found(store, "secret") == []
    assert found(store, "secret", who="ben", sources=("other",)) == ["Journey Manager"]


def test_what_changed_is_found_by_what_it_says_now(store):
    (one,) = shown(store, sighting("Journey Manager", snippet="in the morning"))
    store.record_duties(one, "whole duties " * 40, now=NOW)
    assert store.take_in_words() == 1
    assert found(store, "whole morning") == ["Journey Manager"]
    store.record_duties(one, "other words " * 40, now=NOW)
    store.take_in_words()
    assert found(store, "whole") == []
    assert store.take_in_words() == 0


def test_what_is_gone_is_not_found(store):
    shown(store, sighting("Journey Manager"), source="hers")
    store.register_profiles(["ada"], now=NOW)
    store.erase_profile("ada", own_sources=["hers"])
    assert found(store, "journey", sources=("hers",)) == []
    with store._database.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM searched")) == 0
        if store._database.is_sqlite:
            assert connection.scalar(sa.text("SELECT count(*) FROM searched_words")) == 0


def test_nothing_of_what_is_erased_stays_in_the_file(store, url):
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL keeps its own files")
    shown(store, sighting("Journey Quixotine"), source="hers")
    shown(store, sighting("Journey Manager"))
    store.register_profiles(["ada"], now=NOW)
    assert store.erase_profile("ada", own_sources=["hers"]).compacted
    path = url.removeprefix("sqlite:///")
    from pathlib import Path

    assert b"uixotine" not in Path(path).read_bytes()
    assert found(store, "journey") == ["Journey Manager"]  # numbers are the same after it


def test_pages_follow_each_other_newest_first(store):
    titles = [f"Role {n:02}" for n in range(12)]
    for title in titles:
        shown(store, sighting(title))
    seen, after = [], None
    for _ in range(4):
        page = store.find(
            "ada", ["inbox"], Wanted(words=asked_for("role")), fingerprint="", after=after, most=3
        )
        seen += [one.posting.title for one in page.candidates]
        after = page.numbers[-1]
    assert seen == titles[::-1]
    assert not page.more


def test_each_filter_leaves_what_fits_it_alone(store):
    home, away = shown(
        store,
        sighting("At home", workplace="remote", company="Tarn & Vale"),
        sighting("Away", workplace="onsite", company="Gannet"),
    )
    judge(
        store,
        verdict(home, kind="genuine"),
        replace(verdict(away, kind="service"), claims=False),
    )
    shown(store, sighting("Later"), source="second", now=NOW)
    both = ("inbox", "second")
    assert found(store, sources=both, kind="genuine") == ["At home"]
    assert found(store, sources=both, kind="unclear") == ["Later"]
    assert found(store, sources=both, claims=False) == ["Away"]
    assert found(store, sources=both, workplace="remote") == ["At home"]
    assert found(store, sources=both, source="second") == ["Later"]
    assert found(store, sources=both, employer=asked_for("vale")) == ["At home"]
    assert found(store, sources=both, employer=asked_for("home")) == []
    assert found(store, sources=both, since=NOW + timedelta(days=1)) == []
    assert len(found(store, sources=both, until=NOW + timedelta(days=1))) == 3


def test_the_readers_word_counts_where_kinds_are_asked_for(store):
    store.register_profiles(["ada", "ben"], now=NOW)
    (one,) = shown(store, sighting("Journey Manager"))
    judge(store, verdict(one, kind="service"))
    store.record_feedback("ada", one, "genuine", way="console", sender="", now=NOW)
    assert found(store, kind="genuine") == ["Journey Manager"]
    assert found(store, kind="service") == []
    assert found(store, kind="service", who="ben") == ["Journey Manager"]
    store.record_feedback("ada", one, "not-genuine", way="console", sender="", now=NOW)
    assert found(store, kind="service") == ["Journey Manager"]


def test_the_best_match_says_it_in_its_title(store):
    shown(store, sighting("Journey Manager", snippet="short"))
    shown(store, sighting("Manager", snippet="a journey among many other words of the text"))
    assert found(store, "journey", order="best") == ["Journey Manager", "Manager"]
    assert found(store, "journey") == ["Manager", "Journey Manager"]


def test_more_than_can_be_counted_is_said_so(store):
    shown(store, *(sighting(f"Role {n}") for n in range(COUNTED + 5)))
    asked = Wanted(words=asked_for("role"))
    assert store.count_found("ada", ["inbox"], asked, fingerprint="") == COUNTED + 1
