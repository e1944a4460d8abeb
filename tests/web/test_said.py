"""Links under postings: looking changes nothing, the button does, and it can be undone."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from cxdigest.feedback import Signer
from cxdigest.model import FEEDBACK_WORDS, Digest
from cxdigest.store.schema import deliveries
from tests.store.world import RENDERED
from tests.web.conftest import DAY, Instance, sighting


@pytest.fixture
def role(instance: Instance) -> tuple[str, str]:
    """The digest and the posting that Ada's links are about."""
    (posting,) = instance.take_in(sighting())
    return instance.digest("ada", posting), posting


def words(instance: Instance, name: str = "ada") -> list[str]:
    return [row.word for row in instance.store.feedback_rows(name) if row.holds]


def button(page: httpx.Response) -> str:
    """Where the page's one button leads."""
    (action,) = re.findall(r'<form method="post" action="([^"]+)">', page.text)
    assert page.text.count("<button") == 1
    return action


@pytest.mark.parametrize("word", FEEDBACK_WORDS)
def test_a_link_shows_what_it_is_about_and_only_its_button_says_it(
    word, instance: Instance, role, pages: httpx.Client
):
    link = instance.feedback(*role, word)
    for _ in range(3):
        page = pages.get(link)
        assert page.status_code == 200
        assert "Head of Customer Experience" in page.text
        assert "Lumen &amp; Tide" in page.text
    assert pages.head(link).status_code == 200
    assert pages.head(link).content == b""
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH"):
        assert pages.request(method, link).status_code == 405
    assert words(instance) == [], "programs that look through mails open every link"
    said = pages.post(button(page))
    assert said.status_code == 200
    assert "Thank you" in said.text
    assert words(instance) == [word]
    (row,) = instance.store.feedback_rows("ada")
    assert (row.way, row.sender, row.made) == ("link", "", instance.now)
    assert row.verdict is not None
    assert words(instance, "ben") == []


def test_what_was_said_can_be_undone_and_said_again(instance: Instance, role, pages: httpx.Client):
    said = pages.post(instance.feedback(*role, "not-genuine"))
    undo = button(said)
    asked = pages.get(undo)
    assert button(asked) == undo
    assert words(instance) == ["not-genuine"], "looking at the way back takes nothing back"
    undone = pages.post(undo)
    assert "It is undone" in undone.text
    assert words(instance) == []
    assert "undone already" in pages.post(undo).text
    pages.post(button(undone))
    assert words(instance) == ["not-genuine"]


def test_pressing_twice_counts_once(instance: Instance, role, pages: httpx.Client):
    link = instance.feedback(*role, "applied")
    assert pages.post(link).text == pages.post(link).text
    assert len(instance.store.feedback_rows("ada")) == 1


def test_hiding_names_the_employer_in_what_will_change(instance, role, pages: httpx.Client):
    said = pages.post(instance.feedback(*role, "hide-employer"))
    assert "Postings of Lumen &amp; Tide are left out of your digests from now on." in said.text


def test_a_link_works_for_sixty_days_and_then_says_so(instance, role, pages: httpx.Client):
    link = instance.feedback(*role, "genuine")
    undo = button(pages.post(link))
    pages.post(undo)
    instance.now += 60 * DAY
    assert pages.get(link).status_code == 200
    instance.now += timedelta(seconds=1)
    for answer in (pages.get(link), pages.post(link), pages.get(undo), pages.post(undo)):
        assert answer.status_code == 410
        assert "Links in a digest work for 60 days" in answer.text
        assert "newest digest" in answer.text, "the way out"
        assert "<form" not in answer.text
    assert words(instance) == []


def test_a_link_of_a_digest_that_is_not_kept_any_more_says_that_it_is_too_old(
    instance, role, pages: httpx.Client
):
    link = instance.feedback(*role, "genuine")
    undo = button(pages.post(link))
    said = words(instance)
    instance.now += 80 * DAY
    with instance.store._database.writing() as connection:
        connection.execute(update(deliveries).values(due=None, state="sent"))
    later = Digest(profile="ada", day=instance.now.date(), made=instance.now)
    instance.store.record_digest(later, RENDERED, [], now=instance.now)
    before = instance.now - 75 * DAY
    assert instance.store.prune_digests(before=before, now=instance.now).removed == 1
    for answer in (pages.get(link), pages.post(link), pages.get(undo), pages.post(undo)):
        assert answer.status_code == 410
        assert "This link is too old" in answer.text
        assert "newest digest" in answer.text, "the way out"
    assert words(instance) == said == ["genuine"], "what was said holds"


def test_a_link_that_we_never_made_changes_nothing(instance, role, pages: httpx.Client):
    link = instance.feedback(*role, "genuine")
    stranger = Signer(b"another key of sixteen bytes").sign("feedback", *role, "genuine")
    other_purpose = instance.signer.sign("unsubscribe", *role, "genuine")
    tampered = link[:-9] + ("A" if link[-9] != "A" else "B") + link[-8:]
    for path in (
        link[:-1], link + "a", tampered, f"/f/{stranger}", f"/f/{other_purpose}", "/f/x",
        f"/f/{'a' * 5000}", "/f/%00%ff", "/undo" + link.removeprefix("/f"), "/undo/x",
    ):  # fmt: skip
        for answer in (pages.get(path), pages.post(path)):
            assert answer.status_code == 404, path
            assert "This link does not work" in answer.text
    assert words(instance) == []


def test_undoing_reaches_no_word_of_another_profile(instance: Instance, role, pages: httpx.Client):
    (other,) = instance.take_in(sighting("CX Lead"), source="other")
    bens = instance.digest("ben", other)
    pages.post(instance.feedback(bens, other, "genuine"))
    (row,) = instance.store.feedback_rows("ben")
    crossed = instance.signer.sign("undo", *role, str(row.id))
    pages.post(f"/undo/{crossed}")
    assert words(instance, "ben") == ["genuine"]


def test_a_posting_that_was_in_no_such_digest_is_not_spoken_of(instance, role, pages: httpx.Client):
    (other,) = instance.take_in(sighting("CX Lead"), source="other")
    answer = pages.post(instance.feedback(role[0], other, "genuine"))
    assert answer.status_code == 410
    assert "CX Lead" not in answer.text
    assert words(instance) == words(instance, "ben") == []


def test_what_an_alert_says_is_text_and_never_markup(instance: Instance, pages: httpx.Client):
    title = "<script>alert(1)</script> CX \u202eLead \x00 \"'"
    (posting,) = instance.take_in(sighting(title, company="<img src=x onerror=alert(1)>"))
    digest = instance.digest("ada", posting)
    for word in FEEDBACK_WORDS:
        for answer in (
            pages.get(link := instance.feedback(digest, posting, word)),
            pages.post(link),
        ):
            assert "<script" not in answer.text
            assert "<img" not in answer.text
            assert "&lt;script&gt;" in answer.text
            assert "\u202e" not in answer.text


def test_a_page_names_nobody_that_the_digest_went_to(instance, role, pages: httpx.Client):
    for word in FEEDBACK_WORDS:
        link = instance.feedback(*role, word)
        for answer in (pages.get(link), pages.post(link)):
            assert "mail.example" not in answer.text
            assert "ada" not in answer.text.lower()
