"""A coach without a public page answers by mails that are ready to be sent."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.feedback import Signer
from cxdigest.pipeline.links.review_links import ReviewLinks
from tests.pipeline.mails import FORGED, letter
from tests.pipeline.practice import Practice
from tests.worlds import MINUTE, Scripted, alert

BERTA = "berta@coach.example"


@pytest.fixture
def practice(tmp_path):
    """Ada's digest waits for Berta, who has no page."""
    made = Practice(tmp_path, sources=[Scripted(script=[[alert("CX Lead"), alert("CX Designer")]])])
    made.receivers = {"inbox": Receiver(authserv=("mx.mail.example",))}
    signer = Signer(made.store.instance_key())
    made.links = ReviewLinks(signer=signer, address="alerts@inbox.example")
    made.every = MINUTE
    made.turn()
    yield made
    made.store.close()


def offered(practice):
    """The subjects of the mails that the asking mail offers, by what stands before them."""
    (asked,) = practice.mails_to("berta")
    found = re.findall(r"^(.*)\n? *mailto:\S+\?subject=(\S+)$", asked, re.MULTILINE)
    return {label.strip(" -:"): unquote(subject) for label, subject in found}


def comes(practice, *mails):
    practice.sources = [Scripted(script=[list(mails)])]
    practice.turn(after=10 * MINUTE)


def test_every_way_to_answer_is_offered(practice):
    assert set(offered(practice)) == {
        "Approve", "Hold", "Write a note on top", "CX Lead", "CX Designer",
    }  # fmt: skip


def test_a_mail_approves(practice):
    comes(practice, letter(offered(practice)["Approve"], sender=BERTA))
    assert len(practice.mails_to("ada")) == 1


def test_a_mail_holds_and_one_that_comes_twice_changes_nothing(practice):
    hold = letter(offered(practice)["Hold"], sender=BERTA)
    comes(practice, hold, letter(offered(practice)["Hold"], "again", sender=BERTA))
    assert practice.waiting().state == "held"
    assert practice.mails_to("ada") == []


def test_a_note_and_a_drop_come_by_mail_and_are_sent(practice):
    offers = offered(practice)
    comes(
        practice,
        letter(
            offers["Write a note on top"], "The first\r\nis for you.\r\n-- \r\nBerta", sender=BERTA
        ),
        letter(offers["CX Designer"], sender=BERTA),
    )
    assert practice.waiting().note == "The first\nis for you."
    comes(practice, letter(offers["Approve"], sender=BERTA))
    (mail,) = practice.mails_to("ada")
    assert "is for you." in mail
    assert "CX Designer" not in mail


def test_an_empty_note_and_a_forged_mail_change_nothing(practice):
    offers = offered(practice)
    before = practice.waiting()
    comes(
        practice,
        letter(offers["Write a note on top"], sender=BERTA),
        letter(offers["Approve"], sender=BERTA, proof=FORGED),
        letter("cxdigest " + "A" * 40 + "a", sender=BERTA),
    )
    assert practice.waiting() == before
    assert practice.mails_to("ada") == []


def test_a_mail_that_comes_too_late_is_kept_and_changes_nothing(practice):
    offers = offered(practice)
    comes(practice, letter(offers["Approve"], sender=BERTA))
    comes(practice, letter(offers["Hold"], sender=BERTA), letter(offers["CX Lead"], sender=BERTA))
    assert practice.waiting().state == "ready"
    assert len(practice.mails_to("ada")) == 1
