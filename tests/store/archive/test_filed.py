"""Past digests, for whoever looks back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cxdigest.model import Digest, Enclosure, Recipient
from tests.store.world import (
    DAY,
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
)  # fmt: skip

EVERY = ("ready", "empty", "review", "held", "lapsed")
SAID = ("ready", "empty")


def put(store, day, *, profile="ada", state="ready", rendered=RENDERED, **sections):
    digest = Digest(profile=profile, day=day, made=NOW, **sections)
    to = [Recipient("smtp", "ada@x.example"), Recipient("smtp", "eva@x.example", "cc")]
    return store.record_digest(digest, rendered, to, now=NOW, state=state)


def test_digests_come_the_latest_first_and_go_on_where_a_page_ended(store):
    days = [TODAY - number * DAY for number in range(7)]
    for day in days:
        put(store, day)
    put(store, TODAY, profile="ben")
    first = store.filed("ada", states=EVERY, most=3)
    assert [one.day for one in first] == days[:3]
    rest = store.filed("ada", states=EVERY, before=first[-1].day, most=10)
    assert [one.day for one in rest] == days[3:]
    assert dict(first[0].standing) == {"waiting": 2}


def test_what_was_not_said_is_left_out_where_only_what_was_said_is_asked_for(store):
    put(store, TODAY, state="review")
    put(store, TODAY - DAY, state="empty")
    put(store, TODAY - 2 * DAY)
    assert [one.state for one in store.filed("ada", states=SAID, most=9)] == ["empty", "ready"]
    assert store.filed_on("ada", TODAY, states=SAID) is None
    found = store.filed_on("ada", TODAY, states=EVERY)
    assert found is not None
    assert found.state == "review"
    assert store.filed_on("ada", date(2020, 1, 1), states=EVERY) is None


def test_months_are_counted_the_latest_first(store):
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2), date(2026, 11, 3)):
        put(store, day)
    assert store.filed_months("ada") == [(2026, 11, 1), (2026, 1, 2), (2025, 12, 1)]
    assert store.filed_months("ben") == []


def test_deliveries_are_told_as_they_stand_and_what_came_back_apart(store):
    put(store, TODAY)
    one, two = store.deliveries("ada", TODAY)
    claimed = store.claim_delivery(now=NOW, lease=DAY, holder="w")
    store.finish_delivery(
        claimed.id, state="sent", detail="250", now=NOW, next_try=None, holder="w"
    )
    (found,) = store.filed("ada", states=EVERY, most=1)
    assert dict(found.standing) == {"sent": 1, "waiting": 1}
    store.record_bounce(claimed.id, words="4.2.2 full", now=NOW)
    (found,) = store.filed("ada", states=EVERY, most=1)
    assert dict(found.standing) == {"bounced": 1, "waiting": 1}
    assert {one.id, two.id} == {each.id for each in store.deliveries("ada", TODAY)}


def test_the_payload_is_given_with_its_files_in_order(store):
    files = (Enclosure(name="b.png", media="image/png", content=b"1", cid="b"),
             Enclosure(name="a.csv", media="text/csv", content=b"2"))  # fmt: skip
    made = put(store, TODAY, rendered=replace(RENDERED, enclosures=files))
    found = store.filed_payload(made)
    assert (found.subject, found.html) == (RENDERED.subject, RENDERED.html)
    assert found.enclosures == files
    assert store.filed_payload("none") is None


def test_the_postings_of_a_digest_are_told_in_the_words_of_its_own_sources(store):
    role = sighting("Head of CX")
    take_in(store, read("b", replace(role, snippet="for Ben alone"), source="bens"), source="bens")
    take_in(store, read("a", replace(role, snippet="mine")))
    second = sighting("CX Lead", company="Brook")
    take_in(store, read("c", second), now=NOW)
    judge(store, verdict(posting_id(role)), verdict(posting_id(second)))
    made = compose(store, "ada@x.example")
    found = store.stood_in(made, ["inbox"], profile="ada", sections=("genuine",), most=9)
    assert {one.posting.title for one in found} == {"Head of CX", "CX Lead"}
    assert "for Ben alone" not in {one.posting.snippet for one in found}
    assert {(one.section, one.kind) for one in found} == {("genuine", "genuine")}
    assert len(store.stood_in(made, ["inbox"], profile="ada", sections=("genuine",), most=1)) == 1
    assert store.stood_in(made, ["inbox"], profile="ada", sections=("flagged",), most=9) == []
    (filed,) = store.filed("ada", states=EVERY, most=1)
    assert dict(filed.sections) == {"genuine": 2}


def test_streams_of_mails_are_told_apart_from_profiles(store):
    for name in ("ada", "coach/berta", "review/ada"):
        put(store, TODAY, profile=name)
    assert store.filed_streams() == ["coach/berta", "review/ada"]
