"""Profiles in the store: what they say, as it would stand in the configuration, and who is paused.

Knows no key of a profile: whoever reads a definition checks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, null, or_, select, update

from cxdigest.model import Json, require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import digests, packs, profiles
from cxdigest.store.watch.absences import Absence, keep_absence

_LEAST = timedelta(microseconds=1)  #: between two changes of one definition
Definition = Mapping[str, Json]  #: the keys of a profile as they would stand in the configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """How one profile stands in the store."""

    name: str
    changed: datetime | None  #: when its definition was; None: the store holds none
    paused: datetime | None  #: since when a command paused it; None: none did


class _OvertakenError(Exception):
    """Others changed what was to be changed; undoes the transaction."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names


class Roster(Part):
    """Who is in the store, beside those that the configuration declares."""

    def people_version(self) -> tuple[object, ...]:
        """Return what is another with each change of ``roster`` or of the stored packs."""
        return self._database.once("people", lambda view: tuple(view.execute(_VERSION).one()))

    def roster(self) -> dict[str, Enrolment]:
        """Return the profiles that have a definition or are paused, by name.

        Cheap, so that each turn may ask; ``definitions`` has the rest.
        """
        columns = profiles.c
        query = (
            select(columns.name, columns.changed, columns.paused)
            .where(or_(columns.changed.is_not(None), columns.paused.is_not(None)))
            .order_by(columns.name)
        )
        with self._database.reading() as connection:
            return {
                row.name: Enrolment(name=row.name, changed=row.changed, paused=row.paused)
                for row in connection.execute(query)
            }

    def definitions(self, names: Collection[str] | None = None) -> dict[str, Definition]:
        """Return the definitions of those of *names* that have one; of all without it."""
        query = select(profiles.c.name, profiles.c.definition).where(
            profiles.c.changed.is_not(None)
        )
        if names is not None:
            query = query.where(profiles.c.name.in_(list(names)))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(profiles.c.name)).all()
        return {row.name: row.definition for row in rows}

    def days_since(self, since: date) -> dict[str, set[date]]:
        """Return the local days from *since* on for which each profile has its digest."""
        query = select(digests.c.profile, digests.c.day).where(digests.c.day >= since)
        found: dict[str, set[date]] = defaultdict(set)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found[row.profile].add(row.day)
        return found

    def has_profile(self, name: str) -> bool:
        """Tell whether anything is kept under this name: a definition, digests, words."""
        query = select(profiles.c.name).where(profiles.c.name == name)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def enrol(self, definitions: Mapping[str, Definition], *, now: datetime) -> None:
        """Keep *definitions* by name, in place of those that are there; all or none."""
        require_utc("now", now)
        if not definitions:
            return
        with self._database.writing() as connection:
            rows = [{"name": name, "registered": now} for name in definitions]
            connection.execute(insert_new(connection, profiles), rows)
            for name, definition in definitions.items():
                connection.execute(
                    update(profiles)
                    .where(profiles.c.name == name)
                    .values(definition=dict(definition), changed=now)
                )

    def revise(
        self,
        definitions: Mapping[str, Definition],
        *,
        before: Mapping[str, datetime | None],
        now: datetime,
    ) -> list[str]:
        """Keep *definitions* unless others changed some since; return the names of those.

        *before* says when each was changed as the writer knew it; None: there was none. All are
        kept or none.
        """
        require_utc("now", now)
        try:
            with self._database.writing() as connection:
                _revise(connection, definitions, before, now)
        except _OvertakenError as error:
            return error.names
        return []

    def discharge(self, name: str) -> bool:
        """Forget the definition of *name*; tell whether there was one. Its digests stay."""
        gone = (
            update(profiles)
            .where(profiles.c.name == name, profiles.c.changed.is_not(None))
            .values(definition=null(), changed=None, paused=None)
        )
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount > 0

    def pause_profile(self, name: str, *, now: datetime) -> bool:
        """Make no digests for *name* from now on; tell whether that changes anything."""
        require_utc("now", now)
        with self._database.writing() as connection:
            connection.execute(
                insert_new(connection, profiles), [{"name": name, "registered": now}]
            )
            paused = (
                update(profiles)
                .where(profiles.c.name == name, profiles.c.paused.is_(None))
                .values(paused=now)
            )
            return connection.execute(paused).rowcount > 0

    def resume_profile(self, name: str, *, now: datetime) -> bool:
        """Make digests for *name* again; tell whether that changes anything.

        For how long there were none is noted, for the next digest to say.
        """
        require_utc("now", now)
        since = select(profiles.c.paused).where(profiles.c.name == name).with_for_update()
        with self._database.writing() as connection:
            paused: datetime | None = connection.scalar(since)
            if paused is None:
                return False
            keep_absence(connection, Absence(begun=paused, ended=now, profile=name))
            going = update(profiles).where(profiles.c.name == name)
            connection.execute(going.values(paused=None))
            return True


def _revise(
    connection: Connection,
    definitions: Mapping[str, Definition],
    before: Mapping[str, datetime | None],
    now: datetime,
) -> None:
    if definitions:
        rows = [{"name": name, "registered": now} for name in definitions]
        connection.execute(insert_new(connection, profiles), rows)
    others = []
    for name, definition in definitions.items():
        last = before[name]
        # Never the moment of the change before, or nobody would see that there is news.
        changed = max(now, last + _LEAST) if last else now
        mine = (profiles.c.name == name, profiles.c.changed.is_not_distinct_from(last))
        kept = update(profiles).where(*mine).values(definition=dict(definition), changed=changed)
        if connection.execute(kept).rowcount != 1:
            others.append(name)
    if others:
        raise _OvertakenError(others)


_PACKS = select(func.count(), func.coalesce(func.sum(packs.c.version), 0)).select_from(packs)
#: Written once, since each request of a page asks it.
_VERSION = select(
    *(func.count(column) for column in (profiles.c.changed, profiles.c.paused)),
    *(func.max(column) for column in (profiles.c.changed, profiles.c.paused)),
    *(select(column).scalar_subquery() for column in _PACKS.subquery().c),
)
