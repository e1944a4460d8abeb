"""Digests: what may stand in one, and the frozen edition with its deliveries.

A profile sees a posting only through its own sources' sightings, and a verdict only by its own
rules: nothing of another profile reaches it here.
"""

from __future__ import annotations

import secrets
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, insert, select, union

from cxdigest.model import (
    Candidate,
    Digest,
    Posting,
    Recipient,
    Rendered,
    SeenAt,
    Verdict,
    require_utc,
)
from cxdigest.store.bulk import insert_new
from cxdigest.store.connection import Part
from cxdigest.store.postings import (
    POSTING_COLUMNS,
    SEEN_COLUMNS,
    SEEN_FIELDS,
    merged_ids,
    posting_from,
)
from cxdigest.store.reviews import ForReview, review_values
from cxdigest.store.schema import (
    deliveries,
    digest_items,
    digests,
    pages,
    postings,
    profiles,
    sightings,
    verdicts,
)
from cxdigest.store.verdicts import VERDICT_COLUMNS, verdict_from

_NAMESPACE = uuid.UUID("6f1c9f0e-3f0b-5d0e-9a55-2c1d6a0b7e11")
_Found = CompoundSelect[Any]  #: ids of postings
_SECTIONS = ("genuine", "unclear", "flagged", "others")


class Digests(Part):
    """The editions of each profile."""

    def register_profiles(self, names: Collection[str], *, now: datetime) -> None:
        """Make the profiles known; those that are known stay as they are."""
        require_utc("now", now)
        if names:
            with self._database.writing() as connection:
                _register(connection, names, now)

    def digest_day_exists(self, profile: str, day: date) -> bool:
        """Tell whether *profile* has its digest for the local *day*."""
        query = select(digests.c.id).where(digests.c.profile == profile, digests.c.day == day)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def last_digest(self, profile: str) -> tuple[date, datetime] | None:
        """Return the local day of *profile*'s last digest and when it was made; None before."""
        query = (
            select(digests.c.day, digests.c.made)
            .where(digests.c.profile == profile)
            .order_by(digests.c.day.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (row.day, row.made) if row else None

    def candidates(
        self, profile: str, sources: Collection[str], *, fingerprint: str, since: datetime
    ) -> list[Candidate]:
        """Return the postings *sources* showed since *since* that no digest of *profile* had.

        And those that a digest had as unclear, whose duties came after it: pasted by the reader,
        or from a page where they make the role a genuine one.

        Oldest first, with all sightings by these sources and the latest verdict by these rules.
        Three queries, whatever the number of postings.
        """
        require_utc("since", since)
        answered = _answered(profile, list(sources), since, fingerprint)
        fresh = union(_fresh(profile, list(sources), since), answered)
        with self._database.reading() as connection:
            seen = _seen(connection, list(sources), fresh)
            judged = _judged(connection, fingerprint, fresh)
            rows = connection.execute(
                select(*POSTING_COLUMNS, pages.c.told_by)
                .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
                .where(postings.c.id.in_(fresh))
                .order_by(postings.c.first_seen, postings.c.id)
            )
            return [
                _candidate(_as_seen_by(profile, row), judged.get(row.id), seen[row.id])
                for row in rows.all()
            ]

    def record_digest(
        self,
        digest: Digest,
        rendered: Rendered,
        recipients: Sequence[Recipient],
        *,
        now: datetime,
        domain: str = "cxdigest.invalid",
        review: ForReview | None = None,
    ) -> str | None:
        """Freeze a digest with one delivery per recipient; return its id.

        With *review* it waits for its coach, and its deliveries are not due yet.

        None if the profile has a digest for that day already: that one is sent. *domain* is the
        right side of each Message-ID; the one in the default is reserved and belongs to nobody.
        """
        require_utc("now", now)
        digest_id = _id(digest.profile, digest.day.isoformat())
        row = {
            "id": digest_id,
            "profile": digest.profile,
            "day": digest.day,
            "made": digest.made,
            "subject": rendered.subject,
            "text": _bytes(rendered.text),
            "html": _bytes(rendered.html),
            **(review_values(digest, review) if review else {}),
        }
        waiting = [
            delivery | {"digest_id": digest_id, "due": None if review else now, "changed": now}
            for delivery in _deliveries(digest, recipients, domain)
        ]
        with self._database.writing() as connection:
            _register(connection, [digest.profile], now)
            made = insert_new(connection, digests).returning(digests.c.id)
            if connection.scalar(made, row) is None:
                return None
            if items := _as_known_now(connection, list(_items(digest, digest_id))):
                connection.execute(insert(digest_items), items)
            if waiting:
                connection.execute(insert(deliveries), waiting)
        return digest_id


def _register(connection: Connection, names: Iterable[str], now: datetime) -> None:
    rows = [{"name": name, "registered": now} for name in names]
    connection.execute(insert_new(connection, profiles), rows)


def _fresh(profile: str, sources: list[str], since: datetime) -> Select[Any]:
    had = (
        select(digest_items.c.digest_id)
        .where(
            digest_items.c.profile == profile,
            digest_items.c.posting_id == sightings.c.posting_id,
        )
        .exists()
    )
    return select(sightings.c.posting_id).where(
        sightings.c.source.in_(sources),
        sightings.c.seen >= since,
        sightings.c.posting_id.is_not(None),
        ~had,
    )


def _answered(profile: str, sources: list[str], since: datetime, rules: str) -> Select[Any]:
    """Return the postings that were shown as unclear and are not any more, or were answered."""
    shown = (
        select(digest_items.c.posting_id)
        .join(digests, digests.c.id == digest_items.c.digest_id)
        .where(digest_items.c.profile == profile, digest_items.c.posting_id == pages.c.posting_id)
    )
    stands = (digest_items.c.section != "unclear") | (digests.c.made >= pages.c.asked)
    genuine = (
        select(verdicts.c.id)
        .where(
            verdicts.c.posting_id == pages.c.posting_id,
            verdicts.c.rules == rules,
            verdicts.c.tier == postings.c.tier,
            verdicts.c.kind == "genuine",
        )
        .exists()
    )
    own = (
        select(sightings.c.posting_id)
        .where(sightings.c.posting_id == pages.c.posting_id, sightings.c.source.in_(sources))
        .exists()
    )
    return (
        select(pages.c.posting_id)
        .join(postings, postings.c.id == pages.c.posting_id)
        .where(
            pages.c.outcome == "read",
            pages.c.asked >= since,
            shown.exists(),
            ~shown.where(stands).exists(),
            # What another profile's reader pasted is no answer to this one.
            ((postings.c.duties_from == "you") & pages.c.told_by.in_(["", profile])) | genuine,
            own,
        )
    )


def _seen(connection: Connection, sources: list[str], fresh: _Found) -> dict[str, list[SeenAt]]:
    query = (
        select(sightings.c.posting_id, *SEEN_COLUMNS)
        .where(sightings.c.posting_id.in_(fresh), sightings.c.source.in_(sources))
        .order_by(sightings.c.seen, sightings.c.alert_id, sightings.c.position)
    )
    seen: dict[str, list[SeenAt]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        seen[row["posting_id"]].append(SeenAt(**{name: row[name] for name in SEEN_FIELDS}))
    return seen


def _judged(connection: Connection, fingerprint: str, fresh: _Found) -> dict[str, Verdict]:
    query = (
        select(*VERDICT_COLUMNS)
        .where(verdicts.c.posting_id.in_(fresh), verdicts.c.rules == fingerprint)
        .order_by(verdicts.c.id)
    )
    return {row.posting_id: verdict_from(row) for row in connection.execute(query).all()}


def _as_seen_by(profile: str, row: Any) -> Posting:  # noqa: ANN401 - a row
    """Return the posting in *row*, which says whose reader pasted its duties."""
    posting = posting_from(row)
    foreign = posting.duties_from == "you" and row.told_by not in {None, "", profile}
    return replace(posting, duties_from="another") if foreign else posting


def _candidate(posting: Posting, verdict: Verdict | None, seen: list[SeenAt]) -> Candidate:
    if posting.opaque:
        # A link that could not be unwrapped may hold the token of whoever got it first.
        posting = replace(posting, url=next((s.url for s in seen if s.url), ""))
    # The mark "sender not verified" goes as soon as another alert shows the posting: then its link
    # must be that alert's, or anybody could put his own behind a posting that others vouch for.
    doubted = {s.url for s in seen if s.authenticity == "failed"}
    sound = [s.url for s in seen if s.authenticity != "failed" and s.url]
    if sound and posting.url in doubted.difference(sound):
        posting = replace(posting, url=sound[0])
    return Candidate(posting=posting, verdict=verdict, seen=tuple(seen))


def _items(digest: Digest, digest_id: str) -> Iterable[dict[str, Any]]:
    had: set[str] = set()
    for section in _SECTIONS:
        for position, candidate in enumerate(getattr(digest, section)):
            if candidate.posting.id not in had:
                had.add(candidate.posting.id)
                yield {
                    "digest_id": digest_id,
                    "posting_id": candidate.posting.id,
                    "profile": digest.profile,
                    "section": section,
                    "position": position,
                }


def _as_known_now(connection: Connection, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *items* of the postings as they are now: one may have been merged meanwhile."""
    merged = merged_ids(connection, [item["posting_id"] for item in items])
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        posting_id = merged.get(item["posting_id"], item["posting_id"])
        found.setdefault(posting_id, item | {"posting_id": posting_id})
    return list(found.values())


def _deliveries(
    digest: Digest, recipients: Sequence[Recipient], domain: str
) -> Iterable[dict[str, Any]]:
    # Once each; who is named as a recipient and for a copy is a recipient.
    for channel, recipient, role in _once_each(recipients):
        delivery_id = _id(digest.profile, digest.day.isoformat(), channel, recipient)
        yield {
            "id": delivery_id,
            "channel": channel,
            "recipient": recipient,
            "role": role,
            # Whoever knows it may answer the digest, so nobody must be able to guess it.
            "message_id": f"<{delivery_id}.{secrets.token_hex(16)}@{domain}>",
            "state": "waiting",
            "attempts": 0,
            "detail": "",
        }


def _once_each(recipients: Sequence[Recipient]) -> Iterable[Recipient]:
    once: dict[tuple[str, str], Recipient] = {}
    for one in (Recipient(*one) for one in recipients):
        known = once.setdefault((one.channel, one.address), one)
        if known.role == "cc":
            once[one.channel, one.address] = one
    return once.values()


def _id(*parts: str) -> str:
    return uuid.uuid5(_NAMESPACE, "\0".join(parts)).hex


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
