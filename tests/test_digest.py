"""Choosing, grouping and ordering one day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.digest import choose, section_of
from cxdigest.model import KINDS, Candidate, Digest, Posting, SeenAt, Verdict
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
