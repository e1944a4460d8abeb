"""What one person's digest says of their own: words, wishes, rules, what came again, days without."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from cxdigest import rules as rule_engine
from cxdigest.errors import SourceError
from cxdigest.model import FEEDBACK_WORDS, Action, Wishes
from cxdigest.pipeline import edition
from cxdigest.render import render
from cxdigest.store import Asked, digest_id
from tests.worlds import DAY, HOUR, MINUTE, Scripted, alert, broken_for, profile

GENUINE = "You will own the customer journey map and set experience standards for every channel."
CALLS = "Answer 80 inbound calls a day from customers in our contact centre."


def ids(world):
    return {one.title: one.id for one in world.store.every_posting()}


def digest_now(world, person=None):
    person = person or world.profiles[0]
    return edition(world.street, person, world.now.date(), world.now)


def titles(candidates):
    return {one.posting.title for one in candidates}


def say(world, title, word, *, name="ada"):
    world.store.record_feedback(
        name, ids(world)[title], word, way="mail", sender="", now=world.now
    )  # fmt: skip


def test_a_readers_word_stands_in_the_place_of_the_judges_for_that_reader_alone(world):
    world.sources = [Scripted(script=[[alert("Customer Experience Agent", snippet=CALLS)]])]
    world.profiles = [profile(), profile("bea", to=("bea@x.example",))]
    world.now -= 3 * HOUR  # before its send time
    world.turn()
    say(world, "Customer Experience Agent", "genuine")
    assert titles(digest_now(world).genuine) == {"Customer Experience Agent"}
    assert titles(digest_now(world, world.profiles[1]).genuine) == set()


def test_what_a_readers_words_changed_is_said_once(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    say(world, "CX Lead", "not-for-me")
    (made,) = world.turn(after=DAY).composed
    assert [(one.word, one.title) for one in made.digest.corrections] == [("not-for-me", "CX Lead")]
    (made,) = world.turn(after=DAY).composed
    assert made.digest.corrections == ()


def test_wishes_rank_and_hide_only_where_marked(world):
    world.sources = [Scripted(script=[[alert("Head of CX"), alert("CX Lead"), alert("CX Aide")]])]
    wishes = Wishes(titles=("lead",), avoid=("aide",))
    world.profiles = [profile(wishes=wishes)]
    world.now -= 3 * HOUR
    world.turn()
    digest = digest_now(world)
    assert digest.unclear[0].posting.title == "CX Lead"
    assert len(digest.unclear) == 3
    marked = profile(wishes=replace(wishes, hide=frozenset({"avoid"})))
    digest = digest_now(world, marked)
    assert titles(digest.unclear) == {"Head of CX", "CX Lead"}
    assert [(one.count) for one in digest.hidings] == [1]


def test_what_is_hidden_is_counted_once_and_comes_when_nothing_hides_it_any_more(world):
    world.sources = [Scripted(script=[[alert("CX Aide"), alert("CX Lead")], [alert("Head of CX")]])]
    hiding = profile(wishes=Wishes(avoid=("aide", "head"), hide=frozenset({"avoid"})))
    world.profiles = [hiding]
    (made,) = world.turn().composed
    assert [one.count for one in made.digest.hidings] == [1]
    (made,) = world.turn(after=DAY).composed  # the head is new, the aide was counted
    assert [one.count for one in made.digest.hidings] == [1]
    # Another setting hides one of the two still: that one is not counted again.
    world.profiles = [profile(wishes=Wishes(avoid=("head",), hide=frozenset({"avoid"})))]
    (made,) = world.turn(after=DAY).composed
    assert made.digest.hidings == ()
    assert world.shown() == {"CX Lead", "CX Aide"}
    world.profiles = [profile()]
    world.turn(after=DAY)
    assert world.shown() == {"CX Lead", "CX Aide", "Head of CX"}
    (made,) = world.turn(after=DAY).composed
    assert not made.digest.unclear


def test_an_employer_that_a_reader_hides_is_hidden_from_the_next_digest_on(world):
    world.sources = [Scripted(script=[[alert("CX Lead")], [alert("Head of CX")]])]
    world.turn()
    say(world, "CX Lead", "hide-employer")
    (made,) = world.turn(after=DAY).composed
    assert world.shown() == {"CX Lead"}
    assert [one.count for one in made.digest.hidings] == [1]


def repost(title, days):
    told = alert(title)
    fields = (*told.entry.fields, ("location", "Leeds"))
    entry = replace(
        told.entry, link=f"https://jobs.example/view/{days}", key=f"{title} {days}", fields=fields
    )
    return replace(told, key=f"{title} {days}", digest=f"{days:064}", entry=entry)


def test_what_was_shown_and_is_posted_again_is_told_once(world):
    world.sources = [Scripted(script=[[repost("CX Lead", 1)], [repost("CX Lead", 9)]])]
    world.turn()
    world.every = 8 * DAY
    (made,) = world.turn(after=8 * DAY).composed
    assert not made.digest.unclear
    (again,) = made.digest.again
    assert again.since == "Shown 8 days ago, posted again today."
    (made,) = world.turn(after=DAY).composed
    assert made.digest.again == ()


@pytest.mark.parametrize("word", ["not-for-me", "applied"])
def test_what_its_reader_has_done_with_is_not_told_again(world, word):
    world.sources = [Scripted(script=[[repost("CX Lead", 1)], [repost("CX Lead", 9)]])]
    world.turn()
    say(world, "CX Lead", word)
    (made,) = world.turn(after=8 * DAY).composed
    assert made.digest.again == ()


def test_what_was_shown_and_closed_is_told_once(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    world.now += HOUR
    asked = Asked(url="", outcome="closed", detail="It is closed.", asked=world.now, due=None)
    world.store.record_page(
        ids(world)["CX Lead"], asked, change=lambda one: replace(one, closed="It is closed.")
    )
    (made,) = world.turn(after=DAY).composed
    (closed,) = made.digest.closed
    assert closed.since == "Shown yesterday, closed since."
    (made,) = world.turn(after=DAY).composed
    assert made.digest.closed == ()


def quiet(**more):
    return profile(send_empty=False, **more)


def test_a_day_without_news_sends_nothing_where_that_is_wished_and_is_not_asked_again(world):
    world.sources = [Scripted()]
    world.profiles = [quiet()]
    done = world.turn()
    assert [(one.quiet, one.message) for one in done.composed] == [(True, "")]
    assert not done.failed
    assert world.turn(after=MINUTE).composed == ()
    assert world.store.digest_days("ada", after=world.now.date() - DAY, state="empty") == [
        world.now.date()
    ]
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    (made,) = world.turn(after=DAY).composed
    assert made.digest.missed == ()
    assert world.shown() == {"CX Lead"}


def test_a_source_that_needs_attention_is_news(world):
    world.sources = [Scripted(script=[SourceError("login refused", outcome="auth")])]
    world.profiles = [quiet()]
    world.turn()
    assert world.recipients == ["ada@x.example"]


def test_a_run_by_hand_without_news_leaves_the_day_open(world):
    world.sources = [Scripted()]
    world.profiles = [quiet()]
    (made,) = world.turn(everything=True).composed
    assert made.quiet
    assert not world.store.digest_day_exists("ada", world.now.date())


def test_days_without_a_digest_are_said_with_why(world):
    world.sources = [Scripted()]
    world.turn()
    (made,) = world.turn(after=3 * DAY).composed
    assert made.digest.missed == (made.day - 2 * DAY, made.day - DAY)
    assert made.digest.missed_why == "this computer was off or cxdigest was not running"
    (made,) = world.turn(after=DAY).composed
    assert made.digest.missed == ()


def test_days_on_which_a_profile_was_paused_are_said_so(world):
    world.sources = [Scripted()]
    world.turn()
    world.store.pause_profile("ada", now=world.now)
    stay_awake(world, 71)
    assert world.store.resume_profile("ada", now=world.now)
    (made,) = world.turn(after=HOUR).composed
    assert made.digest.missed == (made.day - 2 * DAY, made.day - DAY)
    assert made.digest.missed_why == "these digests were paused"


def stay_awake(world, hours):
    for _ in range(hours):
        world.now += HOUR
        world.store.wake(now=world.now, holder="w0")


def test_days_without_a_known_reason_have_none(world):
    world.sources = [Scripted()]
    world.turn()
    stay_awake(world, 71)
    (made,) = world.turn(after=HOUR).composed
    assert len(made.digest.missed) == 2
    assert made.digest.missed_why == ""


def test_the_first_digest_has_no_gap(world):
    world.sources = [Scripted()]
    world.store.wake(now=world.now - 9 * DAY, holder="w0")
    (made,) = world.turn().composed
    assert made.digest.missed == ()


PACK = b"""
pack: mine
about: What one reader looks for.
language: en
groups: {mine.words: 60}
rules:
  - id: mine.lead
    kind: genuine
    group: mine.words
    where: [title]
    match: [CX lead]
    points: 60
    reason: I call every lead genuine.
    false_positives: none
    source: me
    status: active
    examples: {hit: [CX Lead], miss: [CX Aide]}
"""


def test_a_profiles_own_rules_judge_for_it_alone(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.profiles = [profile(), profile("bea", to=("bea@x.example",))]
    own = rule_engine.load([("mine.yaml", PACK)])
    world.more = {"own_rules": {"bea": own}}
    composed = {one.profile: one.digest for one in world.turn().composed}
    assert titles(composed["bea"].genuine) == {"CX Lead"}
    assert titles(composed["ada"].genuine) == set()
    assert world.store.unjudged(world.rules.fingerprint, limit=9) == []


def test_what_may_be_said_of_a_posting_is_bound_to_the_digest_that_shows_it(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    asked = []

    def actions(person, digest, candidate, wanted):
        asked.append((person.name, digest, candidate.posting.title, wanted))
        return (Action(word="genuine", url="mailto:x@y.example"),)

    world.more = {"actions": actions}
    (made,) = world.turn().composed
    assert asked == [("ada", digest_id("ada", made.day), "CX Lead", FEEDBACK_WORDS)]
    (one,) = made.digest.unclear
    assert [action.word for action in one.actions] == ["genuine"]


def test_the_edition_of_the_week_is_that_of_its_weekday_and_looks_back(world):
    world.sources = [Scripted(script=[[alert("Head of Customer Experience")], [alert("CX Lead")]])]
    world.profiles = [profile(weekly=6, locale="de")]
    saturday, sunday = (world.turn(after=after).composed[0].digest for after in (MINUTE, DAY))
    assert (saturday.weekly, sunday.weekly) == (False, True)
    assert (len(saturday.week.trend), len(sunday.week.trend)) == (0, 8)
    assert sum(saturday.week.share.kinds.values()) == 1
    assert sum(sunday.week.share.kinds.values()) == 2
    assert sunday.locale == "de"


def test_a_paused_profile_gets_no_digest(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.profiles = [profile(paused=True)]
    assert world.turn().composed == ()
    assert world.turn(everything=True).composed == ()


def test_a_posting_that_cannot_be_written_is_set_apart_and_the_rest_is_sent(world, caplog):
    names = [f"CX Lead {number}" for number in range(9)]
    world.sources = [Scripted(script=[[*map(alert, names)]])]
    world.templates = broken_for("CX Lead 4")
    done = world.turn()
    (made,) = done.composed
    assert not done.failed
    assert titles(made.digest.quarantined) == {"CX Lead 4"}
    assert world.shown() == set(names) - {"CX Lead 4"}
    (apart,) = world.store.quarantined("ada")
    assert apart.title == "CX Lead 4"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    world.turn(after=DAY)
    assert "CX Lead 4" not in world.shown()


def test_a_template_that_breaks_on_every_posting_is_no_postings_fault(world):
    world.sources = [Scripted(script=[[alert("CX Lead"), alert("CX Aide")]])]
    world.templates = broken_for("")
    done = world.turn()
    assert "modulo by zero" in done.composed[0].message
    assert world.store.quarantined() == []
    assert not world.store.digest_day_exists("ada", world.now.date())


def test_a_digest_takes_as_many_queries_for_two_postings_as_for_two_hundred(world):
    wishes = Wishes(titles=("lead",), hide=frozenset({"titles"}))
    numbers = []

    def count(_connection, _cursor, statement, *_):
        numbers[-1].append(statement)

    event.listen(world.store._database.engine, "before_cursor_execute", count)
    for size, name in ((2, "ada"), (200, "bea")):
        world.sources = [
            Scripted(name, [[alert(f"CX Lead {name} {n}", source=name) for n in range(size)]])
        ]
        world.profiles = [profile(name, sources=(name,), wishes=wishes)]
        world.now += MINUTE
        numbers.append([])
        world.turn()
        world.store.last_wake()
        numbers.append([])
        digest = digest_now(world)
        assert digest is not None
    assert len(numbers[1]) == len(numbers[3])


def test_no_query_of_a_digest_looks_at_every_row_of_a_table(world):
    """What is stored of others must not slow a digest down: every table is entered by an index."""
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.profiles = [profile(wishes=Wishes(avoid=("aide",), hide=frozenset({"avoid"})))]
    world.turn()
    asked = []

    def keep(_connection, _cursor, statement, parameters, *_):
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(world.store._database.engine, "before_cursor_execute", keep)
    world.now += DAY
    digest_now(world)
    event.remove(world.store._database.engine, "before_cursor_execute", keep)
    grow = ("postings", "sightings", "verdicts", "pages", "alerts", "polls", "digests",
            "digest_items", "merges", "feedback")  # fmt: skip
    assert len(asked) > 10
    with world.store._database.reading() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            whole = [one for one in scans if one.split()[1] in grow]
            assert not whole, (whole, statement)


def test_a_preview_says_what_the_digest_will_say(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.now -= timedelta(hours=3)
    world.turn()
    seen = render(digest_now(world), world.templates)
    assert "CX Lead" in seen.text
    assert world.store.last_digest("ada") is None
