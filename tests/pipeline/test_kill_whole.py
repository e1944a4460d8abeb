"""A turn that merges, reads pages, takes a reply and prunes, killed at its commits.

``make kill`` kills at every one (CXDIGEST_EVERY), the ordinary run at the first and the last that
each method of the store makes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cxdigest.pipeline.street import LEASE
from tests.pipeline.dying_whole import BUDGET, TITLES, put_pages, world_in
from tests.servers.web import start, stop
from tests.worlds import DAY, HOUR, MINUTE

ROOT = Path(__file__).parents[2]
EVERY = ["every"] if os.environ.get("CXDIGEST_EVERY") else []


@pytest.fixture(scope="module")
def web():
    """One for all tests, as the remains are."""
    server = start()
    put_pages(server.world)
    yield server.world
    stop(server)


@pytest.fixture(scope="module")
def remains(tmp_path_factory, web):
    """The folders that killed workers left, in the order of their deaths, and the last, that lived."""
    root = tmp_path_factory.mktemp("dying") / "remains"
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.dying_whole", str(root), web.url, *EVERY],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return sorted(folder for folder in root.iterdir() if folder.is_dir())


def query(world, sql):
    with world.store._database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def leave(world):
    world.pages.asker.http.close()
    world.store.close()


def sound(world):
    """No posting without sightings, no sighting without its posting, by its own id or one merged."""
    postings = {one for (one,) in query(world, "SELECT id FROM postings")}
    merged = dict(query(world, "SELECT member, posting_id FROM merges"))
    seen = query(world, "SELECT posting_id, key FROM sightings")
    assert {posting for posting, _ in seen} == postings
    assert all(merged.get(key, key) == posting for posting, key in seen)
    assert not postings & merged.keys()


def editions(world):
    """In which section of which digest each posting stood, day by day."""
    found = {}
    for posting, section in query(
        world,
        "SELECT i.posting_id, i.section FROM digest_items i"
        " JOIN digests d ON d.id = i.digest_id ORDER BY d.day",
    ):
        found[posting] = (*found.get(posting, ()), section)
    return found


def end_of(folder, web):
    """Let an heir finish what *folder* holds; return what there is and what was shown then."""
    world = world_in(folder, web.url, "heir")
    sound(world)
    spent = query(world, "SELECT spent FROM page_budgets")
    read = query(world, "SELECT count(*) FROM pages WHERE outcome = 'read'")[0][0]
    # One page that was paid for may be lost with the worker that asked for it.
    assert sum(one for (one,) in spent) <= min(BUDGET, read + 2)
    for wait in (0 * MINUTE, LEASE + MINUTE, DAY, DAY + HOUR):
        world.turn(after=wait)
    sound(world)
    sections = editions(world)
    # As unclear at most once, and then once more if its duties came after that digest. Where a
    # digest was made before the copy came in, the next tells once that it is seen again.
    as_new = {one: [s for s in told if s != "again"] for one, told in sections.items()}
    assert set(map(tuple, as_new.values())) <= {("genuine",), ("unclear", "genuine")}, sections
    assert max(told.count("again") for told in sections.values()) <= 1, sections
    texts = "".join(mail["text"] for mail in world.mail.mails)
    assert all(title in texts for title in TITLES)
    told = (
        # Of two copies the one seen first gives its title, and death may come between them.
        sorted(
            (title.removesuffix(" (m/f/d)"), *told)
            for title, *told in query(world, "SELECT title, tier, duties_from FROM postings")
        ),
        sorted(query(world, "SELECT title, company, location FROM sightings")),
        query(world, "SELECT count(*) FROM merges"),
        query(world, "SELECT count(*) FROM raw_alerts"),
        query(world, "SELECT count(*) FROM hosts WHERE holder IS NOT NULL"),
        len(sections),
    )
    assert max(Counter(one["id"] for one in world.mail.mails).values()) <= 2
    leave(world)
    return told


def test_a_host_that_a_killed_worker_was_asking_is_taken_over(remains, web, tmp_path):
    for folder in remains:
        world = world_in(shutil.copytree(folder, tmp_path / folder.name), web.url, "heir")
        held = query(world, "SELECT host FROM hosts WHERE holder IS NOT NULL")
        if held:
            break
        leave(world)
    world.turn(after=LEASE + MINUTE)
    assert query(world, "SELECT host FROM hosts WHERE holder IS NOT NULL") == []
    world.turn(after=DAY)
    assert {tier for (tier,) in query(world, "SELECT tier FROM postings")} == {"full"}
    leave(world)


def test_a_turn_killed_at_any_commit_loses_nothing_and_shows_nothing_twice(
    remains, web, record_property
):
    *dead, alive = remains
    record_property("injected", len(dead))
    kinds = json.loads((alive.parent / "kinds").read_text())
    assert len(kinds) > 30, "merges, pages, hosts, budgets, the reply, verdicts and raw alerts"
    assert len(dead) == len(kinds) or not EVERY
    assert {(folder / "died").read_text() for folder in dead} == set(kinds)
    expected = end_of(alive, web)
    postings, _, merges, raw, held, shown = expected
    assert merges == [(2,)]
    assert held == [(0,)]
    assert raw == [(0,)], "those past their age are gone"
    assert shown == len(postings) == 5
    assert {tier for _, tier, _ in postings} == {"full"}
    for folder in dead:
        assert end_of(folder, web) == expected, f"killed at commit {folder.name}"
