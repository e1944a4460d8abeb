"""What readers say of postings: kept for the record, held, undone, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

from tests.store.openings.test_merging import COPY, ROLE, both, identify
from tests.store.test_races import at_once
from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    RENDERED,
    compose,
    digest_of,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)  # fmt: skip

ONE = sighting()
TWO = sighting("CX Associate", company="Tarn Vale  Ltd")


def say(store, word, *, of=ONE, profile="ada", now=NOW, way="mail", sender="ada@reader.example"):
    of = of if isinstance(of, str) else posting_id(of)
    return store.record_feedback(profile, of, word, way=way, sender=sender, now=now)


def test_a_word_is_kept_with_the_employer_and_the_verdict_of_that_time(store):
    take_in(store, read("a", ONE))
    judge(store, verdict(posting_id(ONE), kind="service"))
    number = say(store, "genuine")
    judge(store, verdict(posting_id(ONE), kind="sales", rules="rules-2"))
    (row,) = store.feedback_rows("ada")
    assert (row.id, row.word, row.way, row.sender) == (
        number,
        "genuine",
        "mail",
        "ada@reader.example",
    )
    assert (row.employer, row.title, row.url) == ("Lumen & Tide", ONE.title, ONE.url)
    assert row.verdict == verdict(posting_id(ONE), kind="service")
    assert (row.made, row.undone, row.told, row.holds) == (NOW, None, None, True)


def test_a_posting_that_was_not_judged_takes_a_word_too(store):
    take_in(store, read("a", ONE))
    say(store, "not-genuine")
    assert store.feedback_rows()[0].verdict is None


def test_the_last_word_on_the_same_matter_holds_and_the_earlier_stays_for_the_record(store):
    take_in(store, read("a", ONE))
    first, second = say(store, "genuine"), say(store, "not-genuine", now=NOW + HOUR)
    assert store.feedback_words("ada") == {posting_id(ONE): "not-genuine"}
    assert [(row.id, row.holds) for row in store.feedback_rows("ada")] == [
        (second, True),
        (first, False),
    ]


def test_who_applies_takes_nothing_back_of_what_the_posting_is(store):
    take_in(store, read("a", ONE))
    say(store, "genuine")
    say(store, "applied", now=NOW + HOUR)
    assert store.feedback_words("ada") == {posting_id(ONE): "applied"}
    assert store.feedback_kinds("ada") == {posting_id(ONE): "genuine"}
    assert all(row.holds for row in store.feedback_rows("ada"))


def test_an_employer_stays_hidden_whatever_else_is_said_of_the_posting(store):
    take_in(store, read("a", ONE, TWO))
    say(store, "hide-employer", of=TWO)
    assert store.feedback_words("ada") == {posting_id(TWO): "hide-employer"}
    say(store, "not-for-me", of=TWO, now=NOW + HOUR)
    assert store.feedback_words("ada") == {posting_id(TWO): "not-for-me"}
    assert store.hidden_employers("ada") == {"tarn vale ltd"}


def test_what_names_no_employer_hides_none(store):
    nameless = sighting(company="")
    take_in(store, read("a", nameless))
    say(store, "hide-employer", of=nameless)
    assert store.hidden_employers("ada") == frozenset()


def test_the_same_word_again_counts_once(store):
    take_in(store, read("a", ONE))
    assert say(store, "applied") == say(store, "applied", way="link", now=NOW + HOUR)
    say(store, "not-for-me", now=NOW + 2 * HOUR)
    # Said again after another word, it is news.
    assert say(store, "applied", now=NOW + 3 * HOUR)
    assert len(store.feedback_rows()) == 3


def test_what_is_undone_holds_no_longer_and_what_it_replaced_holds_again(store):
    take_in(store, read("a", ONE))
    say(store, "genuine")
    second = say(store, "not-genuine", now=NOW + HOUR)
    undone = store.undo_feedback(second, now=NOW + DAY)
    assert (undone.word, undone.undone, undone.holds) == ("not-genuine", NOW + DAY, False)
    assert store.feedback_words("ada") == {posting_id(ONE): "genuine"}
    assert store.undo_feedback(second, now=NOW + DAY) is None
    assert store.undo_feedback(second + 100, now=NOW + DAY) is None
    assert len(store.feedback_rows()) == 2


def test_no_profile_undoes_anothers_word(store):
    take_in(store, read("a", ONE))
    number = say(store, "genuine")
    assert store.undo_feedback(number, now=NOW, profile="ben") is None
    assert store.undo_feedback(number, now=NOW, profile="ada") is not None


def test_one_profiles_word_is_no_others(store):
    take_in(store, read("a", ONE, TWO))
    say(store, "genuine")
    say(store, "hide-employer", of=TWO)
    say(store, "not-genuine", profile="ben", now=NOW + HOUR)
    assert store.feedback_words("ada")[posting_id(ONE)] == "genuine"
    assert store.feedback_words("ben") == {posting_id(ONE): "not-genuine"}
    assert store.hidden_employers("ben") == frozenset()
    assert [row.profile for row in store.feedback_rows("ben")] == ["ben"]
    assert [row.word for row in store.untold_feedback("ben")] == ["not-genuine"]
    assert len(store.feedback_rows()) == 3


def test_a_word_on_a_posting_that_is_not_there_is_refused(store):
    assert say(store, "genuine", of="0" * 16) is None
    assert store.feedback_rows() == []


def test_a_word_follows_its_posting_into_another_and_back(store):
    take_in(store, read("a", ROLE), read("b", replace(COPY)))
    kept = say(store, "genuine", of=ROLE)
    moved = say(store, "applied", of=COPY, now=NOW + HOUR)
    assert identify(store).merged == 1
    (survivor,) = {row.posting_id for row in store.feedback_rows("ada")}
    assert store.feedback_kinds("ada") == {survivor: "genuine"}
    gone = posting_id(COPY)
    store.unmerge(gone, now=NOW + DAY)
    where = {row.id: row.posting_id for row in store.feedback_rows("ada")}
    assert where == {kept: posting_id(ROLE), moved: gone}


def test_a_word_follows_its_posting_where_the_one_that_took_in_is_parted(store):
    take_in(store, read("a", ROLE), read("b", COPY))
    kept = say(store, "genuine", of=ROLE)
    moved = say(store, "applied", of=COPY, now=NOW + HOUR)
    identify(store)
    survivor = store.known_as(posting_id(ROLE))
    store.unmerge(survivor, now=NOW + DAY)
    where = {row.id: row.posting_id for row in store.feedback_rows("ada")}
    assert where == {kept: posting_id(ROLE), moved: posting_id(COPY)}


def test_a_word_on_what_was_merged_meanwhile_is_on_the_posting_that_took_it_in(store):
    survivor, gone = both(store)
    assert say(store, "genuine", of=gone)
    assert store.feedback_words("ada") == {survivor: "genuine"}


def test_of_two_words_on_what_became_one_posting_the_later_holds(store):
    take_in(store, read("a", ROLE), read("b", COPY))
    say(store, "genuine", of=COPY, now=NOW + HOUR)
    say(store, "not-genuine", of=ROLE)
    identify(store)
    assert list(store.feedback_words("ada").values()) == ["genuine"]


def test_the_key_of_an_instance_is_made_once_and_can_be_made_anew(store):
    key = store.instance_key()
    assert len(key) == 32
    assert store.instance_key() == key
    other = store.instance_key(renew=True)
    assert other != key
    assert store.instance_key() == other


def test_a_link_in_a_digest_leads_to_its_posting_wherever_that_went(store):
    take_in(store, read("a", ROLE))
    take_in(store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    digest = compose(store, "ada@reader.example")
    for shown in (ROLE, COPY):
        mention = store.mentioned(digest, posting_id(shown))
        assert (mention.profile, mention.made, mention.title) == ("ada", NOW, shown.title)
    survivor, gone = merged(store)
    assert store.mentioned(digest, gone) == store.mentioned(digest, survivor)
    assert store.mentioned(digest, gone).posting_id == survivor


def test_a_link_to_what_stood_in_no_such_digest_leads_nowhere(store):
    take_in(store, read("a", ONE))
    digest = compose(store, "ada@reader.example")
    assert store.mentioned(digest, "0" * 16) is None
    assert store.mentioned("0" * 32, posting_id(ONE)) is None


def merged(store):
    assert identify(store).merged == 1
    survivor = store.known_as(posting_id(COPY))
    (gone,) = {posting_id(ROLE), posting_id(COPY)} - {survivor}
    return survivor, gone


def test_words_are_told_once_by_the_digest_that_says_them(store):
    take_in(store, read("a", ONE, TWO))
    first, second = say(store, "genuine"), say(store, "applied", of=TWO, now=NOW + HOUR)
    assert [row.id for row in store.untold_feedback("ada")] == [first, second]
    digest = digest_of(store)
    assert store.record_digest(digest, RENDERED, [], now=NOW + DAY, told=[first])
    assert [row.id for row in store.untold_feedback("ada")] == [second]
    assert {row.id: row.told for row in store.feedback_rows()} == {first: NOW + DAY, second: None}
    # Another worker's digest of that day, which is not stored, tells nothing.
    assert store.record_digest(digest, RENDERED, [], now=NOW + DAY, told=[second]) is None
    assert [row.id for row in store.untold_feedback("ada")] == [second]


def test_people_are_all_who_were_ever_known_and_no_other_streams(store):
    store.register_profiles(["ben", "ada", "review/ada", "coach/kim"], now=NOW)
    assert store.people() == ["ada", "ben"]


def test_a_word_said_while_its_posting_is_merged_is_not_lost(store):
    take_in(store, read("a", ROLE), read("b", COPY))
    gone = posting_id(COPY)

    def work(worker):
        return (
            say(store, "genuine", of=gone, profile=worker)
            if int(worker[1]) % 2
            else identify(store)
        )

    at_once(work)
    identify(store)
    rows = store.feedback_rows()
    assert {row.profile for row in rows} == {"w1", "w3", "w5"}
    assert {row.posting_id for row in rows} == {store.known_as(gone)}


def test_a_button_pressed_many_times_at_once_counts_once(store):
    take_in(store, read("a", ONE))
    store.register_profiles(["ada"], now=NOW)
    assert len(set(at_once(lambda _: say(store, "applied")))) == 1
    assert len(store.feedback_rows()) == 1
