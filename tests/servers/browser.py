"""Debian's Chromium, driven by Playwright as a person would use it; one for each process.

One alone, since Playwright's plain interface runs only once at a time in a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.servers.need import binary, missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser


#: Milliseconds that a page may take, however much else the machine does.
PATIENCE = 120_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser that reaches no host but this machine."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ModuleNotFoundError:
        missing("playwright is not installed")
    expect.set_options(timeout=PATIENCE)
    path = binary("chromium", "chromium-browser", package="chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            # No host has an address but this machine: whatever a page asked for would fail.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield opened
        opened.close()
