"""Sources and archive in a real browser: what comes by itself, and what axe-core says of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.servers.browser import PATIENCE
from tests.web.console.instance import NOW
from tests.web.console.test_sources import alert_with


@pytest.fixture
def page(console, browser):
    made = browser.new_page(
        base_url=str(console.client.base_url), viewport={"width": 390, "height": 800}
    )
    made.set_default_timeout(PATIENCE)
    said: list[str] = []
    made.on("console", lambda message: said.append(message.text))
    made.on("pageerror", lambda error: said.append(str(error)))
    yield made
    made.close()
    assert said == []


def faults(page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_the_outcome_of_a_poll_comes_by_itself_and_then_nothing_is_asked(console, page):
    page.goto("/sources/inbox")
    console.now = NOW + timedelta(minutes=1)
    page.get_by_role("button", name="Poll now").click()
    expect(page.get_by_text("It is due now")).to_be_visible()
    console.turn()
    expect(page.get_by_text("Polled: nothing new.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
    assert faults(page) == []


def test_an_alert_and_a_digest_are_read_without_fault_on_a_phone(console, page):
    page.goto(alert_with(console, "Head of Customer Insight"))
    expect(page.get_by_text("Names, addresses and codes that lead to a person")).to_be_visible()
    assert faults(page) == []
    page.goto("/archive/ada/2026-11-20")
    page.locator("iframe").scroll_into_view_if_needed()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", name="Customer experience roles")).to_be_visible()
    assert faults(page) == []
    for path in ("/sources", "/archive/ada", "/archive/ada/2026-11-20"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
