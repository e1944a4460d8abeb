"""One who looks at the pages in Chromium, with an eye on what nobody should see.

No program of a page may fail, no policy be broken, nothing be asked of anybody but the installation,
and no dialogue open: that is looked at on every page of every test, and told when the person leaves.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.servers.browser import PATIENCE

WIDE, NARROW = 1280, 390
#: A page that refuses a form says so by its status, which Chromium takes for a failed load.
_REFUSED = re.compile(r"Failed to load resource: .*status of 4(22|09|03|04|01|29)")
_INNER = "about:", "data:", "blob:"


@contextlib.contextmanager
def person(
    browser: Browser,
    base: str,
    *,
    width: int = WIDE,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
) -> Iterator[Page]:
    """Somebody with an own window, *width* CSS pixels wide; nothing they saw was wrong."""
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _REFUSED.search(message.text):
            wrong.append(f"console: {message.text} at {message.location.get('url')}")

    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "dialog", lambda dialog: (wrong.append(f"dialogue: {dialog.message}"), dialog.dismiss())
    )
    page.on("popup", lambda other: wrong.append(f"window: {other.url}"))
    page.on("crash", lambda _: wrong.append("crash"))

    def asked(url: str) -> None:
        if not url.startswith((base + "/", *_INNER)):
            wrong.append(f"asked elsewhere: {url}")

    page.on("request", lambda request: asked(request.url))
    page.on(
        "response",
        lambda answer: (
            wrong.append(f"{answer.status}: {answer.url}") if answer.status >= 500 else None
        ),
    )
    try:
        yield page
        assert wrong == []
    finally:
        context.close()


def until(page: Page, path: str, shown: str) -> None:
    """Look at *path* again until the worker has done what makes it show *shown*, a selector."""
    for _ in range(480):
        page.goto(path)
        if page.locator(shown).count():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"{path} does not show {shown}")
