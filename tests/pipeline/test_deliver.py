"""The step that sends: claimed before, told after, tried again, and no failure spreads."""

from __future__ import annotations

import pytest

from cxdigest.pipeline.street import LEASE
from cxdigest.schedule import RETRY_WAITS
from tests.worlds import DAY, MINUTE, Postbox, Scripted, alert, later, never, profile


@pytest.fixture
def ready(world):
    """A world whose one source has a posting for ada."""
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    return world


def status(world):
    return {one.recipient: one for one in world.store.deliveries()}


def test_a_mail_that_is_refused_for_now_is_tried_again_after_growing_waits_until_given_up(ready):
    tries = len(RETRY_WAITS) + 1
    ready.mail.script = [later()] * tries
    ready.profiles = [profile(days=frozenset({5}))]  # no further digest in the days of the retries
    assert [one.state for one in ready.turn().delivered] == ["waiting"]
    for wait in RETRY_WAITS:
        assert ready.turn(after=wait - MINUTE / 2).delivered == (), "too early"
        (delivered,) = ready.turn(after=MINUTE / 2).delivered
    assert delivered.state == "failed"
    assert ready.turn(after=3 * DAY).delivered == ()
    assert status(ready)["ada@x.example"].detail == "450 come back"
    assert status(ready)["ada@x.example"].attempts == tries


def test_a_mail_that_is_taken_at_the_second_try_is_the_same_mail(ready):
    ready.mail.script = [later()]
    assert ready.turn().failed
    first = status(ready)["ada@x.example"]
    ready.turn(after=MINUTE)
    assert [mail["id"] for mail in ready.mail.mails] == [first.message_id]
    assert status(ready)["ada@x.example"].state == "sent"


def test_a_mail_that_will_never_be_taken_is_given_up_at_once(ready):
    ready.mail.script = [never()]
    (delivered,) = ready.turn().delivered
    assert (delivered.state, delivered.detail) == ("failed", "550 no such mailbox")
    assert ready.turn(after=DAY / 2).delivered == ()


@pytest.mark.parametrize("fault", [later(), never(), ZeroDivisionError("bug")])
def test_one_recipients_failure_touches_no_other(ready, fault):
    ready.mail.script = [fault]
    ready.profiles = [profile(to=("a@x.example", "b@x.example", "c@x.example"))]
    done = ready.turn()
    assert [one.state for one in done.delivered].count("sent") == 2
    assert len(ready.recipients) == 2


def test_a_channel_with_a_bug_is_logged_and_tried_again(ready, caplog):
    ready.mail.script = [ZeroDivisionError("bug")]
    (delivered,) = ready.turn().delivered
    assert (delivered.state, delivered.detail) == ("waiting", "unexpected ZeroDivisionError: bug")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert [one.state for one in ready.turn(after=MINUTE).delivered] == ["sent"]


def test_a_channel_that_left_the_configuration_is_named_and_the_mail_waits_for_it(ready):
    ready.channels = {}
    (delivered,) = ready.turn().delivered
    assert delivered.state == "waiting"
    assert "channel mail is not in the configuration" in delivered.detail
    ready.channels = {"mail": ready.mail}
    ready.turn(after=MINUTE)
    assert ready.recipients == ["ada@x.example"]


def test_a_profile_that_left_the_configuration_still_gets_what_was_made_for_it(ready):
    ready.mail.script = [later()]
    ready.turn()
    ready.profiles = []
    ready.turn(after=MINUTE)
    assert ready.recipients == ["ada@x.example"]


def test_what_a_dead_worker_claimed_is_sent_when_its_lease_is_over_and_not_before(ready):
    ready.mail.script = [later()]
    ready.turn()
    assert ready.store.claim_delivery(now=ready.now + MINUTE, lease=LEASE, holder="dead")
    assert ready.turn(after=LEASE).delivered == ()
    assert [one.state for one in ready.turn(after=MINUTE).delivered] == ["sent"]


def test_a_worker_that_is_told_to_stop_sends_the_mail_in_hand_and_no_other(ready):
    ready.profiles = [profile(to=("a@x.example", "b@x.example"))]
    ready.stopping = lambda: bool(ready.recipients)
    assert [one.state for one in ready.turn().delivered] == ["sent"]
    assert len(ready.recipients) == 1
    ready.stopping = lambda: False
    ready.turn(after=MINUTE)
    assert sorted(ready.recipients) == ["a@x.example", "b@x.example"]


def test_each_channel_gets_its_own_mail(ready):
    second = Postbox(ready.folder / "second.jsonl", name="second")
    ready.channels = {"mail": ready.mail, "second": second}
    both = (("mail", "ada@x.example"), ("second", "ada@x.example"))
    ready.profiles = [profile(recipients=both)]
    ready.turn()
    assert [m["to"] for m in (*ready.mail.mails, *second.mails)] == ["ada@x.example"] * 2
    assert ready.mail.mails[0]["id"] != second.mails[0]["id"]
