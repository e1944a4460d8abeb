"""A coach's practice on real servers: one intake mailbox, three clients, and a clock that is turned.

The street is the command's own, made by ``app`` from a configuration file; hosts on the web are
played by a local server. Pages are served on a real port and asked as a browser without JavaScript
would ask them.
"""

from __future__ import annotations

import json
import re
import smtplib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from urllib.parse import urlsplit

import httpx
from typer.testing import CliRunner

from cxdigest.cli import app as cli
from cxdigest.pipeline import Street, Turn, turn
from tests.acceptance.conftest import Instance
from tests.acceptance.test_main_job import parsed, part
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.postfix import Postfix
from tests.servers.web import Web

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
PUBLIC = "https://digest.example"


@dataclass(kw_only=True)
class Practice:
    """One installation with its mailboxes, at a moment of the test's own."""

    instance: Instance
    dovecot: Dovecot
    postfix: Postfix
    intake: MailUser
    web: Web
    people: dict[str, MailUser]
    now: datetime = MONDAY
    mail: dict[str, EmailMessage] = field(default_factory=dict)  #: kept by a chapter for the next
    read: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    street: Street | None = None
    pages: httpx.Client | None = None

    def at(self, day: int, hour: int, minute: int = 0) -> Turn:
        """Turn the clock to that time, *day* days after Monday, and do what is due."""
        self.now = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
        assert self.street
        return turn(self.street, everything=False)

    def arrives(self, raw: str, *, sender: str, to: str = "") -> None:
        """A mail reaches the intake mailbox through Postfix."""
        before = len(self.dovecot.mails(self.intake))
        with smtplib.SMTP(self.postfix.host, self.postfix.plain_port, timeout=10) as smtp:
            smtp.sendmail(sender, [to or self.intake.name], raw.encode())
        assert len(self.dovecot.mails(self.intake, at_least=before + 1)) == before + 1

    def new(self, name: str, number: int = 1) -> list[EmailMessage]:
        """The mails that somebody got since this was asked last, which must be so many."""
        known = self.read[name]
        mails = self.dovecot.mails(self.people[name], at_least=known + number)
        self.read[name] = len(mails)
        assert len(mails) == known + number, [parsed(one)["Subject"] for one in mails[known:]]
        return [parsed(one) for one in mails[known:]]

    def command(self, *arguments: str) -> str:
        """What a command prints; it must succeed."""
        done = CliRunner().invoke(cli, ["--config", str(self.instance.config), *arguments])
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def told(self, *arguments: str) -> list[dict[str, object]]:
        """What a command prints as JSON lines."""
        return [json.loads(line) for line in self.command(*arguments, "--json").splitlines()]

    def get(self, link: str) -> str:
        """Look at a page, as a scanner of links does."""
        assert self.pages
        answer = self.pages.get(path_of(link))
        assert answer.status_code == 200, (link, answer.text)
        assert self.pages.head(path_of(link)).status_code == 200
        return answer.text

    def press(self, link: str, **form: str) -> str:
        """Press a button of the page."""
        assert self.pages
        answer = self.pages.post(path_of(link), data=form)
        assert answer.status_code == 200, (link, answer.text)
        return answer.text


def path_of(link: str) -> str:
    assert link.startswith((PUBLIC + "/", "/")), link
    return urlsplit(link).path


def texts(mail: EmailMessage) -> tuple[str, str]:
    """The text of a mail, and its HTML without tags; white space as one space."""
    html = re.sub(r"<style.*?</style>|<[^>]+>", " ", part(mail, "html"), flags=re.DOTALL)
    return squashed(part(mail, "plain")), squashed(unescape(html))


def squashed(text: str) -> str:
    return " ".join(re.sub("[\u00ad\u034f\u200b-\u200d\ufeff\u00a0]", " ", text).split())


def under(mail: EmailMessage, title: str, label: str) -> str:
    """The link of that label below the posting of that title, where the text part has links last."""
    after = part(mail, "plain").rpartition(title)[2]
    found = re.search(rf"{re.escape(label)}:\s+(\S+)", after)
    assert found, (title, label, after[:1500])
    return found[1]


def card(title: str, company: str, place: str, link: str) -> str:
    return f"{title}\r\n{company}\r\n{place}\r\nView job: {link}\r\n"


def alert(
    *cards: str, key: str, to: str, sender: str = "alerts@board.example", more: str = ""
) -> str:
    """An alert mail of a board."""
    return (
        f"{more}From: Board <{sender}>\r\nTo: {to}\r\nSubject: New jobs for you\r\n"
        f"Message-ID: <{key}@board.example>\r\nDate: Mon, 02 Mar 2026 05:00:00 +0000\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "\r\n".join(cards)
    )


def forwarded(*cards: str, key: str, by: str, to: str) -> str:
    """An alert mail that a person forwards by hand."""
    return (
        f"From: {by}\r\nTo: {to}\r\nSubject: Fwd: New jobs for you\r\nMessage-ID: <{key}@home.example>\r\n"
        "Date: Mon, 02 Mar 2026 05:30:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "---------- Forwarded message ---------\r\nFrom: Board <alerts@board.example>\r\n"
        "Date: Mon, 2 Mar 2026 at 05:00\r\nSubject: New jobs for you\r\n"
        f"To: <{by}>\r\n\r\n" + "\r\n".join(cards)
    )


def shows(mail: EmailMessage, *wanted: str, without: tuple[str, ...] = ()) -> None:
    """Both parts of *mail* say what is wanted, and neither says what it must not."""
    for kind, said in zip(("text", "HTML"), texts(mail), strict=True):
        text = said.casefold()  # headings of the text part are in capitals
        missing = [one for one in wanted if one.casefold() not in text]
        assert not missing, (kind, missing, part(mail, "plain"))
        assert not [one for one in without if one.casefold() in text], (kind, part(mail, "plain"))


def link_in(mail: EmailMessage, path: str) -> str:
    """The one link of our pages that begins so, as both parts have it."""
    (link,) = set(re.findall(rf"{PUBLIC}{path}[\w-]+", part(mail, "plain")))
    assert link in part(mail, "html")
    return link


def assert_well_formed(practice: Practice, *mails: EmailMessage) -> None:
    for mail in mails:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<[0-9a-f]{8}\.cxdigest\.mail\.example>", mail["List-Id"])
        assert re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", mail["Message-ID"])
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"<{PUBLIC}/u/" in mail["List-Unsubscribe"]
        assert mail["References"] is None
        assert mail["In-Reply-To"] is None
        text, html = part(mail, "plain"), part(mail, "html")
        assert len(html.encode()) <= 80 * 1024
        (leave,) = set(re.findall(rf"{PUBLIC}/u/[\w-]+", text))
        assert leave in html
        by_mail = f"<mailto:{practice.intake.name}?subject=cxdigest%20"
        assert leave in mail["List-Unsubscribe"]
        assert by_mail in "".join(mail["List-Unsubscribe"].split()), "the mailbox that is polled"
        assert ".invalid" not in text + html
        assert not re.search(r"<(?:img|link)[^>]*(?:src|href)=\"https?:", html)
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
