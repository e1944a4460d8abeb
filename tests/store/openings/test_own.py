"""A posting that several people's alerts show: each sees what was written to them alone."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from cxdigest.model import Evidence
from cxdigest.store.schema import pages, postings, verdicts
from tests.store.world import DAY, NOW, judge, posting_id, read, sighting, take_in, verdict

ROLE = sighting("CX Lead", native_id="indeed:1", url="https://jobs.example/1")
ANNAS = replace(
    ROLE,
    title="CX Lead for Anna",
    location="Anna's town",
    salary="what Anna asks",
    url="https://employer.example/anna",
    snippet="Hi Anna, own the journey of our customers as you told us that you wish to.",
)
BENS = replace(ROLE, snippet="Own the journey of our customers.")
RULES = "rules-1"


def told(store):
    """Anna's alert, then Ben's, show one opening that was judged by Anna's words."""
    take_in(store, read("a", ANNAS, source="anna", now=NOW - DAY), source="anna", now=NOW - DAY)
    take_in(store, read("b", BENS, source="ben"), source="ben")
    own, hers = (
        Evidence(rule=rule, kind="genuine", points=4, reason="Why.", quote=quote, where="snippet")
        for rule, quote in (("own", "own the  journey"), ("hers", "Hi Anna, own the journey"))
    )
    named = replace(own, rule="named", quote="for Anna", where="title")
    judge(store, replace(verdict(posting_id(BENS)), evidence=(hers, own, named)))
    return store


def seen_by(store, source):
    (one,) = store.candidates(source, [source], fingerprint=RULES, since=NOW - 2 * DAY)
    (exported,) = store.every_candidate([source], profile=source, fingerprint=RULES)
    assert exported == one
    return one


def test_what_was_written_to_one_reader_is_never_shown_to_another(store):
    told(store)
    ben = seen_by(store, "ben")
    assert "anna" not in repr(ben).lower()
    assert (ben.posting.title, ben.posting.url) == (BENS.title, BENS.url)
    assert ben.posting.snippet == BENS.snippet
    assert ben.posting.first_seen == NOW
    assert [one.rule for one in ben.verdict.evidence] == ["own"]
    assert ben.verdict.kind == "genuine", "what it is stays"
    anna = seen_by(store, "anna")
    assert (anna.posting.title, anna.posting.url) == (ANNAS.title, ANNAS.url)
    assert anna.posting.snippet == ANNAS.snippet
    assert [one.rule for one in anna.verdict.evidence] == ["hers", "own", "named"]


def test_whoever_runs_it_sees_all(store):
    told(store)
    (one,) = store.every_candidate(None, fingerprint=RULES)
    assert one.posting.snippet == ANNAS.snippet
    assert len(one.verdict.evidence) == 3


def test_what_a_page_states_is_for_all_who_see_the_posting(store):
    told(store)
    with store._database.writing() as connection:
        page = {"url": "", "outcome": "read", "detail": "", "etag": "", "modified": ""}
        row = page | {"posting_id": posting_id(ROLE), "asked": NOW, "attempts": 1}
        connection.execute(pages.insert(), row)
        stated = {"salary": "50,000", "apply_url": "https://lumen.example/apply"}
        connection.execute(update(postings).values(**stated, url=stated["apply_url"]))
    ben = seen_by(store, "ben").posting
    assert (ben.salary, ben.url) == (stated["salary"], stated["apply_url"])


def test_duties_that_one_reader_pasted_are_quoted_to_no_other(store):
    told(store)
    pasted = "Anna writes: answer calls all day. " * 10
    with store._database.writing() as connection:
        page = {"url": "", "outcome": "read", "detail": "", "etag": "", "modified": ""}
        row = page | {"posting_id": posting_id(ROLE), "asked": NOW, "attempts": 1}
        connection.execute(pages.insert(), row | {"told_by": "anna"})
        duties = {"description": pasted, "duties_from": "you", "tier": "full"}
        connection.execute(update(postings).values(**duties))
    quote = Evidence(
        rule="calls",
        kind="service",
        points=4,
        reason="Calls.",
        quote="answer calls",
        where="duties",
    )
    judge(store, replace(verdict(posting_id(ROLE), kind="service", tier="full"), evidence=(quote,)))
    ben = seen_by(store, "ben")
    assert (ben.posting.duties_from, ben.posting.description) == ("another", "")
    assert (ben.verdict.kind, ben.verdict.evidence) == ("service", ())
    anna = seen_by(store, "anna")
    assert (anna.posting.description, anna.verdict.evidence) == (pasted, (quote,))


def test_what_is_told_of_a_word_is_what_its_own_reader_saw(store):
    told(store)
    for name in ("anna", "ben"):
        store.record_feedback(
            name, posting_id(ROLE), "applied", way="link", sender="", now=NOW, fingerprint=RULES
        )
    (bens,) = store.untold_feedback("ben", ["ben"])
    assert (bens.title, bens.url) == (BENS.title, BENS.url)
    (annas,) = store.untold_feedback("anna", ["anna"])
    assert (annas.title, annas.url) == (ANNAS.title, ANNAS.url)


def test_a_posting_is_read_anew_whatever_changed_since_it_was_read(store):
    told(store)
    assert seen_by(store, "ben") == seen_by(store, "ben")
    take_in(store, read("b2", replace(BENS, company="Tarn"), source="ben", now=NOW), source="ben")
    assert len(seen_by(store, "ben").seen) == 2
    with store._database.writing() as connection:
        connection.execute(update(postings).values(closed="It is filled."))
    assert seen_by(store, "ben").posting.closed == "It is filled."
    with store._database.writing() as connection:
        connection.execute(update(verdicts).values(kind="service", evidence=()))
    assert seen_by(store, "ben").verdict.kind == "service"
    assert seen_by(store, "ben").verdict.evidence == ()
