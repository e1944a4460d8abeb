"""How many statements each page takes, over a small store and over one with ten times as much news.

The larger has three times as many postings besides; more would only take longer to put there.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from bench import console, installed, stored
from bench.installed import Installation, Sink
from cxdigest import app
from cxdigest.config import load
from cxdigest.web.answers import Answers
from cxdigest.web.beside import desk_for
from cxdigest.web.site import site
from cxdigest.worker import clock
from tests import loops


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> dict[str, Counter[str]]:
    """Statements by the name of the page, for each of two stores."""
    folder = tmp_path_factory.mktemp("queries")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installed, "PROFILES", 2)
        return {
            size: _statements(folder / size, fresh, patch)
            for size, fresh in (("small", 10), ("large", 100))
        }


def _statements(folder: Path, fresh: int, patch: pytest.MonkeyPatch) -> Counter[str]:
    each = fresh + stored.PAST * stored.A_DAY // stored.MINE
    for module in (stored, console):
        patch.setattr(module, "FRESH", fresh)
        patch.setattr(module, "EACH", each)
    patch.setattr(installed, "POSTINGS", 9 * each + 10 * fresh)
    folder.mkdir()
    made = Installation(folder=folder, url=str(folder / "cxdigest.sqlite"), sink=Sink(port=25))
    made.fill()
    made.configure(None)
    config = load(folder / "config.yaml")
    now = clock()
    with app.street(config, clock=lambda: now) as street:
        desk = replace(desk_for(street), config=config, answers=Answers(most=0))
        pages = site(desk)  # each made anew
        seen: list[str] = []
        engine = street.store._database.engine
        event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        return loops.run(_asked(pages, made.browsers["boss"], seen))


async def _asked(pages, cookie: str, seen: list[str]) -> Counter[str]:
    """Ask for each page twice: what is kept from the first time counts too."""
    found: Counter[str] = Counter()
    way = httpx.ASGITransport(app=pages)
    async with httpx.AsyncClient(
        transport=way, base_url="http://127.0.0.1", cookies={"cxdigest": cookie}
    ) as browser:
        await browser.get("/account")  # who is there is read once
        for name, (_, path) in console._pages(0, admin=True).items():
            at = path(random.Random(1))
            seen.clear()
            await browser.get(at)
            answer = await browser.get(at)
            assert answer.status_code in {200, 404}, (name, answer.status_code)
            found[name] = len(seen)
    return found


def test_no_page_takes_more_statements_for_ten_times_as_many_postings(asked):
    assert {name for name, number in asked["small"].items() if number} == set(asked["large"])
    more = {
        name: (asked["small"][name], number)
        for name, number in asked["large"].items()
        if number > asked["small"][name] + (name in _IN_PARTS)
    }
    assert not more


_MOST = 60  #: for two answers
#: Goes through the archive in parts, of which a larger one has one more.
_IN_PARTS = {"search"}


def test_pages_take_few_statements(asked):
    assert max(asked["large"].values()) <= _MOST, asked["large"]
