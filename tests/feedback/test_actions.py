"""What a reader may say of a posting, as links."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from cxdigest.feedback import Signer, actions_for, feedback_in, read_feedback
from cxdigest.model import FEEDBACK_WORDS, Profile
from tests.feedback.world import candidate, posting

SIGNER = Signer(bytes(range(32)))
DIGEST = "0123456789abcdef0123456789abcdef"
ADA = Profile(
    name="ada",
    heading="Ada",
    sources=("inbox",),
    recipients=(),
    send_at=time(7),
    zone=ZoneInfo("Europe/Berlin"),
    days=frozenset(range(7)),
    lookback=timedelta(days=14),
)


def test_with_a_public_address_each_word_is_a_signed_link():
    actions = actions_for(
        SIGNER, public_url="https://digest.example", feedback_to="jobs@reader.example"
    )(ADA, DIGEST, candidate(7))
    assert [one.word for one in actions] == list(FEEDBACK_WORDS)
    for one in actions:
        parts = urlsplit(one.url)
        assert (parts.scheme, parts.netloc, parts.path[:3]) == ("https", "digest.example", "/f/")
        asked = read_feedback(SIGNER, parts.path[3:])
        assert (asked.digest_id, asked.posting_id, asked.word) == (DIGEST, f"{7:016x}", one.word)


@pytest.mark.parametrize(
    "address", ["jobs@reader.example", "ada+jobs@reader.example", "o'b&c?d@reader.example"]
)
def test_without_one_each_word_is_a_mail_to_the_mailbox_that_is_polled(address):
    for one in actions_for(SIGNER, feedback_to=address)(ADA, DIGEST, candidate(7)):
        parts = urlsplit(one.url)
        assert parts.scheme == "mailto"
        subject = parse_qs(parts.query)["subject"][0]
        assert feedback_in(SIGNER, subject).word == one.word
        assert len(one.url) < 130
    assert actions_for(SIGNER, feedback_to="ada+jobs@reader.example")(ADA, DIGEST, candidate())[
        0
    ].url.startswith("mailto:ada+jobs@reader.example?subject=cxdigest%20")


def test_without_any_way_nothing_is_offered():
    assert actions_for(SIGNER) is None


def test_what_was_said_is_not_offered_again_nor_an_employer_hidden_that_is_not_named():
    actions = actions_for(SIGNER, public_url="https://digest.example")
    said = [one.word for one in actions(ADA, DIGEST, replace(candidate(), said="applied"))]
    assert said == [word for word in FEEDBACK_WORDS if word != "applied"]
    nameless = replace(candidate(), posting=posting(company=" "))
    assert "hide-employer" not in [one.word for one in actions(ADA, DIGEST, nameless)]


def test_no_link_names_a_person():
    shown = actions_for(SIGNER, public_url="https://digest.example")(ADA, DIGEST, candidate())
    assert shown
    for one in shown:
        assert "ada" not in one.url.lower().removesuffix(one.url[-59:])
