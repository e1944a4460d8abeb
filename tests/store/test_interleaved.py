"""Two workers in one another's midst: what one decided, the other may not overlook.

A third transaction holds a row, so that a worker stands still between its look and its writing. On
SQLite it holds the file, and the others wait for their turn.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select, text, update

from cxdigest.identity import find_merges
from cxdigest.store import Asked
from cxdigest.store.openings import alike
from cxdigest.store.openings import merging as openings
from cxdigest.store.openings.identity_lock import decide_identity
from cxdigest.store.schema import digest_items, postings, quarantine, sightings
from tests.store.openings.test_merging import COPY, OWN, ROLE, both, identify, ids, rows, whole
from tests.store.world import DAY, NOW, RENDERED, TODAY, digest_of, posting_id, read, take_in

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_LONGEST = 60  #: seconds until a worker must stand or be done


@contextmanager
def held(store, column, value):
    """Hold the rows with this value, as a transaction does that is not at its end."""
    with store._database.writing() as connection:
        query = select(column).where(column == value).with_for_update()
        assert connection.execute(query).all()
        yield


@pytest.fixture
def begin(store):
    """Start a worker; go on when it is done, or stands because somebody holds what it needs."""
    standing = []

    def start(work, *args, **more):
        future = pool.submit(work, *args, **more)
        standing.append(future)
        until = time.monotonic() + _LONGEST
        while not future.done() and _waiting() < sum(not one.done() for one in standing):
            assert time.monotonic() < until, "it neither ends nor stands"
            time.sleep(0.01)
        return future

    def _waiting():
        if store._database.is_sqlite:
            wait(standing, timeout=0.1)  # whoever does not end now waits for the file
            return len(standing)
        with store._database.reading() as connection:
            return connection.scalar(_WAITING)

    with ThreadPoolExecutor(2) as pool:
        yield start


def beside(*others, least):
    """A sighting whose id is the *least* of all, or the greatest: rows are locked in that order."""
    for number in range(100):
        one = replace(ROLE, title=f"Head of Journey {number}", native_id=f"linkedin:9{number}")
        found = sorted([posting_id(one), *others])
        if found[0 if least else -1] == posting_id(one):
            return one
    raise AssertionError("no such id among so many")


def poll(store, *shown):
    """Store what another source shows."""
    return store.record_batch("other", [read("later", *shown, source="other")], {}, now=NOW)


def test_what_is_merged_while_a_poll_is_stored_is_not_stored_anew(store, begin):
    first = beside(*ids(ROLE, COPY), least=True)
    store.register_sources(["other"], now=NOW)
    take_in(store, read("a", ROLE, COPY, first))
    with held(store, postings.c.id, posting_id(first)):
        polled = begin(poll, store, first, COPY)
        merged = begin(identify, store)
    assert polled.result() == 2
    assert merged.result().merged <= 1
    while identify(store).looked:
        pass
    assert store.counts()["postings"] == 2
    assert len(store.sightings(store.known_as(posting_id(COPY)))) == 3
    whole(store)


def test_what_is_parted_while_a_poll_is_stored_gets_its_own_sighting(store, begin):
    role, copy = both(store)
    first = beside(role, copy, least=True)
    store.register_sources(["other"], now=NOW)
    take_in(store, read("c", first))
    with held(store, postings.c.id, posting_id(first)):
        polled = begin(poll, store, first, COPY)
        parted = begin(store.unmerge, copy, now=NOW)
    assert polled.result() == 2
    assert parted.result() == role
    assert [one.key for one in store.sightings(copy)] == [copy, copy]
    whole(store)


def test_a_posting_that_another_sees_while_a_person_is_removed_stays(store, begin):
    last = beside(*ids(COPY), least=False)
    store.register_sources(["other"], now=NOW)
    take_in(store, read("a", COPY))
    take_in(store, read("b", last), source="third")
    with held(store, postings.c.id, posting_id(last)):
        polled = begin(poll, store, COPY, last)
        erased = begin(store.erase_profile, "ada", own_sources=["inbox"])
    assert polled.result() == 2
    assert erased.result().sightings == 1
    assert [one.source for one in store.sightings(posting_id(COPY))] == ["other"]
    whole(store)


def keep_duties(store, copy, _digest):
    assert store.record_duties(copy, "Own the journey.", now=NOW)


def keep_page(store, copy, _digest):
    asked = Asked(url=COPY.url, outcome="read", detail="", asked=NOW, due=None)
    store.record_page(copy, asked, change=lambda one: replace(one, description="Own the journey."))


def keep_digest(store, _copy, digest):
    assert store.record_digest(digest, RENDERED, [], now=NOW)


def keep_faulty_digest(store, copy, digest):
    faulty = replace(digest, genuine=(), quarantined=digest.genuine)
    assert store.record_digest(faulty, RENDERED, [], now=NOW, faults={copy: "It breaks a mail."})


def keep_word(store, copy, _digest):
    assert store.record_feedback("ada", copy, "genuine", way="cli", sender="", now=NOW)


def described(store, role):
    return store.posting(role).description == "Own the journey." and store.page(role)


def stands_in(table):
    return lambda store, role: [row["posting_id"] for row in rows(store, table)] == [role]


@pytest.mark.parametrize(
    ("write", "kept"),
    [
        (keep_duties, described),
        (keep_page, described),
        (keep_digest, stands_in(digest_items)),
        (keep_faulty_digest, stands_in(quarantine)),
        (keep_word, lambda store, role: store.feedback_words("ada") == {role: "genuine"}),
    ],
)
def test_what_is_said_of_a_posting_while_it_is_merged_is_said_of_the_other(
    store, begin, write, kept
):
    take_in(store, read("a", ROLE), source="other")
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    role, copy = ids(ROLE, COPY)
    digest = digest_of(store, day=TODAY + DAY, now=NOW + DAY)
    with held(store, sightings.c.key, copy):
        merged = begin(identify, store)
        written = begin(write, store, copy, digest)
    assert merged.result().merged == 1
    written.result()
    assert store.known_as(copy) == role
    assert kept(store, role)
    whole(store)


def test_words_are_taken_in_while_nobody_merges(store, begin):
    take_in(store, read("one", ROLE))
    with store._database.writing() as connection:
        decide_identity(connection)
        words = begin(store.take_in_words)
        assert not words.done()
    assert words.result() == 1


@pytest.fixture
def compared(store, monkeypatch, begin):
    """Let a worker look for the likes of many, and something happen while it compares them.

    SQLite has one writer at a time: there it happens after.
    """
    standing, going = threading.Event(), threading.Event()

    def slowly(*args):
        standing.set()
        assert going.wait(_LONGEST)
        return find_merges(*args)

    @contextmanager
    def meanwhile():
        monkeypatch.setattr(openings, "_FEW", 0)
        monkeypatch.setattr(alike, "find_merges", slowly)
        looked = begin_at_once(identify, store)
        assert standing.wait(_LONGEST)
        if store._database.is_sqlite:
            going.set()
            looked.result()
        yield looked
        going.set()

    with ThreadPoolExecutor(1) as pool:
        begin_at_once = pool.submit
        yield meanwhile
        going.set()


def again(store):
    while identify(store).looked:
        pass
    whole(store)


def test_others_store_sightings_while_many_are_compared(store, compared):
    store.register_sources(["other"], now=NOW)
    take_in(store, read("a", ROLE, COPY))
    with compared() as looked:
        assert poll(store, replace(ROLE, title="Head of Journey", native_id="linkedin:5")) == 1
    assert looked.result().merged == 1
    assert identify(store).looked == 1, "what came meanwhile"
    whole(store)


def test_a_second_who_would_compare_many_leaves_that_to_the_first(store, compared):
    if store._database.is_sqlite:
        pytest.skip("one writer at a time: it waits for the first")
    take_in(store, read("a", ROLE, COPY))
    with compared() as looked:
        assert identify(store).looked == 0
        assert not looked.done()
    assert looked.result().merged == 1
    whole(store)


def test_what_says_another_thing_since_it_was_compared_is_not_merged_by_it(store, compared):
    if store._database.is_sqlite:
        pytest.skip("one writer at a time: nothing changes meanwhile")
    take_in(store, read("a", ROLE, COPY))
    elsewhere = update(postings).where(postings.c.id == posting_id(COPY)).values(location="York")
    with compared() as looked, store._database.writing() as connection:
        connection.execute(elsewhere)
    assert looked.result().looked == 0
    again(store)
    assert store.counts()["postings"] == 2


def test_what_was_removed_while_it_was_compared_is_let_be(store, compared):
    take_in(store, read("a", COPY), source="inbox")
    take_in(store, read("b", ROLE), source="other")
    with compared() as looked:
        store.erase_profile("ada", own_sources=["inbox"])
    assert looked.result().merged == (1 if store._database.is_sqlite else 0)
    again(store)
    assert store.counts()["postings"] == 1


def test_what_a_reader_joined_meanwhile_is_looked_at_anew(store, compared):
    first, last = (
        replace(ROLE, title=title, native_id=f"linkedin:{number}")
        for number, title in enumerate(("Head of Journey", "Lead of Insight"), 7)
    )
    take_in(store, read("a", ROLE, first, last))
    again(store)
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    with compared() as looked:
        joined = store.merge_by_hand(posting_id(ROLE), posting_id(first), now=NOW)
    assert joined in ids(ROLE, first)
    assert looked.result().merged == (1 if store._database.is_sqlite else 0)
    again(store)
    # The other that belongs to it by then has a title of its own, which speaks against the copy.
    one = joined if store._database.is_sqlite else posting_id(COPY)
    assert store.known_as(posting_id(COPY)) == one


def test_what_a_reader_parted_meanwhile_is_looked_at_anew(store, compared):
    role, copy = both(store)
    take_in(store, read("c", OWN, now=NOW + 2 * DAY), now=NOW + 2 * DAY)
    with compared() as looked:
        assert store.unmerge(copy, now=NOW) == role
    if not store._database.is_sqlite:
        assert looked.result().merged == 0
    again(store)
    assert store.known_as(role) != store.known_as(copy), "parted for ever"


def test_a_poll_does_not_wait_for_a_digest_that_shows_its_posting(store, begin):
    if store._database.is_sqlite:
        pytest.skip("one writer at a time: it waits for every other")
    take_in(store, read("a", COPY))
    store.register_sources(["other"], now=NOW)
    here = select(postings.c.id).where(postings.c.id == posting_id(COPY))
    with store._database.writing() as connection:
        # As a digest's row does, which names the posting.
        assert connection.execute(here.with_for_update(read=True, key_share=True)).all()
        assert begin(poll, store, COPY).done()
