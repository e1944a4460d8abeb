"""Hosts that are asked for pages: one asker at a time, what they allow, and who wants to be left.

A claim is one conditional UPDATE, as everywhere; it ends with its lease. What stands in ``free``
keeps two workers on two machines from asking one host at once or in too quick a turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.database.leases import is_over
from cxdigest.store.schema import hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of one host."""

    free: datetime | None = None  #: when it may be claimed; None: now
    holder: str | None = None  #: who asks it
    parked_until: datetime | None = None  #: until when it is left alone
    reason: str = ""  #: why, one sentence
    robots: bytes | None = None  #: its robots.txt; None where none was read
    robots_until: datetime | None = None  #: until when that holds


class Hosts(Part):
    """What hosts said about being asked."""

    def host(self, name: str) -> HostState:
        """Return what is known of the host *name*."""
        query = select(
            hosts.c.free,
            hosts.c.holder,
            hosts.c.parked_until,
            hosts.c.reason,
            hosts.c.robots,
            hosts.c.robots_until,
        ).where(hosts.c.host == name)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return HostState(**row) if row else HostState()

    def claim_host(self, name: str, *, now: datetime, until: datetime, holder: str) -> bool:
        """Take *name* until *until*; False if another asks it or its pause is not over."""
        require_utc("now", now)
        require_utc("until", until)
        claim = (
            update(hosts)
            .where(hosts.c.host == name, or_(hosts.c.free.is_(None), is_over(hosts.c.free, now)))
            .values(holder=holder, free=until)
        )
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, hosts), [{"host": name, "reason": ""}])
            return connection.execute(claim).rowcount == 1

    def release_host(self, name: str, *, free: datetime, holder: str) -> None:
        """Give *name* back; it may be claimed again from *free* on."""
        require_utc("free", free)
        release = (
            update(hosts)
            .where(hosts.c.host == name, hosts.c.holder == holder)
            .values(holder=None, free=free)
        )
        with self._database.writing() as connection:
            connection.execute(release)

    def park_host(self, name: str, *, until: datetime, reason: str) -> None:
        """Leave *name* alone until *until*, because of *reason*."""
        require_utc("until", until)
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, hosts), [{"host": name, "reason": ""}])
            connection.execute(
                update(hosts).where(hosts.c.host == name).values(parked_until=until, reason=reason)
            )

    def keep_robots(self, name: str, robots: bytes, *, until: datetime) -> None:
        """Remember the robots.txt of *name* until *until*."""
        require_utc("until", until)
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, hosts), [{"host": name, "reason": ""}])
            connection.execute(
                update(hosts).where(hosts.c.host == name).values(robots=robots, robots_until=until)
            )
