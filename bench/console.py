"""How soon pages of the console are seen, and how much they load, with 100,000 stored postings.

Chromium asks each page over loopback with an empty cache; what it calls the first contentful paint
counts from the click to the first words on the screen, the time of the server included.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Request, sync_playwright

from bench.digests import _fill
from bench.stored import NOW, people
from bench.tables import show, spread
from cxdigest import app
from cxdigest.config import load
from cxdigest.store import open_store
from cxdigest.web.beside import desk_for
from cxdigest.web.server import serving
from cxdigest.web.site import site

PROFILES, POSTINGS, RUNS = 40, 100_000, 7
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_ONE = "reader-00000"
PAGES = {
    "Today, 300 postings": f"/today/{_ONE}",
    "Today, customer experience alone": f"/today/{_ONE}?kind=genuine",
    "all postings of a profile": f"/postings/{_ONE}",
    "a search for one word": f"/postings/{_ONE}?q=customer",
    "a search for words, best first": f"/postings/{_ONE}?q=journey+mapping&order=best",
    "a search without a find": f"/postings/{_ONE}?q=zymurgy",
    "the archive": f"/archive/{_ONE}",
    "Numbers of a profile": f"/numbers/{_ONE}",
    "Numbers of all": "/numbers",
    "Try it": "/try",
    "Sources": "/sources",
    "a source": "/sources/mail-00000",
    "Clients": "/clients",
}


def table() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as name:
        folder = Path(name)
        _put(folder)
        with app.street(load(folder / "config.yaml", {}), clock=lambda: NOW) as street:
            desk = replace(desk_for(street), config=load(folder / "config.yaml", {}), alone=True)
            with serving(site(desk), ("127.0.0.1", 0)) as (host, port), sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox"]
                )
                rows = _measured(browser, f"http://{host}:{port}")
                browser.close()
    show(
        f"Pages of the console, {POSTINGS:,} postings and {PROFILES} profiles stored",
        rows,
        ("page", "first paint, ms (goal < 500)", "loaded, KB (goal < 100)"),
    )


def _measured(browser: Browser, base: str) -> list[tuple[str, str, str]]:
    with_posting = {**PAGES, "a posting": _a_posting(browser, base)}
    rows = []
    for name, path in with_posting.items():
        seen = [_seen(browser, base + path) for _ in range(RUNS + 1)][1:]
        painted, loaded = zip(*seen, strict=True)
        rows.append((name, spread(painted, ".0f"), f"{max(loaded) / 1000:.1f}"))
    return rows


def _a_posting(browser: Browser, base: str) -> str:
    page = browser.new_page()
    page.goto(f"{base}/today/{_ONE}")
    path = page.locator("article h3 a").first.get_attribute("href")
    page.close()
    assert path
    return path


def _seen(browser: Browser, address: str) -> tuple[float, int]:
    """Return milliseconds to the first paint and the bytes that were transferred."""
    context = browser.new_context()
    page, sizes = context.new_page(), []

    def finished(request: Request) -> None:
        told = request.sizes()
        sizes.append(told["responseBodySize"] + told["responseHeadersSize"])

    page.on("requestfinished", finished)
    answer = page.goto(address, wait_until="networkidle")
    assert answer
    assert answer.status == 200, address
    painted = page.wait_for_function(_PAINT).json_value()
    context.close()
    return painted, sum(sizes)


def _put(folder: Path) -> None:
    """Put a store with all its postings into *folder*, searchable, and a configuration."""
    readers = people(PROFILES)
    sources = sorted({name for reader in readers for name in reader.sources})
    config = {
        "store": {"url": "cxdigest.sqlite"},
        "sources": {name: {"type": "folder", "path": name} for name in sources},
        "channels": {"mail": {"type": "folder", "path": "out"}},
        "profiles": {
            reader.name: {
                "name": reader.heading,
                "sources": list(reader.sources),
                "time_zone": "UTC",
                "deliver": [{"channel": "mail", "to": [f"{reader.name}@post.example"]}],
            }
            for reader in readers
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    _aside(_fill, str(folder / "cxdigest.sqlite"), PROFILES, POSTINGS)
    _aside(_index, str(folder / "cxdigest.sqlite"))


def _index(path: str) -> None:
    store = open_store(path)
    while store.take_in_words():
        pass
    store.close()


def _aside(work: Callable[..., object], *arguments: object) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(work, arguments)
