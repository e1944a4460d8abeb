from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from cxdigest.model import Enclosure, Recipient
from cxdigest.store.schema import deliveries, digests, enclosures, pauses
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    TODAY,
    compose,
    digest_of,
    read,
    sighting,
    take_in,
)

LEASE = HOUR / 4


def claim(store, *, now=NOW, holder="w1"):
    return store.claim_delivery(now=now, lease=LEASE, holder=holder)


def finish(store, delivery, state, *, now=NOW, next_try=None, holder="w1", detail=""):
    return store.finish_delivery(
        delivery.id, state=state, detail=detail, now=now, next_try=next_try, holder=holder
    )


def test_a_claimed_delivery_carries_the_frozen_digest(store):
    take_in(store, read("a", sighting()))
    digest_id = compose(store, "ada@x.example")
    delivery = claim(store)
    assert delivery.rendered == RENDERED
    assert (delivery.digest_id, delivery.profile, delivery.day) == (digest_id, "ada", TODAY)
    assert (delivery.channel, delivery.recipient) == ("smtp", "ada@x.example")
    assert (delivery.made, delivery.attempts) == (NOW, 1)


def test_nothing_is_due_when_there_is_nothing_or_all_is_claimed(store):
    assert claim(store) is None
    compose(store, "ada@x.example")
    assert claim(store)
    assert claim(store, holder="w2") is None


def test_a_delivery_is_not_due_before_its_time(store):
    compose(store, "ada@x.example")
    assert claim(store, now=NOW - HOUR) is None


def test_the_message_id_is_stable_and_of_its_own_for_every_delivery(store):
    compose(store, "ada@x.example", "coach@x.example")
    compose(store, "ada@x.example", day=TODAY + DAY)
    ids = {d.message_id for d in store.deliveries()}
    assert len(ids) == 3
    assert all(i.startswith("<") and i.endswith("@cxdigest.invalid>") for i in ids)
    first = claim(store)
    again = claim(store, now=NOW + LEASE, holder="w2")
    while again.id != first.id:
        again = claim(store, now=NOW + LEASE, holder="w2")
    assert again.message_id == first.message_id
    assert again.attempts == 2


def test_the_domain_of_the_message_id_can_be_named(store):
    store.record_digest(
        digest_of(store), RENDERED, [("smtp", "a@x.example")], now=NOW, domain="mail.example"
    )
    assert claim(store).message_id.endswith("@mail.example>")


def test_what_was_sent_is_never_claimed_again(store):
    compose(store, "ada@x.example")
    assert finish(store, claim(store), "sent", detail="250 2.0.0 queued")
    assert claim(store, now=NOW + 99 * DAY) is None
    (status,) = store.deliveries()
    assert (status.state, status.detail, status.due) == ("sent", "250 2.0.0 queued", None)


def test_a_delivery_that_failed_for_good_is_never_claimed_again(store):
    compose(store, "ada@x.example")
    assert finish(store, claim(store), "failed", detail="550 no such user")
    assert claim(store, now=NOW + 99 * DAY) is None


def test_a_delivery_that_waits_is_claimed_at_its_next_try(store):
    compose(store, "ada@x.example")
    assert finish(store, claim(store), "waiting", next_try=NOW + HOUR, detail="421 later")
    assert claim(store, now=NOW + HOUR / 2) is None
    assert claim(store, now=NOW + HOUR).attempts == 2


def test_one_recipients_failure_leaves_the_others_alone(store):
    compose(store, "ada@x.example", "coach@x.example")
    first = claim(store)
    finish(store, first, "failed", detail="550")
    second = claim(store)
    assert second.recipient != first.recipient
    assert finish(store, second, "sent")


def test_a_dead_workers_delivery_is_taken_over_when_its_lease_is_over(store):
    compose(store, "ada@x.example")
    first = claim(store)
    assert claim(store, now=NOW + LEASE / 2, holder="w2") is None
    second = claim(store, now=NOW + LEASE, holder="w2")
    assert (second.id, second.attempts) == (first.id, 2)


def test_a_slow_worker_may_not_put_back_what_another_has_taken_over(store):
    compose(store, "ada@x.example")
    slow = claim(store)
    claim(store, now=NOW + LEASE, holder="w2")
    assert not finish(store, slow, "waiting", next_try=NOW, now=NOW + LEASE)
    assert not finish(store, slow, "failed", now=NOW + LEASE)
    assert store.deliveries()[0].state == "sending"


def test_sent_is_believed_from_whoever_says_it_and_stays(store):
    compose(store, "ada@x.example")
    slow = claim(store)
    quick = claim(store, now=NOW + LEASE, holder="w2")
    assert finish(store, slow, "sent", detail="250 from the slow one", now=NOW + LEASE)
    assert not finish(store, quick, "failed", holder="w2", now=NOW + LEASE)
    assert claim(store, now=NOW + DAY) is None
    assert store.deliveries()[0].detail == "250 from the slow one"


def test_the_longest_overdue_is_claimed_first(store):
    compose(store, "late@x.example", now=NOW)
    compose(store, "early@x.example", profile="ben", now=NOW - HOUR)
    assert claim(store).recipient == "early@x.example"


def test_waiting_without_a_next_try_is_a_mistake(store):
    compose(store, "ada@x.example")
    delivery = claim(store)
    with pytest.raises(ValueError, match="next_try"):
        finish(store, delivery, "waiting")
    with pytest.raises(ValueError, match="next_try"):
        finish(store, delivery, "sent", next_try=NOW)


def test_deliveries_are_listed_by_profile_and_day_newest_first(store):
    compose(store, "ada@x.example")
    compose(store, "ada@x.example", day=TODAY + DAY)
    compose(store, "ben@x.example", profile="ben")
    assert [d.day for d in store.deliveries("ada")] == [TODAY + DAY, TODAY]
    assert [d.profile for d in store.deliveries(day=TODAY)] == ["ada", "ben"]


# -- who gets what ---------------------------------------------------------------------------------


def change(store, table, **values):
    with store._database.writing() as connection:
        connection.execute(update(table).values(**values))


@pytest.mark.parametrize("state", ["review", "held"])
def test_a_digest_that_its_coach_keeps_is_never_claimed(store, state):
    compose(store, "ada@x.example")
    change(store, digests, state=state)
    assert claim(store, now=NOW + 99 * DAY) is None
    change(store, digests, state="ready")
    assert claim(store)


def test_a_recipient_who_left_meanwhile_gets_no_further_try_and_others_do(store):
    compose(store, "ada@x.example", "coach@x.example")
    compose(store, "ada@x.example", profile="ben")
    with store._database.writing() as connection:
        connection.execute(
            insert(pauses).values(
                profile="ada", channel="smtp", recipient="ada@x.example", since=NOW, why="asked"
            )
        )
    claimed = {(one.profile, one.recipient) for one in iter(lambda: claim(store), None)}
    assert claimed == {("ada", "coach@x.example"), ("ben", "ada@x.example")}
    (ended,) = store.deliveries(failed=True)
    assert (ended.profile, ended.recipient, ended.attempts) == ("ada", "ada@x.example", 0)
    assert "gets no more of these mails" in ended.detail


def test_a_copy_says_whose_digest_it_is_on_its_own_channel(store):
    recipients = [
        Recipient("smtp", "ada@x.example"),
        Recipient("smtp", "coach@x.example", "cc"),
        Recipient("folder", "shelf"),
        Recipient("other", "coach", "cc"),
    ]
    store.record_digest(digest_of(store), RENDERED, recipients, now=NOW)
    found = {
        (one.channel, one.recipient): (one.role, one.to) for one in iter(lambda: claim(store), None)
    }
    assert found == {
        ("smtp", "ada@x.example"): ("to", ()),
        ("smtp", "coach@x.example"): ("cc", ("ada@x.example",)),
        ("folder", "shelf"): ("to", ()),
        ("other", "coach"): ("cc", ()),
    }


def test_files_go_with_every_delivery_of_their_digest_in_their_order(store):
    digest_id = compose(store, "ada@x.example", "coach@x.example")
    compose(store, "ben@x.example", profile="ben")
    files = [
        {"position": 1, "name": "week.png", "media": "image/png", "cid": "week", "content": b"\0P"},
        {"position": 0, "name": "rest.csv", "media": "text/csv", "cid": "", "content": b"a,b"},
    ]
    with store._database.writing() as connection:
        connection.execute(insert(enclosures), [{"digest_id": digest_id, **one} for one in files])
    found = {one.recipient: one.rendered.enclosures for one in iter(lambda: claim(store), None)}
    both = (
        Enclosure(name="rest.csv", media="text/csv", content=b"a,b"),
        Enclosure(name="week.png", media="image/png", content=b"\0P", cid="week"),
    )
    assert found == {"ada@x.example": both, "coach@x.example": both, "ben@x.example": ()}


# -- tried again by a person -----------------------------------------------------------------------


def test_what_was_given_up_can_be_tried_again_under_its_old_message_id(store):
    compose(store, "ada@x.example")
    first = claim(store)
    finish(store, first, "failed", detail="550 no such user")
    assert store.retry_delivery(first.id, now=NOW + HOUR)
    again = claim(store, now=NOW + HOUR)
    assert (again.message_id, again.attempts) == (first.message_id, 1)


def test_what_waits_may_be_tried_now_and_what_is_sent_or_being_sent_may_not(store):
    compose(store, "ada@x.example")
    one = claim(store)
    assert not store.retry_delivery(one.id, now=NOW)
    finish(store, one, "waiting", next_try=NOW + DAY, detail="421")
    assert store.retry_delivery(one.id, now=NOW)
    finish(store, claim(store), "sent")
    assert not store.retry_delivery(one.id, now=NOW)
    change(store, deliveries, bounced="550 5.1.1 nobody here")
    assert store.retry_delivery(one.id, now=NOW)
    assert claim(store)
    assert [status.bounced for status in store.deliveries()] == [""]


def test_a_digest_that_is_kept_back_is_not_sent_by_trying_its_deliveries_again(store):
    compose(store, "ada@x.example")
    change(store, digests, state="held")
    (status,) = store.deliveries()
    store.retry_delivery(status.id, now=NOW)
    assert claim(store) is None


def test_deliveries_are_found_by_the_start_of_their_id(store):
    compose(store, "ada@x.example", "ben@x.example")
    for one in store.deliveries():
        assert store.find_deliveries(one.id[:12]) == [one]
    assert len(store.find_deliveries("")) == 2
    assert store.find_deliveries("%") == store.find_deliveries("zz") == []


def test_failed_and_recent_deliveries_can_be_listed_alone(store):
    compose(store, "a@x.example", "b@x.example")
    compose(store, "a@x.example", day=TODAY - 30 * DAY)
    finish(store, claim(store), "failed", detail="550")
    assert [one.detail for one in store.deliveries(failed=True)] == ["550"]
    assert {one.day for one in store.deliveries(since=TODAY - DAY)} == {TODAY}


def test_what_did_not_arrive_is_said_with_its_reason(store):
    compose(store, "a@x.example", "b@x.example", "c@x.example", "d@x.example")
    ends = ("failed", "waiting", "sent")
    for end in ends:
        finish(
            store, claim(store), end, detail=f"4{end}",
            next_try=NOW + DAY if end == "waiting" else None,
        )  # fmt: skip
    told = store.unsent(since=TODAY)
    assert len(told) == 2
    assert any("was given up: 4failed" in one for one in told)
    assert any("waits for its next try: 4waiting" in one for one in told)
    assert store.unsent(since=TODAY + DAY) == []


def test_a_try_that_was_put_off_before_the_clock_was_set_back_is_made(store):
    compose(store, "ada@x.example", "ben@x.example")
    finish(store, claim(store), "waiting", next_try=NOW + HOUR, detail="421 later")
    held = claim(store, holder="alive")
    assert claim(store, now=NOW - HOUR / 2) is None, "clocks of two workers differ by that much"
    again = claim(store, now=NOW - DAY)
    assert again.id != held.id, "what a worker has in hand stays in its hand"
    assert claim(store, now=NOW - DAY) is None
