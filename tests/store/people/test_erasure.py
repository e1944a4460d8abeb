"""Erasing a person: nothing of them is left, and nobody else loses anything."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from cxdigest.model import Rendered, routed
from cxdigest.store.openings.pages import keep_duties
from cxdigest.store.schema import metadata
from tests.store.world import (
    DAY,
    NOW,
    TODAY,
    digest_of,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

SHARED = sighting("Journey Manager", company="Tarn & Vale")
OWN = sighting("Secret Role Quixote", company="Quixote Mills", snippet="for annegret alone")


def everything(store) -> str:
    """All that the database says, what is compressed too."""
    rows = []
    with store._database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                rows += [
                    one.decode(errors="replace")
                    if isinstance(one, bytes)
                    else json.dumps(one, default=str, ensure_ascii=False)
                    for one in row.values()
                ]
    return "\n".join(rows)


def furnished(store):
    """Annegret has a source of her own, one that Ben reads too, and a share of an intake."""
    take_in(
        store,
        read("1", OWN, source="annegret-mails", raw=b"To: annegret@example.org"),
        source="annegret-mails",
    )
    take_in(store, read("2", SHARED, source="inbox", raw=b"To: ben@example.org"), source="inbox")
    mine = read(
        "3", replace(SHARED, snippet="A longer one, sent to annegret@example.org"), source="intake"
    )
    take_in(store, replace(mine, profile="annegret"), source="intake")
    waiting = read(
        "4", sighting("Rosinante Lead"), source="intake", raw=b"Delivered-To: annegret@example.org"
    )
    take_in(store, replace(waiting, addressed=("Annegret@Example.org",)), source="intake")
    judge(
        store,
        verdict(posting_id(OWN)),
        verdict(posting_id(SHARED)),
        verdict(posting_id(SHARED), rules="rules-annegret"),
    )
    sources = ("annegret-mails", "inbox", routed("intake", "annegret"))
    edition = Rendered(subject="For Annegret", text="Dear Annegret", html="<p>Annegret</p>")
    for stream in ("annegret", "review/annegret"):
        digest = replace(digest_of(store, sources=sources), profile=stream)
        store.record_digest(digest, edition, [("mail", "annegret@example.org")], now=NOW)
    store.record_digest(
        digest_of(store, profile="ben"),
        Rendered(subject="b", text="Dear Ben", html=""),
        [("mail", "ben@example.org")],
        now=NOW,
    )
    coach = replace(digest_of(store, sources=()), profile="coach/berta", day=date(2026, 11, 20))
    store.record_digest(
        coach, Rendered(subject="c", text="Annegret: 2 roles", html=""), [], now=NOW
    )
    store.enrol({"annegret": {"name": "Annegret"}}, now=NOW)


def erased(store):
    return store.erase_profile(
        "annegret",
        own_sources=["annegret-mails", routed("intake", "annegret")],
        addresses=["annegret@example.org"],
        rules_in_use=["rules-1"],
        coach="berta",
    )


def test_nothing_is_left_of_who_was_erased(store):
    furnished(store)
    before = everything(store).lower()
    assert "annegret" in before
    assert "quixote" in before
    done = erased(store)
    after = everything(store).lower()
    for trace in ("annegret", "quixote", "rosinante", "a longer one"):
        assert trace not in after, trace
    assert (done.alerts, done.sightings, done.postings, done.others_see) == (3, 3, 2, 1)
    assert (done.digests, done.deliveries, done.verdicts) == (2, 2, 1)


def test_nobody_else_loses_anything(store):
    furnished(store)
    erased(store)
    (left,) = store.candidates("ben2", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    assert left.posting.title == "Journey Manager"
    assert left.posting.company == "Tarn & Vale"
    assert store.digest_day_exists("ben", TODAY)
    assert "Dear Ben" in everything(store)
    assert store.raw_alert("inbox", "2") == b"To: ben@example.org"


def test_a_coachs_mail_that_was_sent_stays_sent_without_its_text(store):
    furnished(store)
    erased(store)
    assert store.digest_day_exists("coach/berta", date(2026, 11, 20))


def test_the_duties_that_the_person_pasted_go_and_the_posting_stays(store):
    take_in(store, read("1", SHARED))
    told = {"detail": "They were pasted.", "now": NOW, "told_by": "annegret"}
    with store._database.writing() as connection:
        keep_duties(connection, posting_id(SHARED), "For Annegret's friends. " * 20, **told)
    assert "friends" in everything(store)
    store.erase_profile("annegret")
    assert "friends" not in everything(store)
    (left,) = store.candidates("ben", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    assert left.posting.description == ""
    assert store.unjudged("rules-1", limit=5)


def test_a_link_that_only_the_person_had_leaves_a_posting_that_others_see(store):
    theirs = replace(SHARED, url="https://jobs.example/plain", native_id="acme:7")
    hers = replace(
        SHARED, url="https://tracker.example/annegret-token", opaque=True, native_id="acme:7"
    )
    take_in(store, read("1", hers, source="own"), source="own")
    take_in(store, read("2", theirs, source="inbox"), source="inbox")
    store.erase_profile("annegret", own_sources=["own"])
    assert "annegret-token" not in everything(store)
    (left,) = store.candidates("ben", ["inbox"], fingerprint="rules-1", since=NOW - DAY)
    assert left.posting.url == "https://jobs.example/plain"


def test_erasing_somebody_unknown_removes_nothing(store):
    take_in(store, read("1", SHARED))
    done = store.erase_profile("nobody")
    assert (done.alerts, done.postings, done.digests) == (0, 0, 0)
    assert len(store.candidates("ben", ["inbox"], fingerprint="r", since=NOW - DAY)) == 1
