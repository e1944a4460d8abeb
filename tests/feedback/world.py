"""Postings, verdicts and words of readers; everything invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cxdigest.feedback import FeedbackRow
from cxdigest.model import FLAGGED_KINDS, Candidate, Evidence, Posting, Verdict

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def posting(number=1, title="Customer Experience Associate", **more):
    more.setdefault("company", "Lumen & Tide")
    return Posting(id=f"{number:016x}", title=title, **more)


def evidence(quote="answers calls", *, kind="service", where="duties", rule="service.calls"):
    return Evidence(
        rule=rule, kind=kind, points=4, reason="It says so.", quote=quote, where=where, pack="p"
    )


def verdict(number=1, kind="service", *, claims=True, **more):
    more.setdefault("evidence", (evidence(kind=kind),))
    return Verdict(
        posting_id=f"{number:016x}",
        kind=kind,
        confidence=0.6,
        tier="full",
        claims=claims,
        flagged=claims and kind in FLAGGED_KINDS,
        points=4,
        rules="rules-1",
        **more,
    )


def candidate(number=1, kind="service", **more):
    judged = verdict(number, kind, **more) if kind else None
    return Candidate(posting=posting(number), verdict=judged, seen=())


def row(number=1, word="genuine", *, kind="service", title="Customer Experience Associate", **more):
    more.setdefault("verdict", verdict(number, kind) if kind else None)
    more.setdefault("profile", "ada")
    more.setdefault("employer", "Lumen & Tide")
    return FeedbackRow(
        id=number,
        posting_id=f"{number:016x}",
        word=word,
        way="link",
        sender="",
        made=NOW + timedelta(minutes=number),
        title=title,
        **more,
    )
