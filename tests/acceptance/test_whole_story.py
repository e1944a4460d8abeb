"""The whole story with real parts: from alerts of four boards to one posting, its duties and a reply.

A mailbox (Dovecot), a mail server (Postfix) and the command are real; hosts on the web are played
by a local server.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.conftest import Instance, profile
from tests.acceptance.test_main_job import parsed, part
from tests.pipeline.test_pages import DUTIES, job, json_ld

ALERTS = Path(__file__).parents[1] / "extract"
ROLE, EMPLOYER, CITY = "Customer Experience Lead", "Foxglove Housing Trust", "Leeds"
GREENHOUSE = "/boards-api.greenhouse.io/v1/boards"
CAREERS = "careers.quillfeather.example"
UNCLEAR = "Experience Partner"
PASTED = re.sub(r"<[^>]+>", "", DUTIES)


@dataclass(frozen=True, kw_only=True)
class InTown(Instance):
    """An installation whose web is played by the server at *server*."""

    server: str

    @property
    def program(self) -> list[str]:
        return ["tests.acceptance.in_town", self.server]

    def told(self, *arguments: str) -> list[dict[str, object]]:
        """What a command prints as JSON lines; it must succeed."""
        done = self.call(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def posting(self, wanted: str) -> dict[str, object]:
        (told,) = self.told("explain", wanted)
        return told

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / "store.sqlite")) as connection, connection:
            return connection.execute(query).fetchall()

    def let_a_day_go_by(self) -> None:
        """Let every digest be one of the day before."""
        past = "day = date(day, '-1 day'), made = datetime(made, '-1 day') || '.000000'"
        # Its id is made of the day.
        self.rows(f"UPDATE digests SET id = 'of-yesterday', {past}")
        self.rows("UPDATE digest_items SET digest_id = 'of-yesterday'")
        self.rows("UPDATE deliveries SET digest_id = 'of-yesterday', id = 'of-yesterday'")


def fixture(name: str, **words: str) -> bytes:
    """A fixture with other words in it; lines that quoted-printable broke are whole."""
    text = re.sub(rb"=\r?\n", b"", (ALERTS / name).read_bytes())
    for old, new in words.values():
        assert old.encode() in text, old
        text = text.replace(old.encode(), new.encode())
    return text


def mails() -> list[bytes]:
    """Three boards' alerts in which the same opening stands, in three ways to write it."""
    return [
        fixture("alerts/linkedin/digest-text-only.eml"),
        fixture(
            "alerts/indeed/alert-text-only.eml",
            title=("Customer Experience Manager", f"{ROLE} (m/f/d)"),
            company=("Foxglove Housing - Boise, ID", f"{EMPLOYER} - {CITY}"),
        ),
        fixture(
            "declared/alerts/simplyhired/html-only-whole-cards.eml",
            title=("Customer Experience Designer", ROLE),
            company=("Larkfield Studio", EMPLOYER),
            place=("Portland, OR", CITY),
        ),
    ]  # fmt: skip


def feed(*items: str) -> str:
    return (
        '<rss version="2.0" xmlns:job="https://jobs.example/"><channel><title>Jobs: customer</title>'
        f"<link>https://jobs.example/</link>{''.join(items)}</channel></rss>"
    )


def item(title: str, link: str, company: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<job:company>{company}</job:company><job:location>{CITY}</job:location></item>"
    )


@pytest.fixture
def town(web):
    """The feed, two employers' public boards and the careers page of a third."""
    entries = [
        item("Head of Customer Experience", f"https://{CAREERS}/jobs/1", "Quillfeather"),
        item(UNCLEAR, "https://www.linkedin.com/jobs/view/4012345678/", "Osier Bank"),
    ]
    web.page("/feeds.jobs.example/customer.rss", feed(*entries), kind="application/rss+xml")
    own = job(77, ROLE, f"{CITY}, England") | {"company_name": EMPLOYER}
    web.page(f"{GREENHOUSE}/foxglove/jobs", json.dumps({"jobs": [own]}), kind="application/json")
    voice = job(88, "Voice of the Customer Manager", CITY) | {"company_name": "Tarn Mutual"}
    web.page(
        f"{GREENHOUSE}/tarnmutual/jobs", json.dumps({"jobs": [voice]}), kind="application/json"
    )
    web.page(f"/{CAREERS}/jobs/1", json_ld(), kind="text/html; charset=utf-8")
    return web


@pytest.fixture
def home(tmp_path, town, dovecot, postfix) -> tuple[InTown, object, object]:
    """The installation, the owner of the polled mailbox, and the reader of the digest."""
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *mails())
    instance = InTown(folder=tmp_path, server=town.url)
    login = {"user": owner.name, "password": owner.password}
    instance.configure(
        store={"url": "store.sqlite"},
        net={"pace": 0},
        sources={
            "inbox": {
                "type": "mailbox", "host": "127.0.0.1", "port": dovecot.imaps_port,
                "ca_file": dovecot.cafile, "since": 3650, **login,
            },
            "feed": {"type": "feed", "url": "https://feeds.jobs.example/customer.rss"},
            "tarn": {"type": "board", "board": "greenhouse", "token": "tarnmutual"},
        },
        channels={
            "mail": {
                "type": "smtp", "host": "127.0.0.1", "port": postfix.submission_port,
                "security": "starttls", "ca_file": postfix.cafile,
                "sender": "cxdigest <digest@mail.example>", **login,
            }
        },
        pages={"boards": {EMPLOYER: "greenhouse:foxglove"}},
        profiles={"ada": profile("inbox", "feed", "tarn", to=[reader.name], read_pages=True)},
    )  # fmt: skip
    instance.config.chmod(0o600)
    return instance, owner, reader


def reply_to(digest, words: str) -> bytes:
    """A reader's mail program quotes the digest below *words*."""
    quoted = "".join(f"> {line}\r\n" for line in part(digest, "plain").splitlines())
    return (
        f"From: {digest['To']}\r\nTo: {digest['From']}\r\nSubject: Re: {digest['Subject']}\r\n"
        f"In-Reply-To: {digest['Message-ID']}\r\nMessage-ID: <reply@mail.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{words}\r\n\r\nOn Sunday cxdigest wrote:\r\n{quoted}"
    ).encode()


def parted_by_hand(instance: InTown, role: dict) -> None:
    """What a person parts stays apart over the next turn, and its duties stay known."""
    whole = role["id"]
    member = next(one["key"] for one in role["sightings"] if one["format"] == "indeed")
    (told,) = instance.told("unmerge", whole, member)
    assert told["parted"] == member
    instance.run()
    assert [one["format"] for one in instance.posting(member)["sightings"]] == ["indeed"]
    (other,) = {one["key"] for one in role["sightings"]} & {told["from"]}
    assert len(instance.posting(other)["sightings"]) == 2
    assert {instance.posting(one)["tier"] for one in (member, other)} == {"full"}


def read_again(instance: InTown) -> None:
    """Reading the stored alerts again changes nothing."""
    everything = "SELECT * FROM sightings ORDER BY alert_id, position"
    before = instance.rows(everything)
    (*_, sums) = instance.told("reread")
    counted = {name: sums[name] for name in ("changed", "readable", "new", "gone")}
    assert counted == {"changed": 0, "readable": 0, "new": 0, "gone": 0}
    assert instance.rows(everything) == before


def test_from_four_boards_to_one_posting_its_duties_and_a_reply(home, town, dovecot):
    instance, owner, reader = home

    # Three alerts show one opening: one posting, with the reasons, and the duties of its own board.
    steps = instance.run()
    assert {step["source"]: step["outcome"] for step in steps if step["step"] == "poll"} == {
        "inbox": "new", "feed": "new", "tarn": "new",
    }  # fmt: skip
    ((whole,),) = instance.rows(f"SELECT id FROM postings WHERE title LIKE '{ROLE}%'")
    role = instance.posting(whole)
    assert len(role["sightings"]) == 3
    assert {one["format"] for one in role["sightings"]} == {"linkedin", "indeed", "simplyhired"}
    assert sum("same title" in one["merged"] for one in role["sightings"]) == 2
    assert (role["kind"], role["tier"]) == ("genuine", "full")
    assert f"{GREENHOUSE}/foxglove/jobs" in {one.path.partition("?")[0] for one in town.requests}
    never = ("linkedin", "indeed", "simplyhired")
    assert not [one.path for one in town.requests if any(board in one.path for board in never)]

    # One digest, sent once.
    (raw,) = dovecot.mails(reader, at_least=1)
    first = part(parsed(raw), "plain")
    for title in (ROLE, "Head of Customer Experience", "Voice of the Customer Manager", UNCLEAR):
        assert title in first
    assert first.count(EMPLOYER) == 1
    again = instance.run()
    assert not [step for step in again if step["step"] == "deliver"]
    assert {step["outcome"] for step in again if step["step"] == "page"} == {"robots"}

    # What each source's postings came to.
    standings = {line["source"]: line for line in instance.told("sources")}
    assert standings["tarn"]["tiers"] == {"title": 0, "snippet": 0, "full": 1}
    assert standings["feed"]["tiers"]["full"] == 1
    assert standings["inbox"]["tiers"]["full"] == 1
    assert standings["inbox"]["last"]["alerts"] == 0
    assert standings["inbox"]["week"]["alerts"] == 3

    # The duties of an unclear one, sent in reply.
    reference = re.search(rf"{UNCLEAR}.*?ref ([0-9a-f]{{16}})", first, re.DOTALL)[1]
    dovecot.deliver(owner, reply_to(parsed(raw), f"ref {reference}\r\n{PASTED}"))
    instance.let_a_day_go_by()
    instance.run()
    mails_now = dovecot.mails(reader, at_least=2)
    assert len(mails_now) == 2
    second = part(parsed(mails_now[1]), "plain")
    assert UNCLEAR in second
    assert ROLE not in second
    assert (instance.posting(reference)["tier"], instance.posting(reference)["kind"]) == (
        "full",
        "genuine",
    )

    parted_by_hand(instance, role)
    read_again(instance)
    strict = instance.call("run", "--once", "--strict")
    assert strict.returncode == 0, strict.stderr
    time.sleep(0.5)  # a further mail would have arrived by now
    assert len(dovecot.mails(reader)) == 2

    # A feed that is no feed any more is a failure.
    town.page(
        "/feeds.jobs.example/customer.rss",
        "<!doctype html><title>Sign in</title>",
        kind="text/html",
    )
    strict = instance.call("run", "--once", "--strict")
    assert strict.returncode == 1
    assert "source feed" in strict.stderr
