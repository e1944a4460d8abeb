"""Recipients who are left out, and what came back."""

from __future__ import annotations

import pytest

from tests.store.world import DAY, NOW, TODAY, compose, read, sighting, take_in

ADA, BO = "ada@x.example", "bo@x.example"
NOBODY = "5.1.1 550 5.1.1 <ada@x.example>: no such user"


@pytest.fixture
def sent(store):
    """A store with a digest of Ada's to Ada and Bo that waits to be sent."""
    take_in(store, read("1", sighting()))
    compose(store, ADA, BO)
    return store


def delivery_to(store, recipient=ADA, day=TODAY):
    found = [d for d in store.deliveries(day=day) if d.recipient == recipient]
    return found[0]


def test_a_paused_recipient_gets_nothing_of_that_profile_and_the_others_do(sent):
    assert sent.pause_recipient("ada", "smtp", ADA, why="You asked for it.", now=NOW)
    assert delivery_to(sent).state == "failed"
    assert delivery_to(sent).detail == "Not sent: You asked for it."
    claimed = sent.claim_delivery(now=NOW, lease=DAY, holder="w1")
    assert claimed.recipient == BO
    assert sent.claim_delivery(now=NOW, lease=DAY, holder="w1") is None
    assert [(p.recipient, p.since, p.why) for p in sent.pauses("ada")] == [
        (ADA, NOW, "You asked for it.")
    ]
    assert sent.pauses("bob") == []


def test_a_pause_is_kept_once_and_ends_when_resumed(sent):
    assert sent.pause_recipient("ada", "smtp", ADA, why="first", now=NOW)
    assert not sent.pause_recipient("ada", "smtp", ADA, why="second", now=NOW + DAY)
    assert [p.why for p in sent.pauses()] == ["first"]
    assert sent.resume_recipient("ada", "smtp", ADA)
    assert not sent.resume_recipient("ada", "smtp", ADA)
    assert sent.pauses() == []


def test_a_profile_that_is_not_there_cannot_be_paused(store):
    with pytest.raises(ValueError, match="nobody"):
        store.pause_recipient("nobody", "smtp", ADA, why="x", now=NOW)


def test_a_mail_is_found_by_its_message_id_and_by_nothing_like_it(sent):
    message_id = delivery_to(sent).message_id
    (found,) = sent.sent_under([message_id, "<a@b.example>"])
    assert (found.profile, found.recipient, found.delivery) == ("ada", ADA, delivery_to(sent).id)
    head, _, domain = message_id.partition(".")
    assert sent.sent_under([f"{head}@cxdigest.invalid>", f"{head}.{'0' * 32}@{domain[33:]}"]) == []
    assert sent.sent_as(found.delivery) == found
    assert sent.sent_as("0" * 32) is None
    assert [one.delivery for one in sent.sent_to("ADA@x.example")] == [found.delivery]


def test_one_digest_that_comes_back_pauses_nobody_and_a_second_does(sent):
    compose(sent, ADA, BO, day=TODAY + DAY, now=NOW + DAY)
    first, second = delivery_to(sent), delivery_to(sent, day=TODAY + DAY)
    assert sent.record_bounce(first.id, words=NOBODY, now=NOW)
    assert not sent.record_bounce(first.id, words=NOBODY, now=NOW), "the same again"
    assert delivery_to(sent).bounced == NOBODY
    assert sent.pauses() == []
    assert sent.record_bounce(second.id, words=NOBODY, now=NOW + DAY)
    assert [(p.recipient, p.why) for p in sent.pauses()] == [
        (ADA, f"2 digests came back: {NOBODY}")
    ]


@pytest.mark.parametrize(
    "words", ["5.7.1 554 5.7.1 spam", "5.2.2 552 mailbox full", "5.1.10x", "to carl: 5.1.1 gone"]
)
def test_what_says_nothing_of_the_address_never_pauses(sent, words):
    compose(sent, ADA, day=TODAY + DAY, now=NOW + DAY)
    for day in (TODAY, TODAY + DAY):
        assert sent.record_bounce(delivery_to(sent, day=day).id, words=words, now=NOW)
    assert sent.pauses() == []


def test_two_that_came_back_months_apart_pause_nobody(sent):
    later = NOW + 60 * DAY
    compose(sent, ADA, day=TODAY + 60 * DAY, now=later)
    sent.record_bounce(delivery_to(sent).id, words=NOBODY, now=NOW)
    sent.record_bounce(delivery_to(sent, day=TODAY + 60 * DAY).id, words=NOBODY, now=later)
    assert sent.pauses() == []
