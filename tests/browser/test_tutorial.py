"""The tutorial, walked as it is written: from nothing to the first digest, over real servers, in a browser.

``CXDIGEST_TUTORIAL=docs/pictures/tutorial python -m pytest tests/browser/test_tutorial.py`` takes the
pictures of docs/tutorial.md on the way. In them the servers have names as anybody's would.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cxdigest.config import load
from tests.browser.person import person, until
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.setup.test_first_start import ALERTS, Start

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text("utf-8")
SHOWN = re.findall(r"!\[[^]]+\]\(pictures/tutorial/([a-z]+)\.png\)", TUTORIAL)
WIDE = 1000  #: CSS pixels of the pictures


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    made = Start(tmp_path)
    yield made
    made.browser.close()
    made.process.kill()
    made.process.wait()


def early() -> str:
    """Return a zone in which it is between four and five in the morning: no digest is due yet."""
    ahead = (4 - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


class Album:
    """The pictures in their order, taken only where somebody asks for them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taken: list[str] = []

    def take(self, name: str, heading: str, **instead: str) -> None:
        """Take a picture of the page headed *heading*; fields hold *instead* meanwhile.

        The tutorial must name the page by its heading.
        """
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert heading in TUTORIAL
        self.taken.append(name)
        if not (folder := os.environ.get("CXDIGEST_TUTORIAL")):
            return
        held = {key: self.page.input_value(f"#{key}") for key in instead}
        for key, value in instead.items():
            self.page.fill(f"#{key}", value)
        self.page.evaluate("document.activeElement?.blur()")
        self.page.evaluate(
            "for (const one of document.querySelectorAll('summary'))"
            " one.textContent = one.textContent.replace(/\\S*config\\.yaml/, 'config.yaml')"
        )
        main = self.page.locator("main").bounding_box()
        assert main
        clip = {"x": 0, "y": 0, "width": WIDE, "height": min(main["y"] + main["height"] + 16, 900)}
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=Path(folder, f"{name}.png"), clip=clip, full_page=True)
        for key, value in held.items():
            self.page.fill(f"#{key}", value)


def test_the_tutorial_leads_from_nothing_to_the_first_digest(
    start: Start, dovecot: Dovecot, postfix: Postfix, browser: Browser
):
    user = dovecot.user("ada", password="plain words here")
    lately = datetime.now(UTC) - timedelta(days=2)
    dovecot.deliver(user, *(one.read_bytes() for one in ALERTS), received=lately)
    address = "ada@example.org"

    with person(browser, start.base, width=WIDE) as page:
        album = Album(page)
        page.goto("/")
        page.fill("#name", "Ada Lind")
        page.fill("#zone", early())
        album.take("you", "Welcome to cxdigest", zone="Europe/London")
        page.get_by_role("button", name="Go on").click()

        page.fill("#address", user.name)
        album.take("mailbox", "Where do your job alerts arrive?", address=address)
        page.get_by_role("button", name="Go on").click()

        page.fill("#user", user.name)
        page.fill("#password", user.password)
        page.fill("#host", "localhost")
        page.fill("#port", str(dovecot.imaps_port))
        page.fill("#ca_file", str(dovecot.cafile))
        album.take(
            "login", "The login of your mailbox", user=address, host="imap.example.org", port="993",
            ca_file="",
        )  # fmt: skip
        page.get_by_role("button", name="Log in and look for alerts").click()

        album.take("senders", "Whose alerts shall be read?")
        page.get_by_role("button", name="Go on").click()
        album.take("feeds", "Google Alerts feeds")
        page.get_by_role("button", name="Go on").click()

        page.fill("#send_at", "06:30")
        page.get_by_label("By mail").check()
        page.fill("#recipient", address)
        page.fill("#user", user.name)
        page.fill("#host", "localhost")
        page.fill("#port", str(postfix.smtps_port))
        page.fill("#ca_file", str(postfix.cafile))
        album.take(
            "sending", "Your digest", user=address, host="smtp.example.org", port="465", ca_file=""
        )
        page.get_by_role("button", name="Go on to a first look").click()

        expect(page.get_by_text("of the last 14 days")).to_be_visible()
        digest = page.frame_locator("iframe")
        expect(digest.get_by_role("heading", level=3).first).to_be_visible()
        album.take("look", "Your first digest would be")
        assert not start.config.exists()
        page.get_by_role("button", name="Keep this and begin").click()
        expect(page.get_by_role("heading", name="It begins")).to_be_visible()

    start.go_on()
    with person(browser, start.base, width=WIDE) as page:
        (name,) = load(start.config).profiles
        until(page, f"/today/{name}", "article")
        album.page = page
        album.take("today", "The next digest for Ada Lind")
    assert album.taken == SHOWN
    assert start.end() == 0
