"""A server that says no in set-up: which answer is to be changed, in words without keys."""

from __future__ import annotations

import smtplib
import socket
import ssl

import pytest
from imapclient.exceptions import CapabilityError

from cxdigest.channels import smtp
from cxdigest.errors import DeliveryError, NotLetInError, SourceError
from cxdigest.language import speaking
from cxdigest.setup.answers import account
from cxdigest.setup.refusals import refusal
from cxdigest.sources import imap
from cxdigest.web.first.steps import _complaint

ADA = account(
    host="imap.example.org", port="993", security="tls", user="ada@example.org",
    password="x", what="reading mail",
)  # fmt: skip
NO = "[AUTHENTICATIONFAILED] No."


def raised(error: SourceError | DeliveryError, cause: Exception) -> NotLetInError:
    """*error* as a source or channel raises it of *cause*, told to Ada."""
    try:
        raise error from cause
    except type(error) as caught:
        return refusal(caught, ADA, "Jobs")


def of_source(what: str, cause: Exception, outcome="network", told="") -> NotLetInError:
    return raised(SourceError(f"imap.example.org:993 {what}", outcome=outcome, told=told), cause)


def of_channel(cause: Exception, told="") -> NotLetInError:
    return raised(DeliveryError("imap.example.org:993 said no", permanent=False, told=told), cause)


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("said", "why", "german"),
    [
        (lambda: of_source("", KeyError(), "auth", NO), "login", "die Anmeldung von ada@example.org abgelehnt"),
        (
            lambda: of_channel(smtplib.SMTPAuthenticationError(535, b"No"), NO),
            "login",
            "abgelehnt: [AUTHENTICATIONFAILED] No",
        ),
        (
            lambda: of_channel(smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server.")),
            "address",
            "(STARTTLS extension not supported by server); wählen",
        ),
        (lambda: of_source("", untrusted()), "certificate", "dem nicht zu trauen ist"),
        (lambda: of_source("", ssl.SSLError()), "address", "spricht nicht TLS"),
        (lambda: of_source("", TimeoutError()), "address", "nicht rechtzeitig geantwortet"),
        (lambda: of_source("", socket.gaierror(-2, "unknown")), "address", "kein Server zu finden"),
        (lambda: of_source("", ConnectionRefusedError(111, "no")), "address", "antwortet nichts"),
        (lambda: of_source("", OSError(113, "No route")), "address", "zu erreichen: No route; prüfen"),
        (lambda: of_source("", CapabilityError()), "address", "bietet kein STARTTLS"),
        (
            lambda: of_source("", KeyError(), "gone", "INBOX, A"),
            "folder",
            "keinen Ordner 'Jobs'; es gibt: INBOX, A",
        ),
    ],
)  # fmt: skip
def test_every_refusal_says_which_answer_to_change_in_the_language_spoken(said, why, german):
    english = said()
    assert english.why == why
    assert "ca_file" not in str(english)
    assert "security" not in str(english)
    with speaking("de"):
        assert german in str(said())


def test_what_is_not_known_is_told_as_the_server_said_it():
    said = of_source("answered: nonsense", KeyError())
    assert (said.why, str(said)) == ("other", "imap.example.org:993 answered: nonsense")


def test_a_login_that_was_not_even_tried_is_told_as_the_source_says_it():
    said = of_source("takes no login without TLS", KeyError(), "auth")
    assert (said.why, str(said)) == ("login", "imap.example.org:993 takes no login without TLS")


def test_a_server_that_talks_nonsense_is_not_said_to_be_out_of_reach():
    said = of_channel(smtplib.SMTPResponseException(554, b"no"))
    assert (said.why, str(said)) == ("other", "imap.example.org:993 said no")


def test_what_a_server_says_turns_no_line_and_moves_no_pen():
    said = of_source("", KeyError(), "auth", "\x1b[31m\x00\u202eNo")
    assert str(said).endswith("ada@example.org: \ufffd[31m\ufffd\ufffdNo")


@pytest.mark.parametrize("words", [imap._words, lambda error: smtp._words(str(error))])
def test_a_servers_words_hold_nothing_that_a_terminal_obeys(words):
    assert words(ValueError("No\x00 \x1b[2J\r\nmail")) == "No\ufffd \ufffd[2J mail"


def test_an_address_at_the_begin_of_a_complaint_keeps_its_small_letter():
    assert _complaint(NotLetInError("www.x.example/feed is none", why="other")) == (
        "www.x.example/feed is none."
    )
    assert _complaint(NotLetInError("the port is missing", why="other")) == "The port is missing."
