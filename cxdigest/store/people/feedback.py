"""What readers said of postings, for the record; which of it holds; the key that signs its links.

A word is its profile's alone: every query names whose. It follows its posting where that is merged
into another, and goes back with it. What it changes is ``feedback``'s word; here it is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from cxdigest.feedback import MATTERS, FeedbackRow, Matter
from cxdigest.model import Evidence, FeedbackWay, FeedbackWord, Kind, Verdict, require_utc
from cxdigest.store.database.bulk import among, insert_new, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.own import PAGE_COLUMNS, own_sightings, seen_by
from cxdigest.store.openings.postings import POSTING_COLUMNS, merged_ids, posting_from
from cxdigest.store.openings.verdicts import counting, in_rising_order, latest_verdict
from cxdigest.store.schema import (
    digest_items,
    digests,
    feedback,
    instance,
    pages,
    postings,
    profiles,
    verdicts,
)
from cxdigest.text import squash

_KEY = "key"
_KEY_BYTES = 32
#: What was said and not undone, in the order in which it was.
_SAID = (
    select(feedback.c.id, feedback.c.posting_id, feedback.c.word, feedback.c.employer)
    .where(feedback.c.undone.is_(None))
    .order_by(feedback.c.made, feedback.c.id)
)
_HIS = _SAID.where(feedback.c.profile == bindparam("profile"))
_ROWS = select(feedback, postings.c.title, postings.c.url).join(
    postings, postings.c.id == feedback.c.posting_id
)
_UNTOLD = _ROWS.where(
    feedback.c.profile == bindparam("profile"),
    feedback.c.undone.is_(None),
    feedback.c.told.is_(None),
).order_by(feedback.c.made, feedback.c.id)
_OF_POSTING, _OF_ONE = (
    _ROWS.where(feedback.c.profile == bindparam("profile"), column == bindparam("which")).order_by(
        feedback.c.made.desc(), feedback.c.id.desc()
    )
    for column in (feedback.c.posting_id, feedback.c.id)
)


class _Word(NamedTuple):
    id: int
    posting_id: str
    word: FeedbackWord
    employer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one reader said, as far as it holds."""

    #: The last word by the id of its posting. That the employer is to be hidden stands only where
    #: nothing else was said of the posting.
    words: Mapping[str, FeedbackWord]
    kinds: Mapping[str, FeedbackWord]  #: what was said of the kind of postings, by their ids
    employers: frozenset[str]  #: hidden ones: in lower case, on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A posting that stood in a digest, for whom a link in that digest leads to."""

    profile: str  #: whose digest it was
    made: datetime  #: when the digest was
    posting_id: str  #: of the posting as it is known now
    title: str
    company: str


class Feedback(Part):
    """What readers said."""

    def instance_key(self, *, renew: bool = False) -> bytes:
        """Return the key that signs the links of this instance; it is made once and kept.

        *renew* makes another: no link that was sent before is believed any more.
        """
        query = select(instance.c.value).where(instance.c.name == _KEY)
        with self._database.writing() as connection:
            new = {"name": _KEY, "value": secrets.token_hex(_KEY_BYTES)}
            connection.execute(insert_new(connection, instance), new)
            if renew:
                connection.execute(update(instance).where(instance.c.name == _KEY).values(new))
            return bytes.fromhex(connection.execute(query).scalar_one())

    def known_key(self) -> bytes | None:
        """Return the key of this instance, None where none was made yet; makes none."""
        query = select(instance.c.value).where(instance.c.name == _KEY)
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
        return bytes.fromhex(found) if found else None

    def people(self) -> list[str]:
        """Return the names of all profiles that were ever known, in order; no other streams."""
        query = select(profiles.c.name).where(~profiles.c.name.contains("/"))
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(profiles.c.name)))

    def mentioned(self, digest_id: str, posting_id: str) -> Mention | None:
        """Return the posting that stood in a digest, None where it did not, or no digest is there.

        *posting_id* is how the digest knew it.
        """
        with self._database.reading() as connection:
            known = _known_as(connection, posting_id)
            query = (
                select(digests.c.profile, digests.c.made, postings.c.title, postings.c.company)
                .join(digest_items, digest_items.c.digest_id == digests.c.id)
                .join(postings, postings.c.id == digest_items.c.posting_id)
                .where(digests.c.id == digest_id, postings.c.id == known)
            )
            row = connection.execute(query).mappings().one_or_none()
        return Mention(posting_id=known, **row) if row else None

    def record_feedback(
        self,
        profile: str,
        posting_id: str,
        word: FeedbackWord,
        *,
        way: FeedbackWay,
        sender: str,
        now: datetime,
        fingerprint: str | None = None,
    ) -> int | None:
        """Keep what *profile*'s reader said of a posting; return the id under which it is kept.

        That of the earlier one where the same holds already, so that a mail read twice or a button
        pressed twice counts once. None where there is no such posting. *fingerprint* names the
        rules whose verdict the reader saw; without it the latest is kept.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            rely_on_identity(connection)
            found = _posting(connection, posting_id)
            if found is None:
                return None
            known, employer = found
            mine = _HIS.where(feedback.c.posting_id == known)
            last = _held(connection, profile, mine).get((known, MATTERS[word]))
            if last is not None and last.word == word:
                return last.id
            verdict = latest_verdict(connection, known, fingerprint)
            whose = {"name": profile, "registered": now}
            connection.execute(insert_new(connection, profiles), whose)
            made = insert(feedback).returning(feedback.c.id)
            values = {
                "profile": profile,
                "posting_id": known,
                "key": known,
                "word": word,
                "way": way,
                "sender": sender,
                "employer": employer,
                "made": now,
                "verdict": asdict(verdict) if verdict else {},
            }
            return int(connection.execute(made, values).scalar_one())

    def undo_feedback(
        self, feedback_id: int, *, now: datetime, profile: str | None = None
    ) -> FeedbackRow | None:
        """Let a word hold no longer; return it, None where there is none that was not undone.

        What its reader said before it on the same matter holds again. With *profile*, only its own.
        """
        require_utc("now", now)
        mine = [feedback.c.id == feedback_id, feedback.c.undone.is_(None)]
        if profile is not None:
            mine.append(feedback.c.profile == profile)
        with self._database.writing() as connection:
            undone = update(feedback).where(*mine).values(undone=now).returning(feedback.c.id)
            if connection.scalar(undone) is None:
                return None
            row = connection.execute(_ROWS.where(feedback.c.id == feedback_id)).one()
        return _row(row, holds=False)

    def feedback_rows(self, profile: str | None = None) -> list[FeedbackRow]:
        """Return all that was said, by one profile or by all, the newest first."""
        whose = () if profile is None else (feedback.c.profile == profile,)
        query = _ROWS.where(*whose).order_by(feedback.c.made.desc(), feedback.c.id.desc())
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return list(_with_what_holds(found))

    def held_feedback(self, profile: str) -> Held:
        """Return what *profile*'s reader said, as far as it holds. One query."""
        said = self._database.once(
            ("held", profile), lambda view: tuple(_held(view, profile).values())
        )
        # What else was said of a posting comes after, and stands.
        words = sorted(said, key=lambda one: one.word != "hide-employer")
        employers = (one.employer for one in said if one.word == "hide-employer")
        return Held(
            words={one.posting_id: one.word for one in words},
            kinds={one.posting_id: one.word for one in said if MATTERS[one.word] == "kind"},
            employers=frozenset(squash(name).casefold() for name in employers) - {""},
        )

    def feedback_words(self, profile: str) -> Mapping[str, FeedbackWord]:
        """Return the last word that holds of each posting that *profile*'s reader spoke of."""
        return self.held_feedback(profile).words

    def feedback_kinds(self, profile: str) -> Mapping[str, FeedbackWord]:
        """Return what *profile*'s reader said of the kind of postings, as far as it holds."""
        return self.held_feedback(profile).kinds

    def hidden_employers(self, profile: str) -> frozenset[str]:
        """Return the names of employers that *profile*'s reader hid: in lower case, on one line."""
        return self.held_feedback(profile).employers

    def untold_feedback(
        self, profile: str, sources: Collection[str] | None = None
    ) -> list[FeedbackRow]:
        """Return the words that hold and of which no digest said what they changed, oldest first.

        Title and link are as *sources*, the profile's, showed them; for None, as anybody's did.
        Once a digest does, `mark_told` is called in the transaction that stores it.
        """
        with self._database.reading() as connection:
            rows = connection.execute(_UNTOLD, {"profile": profile}).all()
            held = _held(connection, profile) if rows else {}
            seen = _as_seen(connection, [row.posting_id for row in rows], sources)
        holding = {one.id for one in held.values()}
        found = (_row(row, holds=True) for row in rows if row.id in holding)
        return [
            replace(one, title=title, url=url)
            for one in found
            for title, url in [seen[one.posting_id]]
        ]


def kinds_said(connection: Connection, profile: str, fingerprint: str) -> dict[str, Kind]:
    """Return what kind postings are by the word of *profile*'s reader, that of these rules aside.

    What is said not to be genuine is what the rules found beside that, else another trade.
    """
    said = [one for one in _held(connection, profile).values() if MATTERS[one.word] == "kind"]
    no = [one.posting_id for one in said if one.word == "not-genuine"]
    query = (
        select(verdicts.c.posting_id, verdicts.c.kind)
        .join(postings, postings.c.id == verdicts.c.posting_id)
        .where(verdicts.c.posting_id.in_(no), counting(fingerprint))
        .order_by(*in_rising_order(fingerprint))
    )
    judged = dict(map(tuple, connection.execute(query).all())) if no else {}
    found: dict[str, Kind] = {one.posting_id: "genuine" for one in said if one.word == "genuine"}
    for one in no:
        kind = judged.get(one, "unclear")
        found[one] = "other" if kind in {"genuine", "unclear"} else kind
    return found


def held_words(connection: Connection, profile: str) -> Iterable[_Word]:
    """Return the words of *profile*'s reader that hold, the last said last."""
    return _held(connection, profile).values()


def rows_of_posting(
    connection: Connection, profile: str, posting_id: str = "", *, feedback_id: int | None = None
) -> list[FeedbackRow]:
    """Return what *profile*'s reader said of a posting, or that one word; the oldest first."""
    asked = {"profile": profile, "which": posting_id if feedback_id is None else feedback_id}
    query = _OF_POSTING if feedback_id is None else _OF_ONE
    newest = connection.execute(query, asked).all()
    return list(_with_what_holds(newest))[::-1]


def mark_told(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Note that a digest said what these words changed."""
    untold = feedback.c.id.in_(sorted(ids)), feedback.c.told.is_(None)
    connection.execute(update(feedback).where(*untold).values(told=now))


def _as_seen(
    connection: Connection, ids: Sequence[str], sources: Collection[str] | None
) -> dict[str, tuple[str, str]]:
    """Return title and link of the postings of *ids* as *sources* alone showed them."""
    if not ids:
        return {}
    own = own_sightings(connection, ids, sources)
    query = (
        select(*POSTING_COLUMNS, *PAGE_COLUMNS)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .where(among(connection.dialect, postings.c.id))
    )
    rows = connection.execute(query, lists(connection, id=ids)).all()
    seen = [seen_by(posting_from(row), own[row.id], page=row.page == "read") for row in rows]
    return {one.id: (one.title, one.url) for one in seen}


def _held(
    connection: Connection, profile: str, said: Select[Any] = _HIS
) -> dict[tuple[str, Matter], _Word]:
    """Return the words of one profile that hold, in the order in which they were said."""
    found: dict[tuple[str, Matter], _Word] = {}
    for row in connection.execute(said, {"profile": profile}):
        one = _Word(*row)
        key = one.posting_id, MATTERS[one.word]
        found.pop(key, None)  # so that what was said last comes last
        found[key] = one
    return found


def _with_what_holds(newest_first: Iterable[Any]) -> Iterator[FeedbackRow]:
    later = set[tuple[str, str, Matter]]()
    for row in newest_first:
        matter = row.profile, row.posting_id, MATTERS[row.word]
        yield _row(row, holds=row.undone is None and matter not in later)
        if row.undone is None:
            later.add(matter)


def _row(row: Any, *, holds: bool) -> FeedbackRow:  # noqa: ANN401 - a row
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    del said["key"]
    then = said.pop("verdict")
    return FeedbackRow(**said, holds=holds, verdict=_verdict(then) if then else None)


def _verdict(then: Mapping[str, Any]) -> Verdict:
    evidence = tuple(Evidence(**item) for item in then["evidence"])
    return Verdict(**dict(then) | {"evidence": evidence})


def _posting(connection: Connection, posting_id: str) -> tuple[str, str] | None:
    """Return id and employer of the posting as it is known now.

    No other worker hears the same word on it meanwhile.
    """
    known = _known_as(connection, posting_id)
    query = select(postings.c.id, postings.c.company).where(postings.c.id == known)
    row = connection.execute(query.with_for_update(key_share=True)).one_or_none()
    return (row.id, row.company) if row else None


def _known_as(connection: Connection, posting_id: str) -> str:
    return merged_ids(connection, [posting_id]).get(posting_id, posting_id)
