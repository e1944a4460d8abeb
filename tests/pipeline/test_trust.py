"""From the configuration to the digest: whose word is believed about the sender of an alert."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from cxdigest import app
from cxdigest.config import load
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, receiver_of
from cxdigest.pipeline import edition, take_in
from cxdigest.render import render

MAILS = Path(__file__).parents[1] / "extract"
NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
LINKEDIN = MAILS / "alerts" / "linkedin" / "digest-text-only.eml"
FAILS = b"""Received: by mx.fennhouse.example; Sat, 21 Nov 2026 06:12:44 +0000
Authentication-Results: mx.fennhouse.example; dmarc=fail header.from=linkedin.com
"""


def settings(folder: Path, **source: object):
    (folder / "config.yaml").write_text(
        yaml.safe_dump(
            {
                "store": {"url": "store.sqlite"},
                "sources": {"box": {"type": "folder", "path": "mails", **source}},
                "channels": {"out": {"type": "folder", "path": "out"}},
                "profiles": {
                    "ada": {
                        "name": "Ada",
                        "sources": ["box"],
                        "time_zone": "Europe/Berlin",
                        "deliver": [{"channel": "out", "to": ["ada@x.example"]}],
                    }
                },
            }
        )
    )
    return load(folder / "config.yaml", {})


def shown(folder: Path, **source: object) -> str:
    with app.street(settings(folder, **source), clock=lambda: NOW) as street:
        take_in(street, everything=True)
        (profile,) = street.profiles
        text = render(edition(street, profile, NOW.date(), NOW), street.templates).text
        return " ".join(text.split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mails").mkdir()
    raw = FAILS + LINKEDIN.read_bytes()
    (tmp_path / "mails" / "forged.eml").write_bytes(raw)
    return tmp_path


def test_postings_of_a_mail_that_fails_are_shown_and_marked(folder: Path) -> None:
    text = shown(folder)
    assert text.count("! Sender not verified") == 4
    assert "1 alert came from a sender who is not verified" in text


def test_another_alert_that_shows_them_takes_the_mark_away(folder: Path) -> None:
    shutil.copy(LINKEDIN, folder / "mails" / "genuine.eml")
    text = shown(folder)
    assert "! Sender not verified" not in text
    assert "1 alert came from a sender who is not verified" in text


def test_a_copy_from_who_could_not_prove_himself_stands_beside_the_posting(folder: Path) -> None:
    """What anybody sent may give no link to a posting that others vouch for, nor hide it."""
    examples = Path(__file__).parents[2] / "examples" / "alerts"
    for name in ("04-indeed-match.eml", "13-sender-not-verified.eml"):
        shutil.copy(examples / name, folder / "mails" / name)
    text = shown(folder)
    assert "Indeed and merlinjobs.example" not in text
    assert "uk.indeed.com/viewjob?jk=205ddc6bd4a4765e" in text
    assert "merlinjobs.example/job/4410" in text
    assert "merlinjobs.example/job/4411" in text
    assert text.count("! Sender not verified") == 4 + 3, "three of that mail"


def test_a_source_that_is_trusted_needs_no_proof(folder: Path) -> None:
    assert "not verified" not in shown(folder, trust=True)


def test_what_an_alert_announced_and_did_not_show_is_told_with_its_search(folder: Path) -> None:
    text = shown(folder)
    assert "LinkedIn announced 30 openings and showed 3. See the whole search: https://" in text


def test_each_source_has_the_receiver_that_the_configuration_tells(tmp_path: Path) -> None:
    login = {"user": "ada@gmail.com", "password": "x"}
    told = {
        "gmail": {"type": "mailbox", "host": "imap.gmail.com", **login},
        "own": {"type": "mailbox", "host": "mail.x.example", "authserv": "mx.x.example", **login},
        "other": {"type": "mailbox", "host": "mail.x.example", "trust": True, **login},
        "feed": {"type": "feed", "url": "https://jobs.example/feed"},
    }
    (tmp_path / "mails").mkdir()
    text = yaml.safe_load((settings(tmp_path).path).read_text())
    text["sources"] |= told
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(text))
    with app.street(load(tmp_path / "config.yaml", {}), clock=lambda: NOW) as street:
        assert street.receivers == {
            "box": UNKNOWN,
            "gmail": receiver_of("imap.gmail.com"),
            "own": Receiver(authserv=("mx.x.example",)),
            "other": Receiver(trusted=True),
            "feed": UNKNOWN,
        }
        assert street.receivers["gmail"].authserv == ("google.com",)


@pytest.mark.parametrize(
    ("source", "channel", "replies"),
    [("box", "out", False), ("box", "mail", False), ("inbox", "out", False), ("inbox", "mail", True)],
)  # fmt: skip
def test_a_reply_arrives_only_where_mails_go_out_and_a_mailbox_is_polled(
    tmp_path: Path, source: str, channel: str, replies: bool
) -> None:
    (tmp_path / "mails").mkdir()
    text = yaml.safe_load(settings(tmp_path).path.read_text())
    login = {"user": "ada@x.example", "password": "x"}
    text["sources"]["inbox"] = {"type": "mailbox", "host": "mail.x.example", **login}
    text["channels"]["mail"] = {
        "type": "smtp", "host": "mail.x.example", "sender": "ada@x.example", **login,
    }  # fmt: skip
    text["profiles"]["ada"] |= {
        "sources": [source], "deliver": [{"channel": channel, "to": ["ada@x.example"]}],
    }  # fmt: skip
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(text))
    with app.street(load(tmp_path / "config.yaml", {}), clock=lambda: NOW) as street:
        assert [profile.replies for profile in street.profiles] == [replies]
