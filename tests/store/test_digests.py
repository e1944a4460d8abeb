from __future__ import annotations

from dataclasses import replace

from sqlalchemy import event

from tests.store.world import (
    DAY,
    HOUR,
    NOW,
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
    judge(store, verdict(posting_id(sighting()), rules="another's rules"))
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
    from tests.store.world import RENDERED

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
