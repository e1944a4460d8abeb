"""Duties that a reader pastes: from whom they are believed, and that the next digest answers."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from cxdigest.model import Alert
from cxdigest.pipeline import reread
from tests.pipeline.test_pages import DUTIES, GREENHOUSE, job, only, shown
from tests.worlds import DAY, HOUR, Scripted, profile

GENUINE = re.sub(r"<[^>]+>", "", DUTIES)
LINKEDIN = "https://www.linkedin.com/jobs/view/4012345678/"
TITLE = "Experience Partner"


def mail(body, *, answers="", key="reply", quoted=""):
    raw = (
        "From: Ada <ada@x.example>\r\nTo: cxdigest <digest@x.example>\r\nSubject: Re: roles\r\n"
        f"In-Reply-To: {answers}\r\nMessage-ID: <{key}@x.example>\r\n\r\n{body}\r\n{quoted}"
    ).encode()
    return Alert(
        source="inbox", key=key, media="mail", raw=raw, digest=hashlib.sha256(raw).hexdigest()
    )


@pytest.fixture
def asked(world):
    """A world whose digest of today showed a posting as unclear."""
    world.sources = [Scripted(script=[[shown(LINKEDIN, title=TITLE)]])]
    world.turn()
    assert section(world) == "unclear"
    return world


def section(world, day=0):
    with world.store._database.reading() as connection:
        query = "SELECT i.section FROM digest_items i JOIN digests d ON d.id = i.digest_id ORDER BY d.day"
        return [row[0] for row in connection.exec_driver_sql(query)][day]


def reply(world, body, *, answers=None, **more):
    answers = world.mail.mails[0]["id"] if answers is None else answers
    world.sources = [Scripted(script=[[mail(body, answers=answers, **more)]])]
    return world.turn(after=2 * HOUR)


def alerts(world):
    with world.store._database.reading() as connection:
        query = "SELECT format, outcome, reason FROM alerts ORDER BY stored"
        return [tuple(row) for row in connection.exec_driver_sql(query)][-1]


def test_duties_in_reply_to_a_digest_are_judged_and_shown_in_the_next(asked):
    posting = only(asked)
    quoted = "".join(f"> {line}\r\n" for line in asked.mail.mails[0]["text"].splitlines())
    reply(asked, f"ref {posting.id}\r\n{GENUINE}", quoted=f"On Sat, cxdigest wrote:\r\n{quoted}")
    assert alerts(asked) == ("reply", "read", "")
    known = only(asked)
    assert (known.description, known.duties_from) == (GENUINE, "you")
    assert asked.store.verdict(known.id).tier == "full"
    asked.turn(after=DAY)
    assert section(asked, 1) == "genuine"
    assert TITLE in asked.mail.mails[1]["text"]
    asked.turn(after=DAY)
    assert TITLE not in asked.mail.mails[-1]["text"], "once"


def test_a_stranger_who_knows_no_message_id_plants_nothing(asked):
    posting = only(asked)
    known = asked.mail.mails[0]["id"]
    local, _, domain = known.strip("<>").partition("@")
    for number, guess in enumerate(
        (
            "",
            "<x@y.example>",
            f"<{local.split('.')[0]}@{domain}>",
            f"<{local.split('.')[0]}.{'0' * 32}@{domain}>",
        )
    ):
        reply(asked, f"ref {posting.id}\r\n{GENUINE}", answers=guess, key=f"guess-{number}")
        assert only(asked).description == ""


def test_a_posting_of_another_digest_is_left_alone(asked):
    other = profile("bob", to=("bob@x.example",), sources=("other",))
    asked.profiles = [*asked.profiles, other]
    asked.sources = [Scripted("other", [[shown(LINKEDIN.replace("678", "679"), title="Wanderer")]])]
    asked.turn(after=HOUR)
    theirs = next(p for p in asked.store.every_posting() if p.title == "Wanderer")
    reply(asked, f"ref {theirs.id}\r\n{GENUINE}")
    assert asked.store.posting(theirs.id).description == ""


def test_a_reply_without_duties_is_a_mail_like_any_other(asked):
    reply(asked, "Thank you, that is all.")
    assert alerts(asked)[:2] == ("", "not-an-alert")


def test_a_reply_that_is_read_again_stays_one(asked):
    reply(asked, f"ref {only(asked).id}\r\n{GENUINE}")
    *_, sums = reread(asked.store, {}, clock=lambda: asked.now)
    assert (sums.changed, sums.new, sums.gone) == (0, 0, 0)
    assert alerts(asked) == ("reply", "read", "")
    assert (only(asked).description, only(asked).duties_from) == (GENUINE, "you")


def test_too_few_words_are_named(asked):
    reply(asked, f"ref {only(asked).id}\r\nIt is about journeys.")
    assert alerts(asked) == (
        "reply", "read", "1 of the duties in it are shorter than 400 characters and were left out."
    )  # fmt: skip
    assert only(asked).description == ""


def test_a_page_that_makes_an_unclear_role_genuine_brings_it_back(asked, town):
    asked.pages = town.desk(asked, boards={"foxglove": [("greenhouse", "foxglove")]})
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": [job(1, TITLE)]}))
    asked.turn(after=HOUR)
    assert only(asked).duties_from == "greenhouse"
    asked.turn(after=DAY)
    assert section(asked, 1) == "genuine"


def test_a_page_that_makes_an_unclear_role_another_trade_is_not_shown_again(asked, town):
    retail = (
        "<p>Serve customers at the till, stock shelves, clean the shop floor and handle cash. </p>"
        * 8
    )
    asked.pages = town.desk(asked, boards={"foxglove": [("greenhouse", "foxglove")]})
    town.page(f"{GREENHOUSE}/jobs", json.dumps({"jobs": [job(1, TITLE, content=retail)]}))
    asked.turn(after=HOUR)
    assert asked.store.verdict(only(asked).id).kind != "genuine"
    asked.turn(after=DAY)
    assert len(asked.mail.mails) == 2
    assert TITLE not in asked.mail.mails[1]["text"]
