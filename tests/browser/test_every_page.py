"""What holds for every page of the console, in an installation that strangers wrote to.

The pages are found by following links, so a new page is looked at as soon as a link leads to it; one
to which none leads is named by the last test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Request, expect

from cxdigest.web import site
from tests.browser.hostile import DUTIES, LONG, SHORT, TRY, put
from tests.browser.house import LATER, STORED, House, running, somebody
from tests.browser.person import NARROW, WIDE, person, until

HEAVIEST = 100_000  #: bytes of a page with all that it loads, as they are transferred
#: Answers that are no pages of their own.
NO_PAGE = {
    "/go": "leads on",
    "/login": "leads on whoever is in; tests/browser/test_coach.py looks at it",
    "/sources/{name}/asked": "a piece of the page of a source",
    "/sources/{name}/older": "the same",
    "/sources/{name}/alerts/{number}/inside": "a piece of the page of an alert",
    "/postings/{profile}/{posting_id}/alerts/{number}/inside": "the same",
    "/healthz": "answers programs that watch",
    "/metrics": "the same",
    "/users/{name}": "there is nobody; tests/browser/test_coach.py looks at it",
}
_FILES = re.compile(r"\.csv$|/files?(/|$)|\.(html|txt|yaml)$|/export$")
_HOSTILE = """() => [
  ...(window.hit ? ['a program ran'] : []),
  ...[...document.scripts].filter(one => !one.src.startsWith(location.origin + '/assets/')
    && one.type !== 'application/json'),
  ...document.querySelectorAll('[onerror],[onload],[style],img[src=x],[href^="javascript:" i],[href^="data:text"]'),
].map(one => one.outerHTML || one)"""
#: Rows that are alike say the same to axe, which takes seconds for a hundred of them.
_FEW = """() => document.querySelectorAll(
  ':is(article, li, tr, details, .card):nth-of-type(n+9)').forEach(one => one.remove())"""
_AXE = """async () => (await axe.run({resultTypes: ['violations']})).violations.flatMap(
  bad => bad.nodes.map(node => `${bad.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))"""


@dataclass
class Round:
    """A walk over all pages: what was seen of each, by the pattern of its address."""

    page: Page
    seen: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=lambda: ["/"])
    assets: dict[str, int] = field(default_factory=dict)
    here: int = 0

    def finished(self, request: Request) -> None:
        size = request.sizes()["responseBodySize"]
        if "/assets/" in request.url:
            self.assets[request.url] = max(size, self.assets.get(request.url, 0))
        else:
            self.here += size

    def pages(self) -> Iterator[str]:
        """Open one page of each kind after the other; yields its address."""
        while self.waiting:
            path = self.waiting.pop(0)
            kind = kind_of(path)
            if kind is None or kind in self.seen or kind in NO_PAGE or _FILES.search(kind):
                continue
            self.here = 0
            answer = self.page.goto(path, wait_until="networkidle")
            assert answer
            assert answer.ok, f"a link leads to {path}, which answers {answer.status}"
            self.seen[kind] = path
            self.waiting += self._links()
            yield path

    def _links(self) -> list[str]:
        return self.page.evaluate(
            "() => [...document.links].filter(one => one.origin === location.origin)"
            ".map(one => one.pathname + one.search)"
        )


def kind_of(path: str) -> str | None:
    """Return the pattern of the route that answers a GET of *path*."""
    for router in site._CONSOLE:
        for route in router.routes:
            if "GET" in route.methods and route.path_regex.fullmatch(urlsplit(path).path):
                return str(route.path)
    return None


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that strangers wrote to, and in which everybody did what leaves traces."""
    people = {
        **STORED,
        "cleo": somebody(f"Cleo {SHORT}", "inbox", "07:00"),
        "ben": {**STORED["ben"], "name": f"Ben {SHORT} {LONG}"},
    }
    gone = {"type": "folder", "path": f"gone {SHORT}".replace("/", "")}
    folder = tmp_path_factory.mktemp("town")
    with running(folder, people, sources={"gone": gone}) as house:
        house.cxdigest("review", "note", "ben", "-", told=f"{TRY} {LONG}")
        house.show(*LATER)
        put(folder / "inbox")
        with person(browser, house.base, width=NARROW, scripts=False) as page:
            page.goto("/sources/inbox")
            page.get_by_role("button", name="Poll now").click()
            until(page, "/postings/cleo?q=architect", "article")
            page.get_by_role("article").get_by_role("link").first.click()
            page.get_by_label("The text about the duties").fill(DUTIES)
            page.get_by_role("button", name="Judge by these").click()
            expect(page.get_by_text("judged from the duties").first).to_be_visible()
            page.get_by_role("button", name="Applied").click()
        yield house


def test_no_page_runs_what_strangers_wrote_or_fails_anybody_who_looks_at_it(
    browser: Browser, town: House
):
    wrong: list[str] = []
    with person(browser, town.base) as page:
        walk = Round(page)
        page.on("requestfinished", walk.finished)
        for path in walk.pages():
            wrong += [f"{path}: {one}" for one in page.evaluate(_HOSTILE)]
            weight = walk.here + sum(walk.assets.values())
            wrong += [f"{path} weighs {weight} bytes"] if weight > HEAVIEST else []
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.set_viewport_size({"width": 320, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{path} is {wide} wide at 320"] if wide > 320 else []
            page.evaluate(_FEW)
            page.evaluate(AXE_SCRIPT)
            for width, scheme in ((NARROW, "dark"), (WIDE, "light")):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += [f"{path} {width} {scheme}: {one}" for one in page.evaluate(_AXE)]
    assert not wrong, "\n".join(wrong)
    every = {
        route.path
        for router in site._CONSOLE
        for route in router.routes
        if "GET" in route.methods and not _FILES.search(route.path)
    }
    assert every - set(walk.seen) == set(NO_PAGE), "pages to which no link leads"
