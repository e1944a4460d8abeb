"""The pictures of a digest and of the console in the docs: ``python -m bench pictures [FOLDER]``.

Everything in them is invented: the example alerts, after twelve weeks of a feed that shows the
shipped rules' own invented postings. The time is always the same, so a picture changes only with
the pages.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from cxdigest import app
from cxdigest.config import load
from cxdigest.pipeline import edition, take_in
from cxdigest.render import render
from cxdigest.store import open_store
from tests.servers.need import binary
from tests.web.console.instance import CONFIG, EXAMPLES, MORNING, NOW, opened, served

_ROOT = Path(__file__).parent.parent
FOLDER = _ROOT / "docs" / "pictures"
_EXAMPLE = datetime(2026, 11, 22, 6, tzinfo=UTC)  #: when the example alerts are read
WIDE = 1200  #: CSS pixels
_WEEKS = 12
_INVENTED = _ROOT / "tests" / "rules" / "invented.jsonl"
_DUTIES = """Your tasks
- Map the customer journey from booking to return flight with design and data
- Run diary studies and the satisfaction survey, and report to the board what guests go through
- Set the research standards that product, crew and partners work by
- Sit with the contact centre once a month and answer guests' e-mails yourself
What we offer
- Four days a week if you like, and a ticket to the sea each year
"""


def main(arguments: list[str]) -> None:
    """Make the pictures."""
    to = Path(arguments[0]) if arguments else FOLDER
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cxdigest-pictures-") as name:
        folder = Path(name)
        _live(folder)
        with served(folder) as console, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=binary("chromium", package="chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(
                base_url=str(console.client.base_url), viewport={"width": WIDE, "height": 900}
            )
            _digest(browser, to)
            page.goto("/today/ada")
            _picture(page, to / "today.png", 860)
            page.goto(f"/postings/ada/{console.posting('CX Research Manager')}")
            page.get_by_label("The text about the duties").fill(_DUTIES * 2)
            page.get_by_role("button", name="Judge by these").click()
            page.goto(page.url.partition("?")[0])
            _picture(page, to / "posting.png", 900)
            page.goto("/numbers/ada")
            begin = page.locator("#kinds").bounding_box()
            assert begin
            _picture(page, to / "numbers.png", 960, round(begin["y"]) - 24)
            browser.close()


def _digest(browser: Browser, to: Path) -> None:
    """Picture what `make run` makes of the example alerts: its begin, and what is set aside."""
    with app.street(load(_ROOT / "config.example.yaml"), clock=lambda: _EXAMPLE) as street:
        take_in(street, everything=True)
        (profile,) = street.profiles
        made = edition(street, profile, _EXAMPLE.date(), _EXAMPLE)
        html = render(made, street.templates).html
    page = browser.new_page(viewport={"width": 460, "height": 900}, device_scale_factor=2)
    page.set_content(html)
    aside = page.get_by_role("heading", name="Called customer experience").bounding_box()
    assert aside
    for name, begin in (("digest", 0), ("digest-aside", round(aside["y"]) - 24)):
        clip = {"x": 0, "y": begin, "width": 460, "height": 600}
        page.screenshot(path=to / f"{name}.png", clip=clip, full_page=True)
    page.close()


def _picture(page: Page, path: Path, height: int, begin: int = 0) -> None:
    clip = {"x": 0, "y": begin, "width": WIDE, "height": height}
    page.screenshot(path=path, clip=clip, full_page=True)
    print(f"{path}: {path.stat().st_size:,} bytes")


def _live(folder: Path) -> None:
    """Let twelve weeks pass in *folder*, and then the day of the example alerts."""
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False), encoding="utf-8")
    for source in ("inbox", "bens"):
        (folder / source).mkdir()
    open_store(str(folder / "cxdigest.sqlite")).close()
    told = [json.loads(line) for line in _INVENTED.read_text(encoding="utf-8").splitlines()]
    random.Random(20261120).shuffle(told)
    with opened(folder) as made:
        for week in range(_WEEKS):
            made.now = MORNING - timedelta(weeks=_WEEKS - week)
            share = told[week::_WEEKS]
            (folder / "inbox" / f"week-{week:02}.rss").write_text(_feed(share), encoding="utf-8")
            made.turn()
        early = ("01-*", "02-*", "03-*", "05-*", "08-*", "11-*")
        for patterns, made.now in ((early, MORNING), (("[01]*",), NOW)):
            for pattern in patterns:
                for file in EXAMPLES.glob(pattern):
                    shutil.copy(file, folder / "inbox")
            made.turn()


def _feed(told: list[dict[str, str]]) -> str:
    entries = "".join(
        f"<item><title>{escape(one['title'])}</title><guid>{one['id']}</guid>"
        f"<link>https://jobs.example/view/{one['id'].rpartition('-')[2]}</link>"
        f"<job_listing:company>{escape(one['company'])}</job_listing:company>"
        f"<description>{escape(escape(one['description']))}</description></item>"
        for one in told
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:job_listing="https://jobs.example/">'
        f"<channel><title>Jobs</title>{entries}</channel></rss>"
    )
