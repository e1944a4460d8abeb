"""Today, the archive and a posting in a real browser: axe finds nothing, a click changes the list."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.servers.browser import PATIENCE
from tests.web.console.test_postings import DUTIES


def _watched(browser, found, asked, **how):
    page = browser.new_page(**how)
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return page


def test_axe_finds_nothing_wide_and_light_or_narrow_and_dark(console, browser):
    one, other = console.posting("CX Research Manager"), console.posting("Customer Journey Manager")
    console.post(f"/postings/ada/{one}/duties", duties=DUTIES * 3)
    console.post(f"/postings/ada/{one}/merge", other=other)
    whole = console.store.known_as(one)
    console.post("/today/ada", say=f"applied:{whole}")
    base = str(console.client.base_url).rstrip("/")
    found, asked = [], []
    for width, scheme in ((1200, "light"), (320, "dark")):
        size = {"width": width, "height": 800}
        page = _watched(browser, found, asked, viewport=size, color_scheme=scheme)
        for path in (
            "/today/ada?said=1&kind=genuine",
            "/postings/ada?q=programme&workplace=hybrid",
            f"/postings/ada/{whole}",
        ):
            page.goto(base + path)
            broken = Axe().run(page).response["violations"]
            found += [f"{path} {width} {bad['id']}: {bad['nodes'][0]['html']}" for bad in broken]
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{path} is {wide} wide at {width}"] if wide > width else []
        page.close()
    assert found == []
    assert all(url.startswith((base, "data:")) for url in asked)


def test_a_click_corrects_without_leaving_the_page(console, browser):
    found, asked = [], []
    page = _watched(browser, found, asked)
    page.goto(str(console.client.base_url).rstrip("/") + "/today/ada")
    page.evaluate("window.stayed = true")
    page.locator("button.say", has_text="Applied").first.click()
    page.get_by_role("status").filter(has_text="Kept: Applied").wait_for()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    page.get_by_role("status").filter(has_text="Taken back: Applied").wait_for()
    page.get_by_label("Kind", exact=True).select_option("genuine")
    page.locator("#part-unclear").wait_for(state="detached")
    expect(page).to_have_url(re.compile("kind=genuine"))
    assert page.evaluate("window.stayed") is True
    assert found == []
