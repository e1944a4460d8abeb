from __future__ import annotations

from dataclasses import replace

from sqlalchemy import event, insert, select

from cxdigest.identity.again import posted_again
from cxdigest.model import Candidate, Digest, Enclosure
from cxdigest.store import Absence, Asked, digest_id
from cxdigest.store.schema import digests, enclosures, pauses
from cxdigest.store.watch.absences import keep_absence
from tests.store.openings.test_merging import ROLE
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    TODAY,
    compose,
    digest_of,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)


def candidates(store, *sources, profile="ada", since=NOW - DAY):
    return store.candidates(profile, sources, fingerprint="rules-1", since=since)


def test_a_candidate_has_its_verdict_and_only_the_profiles_own_sightings(store):
    take_in(store, read("a", sighting(snippet="Mine.")))
    take_in(store, read("x", sighting(), source="another's mailbox"), source="another's mailbox")
    one = posting_id(sighting())
    judge(store, verdict(one), verdict(one, tier="snippet", kind="store"))
    (candidate,) = candidates(store, "inbox")
    assert candidate.posting.snippet == "Mine."
    assert candidate.verdict.kind == "store"
    assert [seen.source for seen in candidate.seen] == ["inbox"]
    assert candidates(store, "a third") == []
    assert candidates(store) == []


def test_a_posting_without_a_verdict_is_a_candidate_too(store):
    take_in(store, read("a", sighting()))
    judge(store, verdict(posting_id(sighting()), rules="another's rules"), shared=False)
    (candidate,) = candidates(store, "inbox")
    assert candidate.verdict is None


def test_news_is_no_candidate(store):
    take_in(store, read("a", sighting(is_posting=False)))
    assert candidates(store, "inbox") == []


def test_the_look_back_includes_its_own_moment(store):
    take_in(store, read("a", sighting()))
    assert candidates(store, "inbox", since=NOW)
    assert candidates(store, "inbox", since=NOW + HOUR) == []


def test_what_one_digest_had_is_no_candidate_again_but_stays_one_for_others(store):
    take_in(store, read("a", sighting()))
    assert compose(store, "ada@x.example")
    assert candidates(store, "inbox") == []
    take_in(store, read("b", sighting()), now=NOW + HOUR)
    assert candidates(store, "inbox") == []
    assert len(candidates(store, "inbox", profile="ben")) == 1


def test_older_sightings_of_a_fresh_posting_are_shown_oldest_first(store):
    take_in(store, read("a", sighting()), now=NOW - 10 * DAY)
    take_in(store, read("b", sighting()))
    (candidate,) = candidates(store, "inbox")
    assert [seen.seen for seen in candidate.seen] == [NOW - 10 * DAY, NOW]


def test_a_wrapped_link_is_the_profiles_own_never_another_persons(store):
    mine = sighting(native_id="x:1", url="https://t.example/w?who=ada", opaque=True)
    theirs = replace(mine, url="https://t.example/w?who=ben")
    take_in(store, read("x", theirs, source="ben's mailbox"), source="ben's mailbox")
    take_in(store, read("a", mine))
    (candidate,) = candidates(store, "inbox")
    assert candidate.posting.url == "https://t.example/w?who=ada"
    (candidate,) = candidates(store, "ben's mailbox")
    assert candidate.posting.url == "https://t.example/w?who=ben"


def test_candidates_take_the_same_number_of_queries_for_two_and_for_two_hundred(store):
    statements = []

    def count(_connection, _cursor, statement, *_):
        if statement.lstrip().startswith("SELECT"):
            statements.append(statement)

    event.listen(store._database.engine, "before_cursor_execute", count)
    numbers = []
    for size in (2, 200):
        take_in(store, read(f"alert {size}", *(sighting(f"CX {size} {n}") for n in range(size))))
        statements.clear()
        assert len(candidates(store, "inbox")) >= size
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] == 3


def test_a_day_has_one_digest_and_the_first_one_stays(store):
    take_in(store, read("a", sighting()))
    assert not store.digest_day_exists("ada", TODAY)
    assert store.last_digest("ada") is None
    first = compose(store, "ada@x.example", "coach@x.example")
    assert first
    assert store.digest_day_exists("ada", TODAY)
    assert compose(store, "third@x.example", now=NOW + HOUR) is None
    assert store.last_digest("ada") == (TODAY, NOW)
    assert {d.recipient for d in store.deliveries()} == {"ada@x.example", "coach@x.example"}
    assert compose(store, "ben@x.example", profile="ben")
    assert compose(store, "ada@x.example", day=TODAY + DAY)
    assert store.last_digest("ada")[0] == TODAY + DAY


def test_a_recipient_named_twice_gets_one_delivery_and_a_digest_may_have_none(store):
    assert compose(store, "ada@x.example", "ada@x.example")
    assert len(store.deliveries("ada")) == 1
    assert compose(store, profile="quiet")
    assert store.deliveries("quiet") == []


def test_a_posting_in_two_sections_is_recorded_once(store):
    take_in(store, read("a", sighting()))
    digest = digest_of(store)
    twice = replace(digest, others=digest.genuine)
    assert store.record_digest(twice, RENDERED, [], now=NOW)
    assert candidates(store, "inbox") == []


def test_profiles_are_registered_once(store):
    store.register_profiles(["ada", "ben"], now=NOW)
    store.register_profiles(["ada"], now=NOW + DAY)
    store.register_profiles([], now=NOW)
    with store._database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM profiles ORDER BY name").scalars()
        assert list(names) == ["ada", "ben"]


def digest_with(store, *, day=TODAY, now=NOW, profile="ada", **sections):
    """A digest of *day* that has the postings of each of *sections*, given by id."""
    groups = {
        name: tuple(Candidate(posting=store.posting(one), verdict=None, seen=()) for one in ids)
        for name, ids in sections.items()
    }
    return Digest(profile=profile, day=day, made=now, **groups)


def record(store, *recipients, rendered=RENDERED, settings=None, **more):
    now = more.get("now", NOW)
    extra = {key: more.pop(key) for key in _RECORDED & more.keys()}
    pairs = [("smtp", recipient) for recipient in recipients]
    digest = digest_with(store, **more)
    return store.record_digest(digest, rendered, pairs, now=now, settings=settings, **extra)


_RECORDED = {"state", "deadline", "otherwise", "faults", "told"}
ONE, TWO = sighting(), sighting("CX Lead")
FIRST, SECOND = posting_id(ONE), posting_id(TWO)


def shown_before(store, since, sources=("inbox",)):
    found = store.shown_before("ada", sources, fingerprint="rules-1", since=since)
    return {one.candidate.posting.id: one.shown for one in found}


def test_the_id_of_a_digest_is_known_before_it_is_made(store):
    assert record(store, day=TODAY) == digest_id("ada", TODAY)


def test_what_is_hidden_is_had_once_and_may_come_when_the_settings_change(store):
    take_in(store, read("a", ONE, TWO))
    record(store, hidden=[FIRST], genuine=[SECOND], settings="before")
    assert store.hiding_settings("ada") == "before"
    assert store.hiding_settings("ben") == ""
    assert candidates(store, "inbox") == []
    (again,) = store.candidates(
        "ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY, hidden_too=True
    )
    assert again.posting.id == FIRST
    assert store.hidden_before("ada", ["inbox"], since=NOW - DAY) == {FIRST}
    assert store.hidden_before("ada", ["inbox"], since=NOW + HOUR) == frozenset()
    assert store.hidden_before("ben", ["inbox"], since=NOW - DAY) == frozenset()


def test_a_posting_that_was_hidden_and_then_shown_does_not_come_again(store):
    take_in(store, read("a", ONE))
    record(store, hidden=[FIRST], settings="before")
    record(store, genuine=[FIRST], settings="after", day=TODAY + DAY, now=NOW + DAY)
    found = store.candidates(
        "ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY, hidden_too=True
    )
    assert found == []


def test_a_day_without_news_is_done_has_no_delivery_and_takes_no_news_away(store):
    take_in(store, read("a", ONE))
    record(store, genuine=[FIRST], state="empty", settings="after")
    assert store.digest_day_exists("ada", TODAY)
    assert store.digest_days("ada", after=TODAY - DAY, state="empty") == [TODAY]
    assert store.last_digest("ada") is None
    assert store.deliveries() == []
    assert store.hiding_settings("ada") == ""
    assert len(candidates(store, "inbox")) == 1
    record(store, "ada@x", day=TODAY + DAY, now=NOW + DAY)
    record(store, "ada@x", day=TODAY + 2 * DAY, now=NOW + 2 * DAY, state="empty")
    assert store.last_digest("ada") == (TODAY + DAY, NOW + DAY)
    assert store.digest_days("ada", after=TODAY) == [TODAY + DAY, TODAY + 2 * DAY]
    assert store.digest_days("ada", after=TODAY, state="empty") == [TODAY + 2 * DAY]


def test_who_asked_for_no_more_mails_gets_no_delivery_and_others_do(store):
    store.register_profiles(["ada", "ben"], now=NOW)
    row = {"profile": "ada", "channel": "smtp", "recipient": "ada@x", "since": NOW, "why": "asked"}
    with store._database.writing() as connection:
        connection.execute(insert(pauses), [row])
    record(store, "ada@x", "coach@x")
    record(store, "ada@x", profile="ben")
    assert {(one.profile, one.recipient) for one in store.deliveries()} == {
        ("ada", "coach@x"),
        ("ben", "ada@x"),
    }


def test_a_digest_that_waits_for_its_coach_is_not_due(store):
    record(store, "ada@x", state="review", deadline=NOW + HOUR, otherwise="hold")
    (waiting,) = store.deliveries()
    assert (waiting.state, waiting.due) == ("waiting", None)
    assert store.claim_delivery(now=NOW + DAY, lease=HOUR, holder="w") is None
    with store._database.reading() as connection:
        row = connection.execute(select(digests)).one()
    assert (row.state, row.deadline, row.otherwise) == ("review", NOW + HOUR, "hold")


def test_files_go_with_a_digest_in_their_order(store):
    files = (
        Enclosure(name="week.png", media="image/png", content=b"\x89PNG", cid="week"),
        Enclosure(name="rest.html", media="text/html", content=b"<p>"),
    )
    record(store, "ada@x", rendered=replace(RENDERED, enclosures=files))
    with store._database.reading() as connection:
        rows = connection.execute(select(enclosures).order_by(enclosures.c.position)).all()
    assert [(r.name, r.media, r.content, r.cid) for r in rows] == [
        ("week.png", "image/png", b"\x89PNG", "week"),
        ("rest.html", "text/html", b"<p>", ""),
    ]


def test_what_could_not_be_written_is_kept_apart_until_it_is_let_out(store):
    take_in(store, read("a", ONE, TWO))
    record(store, genuine=[SECOND], quarantined=[FIRST], faults={FIRST: "TypeError: no"})
    (apart,) = store.quarantined("ada")
    assert (apart.posting_id, apart.title, apart.reason) == (FIRST, ONE.title, "TypeError: no")
    assert apart.made == NOW
    assert store.quarantined("ben") == []
    assert candidates(store, "inbox") == []
    assert store.let_out("ben") == 0
    assert store.let_out("ada") == 1
    assert [one.posting.id for one in candidates(store, "inbox")] == [FIRST]
    assert store.quarantined() == []


def test_the_words_of_which_a_digest_says_what_they_changed_are_told_with_it(store):
    take_in(store, read("a", ONE))
    number = store.record_feedback("ada", FIRST, "genuine", way="mail", sender="", now=NOW)
    record(store, state="empty", told=[number])
    assert len(store.untold_feedback("ada")) == 1
    record(store, day=TODAY + DAY, now=NOW + DAY, told=[number])
    assert store.untold_feedback("ada") == []


def repost(days, *, board="indeed"):
    return replace(ROLE, native_id=f"{board}:{days}", url=f"https://{board}.example/v/{days}")


def test_a_posting_with_a_new_record_may_have_been_posted_again(store):
    old, new = repost(1), repost(9)
    take_in(store, read("a", old, now=NOW - 9 * DAY), now=NOW - 9 * DAY)
    record(store, genuine=[posting_id(old)], day=TODAY - 9 * DAY, now=NOW - 9 * DAY)
    record(store, day=TODAY - DAY, now=NOW - DAY)
    take_in(store, read("b", new))
    store.identify(limit=9, now=NOW)
    known = store.known_as(posting_id(new))
    assert shown_before(store, NOW - DAY) == {known: NOW - 9 * DAY}
    (shown,) = store.shown_before("ada", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    assert posted_again(shown.candidate.seen) == NOW
    assert candidates(store, "inbox") == []
    # Nobody else's news, none of another source's, none that was told, none of long ago.
    assert store.shown_before("ben", ["inbox"], fingerprint="rules-1", since=NOW - DAY) == []
    assert shown_before(store, NOW - DAY, sources=["feed"]) == {}
    assert shown_before(store, NOW) == {}


def test_a_posting_seen_again_by_its_old_record_is_no_news(store):
    take_in(store, read("a", ROLE), now=NOW - 9 * DAY)
    record(store, genuine=[posting_id(ROLE)], day=TODAY - 9 * DAY, now=NOW - 9 * DAY)
    take_in(store, read("b", ROLE))
    assert shown_before(store, NOW - DAY) == {}


def close(store, one, *, now=NOW):
    asked = Asked(url="", outcome="closed", detail="Closed.", asked=now, due=None)
    store.record_page(one, asked, change=lambda posting: replace(posting, closed="It is closed."))


def test_what_closed_since_the_last_digest_is_told_once(store):
    take_in(store, read("a", ONE, TWO, sighting("CX Aide")), now=NOW - 3 * DAY)
    aside = posting_id(sighting("CX Aide"))
    record(
        store, genuine=[FIRST], unclear=[SECOND], flagged=[aside],
        day=TODAY - 3 * DAY, now=NOW - 3 * DAY,
    )  # fmt: skip
    close(store, SECOND, now=NOW - 2 * DAY)
    close(store, FIRST)
    close(store, aside)
    assert shown_before(store, NOW - DAY) == {FIRST: NOW - 3 * DAY}
    assert set(shown_before(store, NOW - 3 * DAY)) == {FIRST, SECOND}
    record(store, closed=[SECOND], day=TODAY - DAY, now=NOW - DAY)
    assert set(shown_before(store, NOW - 3 * DAY)) == {FIRST}


def test_what_was_shown_long_ago_is_not_followed(store):
    take_in(store, read("a", ONE), now=NOW - 70 * DAY)
    record(store, genuine=[FIRST], day=TODAY - 70 * DAY, now=NOW - 70 * DAY)
    close(store, FIRST)
    assert shown_before(store, NOW - DAY) == {}


def test_a_profiles_own_rules_judge_what_may_come_and_nothing_else(store):
    take_in(store, read("a", ONE))
    take_in(store, read("x", TWO, source="feed"), source="feed")
    store.register_profiles(["ada"], now=NOW)

    def waiting():
        found = store.unjudged_candidates("ada", ["inbox"], fingerprint="own", since=NOW - DAY)
        return [(posting.id, tier) for posting, tier in found]

    assert waiting() == [(FIRST, "title")]
    store.record_verdicts([(verdict(FIRST, rules="own"), "title")], now=NOW, shared=False)
    assert waiting() == []
    assert {posting.id for posting, _ in store.unjudged("rules-1", limit=9)} == {FIRST, SECOND}
    (found,) = store.candidates("ada", ["inbox"], fingerprint="own", since=NOW - DAY)
    assert found.verdict.rules == "own"


def test_what_was_unclear_and_is_read_since_waits_for_the_profiles_own_rules(store):
    take_in(store, read("a", ONE))
    record(store, unclear=[FIRST])
    asked = Asked(url="", outcome="read", detail="", asked=NOW + HOUR, due=None)
    store.record_page(FIRST, asked, change=lambda one: replace(one, description="y" * 500))
    found = store.unjudged_candidates("ada", ["inbox"], fingerprint="own", since=NOW - DAY)
    assert [(posting.id, tier) for posting, tier in found] == [(FIRST, "full")]


def test_a_long_time_without_any_wake_is_an_absence(store):
    store.wake(now=NOW - 2 * DAY, holder="a")
    store.wake(now=NOW - 2 * DAY + HOUR, holder="b")
    assert store.absences("ada", since=NOW - 9 * DAY) == []
    store.wake(now=NOW, holder="a")
    store.wake(now=NOW, holder="c")
    (absence,) = store.absences("ada", since=NOW - DAY)
    assert (absence.begun, absence.ended) == (NOW - 2 * DAY + HOUR, NOW)
    assert absence.covers(NOW - DAY, NOW)
    assert not absence.covers(NOW - 2 * DAY, NOW)
    assert store.absences("ada", since=NOW) == []


def test_the_time_in_which_one_profile_was_paused_is_no_others_absence(store):
    with store._database.writing() as connection:
        keep_absence(connection, Absence(begun=NOW - DAY, ended=NOW, profile="ada"))
    assert [one.profile for one in store.absences("ada", since=NOW - DAY)] == ["ada"]
    assert store.absences("ben", since=NOW - DAY) == []
