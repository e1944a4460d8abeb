"""Digests: the frozen editions of each profile's local days, with their deliveries."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from cxdigest.model import (
    Candidate,
    Digest,
    DigestState,
    Recipient,
    Rendered,
    require_utc,
)
from cxdigest.store.database.bulk import among, insert_all, insert_new, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.editions.reviews import kept_content
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.postings import merged_ids
from cxdigest.store.openings.quarantine import keep_apart
from cxdigest.store.people.feedback import mark_told
from cxdigest.store.schema import (
    deliveries,
    digest_items,
    digests,
    enclosures,
    pauses,
    profiles,
)
from cxdigest.week import origin_of

_NAMESPACE = uuid.UUID("6f1c9f0e-3f0b-5d0e-9a55-2c1d6a0b7e11")
#: In the order in which a posting that stands in two is taken for the first.
_SECTIONS = (
    "genuine", "unclear", "flagged", "others", "again", "closed", "quarantined", "hidden",
)  # fmt: skip
_AGAIN = frozenset({"again", "closed"})


def digest_id(profile: str, day: date) -> str:
    """Return the id that *profile*'s digest of its local *day* has, or will have."""
    return _id(profile, day.isoformat())


class Digests(Part):
    """The editions of each profile."""

    def register_profiles(self, names: Collection[str], *, now: datetime) -> None:
        """Make the profiles known; those that are known stay as they are."""
        require_utc("now", now)
        if names:
            with self._database.writing() as connection:
                _register(connection, names, now)

    def digest_day_exists(self, profile: str, day: date) -> bool:
        """Tell whether *profile*'s local *day* is done: with a digest, or without news for one."""
        with self._database.reading() as connection:
            return connection.scalar(_OF_DAY, {"profile": profile, "day": day}) is not None

    def days_done(self, days: Collection[tuple[str, date]]) -> frozenset[tuple[str, date]]:
        """Return which of *days*, each a profile's, are done, as ``digest_day_exists`` means it."""
        wanted = {_id(profile, day.isoformat()): (profile, day) for profile, day in days}
        with self._database.reading() as connection:
            query = select(digests.c.id).where(among(connection.dialect, digests.c.id))
            found = connection.scalars(query, lists(connection, id=wanted))
            return frozenset(wanted[one] for one in found)

    def last_digest(self, profile: str) -> tuple[date, datetime] | None:
        """Return the local day of *profile*'s last digest and when it was made; None before.

        Days without news, and digests that their coach held until the next, told nothing: they are
        passed over.
        """
        with self._database.reading() as connection:
            row = connection.execute(_LAST, {"profile": profile}).one_or_none()
        return (row.day, row.made) if row else None

    def digest_days(
        self, profile: str, *, after: date, state: DigestState | None = None
    ) -> list[date]:
        """Return *profile*'s local days after *after* that are done, oldest first.

        With *state*, only those in it: ``empty`` gives the days on which there was no news.
        """
        query = (
            select(digests.c.day)
            .where(digests.c.profile == profile, digests.c.day > after)
            .order_by(digests.c.day)
        )
        if state is not None:
            query = query.where(digests.c.state == state)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def hiding_settings(self, profile: str) -> str:
        """Return the fingerprint of the settings that hid what is hidden; ``""`` before."""
        with self._database.reading() as connection:
            return connection.scalar(_HIDING, {"profile": profile}) or ""

    def record_digest(
        self,
        digest: Digest,
        rendered: Rendered,
        recipients: Sequence[Recipient],
        *,
        now: datetime,
        domain: str = "cxdigest.invalid",
        state: DigestState = "ready",
        deadline: datetime | None = None,
        otherwise: str = "",
        settings: str | None = None,
        faults: Mapping[str, str] | None = None,
        told: Collection[int] = (),
    ) -> str | None:
        """Freeze a digest with one delivery per recipient; return its id.

        None if the profile has a digest for that day already: that one is sent. *domain* is the
        right side of each Message-ID; the one in the default is reserved and belongs to nobody.
        Recipients who asked for no more mails get none.

        *state*: what waits for a coach (until *deadline*, and *otherwise* says what happens then)
        has deliveries that are not due; an ``empty`` day has none, and its postings stay news.
        *settings* is the fingerprint of the settings that hid what is hidden. *faults* says for
        each quarantined posting, by id, what went wrong. *told* are the ids of the reader's words
        of which the digest says what they changed.
        """
        require_utc("now", now)
        require_utc("deadline", deadline)
        row = {
            "id": digest_id(digest.profile, digest.day),
            "profile": digest.profile,
            "day": digest.day,
            "made": digest.made,
            "subject": rendered.subject,
            "text": _bytes(rendered.text),
            "html": _bytes(rendered.html),
            "state": state,
            "deadline": deadline,
            "otherwise": otherwise,
            "content": kept_content(digest, state),
        }
        with self._database.writing() as connection:
            rely_on_identity(connection)
            _register(connection, [digest.profile], now)
            made = insert_new(connection, digests).returning(digests.c.id)
            if connection.scalar(made, row) is None:
                return None
            if state == "empty":
                return str(row["id"])
            _freeze(connection, digest, rendered, str(row["id"]))
            due = now if state == "ready" else None
            _address(connection, digest, _once_each(recipients), domain, due=due, now=now)
            keep_apart(connection, digest, faults or {}, now)
            if told:
                mark_told(connection, told, now)
            if settings is not None:
                named = update(profiles).where(profiles.c.name == digest.profile)
                connection.execute(named.values(wishes=settings))
        return str(row["id"])


_OF_DAY = select(digests.c.id).where(
    digests.c.profile == bindparam("profile"), digests.c.day == bindparam("day")
)
_LAST = (
    select(digests.c.day, digests.c.made)
    .where(digests.c.profile == bindparam("profile"), digests.c.state.not_in(("empty", "lapsed")))
    .order_by(digests.c.day.desc())
    .limit(1)
)
_HIDING = select(profiles.c.wishes).where(profiles.c.name == bindparam("profile"))


def _register(connection: Connection, names: Iterable[str], now: datetime) -> None:
    rows = [{"name": name, "registered": now} for name in names]
    connection.execute(insert_new(connection, profiles), rows)


def _freeze(connection: Connection, digest: Digest, rendered: Rendered, of: str) -> None:
    """Store what stands in a digest, and the files that go with it."""
    insert_all(connection, digest_items, _as_known_now(connection, list(_items(digest, of))))
    files = [
        {
            "digest_id": of,
            "position": position,
            "name": one.name,
            "media": one.media,
            "cid": one.cid,
            "content": one.content,
        }
        for position, one in enumerate(rendered.enclosures)
    ]
    if files:
        connection.execute(insert(enclosures), files)


def _address(
    connection: Connection,
    digest: Digest,
    recipients: Iterable[Recipient],
    domain: str,
    *,
    due: datetime | None,
    now: datetime,
) -> None:
    """Store one delivery for each of *recipients* but those who asked for no more mails."""
    query = select(pauses.c.channel, pauses.c.recipient).where(pauses.c.profile == digest.profile)
    paused = {(row.channel, row.recipient) for row in connection.execute(query)}
    waiting = [
        _delivery(digest, one, domain) | {"due": due, "changed": now}
        for one in recipients
        if (one.channel, one.address) not in paused
    ]
    if waiting:
        connection.execute(insert(deliveries), waiting)


def _items(digest: Digest, of: str) -> Iterable[dict[str, Any]]:
    had: set[str] = set()
    for section in _SECTIONS:
        for position, candidate in enumerate(getattr(digest, section)):
            if candidate.posting.id not in had:
                had.add(candidate.posting.id)
                yield {
                    "digest_id": of,
                    "posting_id": candidate.posting.id,
                    "profile": digest.profile,
                    "section": section,
                    "position": position,
                } | _said_of(candidate, again=section in _AGAIN)


def _said_of(candidate: Candidate, *, again: bool) -> dict[str, Any]:
    """Return what the picture of the week counts of *candidate*: nothing shown *again*."""
    verdict = candidate.verdict
    return {
        "kind": verdict.kind if verdict else "unclear",
        "tier": verdict.tier if verdict else "title",
        "origin": origin_of(candidate),
        "claims": bool(verdict and verdict.claims and not again),
    }


def _as_known_now(connection: Connection, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *items* of the postings as they are now: one may have been merged meanwhile."""
    merged = merged_ids(connection, [item["posting_id"] for item in items])
    if not merged:
        return items
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        posting_id = merged.get(item["posting_id"], item["posting_id"])
        found.setdefault(posting_id, item | {"posting_id": posting_id})
    return list(found.values())


def _delivery(digest: Digest, one: Recipient, domain: str) -> dict[str, Any]:
    delivery_id = _id(digest.profile, digest.day.isoformat(), one.channel, one.address)
    return {
        "id": delivery_id,
        "digest_id": digest_id(digest.profile, digest.day),
        "channel": one.channel,
        "recipient": one.address,
        "role": one.role,
        # Whoever knows it may answer the digest, so nobody must be able to guess it.
        "message_id": f"<{delivery_id}.{secrets.token_hex(16)}@{domain}>",
        "state": "waiting",
        "attempts": 0,
        "detail": "",
    }


def _once_each(recipients: Sequence[Recipient]) -> Iterable[Recipient]:
    """Return each once; who is named as a recipient and for a copy is a recipient."""
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
