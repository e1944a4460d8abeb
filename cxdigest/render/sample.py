"""An invented day with a posting in each section, to try templates on. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cxdigest.model import Candidate, Digest, Evidence, Kind, Posting, SeenAt, SourceReport, Verdict

_DAY = date(2026, 11, 21)
_MADE = datetime(2026, 11, 21, 7, tzinfo=UTC)


def invented_day() -> Digest:
    """Return a digest of invented postings."""
    return Digest(
        profile="sample",
        day=_DAY,
        made=_MADE,
        heading="A Reader",
        genuine=(_candidate("Head of Customer Experience", "genuine", "own the customer journey"),),
        unclear=(_candidate("Customer Experience Specialist", None, ""),),
        flagged=(_candidate("Customer Experience Agent", "service", "answer incoming calls"),),
        others=(_candidate("Account Executive", "sales", "carry a quota"),),
        reports=(
            SourceReport(source="alerts", outcome="new", polled=_MADE, alerts=4),
            SourceReport(source="another", outcome="auth", message="The login was refused."),
        ),
        coach="A Coach",
        note="Good morning.",
    )


def _candidate(title: str, kind: Kind | None, quote: str) -> Candidate:
    posting = Posting(
        id=f"sample-{title}",
        title=title,
        company="Lumen & Tide",
        location="Exampletown",
        url="https://jobs.example/1",
        first_seen=_MADE,
        last_seen=_MADE,
    )
    seen = SeenAt(source="alerts", format="mail", seen=_MADE, url=posting.url)
    return Candidate(
        posting=posting, verdict=_verdict(posting.id, kind, quote) if kind else None, seen=(seen,)
    )


def _verdict(posting_id: str, kind: Kind, quote: str) -> Verdict:
    found = Evidence(
        rule=f"{kind}.sample", kind=kind, points=4, reason="Says so.", quote=quote, where="duties"
    )
    return Verdict(
        posting_id=posting_id,
        kind=kind,
        confidence=0.8,
        tier="full",
        claims=kind != "sales",
        flagged=kind == "service",
        points=4,
        evidence=(found,),
        rules="sample",
    )
