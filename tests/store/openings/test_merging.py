"""Postings that are one opening: merged so that nothing is lost, parted so that it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from cxdigest.store import Asked
from cxdigest.store.schema import (
    digest_items,
    digests,
    merges,
    pages,
    partings,
    posting_keys,
    sightings,
)
from tests.store.test_races import at_once
from tests.store.world import (
    DAY,
    NOW,
    RENDERED,
    TODAY,
    compose,
    digest_of,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

ROLE = sighting(
    company="Lumen & Tide Ltd",
    location="Leeds, England, United Kingdom",
    native_id="linkedin:11",
    url="https://www.linkedin.com/jobs/view/11/",
)
COPY = sighting(
    "🔥 Head of CX (m/f/d)",
    company="Lumen & Tide",
    location="Leeds (Hybrid)",
    native_id="indeed:0123456789abcdef",
    url="https://www.indeed.com/viewjob?jk=0123456789abcdef",
    snippet="Own the journey.",
)
OWN = sighting(
    company="Lumen & Tide",
    location="Leeds, UK",
    native_id="greenhouse:77",
    url="https://boards.greenhouse.io/lumentide/jobs/77",
)
ELSEWHERE = replace(COPY, location="York", native_id="indeed:99", url="https://x.example/99")


def ids(*shown):
    return [posting_id(one) for one in shown]


def identify(store, *, now=NOW, limit=100, **more):
    return store.identify(limit=limit, now=now, **more)


def both(store):
    """ROLE seen first, COPY a day later, merged."""
    take_in(store, read("a", ROLE))
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    assert identify(store).merged == 1
    return ids(ROLE, COPY)


def rows(store, table):
    with store._database.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def whole(store):
    """Every sighting belongs to a posting that is there, under its own id or one merged into it."""
    known = {row["member"]: row["posting_id"] for row in rows(store, merges)}
    there = {one.id for one in store.every_posting()}
    for row in rows(store, sightings):
        if not row["key"]:  # news
            continue
        assert row["posting_id"] in there
        assert known.get(row["key"], row["key"]) == row["posting_id"]
    assert not there & known.keys()
    assert set(known.values()) <= there


def test_one_opening_on_two_boards_becomes_the_posting_seen_first(store):
    role, copy = both(store)
    assert store.posting(copy) is None
    known = store.posting(role)
    assert (known.title, known.snippet) == (ROLE.title, "Own the journey.")
    assert (known.first_seen, known.last_seen) == (NOW, NOW + DAY)
    assert [(one.key, one.format) for one in store.sightings(role)] == [
        (role, "indeed"),
        (copy, "indeed"),
    ]
    assert store.known_as(copy) == store.known_as(role) == role
    assert list(store.merged_into(role)) == [copy]
    assert "The same title, employer and place" in store.merged_into(role)[copy]
    whole(store)


def test_what_was_looked_at_waits_no_more(store):
    both(store)
    assert identify(store).looked == 0
    take_in(store, read("c", ROLE, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    assert identify(store).looked == 0, "it was seen again, and says the same"
    take_in(store, read("d", replace(ROLE, snippet="Lead the team that owns it.")))
    assert identify(store).looked == 1, "more is known"


def test_another_city_stays_another_posting(store):
    take_in(store, read("a", ROLE, ELSEWHERE))
    assert identify(store).merged == 0
    assert store.counts()["postings"] == 2


def test_a_sighting_of_a_merged_id_goes_to_the_posting_at_once(store):
    role, copy = both(store)
    take_in(store, read("c", COPY, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    assert store.counts()["postings"] == 1
    assert [one.key for one in store.sightings(role)] == [role, copy, copy]
    assert store.posting(role).last_seen == NOW + 2 * DAY
    whole(store)


def test_the_employers_own_link_is_preferred_and_its_page_may_be_asked_at_once(store):
    take_in(store, read("a", ROLE))
    role = posting_id(ROLE)
    with store._database.writing() as connection:
        connection.execute(
            pages.insert(),
            {"posting_id": role, "url": ROLE.url, "outcome": "robots", "detail": "", "etag": "",
             "modified": "", "asked": NOW, "due": None, "attempts": 1},
        )  # fmt: skip
    identify(store)
    take_in(store, read("b", OWN))
    assert identify(store).merged == 1
    assert store.posting(role).url == OWN.url
    assert rows(store, pages) == []
    assert store.posting_at(ROLE.url).id == role, "it is still found by the link of a sighting"


def test_a_page_that_is_asked_while_its_posting_is_merged_is_the_survivors(store):
    """Or the page would be asked twice, and paid for twice."""
    take_in(store, read("a", ROLE))
    identify(store)
    take_in(store, read("b", OWN))
    role, own = posting_id(ROLE), posting_id(OWN)
    lease = {"now": NOW, "until": NOW + DAY}
    assert store.claim_page(own, None, **lease, holder="one")
    assert identify(store).merged == 1
    assert not store.claim_page(role, None, **lease, holder="two"), "another asks for it"
    asked = Asked(url=OWN.url, outcome="read", detail="", asked=NOW, due=None)
    store.record_page(
        own, asked, change=lambda posting: replace(posting, closed="Its page says so.")
    )
    assert store.page(role) == asked
    assert store.posting(role).closed == "Its page says so."


def test_a_page_that_another_worker_has_is_given_back_under_its_new_id(store):
    take_in(store, read("a", ROLE))
    identify(store)
    take_in(store, read("b", OWN))
    assert store.claim_page(posting_id(OWN), None, now=NOW, until=NOW + DAY, holder="one")
    identify(store)
    store.release_page(posting_id(OWN), None, holder="one")
    assert store.page(posting_id(ROLE)) is None


def test_a_batch_at_a_time_finds_the_same(store):
    take_in(store, read("a", ROLE, ELSEWHERE), read("b", COPY, OWN))
    while identify(store, limit=1).looked:
        pass
    assert store.counts()["postings"] == 2
    assert len(rows(store, merges)) == 2
    whole(store)


def test_a_merge_at_a_time_finds_the_same(store):
    titles = [f"Head of Journey {number}" for number in range(3)]
    for base in (ROLE, OWN):
        shown = [
            replace(base, title=one, native_id=base.native_id + one[-1], url=f"{base.url}{one[-1]}")
            for one in titles
        ]
        take_in(store, read(base.native_id, *shown))
    done = [identify(store, most=1).merged for _ in range(4)]
    assert done == [1, 1, 1, 0]
    assert store.counts()["postings"] == 3
    assert identify(store).looked == 0
    whole(store)


def test_the_verdict_of_what_ended_goes_with_it(store):
    take_in(store, read("a", ROLE))
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    judge(store, verdict(posting_id(ROLE)), verdict(posting_id(COPY), kind="sales"))
    identify(store)
    assert store.verdict(posting_id(COPY)) is None
    assert store.verdict(posting_id(ROLE)).kind == "genuine"
    assert len(store.unjudged("rules-1", limit=9)) == 1, "its tier grew"


def test_a_verdict_that_comes_after_the_merge_is_let_go(store):
    role, copy = both(store)
    judge(store, verdict(copy), verdict(role))
    assert store.verdict(copy) is None
    assert store.verdict(role) is not None
    judge(store, verdict(copy))


def test_what_was_shown_is_never_news_again_and_others_still_get_it(store):
    take_in(store, read("a", ROLE))
    compose(store, "a@x.example")
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    identify(store)
    assert digest_of(store, now=NOW + DAY).genuine == ()
    assert [c.posting.id for c in digest_of(store, profile="bea", now=NOW + DAY).genuine] == [
        posting_id(ROLE)
    ]


def test_the_copy_was_shown_and_the_original_was_not(store):
    take_in(store, read("a", ROLE), source="feed")
    take_in(store, read("b", COPY))
    compose(store, "a@x.example")
    identify(store)
    [item] = rows(store, digest_items)
    assert item["posting_id"] == posting_id(ROLE)
    assert digest_of(store, sources=("inbox", "feed")).genuine == ()


def test_a_digest_that_had_both_has_one(store):
    take_in(store, read("a", ROLE, COPY))
    compose(store, "a@x.example")
    assert len(rows(store, digest_items)) == 2
    identify(store)
    assert [row["posting_id"] for row in rows(store, digest_items)] == [
        store.known_as(ids(COPY)[0])
    ]


def test_a_digest_made_before_a_merge_and_stored_after_it_counts_for_what_is_there(store):
    take_in(store, read("a", ROLE, COPY))
    chosen = digest_of(store)
    identify(store)
    assert store.record_digest(chosen, RENDERED, [], now=NOW)
    [item] = rows(store, digest_items)
    assert item["posting_id"] == store.known_as(posting_id(COPY))
    assert digest_of(store).genuine == ()


def test_parting_gives_each_its_own_and_holds(store):
    role, copy = both(store)
    assert store.unmerge(copy, now=NOW) == role
    assert {one.id for one in store.every_posting()} == {role, copy}
    assert store.posting(role).snippet == ""
    assert store.posting(copy).title == COPY.title
    assert store.posting(copy).first_seen == NOW + DAY
    assert [one.key for one in store.sightings(copy)] == [copy]
    assert (store.merged_into(role), store.known_as(copy)) == ({}, copy)
    assert identify(store).looked == 2
    assert store.counts()["postings"] == 2
    take_in(store, read("c", COPY, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    assert [one.key for one in store.sightings(copy)] == [copy, copy]
    whole(store)


def test_a_third_never_ties_the_parted_together(store):
    role, copy = both(store)
    store.unmerge(copy, now=NOW)
    take_in(store, read("c", OWN))
    identify(store)
    assert store.known_as(role) != store.known_as(copy)
    whole(store)


def test_what_was_shown_before_the_merge_is_given_back(store):
    take_in(store, read("a", ROLE), source="feed")
    take_in(store, read("b", COPY))
    compose(store, "a@x.example")
    identify(store)
    store.unmerge(posting_id(COPY), now=NOW)
    [item] = rows(store, digest_items)
    assert item["posting_id"] == posting_id(COPY), "it was shown"
    fresh = digest_of(store, sources=("inbox", "feed")).genuine
    assert [one.posting.id for one in fresh] == [posting_id(ROLE)], "it never was"


def set_apart(store, source):
    """A digest that had to do without what *source* showed."""
    digest = digest_of(store, sources=(source,))
    digest = replace(digest, genuine=(), quarantined=digest.genuine)
    faults = {one.posting.id: "It breaks." for one in digest.quarantined}
    assert store.record_digest(digest, RENDERED, [], now=NOW, faults=faults)


@pytest.mark.parametrize("broken", [ROLE, COPY], ids=["survivor", "copy"])
@pytest.mark.parametrize("again", [False, True], ids=["merged", "parted"])
def test_what_no_digest_could_hold_can_be_let_out_whatever_it_is_known_as(store, broken, again):
    take_in(store, read("a", ROLE), source="inbox" if broken is ROLE else "feed")
    take_in(store, read("b", COPY), source="inbox" if broken is COPY else "feed")
    set_apart(store, "inbox")
    assert identify(store).merged == 1
    ended = next(iter(rows(store, merges)))["member"]
    if again:
        store.unmerge(ended, now=NOW)
    known = store.known_as(posting_id(broken))
    assert [one.posting_id for one in store.quarantined()] == [known]
    assert store.let_out("ada", known) == 1
    assert [one.posting.id for one in digest_of(store).genuine] == [known]


def test_a_digest_that_had_both_has_both_again(store):
    take_in(store, read("a", ROLE, COPY))
    compose(store, "a@x.example")
    before = sorted(row["posting_id"] for row in rows(store, digest_items))
    identify(store)
    ended = next(iter(rows(store, merges)))["member"]
    store.unmerge(ended, now=NOW)
    assert sorted(row["posting_id"] for row in rows(store, digest_items)) == before


def two_shown_and_one_not(store):
    """A digest shows two; a third that was seen before them, elsewhere, takes both in."""
    take_in(store, read("a", ROLE, now=NOW - DAY), source="feed", now=NOW - DAY)
    take_in(store, read("b", COPY, OWN))
    compose(store, "a@x.example")
    assert len(rows(store, digest_items)) == 2
    assert identify(store).merged == 2
    return ids(ROLE, COPY, OWN)


def shown_ids(store):
    return {row["posting_id"] for row in rows(store, digest_items)}


def test_what_took_two_of_one_digest_in_can_be_parted_from_them(store):
    role, *two = two_shown_and_one_not(store)
    rest = store.unmerge(role, now=NOW)
    assert rest in two
    assert shown_ids(store) == {rest}, "the two are one still, and the first never was shown"
    store.unmerge(next(one for one in two if one != rest), now=NOW)
    assert shown_ids(store) == set(two)


def test_what_stays_merged_was_shown_where_it_stood_beside_what_is_parted(store):
    role, *two = two_shown_and_one_not(store)
    assert store.unmerge(two[0], now=NOW) == role
    assert shown_ids(store) == {two[0], role}
    assert digest_of(store, sources=("inbox",)).genuine == (), "nobody gets it twice"
    store.unmerge(two[1], now=NOW)
    assert shown_ids(store) == set(two)


def test_parting_is_done_where_the_digest_that_had_both_is_gone(store):
    _, copy, _ = two_shown_and_one_not(store)
    with store._database.writing() as connection:
        connection.execute(delete(digests))
    store.unmerge(copy, now=NOW)
    store.unmerge(posting_id(OWN), now=NOW)
    assert rows(store, digest_items) == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_any_of_three_can_be_parted_and_the_others_stay_one(store, which):
    take_in(store, read("a", ROLE))
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    take_in(store, read("c", OWN, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    assert identify(store).merged == 2
    names = ids(ROLE, COPY, OWN)
    key = names.pop(which)
    rest = store.unmerge(key, now=NOW)
    assert rest == names[0], "the one seen first"
    assert {one.key for one in store.sightings(rest)} == set(names)
    assert {one.key for one in store.sightings(key)} == {key}
    assert set(store.merged_into(rest)) == {names[1]}
    whole(store)
    identify(store)
    assert store.known_as(key) == key
    assert {store.known_as(one) for one in names} == {rest}


def test_nothing_is_parted_where_nothing_is_merged(store):
    take_in(store, read("a", ROLE))
    assert store.unmerge(posting_id(ROLE), now=NOW) is None
    assert store.unmerge("no such id", now=NOW) is None
    assert rows(store, partings) == []


def test_workers_that_look_at_once_find_what_one_finds(store):
    for number in range(20):
        take_in(
            store,
            read(f"a{number}", replace(ROLE, title=f"Head of Journey {number}", native_id=f"linkedin:{number}")),
            read(f"b{number}", replace(OWN, title=f"Head of Journey {number}", native_id=f"greenhouse:{number}")),
        )  # fmt: skip

    def look(_worker):
        while identify(store, limit=7).looked:
            pass

    at_once(look)
    look("last")
    assert store.counts()["postings"] == 20
    whole(store)


def test_workers_that_poll_while_one_merges_lose_no_sighting(store):
    names = [f"w{number}" for number in range(6)]
    store.register_sources(names, now=NOW)

    def work(name):
        if name in {"w0", "w1"}:
            for _ in range(10):
                identify(store, limit=5)
            return
        for turn in range(3):
            shown = [
                replace(base, title=f"Head of Journey {n}", native_id=f"{base.native_id}{n}")
                for n in range(8)
                for base in (ROLE, COPY, OWN)
            ]
            store.record_batch(name, [read(f"{turn}", *shown, source=name)], {}, now=NOW)

    at_once(work)
    while identify(store).looked:
        pass
    assert store.counts()["sightings"] == 4 * 3 * 24
    assert store.counts()["postings"] == 8
    whole(store)


def test_keys_are_those_of_what_is_there(store):
    both(store)
    there = {one.id for one in store.every_posting()}
    assert {row["posting_id"] for row in rows(store, posting_keys)} == there


def test_a_posting_is_not_shown_twice_on_one_day_after_a_merge(store):
    take_in(store, read("a", ROLE))
    compose(store, "a@x.example", day=TODAY)
    take_in(store, read("b", COPY))
    identify(store)
    compose(store, "a@x.example", day=TODAY + DAY, now=NOW + DAY)
    assert len(rows(store, digest_items)) == 1
