"""The link that ends mails: one button, RFC 8058's POST, and a way back."""

from __future__ import annotations

import httpx
import pytest

from cxdigest.pipeline.links.ways_out import PURPOSE
from tests.web.conftest import DAY, Instance, sighting
from tests.web.test_said import button

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(instance: Instance) -> str:
    """The link in Ada's own mail; her coach's copy has another."""
    (posting,) = instance.take_in(sighting())
    instance.digest("ada", posting)
    sent = instance.store.sent_to("ada@mail.example")[0]
    return f"/u/{instance.signer.sign(PURPOSE, sent.delivery)}"


def paused(instance: Instance) -> list[tuple[str, str, str]]:
    return [(one.profile, one.channel, one.recipient) for one in instance.store.pauses()]


ADA = ("ada", "mail", "ada@mail.example")


def test_the_page_has_one_button_and_only_that_ends_the_mails(instance, link, pages):
    page = pages.get(link)
    assert pages.head(link).status_code == 200
    assert paused(instance) == []
    ended = pages.post(button(page))
    assert "These mails have ended" in ended.text
    assert paused(instance) == [ADA], "and not the coach's"
    assert "mail.example" not in page.text + ended.text


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_a_mail_program_ends_them_by_a_single_post(form, instance, link, pages: httpx.Client):
    if form == "urlencoded":
        answer = pages.post(link, data=ONE_CLICK)
    else:
        answer = pages.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200, "and no redirect, which RFC 8058 forbids"
    assert paused(instance) == [ADA]
    assert pages.post(link, data=ONE_CLICK).status_code == 200, "twice is once"
    assert paused(instance) == [ADA]


def test_it_can_be_undone(instance: Instance, link, pages: httpx.Client):
    ended = pages.post(link)
    back = button(ended)
    assert pages.get(back).status_code == 405
    assert paused(instance) == [ADA]
    on = pages.post(back)
    assert "The mails go on" in on.text
    assert paused(instance) == []
    assert button(on) == link


def test_a_link_to_end_mails_has_no_end_itself(instance: Instance, link, pages: httpx.Client):
    instance.now += 400 * DAY
    assert pages.get(link).status_code == 200
    pages.post(link)
    assert paused(instance) == [ADA]


def test_a_link_of_a_mail_that_is_no_longer_known_says_what_to_do(instance, link, pages):
    gone = f"/u/{instance.signer.sign(PURPOSE, 'ab' * 16)}"
    for answer in (pages.get(gone), pages.post(gone), pages.post(f"{gone}/resume")):
        assert answer.status_code == 410
        assert "use the link in the newest of them" in answer.text


def test_a_link_that_we_never_made_ends_nothing(instance: Instance, link, pages: httpx.Client):
    other = "y" if link[-2] == "x" else "x"  # the key is another each time, and so are the letters
    for path in (f"{link[:-2]}{other}{link[-1]}", link.replace("/u/", "/u/A"), "/u/x"):
        for answer in (pages.get(path), pages.post(path), pages.post(f"{path}/resume")):
            assert answer.status_code == 404
    assert paused(instance) == []
