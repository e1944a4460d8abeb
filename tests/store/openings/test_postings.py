from __future__ import annotations

import pytest

from tests.store.world import DAY, NOW, judge, posting_id, read, sighting, take_in, verdict

LONG = "You will own the whole journey of our customers, end to end. " * 5


def test_a_posting_that_is_not_there_is_none(store):
    assert store.posting("no such posting") is None
    assert store.sightings("no such posting") == []


def test_a_posting_is_found_by_its_link(store):
    shown = sighting(native_id="indeed:1", url="https://jobs.example/1")
    take_in(store, read("a", shown))
    assert store.posting_at("https://jobs.example/1").id == posting_id(shown)
    assert store.posting_at("https://jobs.example/2") is None


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6])
def test_every_posting_is_yielded_once_whatever_the_batch(store, batch):
    shown = [sighting(f"CX Lead {number}", native_id=f"indeed:{number}") for number in range(5)]
    take_in(store, *(read(str(number), one) for number, one in enumerate(shown)))
    found = list(store.every_posting(batch=batch))
    assert sorted(one.title for one in found) == [f"CX Lead {number}" for number in range(5)]
    assert found == [store.posting(one.id) for one in found]


def test_an_empty_store_has_no_posting_to_yield(store):
    assert list(store.every_posting()) == []


def test_what_is_stored_between_two_batches_does_not_disturb_the_rest(store):
    take_in(store, *(read(str(n), sighting(native_id=f"indeed:{n}")) for n in range(4)))
    before = {one.id for one in store.every_posting()}
    walk = store.every_posting(batch=1)
    seen = [next(walk).id]
    take_in(store, read("new", sighting(native_id="indeed:new")))
    seen += [one.id for one in walk]
    assert before <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_second_sighting_fills_what_was_missing_and_keeps_what_was_said_first(store):
    first = sighting(native_id="indeed:1", location="", salary="50k", snippet="Short.")
    later = sighting(
        native_id="indeed:1", location="Bremen", salary="99k", snippet="A longer snippet."
    )
    take_in(store, read("a", first))
    take_in(store, read("b", later, now=NOW + DAY), now=NOW + DAY)
    merged = store.posting(posting_id(first))
    assert (merged.location, merged.salary, merged.snippet) == (
        "Bremen",
        "50k",
        "A longer snippet.",
    )
    assert (merged.first_seen, merged.last_seen) == (NOW, NOW + DAY)


def test_an_older_sighting_that_comes_late_moves_only_the_beginning(store):
    take_in(store, read("a", sighting()))
    take_in(store, read("b", sighting(), now=NOW - DAY))
    merged = store.posting(posting_id(sighting()))
    assert (merged.first_seen, merged.last_seen) == (NOW - DAY, NOW)


def test_two_sightings_of_one_posting_in_one_batch_are_merged(store):
    take_in(store, read("a", sighting(snippet="Hello.")), read("b", sighting(location="Kiel")))
    merged = store.posting(posting_id(sighting()))
    assert (merged.snippet, merged.location) == ("Hello.", "Kiel")
    assert store.counts()["postings"] == 1


def test_a_link_that_can_be_followed_replaces_one_that_cannot(store):
    wrapped = sighting(native_id="x:1", url="https://t.example/w?token=1", opaque=True)
    take_in(store, read("a", wrapped))
    take_in(store, read("b", sighting(native_id="x:1", url="https://jobs.example/1")))
    merged = store.posting(posting_id(wrapped))
    assert (merged.url, merged.opaque) == ("https://jobs.example/1", False)


def test_every_field_comes_back_as_it_was_stored(store):
    full = sighting(
        location="Tromsø",
        workplace="hybrid",
        salary="kr 900 000",
        native_id="board:1",
        snippet="日本 – “quoted”",
        posted="2026-11-20",
    )
    one = read("a", full)
    take_in(store, one)
    assert store.posting(posting_id(full)) == one.postings[0]


def test_sightings_are_the_asked_sources_only_oldest_first(store):
    take_in(store, read("b", sighting(), source="feed"), source="feed", now=NOW + DAY)
    take_in(store, read("a", sighting()))
    both = store.sightings(posting_id(sighting()))
    assert [(s.source, s.seen) for s in both] == [("inbox", NOW), ("feed", NOW + DAY)]
    assert [s.source for s in store.sightings(posting_id(sighting()), ["feed"])] == ["feed"]
    assert store.sightings(posting_id(sighting()), []) == []


def test_unjudged_is_what_these_rules_have_not_judged_from_the_present_tier(store):
    take_in(store, read("a", sighting("A"), sighting("B")))
    a, b = posting_id(sighting("A")), posting_id(sighting("B"))
    assert {p.id for p, _ in store.unjudged("rules-1", limit=9)} == {a, b}
    assert len(store.unjudged("rules-1", limit=1)) == 1
    judge(store, verdict(a))
    assert [p.id for p, _ in store.unjudged("rules-1", limit=9)] == [b]
    assert len(store.unjudged("rules-2", limit=9)) == 2


def test_rules_that_judge_in_turn_are_each_judged_once(store):
    take_in(store, read("a", sighting()))
    one = posting_id(sighting())
    for rules in ("rules-1", "rules-2"):
        judge(store, verdict(one, rules=rules))
    assert store.unjudged("rules-1", limit=9) == []
    assert store.unjudged("rules-2", limit=9) == []


def test_a_posting_whose_tier_grows_is_judged_again(store):
    take_in(store, read("a", sighting()))
    one = posting_id(sighting())
    judge(store, verdict(one))
    take_in(store, read("b", sighting(location="Kiel")))
    assert store.unjudged("rules-1", limit=9) == []
    take_in(store, read("c", sighting(snippet="Own the journey.")))
    assert [p.snippet for p, _ in store.unjudged("rules-1", limit=9)] == ["Own the journey."]
    judge(store, verdict(one, tier="snippet", kind="success"))
    assert store.unjudged("rules-1", limit=9) == []
    assert store.verdict(one).kind == "success"


def test_a_posting_that_grew_while_it_was_judged_is_judged_again(store):
    take_in(store, read("a", sighting()))
    assert store.unjudged("rules-1", limit=9)
    take_in(store, read("b", sighting(snippet="Own the journey.")))
    judge(store, verdict(posting_id(sighting()), tier="title"))
    assert len(store.unjudged("rules-1", limit=9)) == 1


def test_a_verdict_that_saw_less_than_the_store_knows_settles_the_posting(store):
    take_in(store, read("a", sighting(snippet="<br>")))
    [(posting, filed)] = store.unjudged("rules-1", limit=9)
    # Without markup there are no words in it, so the judge saw the title alone.
    store.record_verdicts([(verdict(posting.id, tier="title"), filed)], now=NOW)
    assert filed == "snippet"
    assert store.unjudged("rules-1", limit=9) == []
    assert store.verdict(posting.id).tier == "title"


def test_a_verdict_comes_back_whole_and_the_first_of_its_kind_stays(store):
    take_in(store, read("a", sighting()))
    one = posting_id(sighting())
    assert store.verdict(one) is None
    first = verdict(one, reason="Because \ud800.")
    judge(store, first, verdict(one, kind="sales"))
    judge(store, verdict(one, kind="sales"))
    stored = store.verdict(one)
    assert (stored.kind, stored.reason) == ("genuine", "Because ?.")
    assert (stored.evidence, stored.confidence) == (first.evidence, 0.75)
    assert store.counts()["kind.genuine"] == 1


def test_the_latest_verdict_is_given_by_these_rules_or_by_any(store):
    take_in(store, read("a", sighting()))
    one = posting_id(sighting())
    judge(store, verdict(one, kind="sales"))
    judge(store, verdict(one, kind="other", rules="rules-2"), now=NOW + DAY)
    assert store.verdict(one).kind == "other"
    assert store.verdict(one, "rules-1").kind == "sales"
    assert store.verdict(one, "rules-3") is None


def test_no_verdicts_are_no_work(store):
    store.record_verdicts([], now=NOW)
    assert store.counts()["unjudged"] == 0
