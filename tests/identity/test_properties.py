"""Laws of grouping, on invented openings shown by several boards in their own ways."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.identity import find_merges, posting_of, sketch
from cxdigest.model import Sighting

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
JOBS = ("Journey Analyst", "Senior Journey Analyst", "Head of Guest Care", "Claims Host (Nights)")
EMPLOYERS = ("Harbour Mutual", "Tarn & Vale", "Quillfeather")
CITIES = ("Leeds", "Bath", "Portland, OR", "Portland, ME")
BOARDS = ("linkedin", "indeed", "monster", "reed")
TITLES = ("{}", "{} (m/f/d)", "NEW: {}", "🔥 {} - Hybrid")
NAMES = ("{}", "{} Ltd", "The {}", "{}, Inc.")
PLACES = ("{}", "{} (Hybrid)", "Hybrid in {}")

openings = st.tuples(*(st.sampled_from(each) for each in (JOBS, EMPLOYERS, CITIES)))
ways = st.tuples(*(st.sampled_from(each) for each in (TITLES, NAMES, PLACES)))


@st.composite
def shown(draw):
    """Postings with the opening that each shows: at most one a board and opening."""
    made = []
    for number, opening in enumerate(draw(st.lists(openings, min_size=1, max_size=6, unique=True))):
        for board in draw(st.lists(st.sampled_from(BOARDS), min_size=1, max_size=4, unique=True)):
            job, employer, city = (
                form.format(word) for form, word in zip(draw(ways), opening, strict=True)
            )
            sighting = Sighting(
                format=board, title=job, company=employer, location=city,
                native_id=f"{board}:{number}",
            )  # fmt: skip
            made.append((posting_of(sighting, now=NOW), opening))
    return made


def group(batches, parted=()):
    """Return posting id of every own id after looking at batch by batch, as the step does."""
    belongs: dict[str, str] = {}
    known = []
    for batch in batches:
        waiting = [sketch(one) for one in batch]
        belongs |= {one.id: one.id for one in waiting}
        merges = find_merges(waiting, known, parted)
        ended = {one.absorbed: one.survivor for one in merges}
        assert len(ended) == len(merges), "absorbed once"
        assert not set(ended.values()) & ended.keys(), "by one that stays"
        belongs = {own: ended.get(whole, whole) for own, whole in belongs.items()}
        views = {one.id: one.said for one in (*known, *waiting)}
        known = [sketch(view, belongs_to=belongs[own]) for own, view in views.items()]
    assert find_merges(known, [], parted) == [], "a second look finds no more"
    return belongs


def parts(belongs):
    groups: dict[str, set[str]] = {}
    for own, whole in belongs.items():
        groups.setdefault(whole, set()).add(own)
    return {frozenset(each) for each in groups.values()}


@given(shown(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_changes_no_group_and_nothing_is_lost(made, rng):
    truth = {}
    for posting, opening in made:
        truth.setdefault(opening, set()).add(posting.id)
    order = [posting for posting, _ in made]
    rng.shuffle(order)
    cuts = sorted(rng.choices(range(len(order) + 1), k=2))
    batches = [order[: cuts[0]], order[cuts[0] : cuts[1]], order[cuts[1] :]]
    assert parts(group(batches)) == {frozenset(each) for each in truth.values()}


@given(shown(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_parted_are_never_in_one_group(made, data):
    order = data.draw(st.permutations([posting for posting, _ in made]))
    ids = [one.id for one in order]
    pairs = st.lists(st.sets(st.sampled_from(ids), min_size=2, max_size=2), max_size=3)
    parted = {frozenset(pair) for pair in data.draw(pairs)} if len(ids) > 1 else set()
    cut = data.draw(st.integers(0, len(order)))
    belongs = group([order[:cut], order[cut:]], parted)
    assert belongs.keys() == set(ids)
    for one, other in parted:
        assert belongs[one] != belongs[other]


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_compared_and_is_like_itself_at_another_board(title, company, place, more):
    views = [
        sketch(
            posting_of(
                Sighting(
                    format=board, title=title or "?", company=company, location=place,
                    snippet=more, native_id=f"{board}:1",
                ),
                now=NOW,
            )
        )
        for board in ("linkedin", "indeed")
    ]  # fmt: skip
    assert len(find_merges(views, [])) <= 1
    assert views[0].keys == views[1].keys or views[0].ids != views[1].ids
