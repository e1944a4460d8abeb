"""What is older than it is to be kept goes little by little; what anybody needs stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from cxdigest.config.models import LEAST_KEPT
from cxdigest.feedback.tokens import LASTS
from cxdigest.identity import REPOST_WITHIN
from cxdigest.model import Digest
from cxdigest.store import NEEDED, open_store
from cxdigest.store.schema import (
    alerts,
    deliveries,
    digest_items,
    digests,
    merges,
    metadata,
    pages,
    postings,
    quarantine,
    raw_alerts,
    remembered,
    searched,
    sightings,
    verdicts,
)
from cxdigest.week import DAYS, WEEKS
from tests.ready import ready_store
from tests.store.openings.test_merging import COPY, ROLE, identify, ids
from tests.store.world import (
    DAY,
    NOW,
    RENDERED,
    TODAY,
    judge,
    read,
    sighting,
    take_in,
    verdict,
)

LATER = NOW + 200 * DAY
BEFORE = LATER - 100 * DAY
OLD = sighting("Head of Customer Experience")
(ID,) = ids(OLD)
NEWS = sighting("Ten years of customer experience", is_posting=False)


def show(store, *, profile="ada", at=NOW, section="genuine", state="ready", sent=True, since=NOW):
    """A digest with all that is new to a profile."""
    found = store.candidates(
        profile, ["inbox"], fingerprint="rules-1", since=since - DAY, hidden_too=False
    )
    day = at.date()
    digest = Digest(profile=profile, day=day, made=at, **{section: tuple(found)})
    made = store.record_digest(
        digest, RENDERED, [("smtp", f"{profile}@x.example")], now=at, state=state
    )
    assert made
    if sent:
        change(store, update(deliveries).values(state="sent", due=None))
    return {one.posting.id for one in found}


def change(store, statement, *rows):
    with store._database.writing() as connection:
        connection.execute(statement, *rows)


def number(store, table):
    with store._database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def sweep(store, *, now=LATER, before=BEFORE, limit=200):
    """All that one day's turns do about postings."""
    removed = 0
    while (done := store.prune_postings(before=before, now=now, limit=limit)).looked:
        removed += done.removed
    return removed


def kept(store):
    with store._database.reading() as connection:
        return set(connection.scalars(select(postings.c.id)))


def going_on(store, *profiles):
    """The profiles get digests until today, without news."""
    for profile in profiles:
        show(store, profile=profile, at=LATER - DAY, since=LATER)


def candidates(store, profile="ada", *, at, **more):
    found = store.candidates(profile, ["inbox"], fingerprint="rules-1", since=at - 7 * DAY, **more)
    return [one.posting.id for one in found]


def test_ages_are_long_enough_for_all_that_looks_back():
    assert timedelta(days=LEAST_KEPT) == NEEDED
    assert timedelta(days=DAYS * (WEEKS + 1)) < NEEDED
    assert NEEDED > REPOST_WITHIN
    assert NEEDED > LASTS


def test_an_old_posting_goes_with_all_that_was_read_and_judged_of_it(store):
    take_in(store, read("a", OLD))
    judge(store, verdict(ID))
    identify(store)
    store.take_in_words()
    take_in(store, read("b", sighting("Newer"), now=LATER), now=LATER)
    assert sweep(store, now=LATER) == 1
    assert kept(store) == set(ids(sighting("Newer")))
    for table in (verdicts, searched):
        assert number(store, table) == 0, table.name
    assert number(store, sightings) == 1
    assert number(store, alerts) == 2, "what was delivered is known for ever"
    assert store.is_known("inbox", "a")


def test_an_opening_that_is_alerted_again_is_no_news_to_whoever_had_it(store):
    take_in(store, read("a", OLD))
    assert show(store) == {ID}
    show(store, profile="eve", section="hidden")
    going_on(store, "ada", "bob", "eve")
    assert sweep(store) == 1
    take_in(store, read("again", OLD, now=LATER), now=LATER)
    assert candidates(store, "ada", at=LATER) == []
    assert candidates(store, "bob", at=LATER) == [ID], "he never had it"
    assert candidates(store, "eve", at=LATER) == [], "it was hidden and counted"
    assert candidates(store, "ada", at=LATER, hidden_too=True) == []
    assert candidates(store, "eve", at=LATER, hidden_too=True) == [ID], "her settings changed"
    assert store.hidden_before("eve", ["inbox"], since=LATER - DAY) == {ID}
    assert store.hidden_before("ada", ["inbox"], since=LATER - DAY) == frozenset()
    assert sweep(store, now=LATER + 200 * DAY, before=LATER + DAY) == 1
    take_in(store, read("third", OLD, now=LATER + 200 * DAY), now=LATER + 200 * DAY)
    assert candidates(store, "ada", at=LATER + 200 * DAY) == [], "memory outlives its return"


def test_no_word_of_what_went_is_remembered(store):
    take_in(store, read("a", OLD))
    show(store)
    going_on(store, "ada")
    change(store, delete(raw_alerts))
    change(store, update(digests).values(text=b"", html=b""))
    assert sweep(store) == 1
    with store._database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "Head of Customer" not in repr(row), table.name
        assert connection.execute(select(remembered)).all() == [("ada", ID, False)]


def test_a_copy_that_was_merged_is_no_news_either_when_it_comes_alone(store):
    role, copy = ids(ROLE, COPY)
    take_in(store, read("a", ROLE))
    take_in(store, read("b", COPY))
    show(store)
    identify(store)
    assert store.known_as(copy) == role
    going_on(store, "ada")
    assert sweep(store) == 1
    assert number(store, merges) == 0
    take_in(store, read("c", COPY, now=LATER), now=LATER)
    assert kept(store) == {copy}
    assert candidates(store, at=LATER) == []


def test_a_copy_never_seen_before_is_no_news_once_it_is_found_to_be_the_old_opening(store):
    role, copy = ids(ROLE, COPY)
    take_in(store, read("a", ROLE))
    show(store)
    going_on(store, "ada")
    assert sweep(store) == 1
    take_in(store, read("b", COPY, now=LATER), now=LATER)
    assert candidates(store, at=LATER) == [copy]
    take_in(store, read("c", ROLE, now=LATER + DAY), now=LATER + DAY)
    identify(store, now=LATER + DAY)
    assert store.known_as(role) == copy
    assert candidates(store, at=LATER + DAY) == []
    store.unmerge(role, now=LATER + DAY)
    assert candidates(store, at=LATER + DAY) == [copy], "parted, it is what nobody had"


def feedback(store):
    store.record_feedback("ada", ID, "genuine", way="mail", sender="", now=NOW)


def undone_feedback(store):
    said = store.record_feedback("ada", ID, "genuine", way="mail", sender="", now=NOW)
    store.undo_feedback(said, now=NOW)


def pasted(store):
    store.record_duties(ID, "Own the journey. " * 30, told_by="ada", now=NOW)


def claimed_page(store):
    page = {"posting_id": ID, "url": "", "outcome": "read", "detail": "", "etag": "",
            "modified": "", "asked": NOW, "attempts": 1}  # fmt: skip
    change(store, insert(pages), page | {"due": LATER + timedelta(minutes=5), "holder": "w"})


def in_quarantine(store):
    row = {"profile": "ada", "posting_id": ID, "reason": "odd", "made": NOW}
    change(store, insert(quarantine), row)


def in_a_late_digest(store):
    show(store, profile="bob", at=LATER - NEEDED + DAY)


def in_an_unsent_digest(store):
    show(store, profile="bob", sent=False)


def in_a_waiting_review(store):
    show(store, profile="bob", state="held")


def in_the_last_digest_of_who_paused(store):
    show(store, profile="bob", at=NOW)


def shown_since(store):
    change(store, update(sightings).values(seen=BEFORE))


@pytest.mark.parametrize(
    "need",
    [
        feedback, undone_feedback, pasted, claimed_page, in_quarantine, in_a_late_digest,
        in_an_unsent_digest, in_a_waiting_review, in_the_last_digest_of_who_paused, shown_since,
    ],
)  # fmt: skip
def test_what_anybody_needs_stays_whole(store, need):
    take_in(store, read("a", OLD))
    show(store)
    going_on(store, "ada", *(["bob"] if need in {in_an_unsent_digest, in_a_waiting_review} else []))
    need(store)
    before = store.posting(ID), store.sightings(ID)
    assert sweep(store) == 0
    assert (store.posting(ID), store.sightings(ID)) == before


def test_old_digests_go_and_what_they_showed_stays_shown(store):
    take_in(store, read("a", OLD))
    show(store)
    going_on(store, "ada")
    done = store.prune_digests(before=BEFORE, now=LATER)
    assert (done.looked, done.removed, done.more) == (1, 1, False)
    assert number(store, digest_items) == 0
    assert number(store, deliveries) == 1, "those of the last digest"
    take_in(store, read("again", OLD, now=LATER), now=LATER)
    assert candidates(store, at=LATER) == []
    assert not store.digest_day_exists("ada", TODAY)
    assert store.last_digest("ada")[1] == LATER - DAY


@pytest.mark.parametrize("state", ["review", "held", "unsent", "last"])
def test_a_digest_that_is_on_its_way_or_the_last_one_stays(store, state):
    take_in(store, read("a", OLD))
    show(store, sent=state != "unsent", state=state if state in {"review", "held"} else "ready")
    if state != "last":
        change(store, update(digests).values(state=digests.c.state))
        made = Digest(profile="ada", day=LATER.date(), made=LATER - DAY)
        store.record_digest(made, RENDERED, [], now=LATER - DAY)
    assert store.prune_digests(before=BEFORE, now=LATER).removed == 0
    assert store.digest_day_exists("ada", TODAY)


def test_days_without_news_stay_until_a_later_digest_told_its_reader_something(store):
    """A day that is not there would be told as missed."""
    empty = Digest(profile="ada", day=TODAY + DAY, made=NOW + DAY)
    take_in(store, read("a", OLD))
    show(store)
    store.record_digest(empty, RENDERED, [], now=NOW + DAY, state="empty")
    assert store.prune_digests(before=BEFORE, now=LATER).removed == 0
    going_on(store, "ada")
    later = LATER + timedelta(hours=1)
    while store.prune_digests(before=BEFORE, now=later + DAY).looked:
        pass
    assert number(store, digests) == 1


def test_old_entries_that_are_no_postings_go_too(store):
    take_in(store, read("a", NEWS, OLD))
    take_in(store, read("b", NEWS, now=LATER), now=LATER)
    assert store.prune_news(before=BEFORE).removed == 1
    assert number(store, sightings) == 2
    assert store.prune_news(before=BEFORE).looked == 0


def test_an_alert_whose_postings_went_is_not_told_to_have_shown_too_few(store):
    take_in(store, read("a", OLD, NEWS, announced=2))
    (before,) = store.source_reports(["inbox"], since=None, now=LATER)
    assert sweep(store) == 1
    (after,) = store.source_reports(["inbox"], since=None, now=LATER)
    assert (before.shortfalls, after.shortfalls) == ((), ())
    assert after == before


def test_a_sweep_goes_on_where_it_was_and_begins_anew_the_next_day(store):
    shown = [sighting(f"Role {number}") for number in range(7)]
    take_in(store, read("a", *shown))
    show(store)
    going_on(store, "ada")
    stays = sorted(ids(*shown))[:3]
    for one in stays:
        store.record_feedback("ada", one, "genuine", way="mail", sender="", now=NOW)
    looked = []
    while (done := store.prune_postings(before=BEFORE, now=LATER, limit=2)).looked:
        looked.append(done.looked)
    assert looked == [2, 2, 2, 1]
    assert kept(store) == set(stays)
    assert store.prune_postings(before=BEFORE, now=LATER).looked == 0, "passed over today"
    again = store.prune_postings(before=BEFORE, now=LATER + DAY)
    assert (again.looked, again.removed) == (3, 0)


def test_of_two_workers_that_prune_at_once_each_removes_its_own_and_nothing_that_is_needed(
    url, store
):
    shown = [sighting(f"Role {one}") for one in range(40)]
    take_in(store, read("a", *shown))
    show(store)
    show(store, at=NOW + DAY)
    take_in(store, *(read(f"n{one}", NEWS) for one in range(20)))
    going_on(store, "ada")
    stays = set(sorted(ids(*shown))[::4])
    for one in stays:
        store.record_feedback("ada", one, "genuine", way="mail", sender="", now=NOW)
    other = open_store(url, patience=timedelta(seconds=20))
    begin = threading.Barrier(2)

    def prune(mine):
        counts = Counter()
        begin.wait(timeout=20)
        for what, step in (
            ("raw", lambda: mine.prune_raw_alerts(before=BEFORE, limit=3)),
            ("news", lambda: mine.prune_news(before=BEFORE, limit=3)),
            ("digests", lambda: mine.prune_digests(before=BEFORE, now=LATER, limit=1)),
            ("postings", lambda: mine.prune_postings(before=BEFORE, now=LATER, limit=4)),
        ):
            while done := step():
                removed = done if isinstance(done, int) else done.removed
                counts[what] += removed
                if not isinstance(done, int) and not done.looked:
                    break
        return counts

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(prune, (store, other))
    other.close()
    assert first + second == {"raw": 21, "news": 20, "digests": 2, "postings": 30}
    assert kept(store) == stays
    assert number(store, raw_alerts) == 0
    assert number(store, digests) == 1
    take_in(store, read("again", *shown, now=LATER), now=LATER)
    assert candidates(store, at=LATER) == [], "whoever had them is remembered"


def test_what_is_due_is_found_by_an_index_alone(store):
    """However much is stored, a turn that has nothing to remove looks into an index twice."""
    take_in(store, read("a", *(sighting(f"Role {number}") for number in range(300)), NEWS))
    change(store, update(postings).values(last_seen=LATER))
    plans = explained(store)
    assert "ix_postings_last_seen_tier_closed_id" in plans[0]
    assert "ix_digests_made_id" in plans[1]
    assert "ix_sightings_news" in plans[2]
    assert not any("SCAN postings\n" in plan or "Seq Scan" in plan for plan in plans)


def explained(store):
    from cxdigest.store.archive import retention

    at = [NOW, "snippet", "", "x"]
    queries = [
        retention._Postings(before=BEFORE, now=LATER).due(at).limit(1),
        retention._Digests(before=BEFORE, now=LATER).due(at[::3]).limit(1),
        retention._OLD_NEWS.limit(1),
    ]
    found = []
    with store._database.reading() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for query in queries:
            compiled = query.params(before=BEFORE).compile(
                connection, compile_kwargs={"literal_binds": False}
            )
            words = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
            values = compiled.params
            values = {
                name: compiled._bind_processors.get(name, lambda value: value)(value)
                for name, value in values.items()
            }
            rows = connection.exec_driver_sql(
                words + str(compiled),
                tuple(values[name] for name in compiled.positiontup)
                if compiled.positiontup
                else values,
            ).all()
            found.append("\n".join(str(row[-1]) for row in rows) + "\n")
    return found


def test_a_kill_in_the_middle_loses_nothing_that_is_needed(tmp_path):
    path = tmp_path / "store.sqlite"
    store = ready_store(path)
    shown = [sighting(f"Role {number}") for number in range(60)]
    every = set(ids(*shown))
    take_in(store, read("a", *shown))
    show(store)
    going_on(store, "ada")
    needed = sorted(every)[::4]
    for one in needed:
        store.record_feedback("ada", one, "genuine", way="mail", sender="", now=NOW)
    program = (
        "import sys\n"
        "from cxdigest.store import open_store\n"
        "from tests.store.archive.test_retention import BEFORE, LATER\n"
        "store = open_store(sys.argv[1])\n"
        "print('now', flush=True)\n"
        "for _ in range(18):\n"  # it is killed within them, and leaves some in any case
        "    store.prune_postings(before=BEFORE, now=LATER, limit=1)\n"
        "    print('one', flush=True)\n"
    )
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            for _ in range(12):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        left = kept(store)
        with store._database.reading() as connection:
            known = set(connection.scalars(select(remembered.c.posting_id)))
            assert set(connection.scalars(select(sightings.c.posting_id))) == left
        assert set(needed) <= left < every
        assert left | known == every, "what is gone is remembered"
        assert not left & known
    assert sweep(store) > 0
    assert kept(store) == set(needed)
    take_in(store, read("again", *shown, now=LATER), now=LATER)
    assert candidates(store, at=LATER) == []
    store.close()
