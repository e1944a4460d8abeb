"""The step that sends: claimed before, told after, tried again, and no failure spreads."""

from __future__ import annotations

from dataclasses import replace
from logging import INFO

import pytest
from sqlalchemy import update

from cxdigest.model import Rendered
from cxdigest.pipeline.deliveries.deliver import deliver_waiting, leaving_by
from cxdigest.pipeline.links.ways_out import ways_out
from cxdigest.pipeline.street import LEASE
from cxdigest.render import UNSUBSCRIBE
from cxdigest.schedule import RETRY_WAITS
from cxdigest.store.schema import digests
from tests.channels.digests import delivery
from tests.worlds import DAY, HOUR, MINUTE, Postbox, Scripted, alert, later, never, profile


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
    assert [record.levelname for record in caplog.records if record.levelno > INFO] == ["ERROR"]
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


# -- the way out of the mails ----------------------------------------------------------------------

FOOTER_TEXT = f"You get this mail because you asked. Stop these mails:\n  {UNSUBSCRIBE}\nmark\n"
FOOTER_HTML = (
    f'<p>You get this mail because you asked. <a class="s" href="{UNSUBSCRIBE}">Stop</a></p>'
)


def freeze(ready, **parts):
    """Make today's digest end as the templates end it, before it is sent."""
    ready.mail.script = [later()] * 9
    ready.turn()
    ready.mail.script = []
    with ready.store._database.writing() as connection:
        connection.execute(update(digests).values({k: v.encode() for k, v in parts.items()}))


class Seeing(Postbox):
    """A postbox that keeps what it was given."""

    def send(self, delivery):
        self.given = [*getattr(self, "given", ()), delivery]
        return super().send(delivery)


@pytest.fixture
def seeing(ready):
    ready.mail = Seeing(ready.folder / "seen.jsonl")
    ready.channels = {"mail": ready.mail}
    return ready


def test_each_recipient_gets_a_link_of_its_own_and_the_same_at_every_try(seeing):
    seeing.profiles = [profile(to=("a@x.example", "b@x.example"))]
    freeze(seeing, text=FOOTER_TEXT, html=FOOTER_HTML)
    street = replace(
        seeing.street, unsubscribe=lambda one: f"https://d.example/u/{one.recipient}?a=1&b=2"
    )
    seeing.mail.script = [later(), later()]
    for _ in range(3):
        seeing.now += HOUR
        deliver_waiting(replace(street, clock=lambda: seeing.now))
    tries = [one for one in seeing.mail.given if one.unsubscribe]
    assert len(tries) > 2
    for one in tries:
        link = f"https://d.example/u/{one.recipient}?a=1&b=2"
        assert one.unsubscribe == link
        assert f"Stop these mails:\n  {link}\nmark" in one.rendered.text
        assert f'href="{link.replace("&", "&amp;")}"' in one.rendered.html
        assert UNSUBSCRIBE not in one.rendered.text + one.rendered.html
    assert len({(one.recipient, one.rendered) for one in tries}) == 2


def test_a_link_that_would_lead_nowhere_is_left_out(seeing):
    freeze(seeing, text=FOOTER_TEXT, html=FOOTER_HTML)
    seeing.turn(after=HOUR)
    (*_, sent) = seeing.mail.given
    assert sent.unsubscribe == ""
    assert sent.rendered.text == "You get this mail because you asked.\nmark\n"
    assert sent.rendered.html == "<p>You get this mail because you asked. </p>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{UNSUBSCRIBE}\nmark\n", "mark\n"),
        (f"Line.\n\n{UNSUBSCRIBE}\n", "Line.\n\n"),
        (f"Line: {UNSUBSCRIBE} and more\nmark", "mark"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_templates_of_ones_own_lose_the_line_with_a_dead_link(text, left):
    found = leaving_by(Rendered(subject="s", text=text, html=text), "")
    assert found.text == left
    assert UNSUBSCRIBE not in found.text


SIGNED = {"sign": "T-{}".format, "told": {"told": "mailto:coach@x.example"}}
SENDERS = {"senders": {"told": "s@x.example", "mail": "cx+1@x.example"}}


@pytest.mark.parametrize(
    ("channel", "given", "link"),
    [
        ("mail", {"public_url": "https://d.example", "feedback_to": "in@x.example"}, "https://d.example/u/T-d1"),
        ("folder", {"public_url": "https://d.example"}, "https://d.example/u/T-d1"),
        ("mail", {"feedback_to": "in+a@x.example"}, "mailto:in+a@x.example?subject=cxdigest%20T-d1%20unsubscribe"),
        ("told", {"feedback_to": "in@x.example"}, "mailto:coach@x.example"),
        ("told", {"public_url": "https://d.example"}, "https://d.example/u/T-d1"),
        ("mail", {}, "mailto:cx+1@x.example?subject=unsubscribe"),
        ("folder", {"feedback_to": "in@x.example"}, ""),
        ("mail", {"sign": None, "public_url": "https://d.example"}, "mailto:cx+1@x.example?subject=unsubscribe"),
    ],
)  # fmt: skip
def test_the_way_out_is_a_page_or_a_mail_that_is_read_by_somebody(channel, given, link):
    one = delivery(id="d1", channel=channel)
    assert ways_out(**{**SIGNED, **SENDERS, **given})(one) == link
