"""What a stranger, or another profile's reader, cannot do to a genuine opening."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from cxdigest.extract import extract
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.extract.split import feed_alert
from cxdigest.identity import find_merges, merge, posting_id, posting_of, sketch, with_page
from cxdigest.links import clean
from cxdigest.model import Alert, Page, Sighting
from cxdigest.pages.boards import record_of
from cxdigest.pipeline.alerts.replies import as_reply
from cxdigest.pipeline.pages.openings import is_of_employer
from tests.pipeline.test_pages import shown
from tests.pipeline.test_replies import GENUINE, LINKEDIN, TITLE, asked, only  # noqa: F401 - a fixture
from tests.worlds import HOUR, NOW, Scripted, profile

ROLE = Sighting(
    format="linkedin",
    title="Head of Customer Experience",
    company="Tarn & Vale",
    location="Leeds",
    url="https://www.linkedin.com/jobs/view/4012345678/",
    native_id="linkedin:4012345678",
)


@pytest.mark.parametrize(
    "link",
    [
        "https://careers.evil.example/jobs/1",
        "https://jobs.evil.example/tarn-vale/1",
        "https://tarnvale.evil.example/jobs/1",
        "https://tarnvale-careers.example/jobs/1",
        "https://boards.greenhouse.io/evil/jobs/1",
        "https://evil.recruitee.com/o/head",
    ],
)
def test_a_strangers_copy_never_takes_the_link_of_a_genuine_opening(link: str) -> None:
    genuine = posting_of(ROLE, now=NOW)
    found = clean(link)
    copy = posting_of(replace(ROLE, url=found.url, native_id=found.native_id), now=NOW)
    assert merge(genuine, copy).url == genuine.url
    assert with_page(genuine, Page(reader="json-ld", apply_url=link)).url == genuine.url


@pytest.mark.parametrize(
    "link",
    [
        "https://careers.tarnvale.example/jobs/1",
        "https://www.tarn-and-vale.example/jobs/1",
        "https://boards.greenhouse.io/tarnvale/jobs/1",
        "https://tarn-vale.recruitee.com/o/head",
    ],
)
def test_the_employers_own_page_still_does(link: str) -> None:
    own = posting_of(replace(ROLE, url=link, native_id=""), now=NOW)
    assert merge(posting_of(ROLE, now=NOW), own).url == link
    assert merge(own, posting_of(ROLE, now=NOW)).url == link


def test_what_a_forged_mail_shows_stays_apart_from_the_opening_that_it_copies() -> None:
    copy = replace(ROLE, url="https://careers.tarnvale.example/1", native_id="")
    genuine = posting_of(ROLE, now=NOW)
    forged = posting_of(copy, now=NOW, unproven=True)
    assert forged.id != posting_id(copy)
    assert find_merges([sketch(genuine), sketch(forged)], []) == []
    assert len(find_merges([sketch(genuine), sketch(posting_of(copy, now=NOW))], [])) == 1


def test_a_forged_mail_with_the_boards_own_link_changes_nothing_of_the_opening() -> None:
    genuine = posting_of(ROLE, now=NOW)
    lie = replace(ROLE, title="Cleaner", snippet="Wash the cars. " * 20, salary="$1")
    forged = posting_of(lie, now=NOW, unproven=True)
    assert merge(genuine, forged) == merge(forged, genuine) == genuine


def test_a_strangers_feed_cannot_pass_for_a_boards_own() -> None:
    item = {
        "id": "1",
        "title": ROLE.title,
        "url": "https://evil.example/1",
        "_cxdigest": {"board": "linkedin", "native_id": ROLE.native_id, "company": ROLE.company},
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [item]}
    (entry,) = read_feed(json.dumps(feed).encode()).entries
    alert = feed_alert(entry, source="feed")
    for one in (alert, replace(alert, entry=None)):  # as fetched, and as stored
        (found,) = extract(one).sightings
        assert (found.format, found.native_id) == ("job-feed", "")


@pytest.mark.parametrize(
    ("token", "is_theirs"),
    [
        ("tarnvale", True), ("tarn-and-vale", True), ("eu:TarnVale1", True), ("tarn", True),
        ("evil", False), ("tarnvale-scam", False), ("t", False), ("", False),
    ],
)  # fmt: skip
def test_a_board_is_learned_only_under_a_name_like_the_employers(
    token: str, is_theirs: bool
) -> None:
    assert is_of_employer(token, ROLE.company) is is_theirs


@pytest.mark.parametrize(
    "url",
    [
        "https://boards.greenhouse.io/../jobs/1",
        "https://jobs.lever.co/../0f3d1d5e-8c1a-4d2b-9a3b-0123456789ab",
        "https://evil.example\\@boards.greenhouse.io/jobs/1",
        "https://boards.greenhouse.io.evil.example/tarn/jobs/1",
    ],
)
def test_a_link_of_dots_or_of_a_look_alike_is_no_boards_record(url: str) -> None:
    assert record_of(url) is None


def test_duties_that_another_profiles_reader_sent_are_said_to_be_anothers(asked) -> None:  # noqa: F811
    posting = only(asked)
    mail_id = asked.mail.mails[0]["id"]
    raw = (
        f"From: ada@x.example\r\nIn-Reply-To: {mail_id}\r\n\r\nref {posting.id}\r\n{GENUINE}\r\n"
    ).encode()
    digest = hashlib.sha256(raw).hexdigest()
    reply = Alert(source="inbox", key="reply", media="mail", raw=raw, digest=digest)
    bob = profile("bob", to=("bob@x.example",), sources=("other",))
    asked.profiles = [*asked.profiles, bob]
    asked.sources = [
        Scripted(script=[[reply]]),
        Scripted("other", [[shown(LINKEDIN, title=TITLE)]]),
    ]
    asked.turn(after=2 * HOUR)
    texts = {mail["to"]: " ".join(mail["text"].split()) for mail in asked.mail.mails}
    assert "judged from the duties another reader sent" in texts["bob@x.example"]
    assert "ada" not in texts["bob@x.example"].casefold()


def test_a_reply_that_failed_to_prove_its_sender_plants_nothing(asked) -> None:  # noqa: F811
    mail_id = asked.mail.mails[0]["id"]
    raw = (
        "Authentication-Results: mx.x.example; dmarc=fail header.from=x.example\r\n"
        f"From: ada@x.example\r\nIn-Reply-To: {mail_id}\r\n\r\nref {only(asked).id}\r\n{GENUINE}"
    ).encode()
    mail = Alert(source="inbox", key="r", media="mail", raw=raw, digest="0")
    assert as_reply(asked.store, mail, Receiver(authserv=("mx.x.example",))) is None
    assert as_reply(asked.store, mail) is not None, "whom nobody vouches for is believed"
