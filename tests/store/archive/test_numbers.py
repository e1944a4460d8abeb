"""Counting what titles that claim turned out to be, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxdigest.store import open_store
from cxdigest.store.archive.numbers import Claimed, Named, Said
from tests.store.world import DAY, NOW, judge, posting_id, read, sighting, take_in, verdict

SINCE = NOW - 30 * DAY
WEEK = 7 * DAY


def shown(store, title, *, days_ago=1, source="inbox", rules="rules-1", company="Tarn", **more):
    """Take in a posting that *source* showed so many days ago, and judge it; return its id."""
    one = sighting(title, company=company)
    when = NOW - days_ago * DAY
    key = f"{title}-{source}-{days_ago}"
    take_in(store, read(key, one, source=source, now=when), source=source, now=when)
    judge(store, verdict(posting_id(one), rules=rules, **more))
    return posting_id(one)


def counted(store, sources=("inbox",), *, since=SINCE, rules="rules-1"):
    found, among_few = (
        sorted(
            store.claimed(sources, fingerprint=rules, since=since, few=few),
            key=lambda one: one.title,
        )
        for few in (False, sources is not None)
    )
    assert among_few == found, "where it is looked for makes no difference"
    return found


def test_nothing_is_counted_in_an_empty_store(store):
    assert counted(store) == []
    assert counted(store, None) == []
    assert counted(store, ()) == []
    assert store.unjudged_since(None, fingerprint="rules-1", since=SINCE) == 0
    assert store.polled_between(None, [SINCE, NOW]) == [False]
    assert store.words_on_kinds(None) == []
    assert store.openings_by_employer(fingerprint="rules-1", since=SINCE) == []


def test_posting_is_told_with_kind_tier_and_where_and_when_it_was_first_shown(store):
    shown(store, "Head of CX", kind="service", tier="full", days_ago=3)
    first = NOW - 3 * DAY
    assert counted(store) == [Claimed(first, "inbox", "indeed", "Head of CX", "service", "full")]


def test_posting_counts_once_by_the_own_source_that_showed_it_first(store):
    shown(store, "Head of CX", source="bens", days_ago=9)
    shown(store, "Head of CX", source="feed", days_ago=5)
    shown(store, "Head of CX", source="inbox", days_ago=2)
    shown(store, "Head of CX", source="feed", days_ago=1)
    (one,) = counted(store, ("inbox", "feed"))
    assert (one.source, one.first) == ("feed", NOW - 5 * DAY)
    (every,) = counted(store, None)
    assert (every.source, every.first) == ("bens", NOW - 9 * DAY)


def test_what_others_sources_showed_is_not_counted(store):
    shown(store, "Head of CX", source="bens")
    assert counted(store, ("inbox",)) == []
    assert counted(store, ("bens/ada",)) == []
    assert store.unjudged_since(["inbox"], fingerprint="another", since=SINCE) == 0
    assert store.unjudged_since(["bens"], fingerprint="another", since=SINCE) == 1


def test_posting_that_was_shown_before_is_no_news_in_the_time_that_is_asked_about(store):
    shown(store, "Head of CX", days_ago=31)
    shown(store, "Head of CX", days_ago=2)
    assert counted(store) == []
    assert len(counted(store, since=NOW - 60 * DAY)) == 1


def test_latest_verdict_of_the_rules_counts_and_no_others(store):
    one = shown(store, "Head of CX", kind="unclear", tier="title")
    judge(store, verdict(one, kind="support", tier="full"))
    judge(store, verdict(one, kind="sales", tier="full", rules="ada's own"))
    assert [(found.kind, found.tier) for found in counted(store)] == [("support", "full")]
    assert [found.kind for found in counted(store, rules="ada's own")] == ["sales"]


def test_title_that_claims_nothing_by_the_latest_verdict_is_not_counted(store):
    one = shown(store, "Head of CX", tier="title")
    judge(store, replace(verdict(one, tier="full"), claims=False))
    assert counted(store) == []


def test_merged_postings_count_once(store):
    first = sighting("Head of Customer Experience", url="https://a.example/1", location="Leith")
    again = sighting("Head of Customer Experience", url="https://b.example/2", location="Leith")
    take_in(store, read("a", first, now=NOW - 2 * DAY), now=NOW - 2 * DAY)
    take_in(store, read("b", again, source="feed", now=NOW), source="feed", now=NOW)
    judge(store, verdict(posting_id(first)), verdict(posting_id(again)))
    assert len(counted(store, ("inbox", "feed"))) == 2
    assert store.identify(limit=9, now=NOW).merged == 1
    (kept,) = {posting_id(first), posting_id(again)} & {one.id for one in store.every_posting()}
    judge(store, verdict(kept))
    (one,) = counted(store, ("inbox", "feed"))
    assert (one.source, one.first) == ("inbox", NOW - 2 * DAY)


def test_what_these_rules_have_not_judged_is_told_by_number(store):
    shown(store, "Head of CX")
    shown(store, "CX Lead", days_ago=40)
    assert store.unjudged_since(("inbox",), fingerprint="rules-1", since=SINCE) == 0
    assert store.unjudged_since(("inbox",), fingerprint="rules-2", since=SINCE) == 1
    assert store.unjudged_since(None, fingerprint="rules-2", since=NOW - 50 * DAY) == 2


def test_weeks_in_which_no_poll_succeeded_are_told(store):
    store.register_sources(["inbox", "bens"], now=NOW)

    def polled(name, days_ago, message=""):
        outcome = "network" if message else "empty"
        now = NOW - days_ago * DAY
        store.record_poll(
            name, outcome=outcome, message=message, now=now, next_poll=now, holder="w"
        )

    polled("inbox", 20)
    polled("inbox", 10, "no network")
    polled("bens", 10)
    polled("inbox", 1)
    edges = [NOW - 21 * DAY, NOW - 14 * DAY, NOW - 7 * DAY, NOW]
    assert store.polled_between(("inbox",), edges) == [True, False, True]
    assert store.polled_between(("inbox/ada",), edges) == [True, False, True]
    assert store.polled_between(("bens",), edges) == [False, True, False]
    assert store.polled_between(None, edges) == [True, True, True]
    assert store.polled_between((), edges) == [False, False, False]


def test_words_on_kinds_are_told_as_far_as_they_hold_with_what_the_judge_said_then(store):
    one, two = shown(store, "Head of CX", kind="service", tier="full"), shown(store, "CX Lead")
    say = {"way": "link", "sender": "", "now": NOW}
    store.record_feedback("ada", one, "not-genuine", **say)
    store.record_feedback("ada", one, "genuine", **say | {"now": NOW + timedelta(hours=1)})
    store.record_feedback("ada", one, "applied", **say)
    undone = store.record_feedback("ada", two, "not-genuine", **say)
    store.undo_feedback(undone, now=NOW)
    store.record_feedback("ben", two, "not-genuine", **say)
    take_in(store, read("new", sighting("Unjudged CX")))
    store.record_feedback("ben", posting_id(sighting("Unjudged CX")), "genuine", **say)
    assert store.words_on_kinds(["ada"]) == [Said("genuine", "service", "full", "rules-1")]
    assert sorted(store.words_on_kinds(["ben"]), key=str) == [
        Said("genuine", None, None, None),
        Said("not-genuine", "genuine", "title", "rules-1"),
    ]
    assert len(store.words_on_kinds(None)) == 3
    assert store.words_on_kinds([]) == []


def test_openings_of_employers_are_those_whose_duties_were_read(store):
    shown(store, "Head of CX", kind="service", tier="full", company="Tarn & Vale")
    shown(store, "CX Lead", kind="service", tier="full", company="Tarn & Vale")
    shown(store, "CX Manager", kind="genuine", tier="full", company="Tarn & Vale")
    shown(store, "CX Agent", kind="service", tier="snippet", company="Tarn & Vale")
    shown(store, "CX Clerk", kind="service", tier="full", company="")
    shown(store, "CX Old", kind="service", tier="full", company="Tarn & Vale", days_ago=40)
    found = store.openings_by_employer(fingerprint="rules-1", since=SINCE)
    assert found == [Named("Tarn & Vale", "genuine", 1), Named("Tarn & Vale", "service", 2)]


def test_naive_moment_is_refused(store):
    with pytest.raises(ValueError, match="since"):
        store.claimed(None, fingerprint="rules-1", since=NOW.replace(tzinfo=None))


def test_sqlite_counts_along_its_indexes_without_sorting(tmp_path):
    store = open_store(str(tmp_path / "plan.sqlite"))
    try:
        plan = _plan(store, ("inbox",))
    finally:
        store.close()
    first = next(line for line in plan if "sightings" in line)
    assert "COVERING INDEX ix_sightings_posting_id_source_seen_format" in first
    assert any(
        "COVERING INDEX ix_verdicts_rules_claims_posting_id_kind_tier" in one for one in plan
    )
    assert not [line for line in plan if "GROUP BY" in line]


def test_sqlite_looks_among_what_few_showed_along_its_index(tmp_path):
    empty = open_store(str(tmp_path / "plan.sqlite"))
    try:
        assert empty.have_few(("inbox", "board"))
        plan = _plan(empty, ("inbox",), few=True)
    finally:
        empty.close()
    (verdicts,) = [line for line in plan if "ix_verdicts_rules_claims" in line]
    assert "rules=? AND claims=? AND posting_id=?" in verdicts
    assert not [line for line in plan if "GROUP BY" in line]


def _plan(store, sources, *, few=False):
    from sqlalchemy import event

    asked = []
    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    store.claimed(sources, fingerprint="rules-1", since=SINCE, few=few)
    ((sql, values),) = [one for one in asked if one[0].startswith("SELECT")]
    with store._database.reading() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
