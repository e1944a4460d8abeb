"""Pictures of every page, for people to look at: CXDIGEST_SHOTS names the folder they go to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import LATER, House
from tests.browser.person import NARROW, WIDE, person
from tests.browser.test_every_page import Round


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_pictured(browser: Browser, house: House, width: int, scheme: str):
    folder = os.environ.get("CXDIGEST_SHOTS")
    if not folder:
        pytest.skip("CXDIGEST_SHOTS is not set: no folder to put pictures into")
    if not house.mails("cleo"):
        house.show(*LATER)
        house.cxdigest("profile", "edit", "cleo", "--set", "send_at=07:00")
        house.mail("cleo")
    with person(browser, house.base, width=width, scheme=scheme) as page:
        walk = Round(page)
        for _ in walk.pages():
            name = "-".join(part for part in list(walk.seen)[-1].split("/") if part) or "start"
            page.screenshot(path=Path(folder, f"{name}-{width}-{scheme}.png"), full_page=True)
