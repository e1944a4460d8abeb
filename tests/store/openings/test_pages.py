"""What the store remembers of pages, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from cxdigest.model import Digest
from cxdigest.store import Asked
from cxdigest.store.openings.hosts import HostState
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    TODAY,
    compose,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)


def test_the_postings_of_a_source_are_counted_by_what_is_known_of_them(store):
    take_in(
        store,
        read("a", sighting("Head of CX"), sighting("Lead CX", snippet="Own the journey.")),
        read("b", sighting("Head of CX")),
    )
    take_in(
        store, read("c", sighting("Lead CX"), source="quiet"), source="quiet", now=NOW - 40 * DAY
    )
    store.register_sources(["quiet"], now=NOW)
    assert store.tier_shares(["inbox", "quiet"], since=NOW - 30 * DAY) == {
        "inbox": {"title": 1, "snippet": 1, "full": 0},
        "quiet": {"title": 0, "snippet": 0, "full": 0},
    }


def waits(store, *, sources=("inbox",), now=NOW, since=NOW - 14 * DAY, **more):
    return store.waiting_pages(list(sources), since=since, now=now, limit=10, **more)


def titles(found):
    return {one.posting.title for one in found}


def asked(outcome="network", *, now=NOW, due=None, **more):
    return Asked(
        url="https://x.example/1", outcome=outcome, detail="It is so.", asked=now, due=due, **more
    )


def test_postings_without_duties_wait_newest_first(store):
    take_in(store, read("old", sighting("CX Lead"), now=NOW - DAY), now=NOW - DAY)
    take_in(store, read("new", sighting("Head of CX", snippet="Own it.")))
    assert [one.posting.title for one in waits(store)] == ["Head of CX", "CX Lead"]
    assert waits(store)[0].links == ("https://jobs.example/Head-of-CX",)
    assert waits(store)[0].last is None


def test_what_no_source_of_the_profile_showed_lately_does_not_wait(store):
    take_in(store, read("old", sighting("CX Lead")), now=NOW - 20 * DAY)
    take_in(store, read("b", sighting("Head of CX"), source="other"), source="other")
    assert waits(store) == []


def test_what_only_mails_of_doubtful_senders_showed_does_not_wait(store):
    bad = {"url": "https://trap.example/1", "native_id": "x:1"}
    take_in(store, read("a", sighting("CX Lead", **bad), authenticity="failed"))
    assert waits(store) == []
    good = {"url": "https://good.example/1", "native_id": "x:1"}
    take_in(store, read("b", sighting("CX Lead", **good), authenticity="unknown"))
    (one,) = waits(store)
    assert one.links == ("https://good.example/1",), "the doubtful mail's link is not followed"


def test_a_link_through_a_tracker_is_no_link(store):
    take_in(store, read("a", sighting("CX Lead", opaque=True)))
    (one,) = waits(store)
    assert one.links == ()


def test_a_page_waits_again_when_it_is_due(store):
    take_in(store, read("a", sighting("CX Lead")))
    (one,) = waits(store)
    store.record_page(one.posting.id, asked(due=NOW + HOUR, etag='"v"', attempts=2))
    assert waits(store) == []
    assert titles(waits(store, everything=True)) == {"CX Lead"}
    (again,) = waits(store, now=NOW + HOUR)
    assert again.last == store.page(one.posting.id) == asked(due=NOW + HOUR, etag='"v"', attempts=2)


def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_hand_too(store):
    take_in(store, read("a", sighting("CX Lead")))
    (one,) = waits(store)
    store.record_page(one.posting.id, asked("throttled", due=NOW + HOUR))
    assert waits(store, everything=True) == []


def test_never_again_is_never_again(store):
    take_in(store, read("a", sighting("CX Lead")))
    (one,) = waits(store)
    store.record_page(one.posting.id, asked("auth"))
    assert waits(store, now=NOW + 9 * DAY, everything=True) == []


def test_what_a_page_says_and_how_it_went_are_stored_at_once(store):
    take_in(store, read("a", sighting("CX Lead")))
    (one,) = waits(store)
    judge(store, verdict(one.posting.id))
    store.record_page(
        one.posting.id,
        asked("read"),
        change=lambda posting: replace(posting, description="x" * 500, duties_from="json-ld"),
    )
    assert waits(store) == []
    assert [(posting.id, tier) for posting, tier in store.unjudged("rules-1", limit=9)] == [
        (one.posting.id, "full")
    ]


def test_a_posting_that_is_no_more_gets_no_page(store):
    store.record_page("0123456789abcdef", asked("read"))
    assert store.page("0123456789abcdef") is None


def test_other_duties_are_judged_anew_at_the_same_tier(store):
    take_in(store, read("a", sighting("CX Lead")))
    (one,) = waits(store)
    for words in ("a", "b"):
        assert store.record_duties(one.posting.id, words * 500, now=NOW)
        assert len(store.unjudged("rules-1", limit=9)) == 1
        judge(store, verdict(one.posting.id, tier="full"))
        assert store.unjudged("rules-1", limit=9) == []
    assert store.posting(one.posting.id).duties_from == "you"


def test_the_budget_is_spent_once_by_whoever_asks(store):
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: store.spend_page("ada", TODAY, most=5), range(20)))
    assert sum(won) == 5
    assert store.spent_pages("ada", TODAY) == 5
    assert store.spent_pages("bob", TODAY) == 0
    assert store.spend_page("ada", TODAY + DAY, most=5)
    assert not store.spend_page("bob", TODAY, most=0)


def test_one_of_many_claims_a_host(store):
    def claim(number):
        return store.claim_host("a.example", now=NOW, until=NOW + HOUR, holder=f"w{number}")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(16))) == 1


def test_a_host_is_free_after_its_pause_or_when_its_asker_died(store):
    second = timedelta(seconds=1)
    assert store.claim_host("a.example", now=NOW, until=NOW + HOUR, holder="w1")
    store.release_host("a.example", free=NOW + 7 * second, holder="w2")
    assert store.host("a.example").holder == "w1", "nobody else gives it back"
    store.release_host("a.example", free=NOW + 7 * second, holder="w1")
    assert not store.claim_host("a.example", now=NOW + second, until=NOW + HOUR, holder="w2")
    assert store.claim_host("a.example", now=NOW + 7 * second, until=NOW + HOUR, holder="w2")
    assert store.claim_host("a.example", now=NOW + HOUR, until=NOW + 2 * HOUR, holder="w3")


def test_what_hosts_said_is_remembered(store):
    assert store.host("a.example") == HostState()
    store.park_host("a.example", until=NOW + DAY, reason="It answered 429.")
    store.keep_robots("a.example", b"User-agent: *", until=NOW + DAY)
    said = store.host("a.example")
    assert (said.parked_until, said.reason) == (NOW + DAY, "It answered 429.")
    assert (said.robots, said.robots_until) == (b"User-agent: *", NOW + DAY)


def test_boards_of_employers_are_remembered_once(store):
    found = [("foxglove", "greenhouse", "foxglove"), ("foxglove", "lever", "fg")]
    store.learn_boards(found[:1], now=NOW)
    store.learn_boards(found, now=NOW + HOUR)
    assert store.boards_of("foxglove") == [("greenhouse", "foxglove"), ("lever", "fg")]
    assert store.boards_of("else") == []


def test_employers_links_are_told_without_those_of_doubtful_mails(store):
    url = "https://boards.greenhouse.io/foxglove/jobs/1"
    take_in(
        store,
        read("a", sighting("CX Lead", company="Foxglove", url=url)),
        read("b", sighting("CX Head", company="Trap", url=url + "2"), authenticity="failed"),
        read("c", sighting("CX", company="Else", url="https://else.example/greenhouse.io")),
    )
    found = store.employers_links(["inbox"], since=NOW - DAY, like=["greenhouse.io/"])
    assert found == [("Foxglove", url)]


def test_only_the_message_ids_of_digests_that_were_sent_open_their_postings(store):
    take_in(store, read("a", sighting("CX Lead")))
    compose(store, "ada@x.example")
    (delivery,) = store.deliveries()
    one = posting_id(sighting("CX Lead"))
    assert store.postings_answered([delivery.message_id]) == {one: one}
    guess = f"<{delivery.id}@cxdigest.invalid>"
    assert store.postings_answered([guess, "<x@y>", "%", ""]) == {}
    assert delivery.id in delivery.message_id
    assert len(delivery.message_id) > len(guess) + 30


def test_unclear_postings_come_back_when_their_duties_came(store):
    take_in(store, read("a", sighting("CX Lead"), sighting("CX Head"), sighting("CX Chief")))
    lead, head, chief = (posting_id(sighting(f"CX {one}")) for one in ("Lead", "Head", "Chief"))
    judge(store, *(verdict(one, kind="unclear") for one in (lead, head, chief)))
    fresh = store.candidates("ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    digest = Digest(profile="ada", day=TODAY, made=NOW, unclear=tuple(fresh))
    store.record_digest(digest, RENDERED, [], now=NOW)
    later = NOW + HOUR
    store.record_duties(lead, "x" * 500, now=later)
    for one in (head, chief):
        store.record_page(
            one, asked("read", now=later), change=lambda p: replace(p, description="y" * 500)
        )
    judge(store, verdict(lead, kind="service", tier="full"), verdict(head, kind="genuine", tier="full"),
          verdict(chief, kind="sales", tier="full"), now=later)  # fmt: skip
    found = store.candidates("ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    assert {one.posting.id for one in found} == {lead, head}
    assert store.candidates("bob", ["other"], fingerprint="rules-1", since=NOW - DAY) == []
    again = Digest(profile="ada", day=TODAY + DAY, made=NOW + DAY, unclear=tuple(found))
    store.record_digest(again, RENDERED, [], now=NOW + DAY)
    assert store.candidates("ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY) == []
