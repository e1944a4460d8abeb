"""Small builders of what the store keeps; everything invented."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from cxdigest.identity import posting_of
from cxdigest.model import (
    Alert,
    Digest,
    Evidence,
    Extraction,
    Rendered,
    Sighting,
    Verdict,
)
from cxdigest.store import Read

NOW = datetime(2026, 11, 21, 7, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)
RENDERED = Rendered(
    subject="7 roles · Sat 21 Nov", text="Guten Morgen ☀", html="<p>Guten Morgen ☀</p>"
)


def sighting(title="Head of Customer Experience", **more):
    more.setdefault("company", "Lumen & Tide")
    more.setdefault("url", f"https://jobs.example/{title.replace(' ', '-')}")
    return Sighting(format="indeed", title=title, **more)


def read(key, *sightings, source="inbox", raw=None, now=NOW, **extraction):
    raw = f"raw {source} {key}".encode(errors="replace") if raw is None else raw
    extraction.setdefault("outcome", "read" if sightings else "empty")
    extraction.setdefault("format", "indeed")
    return Read(
        alert=Alert(
            source=source,
            key=key,
            media="mail",
            raw=raw,
            digest=hashlib.sha256(raw).hexdigest(),
            received=now - HOUR,
        ),
        extraction=Extraction(sightings=sightings, **extraction),
        postings=tuple(posting_of(s, now=now) if s.is_posting else None for s in sightings),
    )


def posting_id(one):
    return posting_of(one, now=NOW).id


def take_in(store, *reads, source="inbox", now=NOW, cursor=None):
    store.register_sources([source], now=now)
    return store.record_batch(source, reads, cursor or {}, now=now)


def verdict(posting, *, kind="genuine", tier="title", rules="rules-1", **more):
    return Verdict(
        posting_id=posting,
        kind=kind,
        confidence=0.75,
        tier=tier,
        claims=True,
        flagged=kind in {"service", "support", "store"},
        points=4,
        evidence=(
            Evidence(
                rule="genuine.journey",
                kind="genuine",
                points=4,
                reason="Owns the journey.",
                quote="own the “journey” – 客户",
                where="title",
                pack="genuine",
            ),
        ),
        rules=rules,
        **more,
    )


def judge(store, *verdicts, now=NOW, shared=True):
    """Record verdicts that saw all that the store knew; not *shared*: by one profile's own rules."""
    store.record_verdicts([(one, one.tier) for one in verdicts], now=now, shared=shared)


def digest_of(store, *, profile="ada", sources=("inbox",), day=TODAY, now=NOW):
    candidates = store.candidates(profile, sources, fingerprint="rules-1", since=now - 30 * DAY)
    return Digest(profile=profile, day=day, made=now, genuine=tuple(candidates))


def compose(store, *recipients, profile="ada", day=TODAY, now=NOW, **more):
    digest = digest_of(store, profile=profile, day=day, now=now, **more)
    pairs = [("smtp", recipient) for recipient in recipients]
    return store.record_digest(digest, RENDERED, pairs, now=now)
