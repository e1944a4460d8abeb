"""An instance moved into another database: every row arrives, or nothing does, and work goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, insert, inspect, select, update

from cxdigest.errors import StoreError
from cxdigest.store import Wanted, open_store
from cxdigest.store.copies.checksums import tallies
from cxdigest.store.copies.moving import AWAKE, begin_move, carry_out
from cxdigest.store.database.connection import connect
from cxdigest.store.database.upgrade import alembic_config
from cxdigest.store.schema import absences, metadata, postings, unsearched, workers
from cxdigest.terms import asked_for
from tests.ready import put_store
from tests.store.every_row import fill_every_table
from tests.store.world import NOW, read, sighting, take_in
from tests.worlds import DAY, MINUTE, Scripted, World, alert

SOON = timedelta(milliseconds=200)


@pytest.fixture
def places(tmp_path, postgres):
    """Give an empty place of a kind: a path, or the URL of a database without tables."""
    made = []

    def place(kind):
        if kind == "sqlite":
            return str(tmp_path / uuid.uuid4().hex / "store.sqlite")
        made.append(postgres.create())
        return postgres.url(made[-1])

    yield place
    for name in made:
        postgres.drop(name)


def full(url):
    """A store with rows in every table, of whose workers none is awake."""
    if "://" not in url:
        put_store(Path(url))
    store = open_store(url)
    fill_every_table(store)
    with store._database.writing() as connection:
        connection.execute(update(workers).values(woke=NOW - DAY))
    store.close()
    return url


def move(source, target, *, now=NOW, ended=lambda _: False, force=False, patience=20 * SOON):
    plan = begin_move(source, target, patience=patience)
    steps = list(
        carry_out(plan, source, target, now=now, ended=ended, force=force, patience=patience)
    )
    return plan, steps


def told(url):
    database = connect(url, patience=SOON)
    with database.reading() as connection:
        found = tallies(connection)
    database.engine.dispose()
    return found


def things(url):
    """What a database holds beside rows: indexes, triggers, keys, and what numbers they are at."""
    database = connect(url, patience=SOON)
    with database.reading() as connection:
        if database.is_sqlite:
            found = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
        else:
            found = connection.exec_driver_sql(
                "SELECT indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public' "
                "UNION ALL SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
                " WHERE NOT tgisinternal UNION ALL SELECT conname, contype::text, '' "
                "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            ).all()
    database.engine.dispose()
    return sorted(map(tuple, found))


@pytest.mark.parametrize(
    ("start", "end"),
    [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")],
)
def test_every_row_of_every_table_arrives_as_it_was(places, start, end):
    source, target, fresh = full(places(start)), places(end), places(end)
    left = told(source)
    plan, steps = move(source, target)
    # Every table, also one that is new: every_row makes its rows from the tables there are.
    assert {name for name, one in left.items() if one.rows >= 2} == set(metadata.tables)
    assert plan.tables == {name: (one, one) for name, one in left.items()}
    store = open_store(target)
    while store.take_in_words():
        pass
    known = told(target)
    now_empty = "unsearched"
    assert {name for name in left if known[name] != left[name]} <= {now_empty, "searched"}
    assert sum(step.part == "copy" for step in steps) >= len(left)
    assert steps[-1].done <= steps[-1].total
    open_store(fresh).close()
    assert things(target) == things(fresh), "what guards and finds rows is that of a new store"
    take_in(store, read("after", sighting("Later"), source="new"), source="new")
    with store._database.writing() as connection:
        connection.execute(insert(absences), {"begun": NOW, "ended": NOW})
        assert connection.scalar(select(func.max(absences.c.id))) == 3, "numbers go on"
        assert connection.scalars(select(unsearched.c.posting_id)).all(), "new ones are noted"
    store.close()


@pytest.mark.parametrize(("start", "end"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_words_are_found_in_the_order_of_before(places, start, end):
    source, target = places(start), places(end)
    store = open_store(source)
    for number, title in enumerate(("Head of Customer Journeys", "Journey Lead", "Clerk")):
        take_in(store, read(f"a{number}", sighting(title)))
        store.take_in_words()
    wanted = Wanted(words=asked_for("journey*"))
    before = store.find("ada", ["inbox"], wanted, fingerprint="rules-1")
    store.close()
    move(source, target)
    moved = open_store(target)
    assert moved.find("ada", ["inbox"], Wanted(), fingerprint="rules-1").waiting == 3
    while moved.take_in_words():
        pass
    after = moved.find("ada", ["inbox"], wanted, fingerprint="rules-1")
    moved.close()
    assert [one.posting.title for one in after.candidates] == [
        "Journey Lead", "Head of Customer Journeys",
    ]  # fmt: skip
    assert after.numbers == before.numbers


@pytest.mark.parametrize("end", ["sqlite", "postgresql"])
def test_a_move_that_ends_half_way_leaves_nothing_and_can_be_begun_again(places, end):
    source, target = full(places("sqlite")), places(end)
    left = told(source)
    for stop in ("copy", "index", "compare"):
        plan = begin_move(source, target)
        steps = carry_out(plan, source, target, now=NOW, ended=lambda _: False)
        assert any(step.part == stop for step in steps)
        steps.close()
        database = connect(target, patience=SOON)
        with database.reading() as connection:
            assert not inspect(connection).get_table_names()
        database.engine.dispose()
        assert told(source) == left, "the source is not called moved"
    plan, _ = move(source, target)
    assert [there for _, there in plan.tables.values()] == list(left.values())


def test_a_killed_move_leaves_nothing_and_can_be_begun_again(places):
    source, target = full(places("sqlite")), places("sqlite")
    half = Path(f"{target}.moving")
    program = (
        "import sys, time\n"
        "from tests.store.copies.test_moving import NOW, begin_move, carry_out\n"
        "_, source, target = sys.argv\n"
        "plan = begin_move(source, target)\n"
        "for step in carry_out(plan, source, target, now=NOW, ended=lambda _: False):\n"
        "    if step.part == 'compare':\n"
        "        print('now', flush=True); time.sleep(60)\n"
    )
    command_line = [sys.executable, "-c", program, source, target]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGKILL)
    assert half.exists()
    assert not Path(target).exists()
    left = told(source)
    plan, _ = move(source, target)
    assert [there for _, there in plan.tables.values()] == list(left.values())
    assert not half.exists()


def test_what_arrives_otherwise_is_not_kept(places):
    source, target = full(places("sqlite")), places("postgresql")
    plan = begin_move(source, target)
    steps = carry_out(plan, source, target, now=NOW, ended=lambda _: False)
    next(steps)
    plan_of = steps.gi_frame.f_locals["into"]
    for step in steps:
        if step.part == "index":
            break
    plan_of.execute(update(postings).values(title="another"))
    with pytest.raises(StoreError, match=r"\(postings\), so nothing was kept there"):
        list(steps)
    begin_move(source, target)


@pytest.mark.parametrize("start", ["sqlite", "postgresql"])
def test_nobody_writes_to_a_store_while_it_is_moved(places, start):
    source, target = full(places(start)), places("sqlite")
    steps = carry_out(begin_move(source, target), source, target, now=NOW, ended=lambda _: False)
    next(steps)
    other = open_store(source, patience=SOON)
    with pytest.raises(StoreError, match="another program has locked it for too long"):
        other.wake(now=NOW, holder="w")
    list(steps)
    with pytest.raises(StoreError, match=r"was moved to .*would send digests twice"):
        other.wake(now=NOW, holder="w")
    other.close()


def test_a_store_whose_worker_may_be_awake_is_refused_unless_it_is_known_to_be_gone(places):
    source, target = full(places("sqlite")), places("sqlite")
    store = open_store(source)
    store.wake(now=NOW - MINUTE, holder="there:7:x")
    store.close()
    with pytest.raises(StoreError, match=r"there:7:x woke at 07:29:15 UTC; .* after 07:39 UTC"):
        move(source, target)
    assert not Path(target).exists()
    move(source, target, ended=lambda holder: holder == "there:7:x")
    third, fourth = places("sqlite"), places("sqlite")
    store = open_store(target)
    store.wake(now=NOW, holder="here:8:y")
    store.close()
    move(target, third, force=True)
    move(third, fourth, now=NOW + AWAKE + MINUTE)


def test_a_store_that_was_moved_is_moved_again_by_force_alone(places):
    source, target, third = full(places("sqlite")), places("sqlite"), places("sqlite")
    move(source, target)
    with pytest.raises(StoreError, match=r"was moved to .* at 2026-11-21 07:30 UTC; move from"):
        move(source, third)
    plan, _ = move(source, third, force=True)
    assert plan.tables["postings"][1].rows == 2
    revived = open_store(third)
    revived.wake(now=NOW, holder="w")
    revived.close()


@pytest.mark.parametrize("end", ["sqlite", "postgresql"])
def test_nothing_is_written_over(places, end):
    source, target = full(places("sqlite")), places(end)
    open_store(target).close()
    with pytest.raises(StoreError, match="holds a store already, and nothing is written over"):
        begin_move(source, target)
    steps = carry_out(
        begin_move(source, places("sqlite")), source, target, now=NOW, ended=lambda _: False
    )
    with pytest.raises(StoreError, match="holds a store already"):
        list(steps)


@pytest.mark.parametrize(
    ("revision", "words"), [("0004", "has tables of version 0004"), (None, "holds no store of")]
)
def test_a_store_of_another_version_is_refused(places, revision, words):
    source, target = places("sqlite"), places("sqlite")
    database = connect(source, patience=SOON)
    with database.writing() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        if revision:
            command.upgrade(config, revision)
    database.engine.dispose()
    with pytest.raises(StoreError, match=words):
        begin_move(source, target)


def test_what_is_not_there_is_said(places, tmp_path):
    source, nowhere = full(places("sqlite")), "postgresql://nobody@127.0.0.1:1/nothing"
    with pytest.raises(StoreError, match=r"there is no store at .*/none.sqlite"):
        begin_move(str(tmp_path / "none.sqlite"), places("sqlite"))
    assert not (tmp_path / "none.sqlite").exists()
    for pair in ((source, nowhere), (nowhere, source)):
        with pytest.raises(StoreError, match=r"PostgreSQL database nothing .*no connection"):
            begin_move(*pair)
    with pytest.raises(StoreError, match="mysql:// is no database"):
        begin_move(source, "mysql://x/y")
    with pytest.raises(StoreError, match="holds a store already"):
        begin_move(source, source)


@pytest.mark.parametrize(("start", "end"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_nothing_is_fetched_judged_or_sent_again_after_a_move(places, tmp_path, start, end):
    inbox = Scripted(script=[[alert("CX Lead"), alert("Head of Customer Experience")]])
    world = World(tmp_path, sources=[inbox])
    world.store.close()
    source, target = places(start), places(end)
    world.store = open_store(source)
    first = world.turn()
    assert (first.judged, len(first.delivered), inbox.asked) == (2, 1, 1)
    world.turn(after=MINUTE)
    world.store.close()
    move(source, target, now=world.now + AWAKE)
    world.store = open_store(target)
    before = world.store.counts()
    again = world.turn(after=MINUTE)
    assert (again.polled, again.pages, again.judged, again.composed, again.delivered) == (
        (),
    ) * 2 + (0, (), ())
    assert inbox.asked == 1
    assert world.store.counts() == before
    assert len(world.mail.mails) == 1
    inbox.script = [[alert("CX Lead"), alert("Service Designer")]]
    later = world.turn(after=DAY)
    assert later.polled[0].alerts == 1, "what is known is known"
    assert len(world.mail.mails) == 2
    assert "CX Lead" not in world.mail.mails[1]["text"]
    world.store.close()
