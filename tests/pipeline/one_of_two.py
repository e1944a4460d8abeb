"""One of several workers on one store: ``python -m tests.pipeline.one_of_two FOLDER STORE WEB NAME ROUNDS``.

It waits for a line, then does so many turns. All see the same sources, which show a few more alerts
at each turn, and the same pages, which the server at WEB plays.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from cxdigest.net import Http
from cxdigest.pages.hosts import Hosts
from cxdigest.pipeline import PageDesk
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from cxdigest.store import open_store
from tests.hours import where_it_is_noon
from tests.pipeline.test_pages import shown
from tests.town import LEASE, Road
from tests.worlds import Shelf, World, profile

SOURCES = ("one", "two", "three")
OPENINGS = 6  #: new ones a turn
HOSTS = ("careers.alder.example", "careers.birch.example", "careers.cedar.example")


def title(number: int) -> str:
    """The title of opening *number*: no two have one in common."""
    words = ("Insight", "Research", "Journey", "Design", "Strategy", "Programme")
    return f"Head of Customer Experience {words[number % 6]} {chr(65 + number // 6 % 26)}{number // 156}"


def page_of(number: int) -> str:
    return f"https://{HOSTS[number % len(HOSTS)]}/jobs/{number}"


def alerts(source: str, rounds: int) -> list:
    """What *source* has shown after so many turns: each shows every opening, by a link of its own."""
    links = {
        "one": lambda n: f"https://www.linkedin.com/jobs/view/40{n:08}/",
        "two": lambda n: f"https://www.indeed.com/viewjob?jk={n:016x}",
        "three": page_of,
    }
    # Each in an order of its own, so that workers meet the same postings from several sides.
    way = -1 if source == "two" else 1
    numbers = [
        n for start in range(rounds) for n in range(OPENINGS)[::way] for n in [start * OPENINGS + n]
    ]
    return [
        replace(shown(links[source](n), title(n), "Quillfeather", "Leeds"), source=source)
        for n in numbers
    ]


@dataclass
class Live(World):
    """A world by the clock of the machine."""

    @property
    def street(self):
        return replace(super().street, clock=clock)


def clock() -> datetime:
    return datetime.now(UTC)


def main(folder: Path, store: str, web: str, name: str, rounds: int) -> None:
    noon = ZoneInfo(where_it_is_noon())  # no day ends meanwhile, and with it no second digest comes
    world = Live(folder, holder=name, profiles=[profile(sources=SOURCES, zone=noon)])
    world.store.close()
    world.store = open_store(store, patience=timedelta(seconds=60))
    http = Http(user_agent="tests", pace=0, deadline=10, transport=Road(SimpleNamespace(url=web)))
    asker = Asker(
        store=world.store, http=http, hosts=Hosts(), clock=clock, holder=name, lease=LEASE,
        pace=timedelta(milliseconds=5), sleep=time.sleep,
    )  # fmt: skip
    world.pages = PageDesk(asker=asker, listings=Listings(asker=asker), per_day={"ada": 10_000})
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(1, rounds + 1):
        world.sources = [Shelf(alerts(source, number), name=source) for source in SOURCES]
        world.turn(everything=True)
    world.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5]))
