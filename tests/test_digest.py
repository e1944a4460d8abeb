"""Choosing, grouping and ordering one day."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.digest import choose, is_news, missed_days, section_of, since_shown
from cxdigest.model import (
    KINDS,
    Candidate,
    Correction,
    Digest,
    Hiding,
    Posting,
    SeenAt,
    Share,
    Verdict,
    Week,
)
from tests import days
from tests.days import DAY, NOW, candidate, day_of, report, rich, verdict, words

moments = st.datetimes(timezones=st.just(UTC))
verdicts = st.none() | st.builds(
    Verdict,
    posting_id=st.just("p"),
    kind=st.sampled_from(KINDS),
    confidence=st.floats(0, 1),
    tier=st.sampled_from(["title", "snippet", "full"]),
    claims=st.booleans(),
    flagged=st.booleans(),  # also where the kind forbids it: no contradiction may lose a posting
    points=st.integers(-20, 60),
    evidence=st.just(()),
    rules=st.just("f"),
)
candidates = st.builds(
    Candidate,
    posting=st.builds(
        Posting,
        id=st.text(max_size=4),
        title=st.just("t"),
        first_seen=st.none() | moments,
    ),
    verdict=verdicts,
    seen=st.lists(
        st.builds(SeenAt, source=st.just("s"), format=st.just("f"), seen=moments, url=st.just("")),
        max_size=2,
    ).map(tuple),
)


def all_of(digest: Digest) -> list[Candidate]:
    return [*digest.genuine, *digest.unclear, *digest.flagged, *digest.others]


@given(st.lists(candidates, max_size=20))
def test_every_candidate_stands_in_exactly_one_section(found: list[Candidate]) -> None:
    assert Counter(all_of(day_of(found))) == Counter(found)


@given(st.lists(candidates, max_size=12, unique_by=lambda found: found.posting.id), st.randoms())
def test_the_order_of_the_candidates_does_not_matter(
    found: list[Candidate], rng: random.Random
) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert day_of(shuffled) == day_of(found)


@given(st.lists(candidates, max_size=20))
def test_genuine_and_doubtful_postings_are_never_set_aside(found: list[Candidate]) -> None:
    digest = day_of(found)
    for one in found:
        if one.verdict is None or one.verdict.kind == "unclear":
            assert one in digest.unclear
        elif one.verdict.kind == "genuine":
            assert one in digest.genuine


def test_the_digest_carries_what_it_was_made_for() -> None:
    told = report("inbox")
    digest = choose(
        [], [told], profile="ada", heading="Ada", day=DAY, now=NOW, zone="Asia/Tokyo"
    )  # fmt: skip
    assert digest == Digest(
        profile="ada", heading="Ada", day=DAY, made=NOW, zone="Asia/Tokyo", reports=(told,)
    )


@pytest.mark.parametrize(
    ("kind", "claims", "section"),
    [
        ("genuine", False, "genuine"),
        ("unclear", True, "unclear"),
        ("service", True, "flagged"),
        ("support", True, "flagged"),
        ("store", True, "flagged"),
        ("store", False, "others"),  # an honest barista
        ("success", True, "others"),
        ("sales", True, "others"),
        ("other", True, "others"),
    ],
)
def test_a_kind_has_its_section(kind: str, claims: bool, section: str) -> None:
    assert section_of(verdict(kind, claims=claims)) == section  # type: ignore[arg-type]


def test_what_was_never_judged_is_worth_a_look() -> None:
    assert section_of(None) == "unclear"


def titles(found: tuple[Candidate, ...]) -> list[str]:
    return [one.posting.title for one in found]


def test_genuine_roles_stand_surest_first_then_by_points_then_newest() -> None:
    strong = verdict("genuine", words("genuine", "q", "r", points=9), confidence=0.8)
    weak = verdict("genuine", words("genuine", "q", "r", points=2), confidence=0.8)
    digest = day_of(
        [
            candidate("older", judged=weak, days=2),
            candidate("newer", judged=weak, days=1),
            candidate("more points", judged=strong, days=9),
            candidate("surest", judged=verdict("genuine", confidence=0.9), days=9),
        ]
    )
    assert titles(digest.genuine) == ["surest", "more points", "newer", "older"]


def test_flagged_postings_stand_nearest_to_genuine_first() -> None:
    digest = day_of(
        [
            candidate("plainly service", judged=verdict("service", confidence=0.95)),
            candidate("nearly genuine", judged=verdict("service", confidence=0.5)),
            candidate("shop floor", judged=verdict("store", confidence=0.7)),
        ]
    )
    assert titles(digest.flagged) == ["nearly genuine", "shop floor", "plainly service"]


def test_worth_a_look_begins_with_the_likeliest_and_ends_with_the_unjudged() -> None:
    speaking = words("genuine", "own the journey", "r", points=3)
    digest = day_of(
        [
            candidate("unjudged"),
            candidate("claims nothing", judged=verdict("unclear", claims=False)),
            candidate("claims", judged=verdict("unclear", words("service", "calls", "r"))),
            candidate("speaks for it", judged=verdict("unclear", speaking, claims=False)),
            candidate("claims and speaks", judged=verdict("unclear", speaking)),
        ]
    )
    assert titles(digest.unclear) == [
        "claims and speaks", "speaks for it", "claims", "claims nothing", "unjudged",
    ]  # fmt: skip


def test_other_trades_are_grouped_by_trade() -> None:
    kinds = [one.verdict.kind for one in rich().others if one.verdict]
    assert kinds == ["success", "success", "service", "support", "store", "other", "other", "sales"]


def test_the_newest_of_equals_is_told_by_the_sightings_where_nothing_else_is_known() -> None:
    def seen(name: str, hours: int) -> Candidate:
        at = SeenAt(source="s", format="f", seen=NOW - timedelta(hours=hours), url="")
        return Candidate(posting=Posting(id=name, title=name), verdict=None, seen=(at,))

    unseen = Candidate(posting=Posting(id="a", title="unseen"), verdict=None, seen=())
    digest = day_of([unseen, seen("b-old", 5), seen("c-new", 1), seen("b-same", 5)])
    assert titles(digest.unclear) == ["c-new", "b-old", "b-same", "unseen"]


@pytest.mark.parametrize("over", [{"closed": "Its page says so."}, {"valid_through": "2026-11-20"}])
def test_what_can_no_longer_be_applied_for_stands_last_and_is_not_left_out(over):
    sure = days.told(days.candidate("a", judged=days.verdict("genuine", confidence=0.9)), **over)
    less = days.candidate("b", judged=days.verdict("genuine", confidence=0.6))
    last_day = days.candidate("c", judged=days.verdict("genuine", confidence=0.7))
    last_day = days.told(last_day, valid_through="2026-11-21")
    titles = [found.posting.title for found in days.day_of([sure, less, last_day]).genuine]
    assert titles == ["c", "b", "a"]


def of(kind: str, name: str = "a", **more: object) -> Candidate:
    return replace(candidate(name, judged=verdict(kind)), **more)  # type: ignore[arg-type]


def test_wishes_rank_inside_a_section_and_what_is_over_stays_last() -> None:
    plain = candidate("plain", judged=verdict("genuine", confidence=0.9))
    wished = replace(candidate("wished", judged=verdict("genuine", confidence=0.6)), rank=2)
    missed = replace(candidate("missed", judged=verdict("genuine", confidence=0.99)), rank=-1)
    gone = days.told(replace(candidate("gone", judged=verdict("genuine")), rank=9), closed="Gone.")
    assert titles(day_of([gone, missed, plain, wished]).genuine) == [
        "wished", "plain", "missed", "gone",
    ]  # fmt: skip


def test_what_settings_hide_stands_in_no_section_and_is_counted_by_its_reason() -> None:
    digest = day_of(
        [
            of("genuine", "a", hidden="below your salary"),
            of("unclear", "b", hidden="below your salary"),
            of("service", "c", hidden="of employers that you hide"),
            of("genuine", "d"),
        ]
    )
    assert titles((*digest.genuine, *digest.unclear, *digest.flagged)) == ["d"]
    assert {one.posting.title for one in digest.hidden} == {"a", "b", "c"}
    assert digest.hidings == (
        Hiding(reason="below your salary", count=2),
        Hiding(reason="of employers that you hide", count=1),
    )


def test_no_setting_makes_genuine_or_unclear_ones_a_mere_number() -> None:
    show = dict.fromkeys(("genuine", "unclear", "sales"), "count")
    digest = edition_of([of("genuine")], show=show)
    assert digest.show == {"genuine": "compact", "unclear": "compact", "sales": "count"}


def edition_of(found=(), *, before=(), reports=(), **more) -> Digest:
    return choose(
        found, reports, profile="ada", heading="Ada", day=DAY, now=NOW, zone="UTC", before=before,
        **more,
    )  # fmt: skip


YESTERDAY = DAY - timedelta(days=1)


def since(found: Candidate, *, again=None, shown=DAY - timedelta(days=12)) -> Candidate | None:
    return since_shown(found, shown=shown, again=again, day=DAY)


def test_what_happened_since_a_posting_was_shown_is_one_sentence() -> None:
    assert since(of("genuine")) is None
    again = since(of("genuine"), again=YESTERDAY)
    assert again is not None
    assert again.since == "Shown 12 days ago, posted again yesterday."
    closed = since(days.told(of("genuine"), closed="Its page says so."), again=DAY)
    assert closed is not None
    assert closed.since == "Shown 12 days ago, closed since."
    today = since(of("genuine"), again=DAY, shown=YESTERDAY)
    assert today is not None
    assert today.since == "Shown yesterday, posted again today."


def test_what_came_again_and_what_closed_stand_apart_genuine_ones_first() -> None:
    again, also, over = (
        replace(one, since="Shown yesterday.")
        for one in (of("unclear", "b"), of("genuine", "a"), of("genuine", "c"))
    )
    digest = edition_of(before=[again, also, days.told(over, closed="It is closed.")])
    assert titles(digest.again) == ["a", "b"]
    assert titles(digest.closed) == ["c"]
    assert all_of(digest) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"said": "not-for-me"},
        {"said": "applied"},
        {"said": "hide-employer"},
        {"hidden": "of employers that you hide"},
        {"verdict": verdict("service")},
        {"since": ""},
    ],
)
def test_what_its_reader_has_done_with_never_comes_again(changed: dict[str, Any]) -> None:
    shown = of("genuine", since="Shown yesterday, posted again today.")
    assert edition_of(before=[shown]).again == (shown,)
    assert edition_of(before=[replace(shown, **changed)]).again == ()


def test_a_day_has_news_if_its_reader_does_not_know_it_all() -> None:
    told = Correction(word="genuine", title="t", company="c", changed="It counts.")
    quiet = edition_of(reports=[report("inbox", "empty"), report("feed", "new")])
    assert not is_news(quiet)
    for news in (
        edition_of([of("other")]),
        edition_of(before=[of("genuine", since="Shown yesterday.")]),
        replace(quiet, corrections=(told,)),
        replace(quiet, quarantined=(of("genuine"),)),
        edition_of(reports=[report("inbox", "auth", "refused")]),
        edition_of(reports=[report("inbox", unread=1)]),
        edition_of(reports=[report("inbox", silent="It fell silent.")]),
    ):
        assert is_news(news)


def test_what_is_hidden_or_only_counted_is_no_news() -> None:
    hidden = of("genuine", hidden="below your salary")
    assert not is_news(edition_of([hidden, of("other", "b")], show={"other": "count"}))
    assert is_news(edition_of([of("genuine")], show={"genuine": "count"}))


def test_the_edition_of_the_week_is_news_where_it_has_something_to_show() -> None:
    share = Share(since=DAY, until=DAY, kinds={}, tiers={})
    weekly = replace(edition_of(), weekly=True)
    assert not is_news(weekly)
    assert is_news(replace(weekly, week=Week(share=share)))


def test_days_without_a_digest_are_the_profiles_own_between_the_last_and_this() -> None:
    week = frozenset(range(5))
    saturday, tuesday = DAY, DAY - timedelta(days=4)  # 21 and 17 November 2026
    wednesday, thursday, friday = (tuesday + timedelta(days=n) for n in (1, 2, 3))
    assert missed_days(tuesday, saturday, days=week, done=[thursday]) == (wednesday, friday)
    assert missed_days(friday, DAY + timedelta(days=2), days=week, done=[]) == ()
    assert missed_days(saturday, saturday, days=week, done=[]) == ()
    assert len(missed_days(DAY - timedelta(days=9000), DAY, days=range(7), done=[])) == 365


@given(st.lists(candidates, max_size=20), st.sets(st.integers(0, 19)))
def test_what_is_not_hidden_is_never_lost(found: list[Candidate], hide: set[int]) -> None:
    marked = [replace(one, hidden="x") if at in hide else one for at, one in enumerate(found)]
    digest = day_of(marked)
    assert Counter([*all_of(digest), *digest.hidden]) == Counter(marked)
    assert sum(one.count for one in digest.hidings) == len(digest.hidden)
