"""Stored alerts read again: what a better reader finds is taken over, and nothing comes twice.

The bytes are real alerts; what stands in the store is what an older, worse reader would have left.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bench.feeds import document
from cxdigest.extract import extract
from cxdigest.identity import posting_of
from cxdigest.model import Alert, Extraction
from cxdigest.pipeline import reread
from cxdigest.store import Read
from tests.worlds import DAY, NOW, Scripted

EXAMPLES = Path(__file__).parents[2] / "examples" / "alerts"
MAIL = (EXAMPLES / "03-indeed-alert.eml").read_bytes()
BROKEN = Extraction(format="", outcome="unreadable", reason="The reader failed with KeyError.")


def stored(key="1:1", raw=MAIL, *, media="mail") -> Alert:
    digest = hashlib.sha256(raw + key.encode()).hexdigest()
    return Alert(source="inbox", key=key, media=media, raw=raw, digest=digest)


def keep(world, *pairs, now=NOW):
    """Store alerts as they were read then."""
    reads = [
        Read(
            alert=alert,
            extraction=then,
            postings=tuple(
                posting_of(one, now=now) if one.is_posting else None for one in then.sightings
            ),
        )
        for alert, then in pairs
    ]
    world.store.register_sources(["inbox"], now=now)
    world.store.record_batch("inbox", reads, {}, now=now)


def again(world, **bounds):
    *_, last = reread(world.store, {}, clock=lambda: world.now, **bounds)
    return last


def rows(world):
    with world.store._database.reading() as connection:
        query = "SELECT alert_id, position, posting_id, key, title, seen FROM sightings"
        return sorted(map(tuple, connection.exec_driver_sql(query)))


@pytest.fixture
def today() -> Extraction:
    found = extract(stored())
    assert len(found.sightings) == 9
    return found


def worse(found: Extraction, change) -> Extraction:
    return replace(found, sightings=tuple(map(change, found.sightings)))


def without_ids(one):
    """As a reader would have left it that knew no ids and took the place into the title."""
    return replace(one, native_id="", title=f"{one.title} ({one.location})", company="")


def test_an_alert_that_can_be_read_now_brings_its_postings_as_news(world, today):
    keep(world, (stored(), BROKEN))
    world.sources = [Scripted()]
    done = again(world)
    assert (done.total, done.alerts, done.readable, done.new, done.gone) == (1, 1, 1, 9, 0)
    world.turn()
    assert world.shown() == {one.title for one in today.sightings}
    assert {seen for *_, seen in rows(world)} == {rows(world)[0][-1]}


def test_what_is_found_only_now_in_an_old_alert_is_no_news(world):
    keep(world, (stored(), BROKEN), now=NOW - 8 * DAY)
    world.sources = [Scripted()]
    assert again(world).new == 9
    world.turn()
    assert world.shown() == set(), "older than the profile looks back"


def test_reading_again_what_reads_as_before_changes_nothing(world, today):
    keep(world, (stored(), today))
    before = rows(world)
    for _ in range(2):
        done = again(world)
        assert (done.unchanged, done.changed, done.new, done.gone) == (1, 0, 0, 0)
        assert rows(world) == before


def test_what_was_digested_is_not_digested_again_under_a_better_title(world, today):
    keep(world, (stored(), worse(today, without_ids)))
    world.sources = [Scripted()]
    world.turn()
    assert all("(" in title for title in world.shown())
    done = again(world)
    assert (done.changed, done.new, done.gone) == (1, 0, 0)
    assert world.titles == {one.title for one in today.sightings}, "corrected"
    world.turn(after=DAY)
    assert len(world.mail.mails) == 2
    assert "No new postings" in world.mail.mails[1]["text"]


def test_an_alert_of_the_new_reader_does_not_bring_back_what_was_digested(world, today):
    keep(world, (stored(), worse(today, without_ids)))
    world.sources = [Scripted()]
    world.turn()
    again(world)
    keep(world, (stored("1:2"), today), now=NOW + DAY)
    world.turn(after=DAY)
    assert "No new postings" in world.mail.mails[1]["text"]


def test_a_corrected_posting_is_judged_again(world, today):
    keep(world, (stored(), worse(today, lambda one: replace(one, title="Welder", snippet=""))))
    world.sources = [Scripted()]
    world.turn()
    again(world)
    assert world.turn(after=DAY).judged == 9


def test_a_value_that_another_alert_stated_stays(world, today):
    first = today.sightings[0]
    junk = worse(today, lambda one: replace(one, salary="3 applicants"))
    keep(world, (stored(), junk))
    posting = posting_of(first, now=NOW).id
    assert world.store.posting(posting).salary == "3 applicants"
    again(world)
    assert world.store.posting(posting).salary == first.salary
    assert world.store.posting(posting).company == first.company


def test_what_nothing_can_be_read_from_any_more_keeps_its_earlier_reading(world, today):
    keep(world, (stored(raw=b"Subject: lunch\n\nAt noon?\n"), today))
    before = rows(world)
    done = again(world)
    assert (done.kept, done.changed, done.gone) == (1, 0, 0)
    assert rows(world) == before
    world.sources = [Scripted()]
    world.turn()
    assert world.shown() == {one.title for one in today.sightings}


def test_a_posting_that_no_alert_shows_any_more_stays_stored_and_is_no_news(world, today):
    invented = replace(
        today.sightings[0], title="Unsubscribe", url="https://x.example/u", native_id=""
    )
    keep(world, (stored(), replace(today, sightings=(*today.sightings, invented))))
    done = again(world)
    assert (done.changed, done.gone, done.new) == (1, 1, 0)
    assert "Unsubscribe" in world.titles
    world.sources = [Scripted()]
    world.turn()
    assert world.shown() == {one.title for one in today.sightings}


def test_alerts_whose_bytes_are_gone_are_counted_and_stay_as_they_were(world, today):
    keep(world, (stored(), today))
    before = rows(world)
    world.store.prune_raw_alerts(before=NOW + DAY)
    done = again(world)
    assert (done.total, done.alerts, done.pruned, done.done) == (1, 0, 1, 1)
    assert rows(world) == before


def test_a_feed_that_arrived_in_place_of_alerts_gives_all_its_entries(world):
    body = stored("unreadable:0123456789abcdef", document(1), media="feed")
    keep(world, (body, BROKEN))
    done = again(world)
    assert (done.readable, done.new) == (1, 20)


def test_what_was_interrupted_goes_on_where_it_stopped(world, monkeypatch, today):
    keep(world, *((stored(f"1:{number}"), BROKEN) for number in range(5)))
    asked = []
    store = world.store
    read_raw = store.raw_alert_of
    monkeypatch.setattr(
        store, "raw_alert_of", lambda number: asked.append(number) or read_raw(number)
    )
    steps = reread(store, {}, clock=lambda: world.now, batch=2)
    assert (next(steps).done, next(steps).done) == (0, 2)
    steps.close()
    first, *_, last = reread(store, {}, clock=lambda: world.now, batch=2)
    assert (first.done, last.done, last.total) == (2, 5, 5)
    assert (last.readable, last.new) == (5, 9), "the sums are those of the whole"
    assert len(asked) == len(set(asked)) == 5
    assert again(world).unchanged == 5, "the next begins anew"


def test_only_what_was_stored_since_and_only_one_source(world, today):
    keep(world, (stored("1:1"), today), now=NOW - 5 * DAY)
    keep(world, (stored("1:2"), today), now=NOW)
    assert again(world).total == 2
    assert again(world, since=NOW - timedelta(days=1)).total == 1
    assert again(world, source="elsewhere").total == 0


def test_a_worker_that_stores_alerts_meanwhile_is_not_disturbed(world, today):
    keep(world, (stored("1:1"), BROKEN))
    steps = reread(world.store, {}, clock=lambda: world.now)
    next(steps)
    keep(world, (stored("1:2"), today), now=NOW + timedelta(seconds=1))
    *_, last = steps
    assert (last.alerts, last.readable, last.new) == (1, 1, 0)
    assert len(rows(world)) == 18
