"""Mails that are meant for cxdigest itself: what each does, and who is believed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.feedback import Signer, feedback_token
from cxdigest.pipeline import reread
from tests.pipeline.mails import FORGED, PROVEN, as_alert, letter
from tests.store.world import judge, verdict
from tests.worlds import DAY, HOUR, Scripted, alert

BOUNCES = Path(__file__).parents[1] / "extract" / "bounces"
OWN = b"<0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210@cxdigest.example>"
ADA = "ada@x.example"


@pytest.fixture
def sent(world):
    """A world whose digest of today went to Ada."""
    world.receivers = {"inbox": Receiver(authserv=("mx.mail.example",))}
    world.sources = [Scripted(script=[[alert("Head of Customer Experience")]])]
    world.turn()
    assert world.recipients == [ADA]
    return world


def rows(world, query):
    with world.store._database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def item(world):
    return rows(world, "SELECT digest_id, posting_id FROM digest_items")[0]


def token(world, word="genuine"):
    return feedback_token(Signer(world.store.instance_key()), *item(world), word)


def leaving(world, delivery=None):
    delivery = delivery or rows(world, "SELECT id FROM deliveries ORDER BY changed")[0][0]
    return Signer(world.store.instance_key()).sign("unsubscribe", delivery)


def comes(world, *mails, after=2 * HOUR):
    world.sources = [Scripted(script=[list(mails)])]
    return world.turn(after=after)


def kept(world):
    return rows(world, "SELECT format, outcome, reason FROM alerts ORDER BY stored, id")[-1]


def said(world):
    return rows(world, "SELECT profile, posting_id, word, way, sender FROM feedback")


def paused(world):
    return [(one.profile, one.recipient) for one in world.store.pauses()]


def message_id(world):
    return world.mail.mails[0]["id"]


@pytest.mark.parametrize("word", ["genuine", "not-genuine", "hide-employer", "applied"])
def test_a_word_comes_back_by_the_token_in_the_subject(sent, word):
    turn = comes(sent, letter(f"cxdigest {token(sent, word)}"))
    assert said(sent) == [("ada", item(sent)[1], word, "mail", ADA)]
    assert kept(sent) == ("feedback", "read", f"{word}: Head of Customer Experience")
    assert [(p.outcome, p.sightings, p.unread) for p in turn.polled] == [("empty", 0, 0)]


def test_a_word_is_kept_with_the_verdict_of_the_rules_that_judge_for_its_reader(sent):
    posting_id = item(sent)[1]
    (kind,) = rows(sent, "SELECT kind FROM verdicts")[0]
    judge(sent.store, verdict(posting_id, kind="support", rules="of-another-reader"))
    comes(sent, letter(f"cxdigest {token(sent)}"))
    assert sent.store.feedback_rows("ada")[0].verdict.kind == kind != "support"


@pytest.mark.parametrize(
    "subject", ["Re: cxdigest {}", "[home] cxdigest: {} - Ada", "Fwd: CXDIGEST {}"]
)
def test_what_mail_programs_write_around_a_token_does_no_harm(sent, subject):
    comes(sent, letter(subject.format(token(sent))))
    assert len(said(sent)) == 1


def test_the_same_mail_twice_says_it_once(sent):
    comes(sent, letter(f"cxdigest {token(sent)}"), letter(f"cxdigest {token(sent)}", "Again."))
    assert len(said(sent)) == 1


def test_a_token_that_is_only_quoted_says_nothing(sent):
    comes(
        sent,
        letter(
            "Re: roles", f"> mailto:x?subject=cxdigest%20{token(sent)}\r\n> cxdigest {token(sent)}"
        ),
    )
    assert said(sent) == []


def test_a_program_that_answers_says_nothing(sent):
    away = "Auto-Submitted: auto-replied\r\n"
    comes(sent, letter(f"Out of office: cxdigest {token(sent)}", "Away.", more=away))
    comes(sent, letter("Out of office", "Stop.", answers=message_id(sent), more=away))
    assert (said(sent), paused(sent)) == ([], [])
    assert kept(sent) == ("auto-reply", "not-an-alert", "A program wrote it, no person.")


def test_a_forged_mail_is_refused_and_one_that_nobody_vouches_for_is_not(sent):
    comes(sent, letter(f"cxdigest {token(sent)}", proof=FORGED))
    assert said(sent) == []
    assert kept(sent)[:2] == ("feedback", "not-an-alert")
    comes(sent, letter(f"cxdigest {token(sent)}"))
    assert len(said(sent)) == 1


def test_a_broken_token_is_kept_and_counted_and_nobody_is_answered(sent):
    good = token(sent)
    for bad in (good[:-2] + ("b" if good[-2] != "b" else "c") + good[-1], good[:45], "a" * 60):
        comes(sent, letter(f"cxdigest {bad}"))
        assert kept(sent)[:2] == ("feedback", "not-an-alert")
        assert "token" in kept(sent)[2]
    assert (said(sent), len(sent.mail.mails)) == ([], 1)


def test_a_token_of_an_old_digest_is_refused(sent):
    old = token(sent)
    comes(sent, letter(f"cxdigest {old}"), after=61 * DAY)
    assert said(sent) == []
    assert "60 days" in kept(sent)[2]


def test_a_word_on_a_digest_that_is_not_kept_any_more_is_told_so(sent):
    old = token(sent)
    comes(sent, alert("CX Lead"), after=80 * DAY)
    assert sent.store.prune_digests(before=sent.now - 75 * DAY, now=sent.now).removed == 1
    comes(sent, letter(f"cxdigest {old}"))
    assert said(sent) == []
    assert "not kept any more" in kept(sent)[2]


def test_a_token_for_one_purpose_does_nothing_else(sent):
    other = Signer(sent.store.instance_key()).sign("feed", *item(sent), "genuine")
    comes(sent, letter(f"cxdigest {other}"))
    assert (said(sent), paused(sent)) == ([], [])


@pytest.mark.parametrize("subject", ["cxdigest {}", "cxdigest {} unsubscribe"])
def test_who_unsubscribes_by_token_is_left_out(sent, subject):
    comes(sent, letter(subject.format(leaving(sent)), sender="whoever@y.example"))
    assert paused(sent) == [("ada", ADA)]
    assert kept(sent) == ("unsubscribe", "read", f"{ADA} gets no more of these mails.")


@pytest.mark.parametrize(
    "body",
    [
        "stop", "Unsubscribe.", "please unsubscribe me",
        "STOP\r\n\r\n-- \r\nAda\r\n", "Stop\r\nSent from my telephone",
        "stop\r\n\r\nOn Sat, 21 Nov 2026, cxdigest wrote:\r\n> Head of Customer Experience\r\n",
    ],
)  # fmt: skip
def test_who_answers_a_digest_with_stop_is_left_out(sent, body):
    comes(sent, letter("Re: 1 role", body, answers=message_id(sent)))
    assert paused(sent) == [("ada", ADA)]


@pytest.mark.parametrize(
    "body", ["Stop by the office on Monday.", "Thanks", "> stop", "Never stop sending these."]
)
def test_who_says_something_else_is_not(sent, body):
    comes(sent, letter("Re: 1 role", body, answers=message_id(sent)))
    assert paused(sent) == []


def test_a_plain_wish_to_stop_counts_from_a_proven_sender_alone(sent):
    comes(sent, letter("unsubscribe"))
    assert (paused(sent), kept(sent)[:2]) == ([], ("unsubscribe", "not-an-alert"))
    comes(sent, letter("unsubscribe", "Really.", sender="eve@x.example", proof=PROVEN))
    assert paused(sent) == []
    comes(sent, letter("Unsubscribe", sender=ADA, proof=PROVEN))
    assert paused(sent) == [("ada", ADA)]


def bounce(world, name="postfix", *, day=None, key=""):
    """A bounce of the delivery of that day, as the server named wrote it."""
    (delivery,) = world.store.deliveries(day=day or date(2026, 11, 21))
    raw = (BOUNCES / f"{name}.eml").read_bytes()
    raw = raw.replace(OWN, delivery.message_id.encode())
    return as_alert(raw.replace(b"anna@home.example", ADA.encode()), key=key)


def test_what_came_back_is_noted_with_the_servers_words(sent):
    turn = comes(sent, bounce(sent))
    (delivery,) = sent.store.deliveries()
    assert delivery.bounced == (
        f"5.1.1 550 5.1.1 <{ADA}>: Recipient address rejected: User unknown"
    )
    assert delivery.state == "sent"
    assert kept(sent)[:2] == ("bounce", "read")
    assert [(p.outcome, p.unread) for p in turn.polled] == [("empty", 0)]
    assert paused(sent) == []


def test_what_is_late_is_only_kept(sent):
    comes(sent, bounce(sent, "postfix-late"))
    (delivery,) = sent.store.deliveries()
    assert (delivery.bounced, paused(sent)) == ("", [])
    assert kept(sent)[0] == "bounce"
    assert "is late: connect to" in kept(sent)[2]


def test_a_second_digest_that_comes_back_ends_the_sending(sent):
    comes(sent, bounce(sent))
    comes(sent, alert("Voice of Customer Lead"), after=DAY)
    assert len(sent.mail.mails) == 2
    comes(sent, bounce(sent, day=date(2026, 11, 22), key="second"))
    assert paused(sent) == [("ada", ADA)]
    (pause,) = sent.store.pauses()
    assert pause.why.startswith("2 digests came back: 5.1.1 550")


def test_a_bounce_of_where_a_recipient_forwards_to_pauses_nobody(sent):
    comes(sent, bounce(sent, "another-behind-the-address"))
    assert sent.store.deliveries()[0].bounced == "anna@new.example: 5.2.2 550 mailbox full".replace(
        "550 ", "550 5.2.2 "
    )


def test_a_bounce_of_somebody_elses_mail_is_a_mail_like_any_other(sent):
    comes(sent, as_alert((BOUNCES / "of-another-mail.eml").read_bytes()))
    assert kept(sent)[:2] == ("", "not-an-alert")


def test_read_again_a_mail_asks_for_nothing_a_second_time(sent):
    comes(sent, letter(f"cxdigest {token(sent)}"))
    comes(sent, letter(f"cxdigest {leaving(sent)}"))
    comes(sent, bounce(sent))
    sent.store.undo_feedback(rows(sent, "SELECT id FROM feedback")[0][0], now=sent.now)
    sent.store.resume_recipient("ada", "mail", ADA)
    *_, sums = reread(sent.store, sent.receivers, clock=lambda: sent.now + HOUR)
    assert (sums.changed, sums.new, sums.readable) == (0, 0, 0)
    assert paused(sent) == []
    assert rows(sent, "SELECT count(*) FROM feedback WHERE undone IS NULL") == [(0,)]


def test_none_of_them_counts_as_an_alert(sent):
    before = sent.store.source_reports(["inbox"], since=None, now=sent.now)[0]
    comes(sent, letter(f"cxdigest {token(sent)}"), letter("cxdigest " + "a" * 60), bounce(sent))
    now = sent.store.source_reports(["inbox"], since=None, now=sent.now)[0]
    assert (now.alerts, now.unread, now.unverified) == (before.alerts, 0, 0)
