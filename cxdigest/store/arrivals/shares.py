"""Names of sources, among them a person's share of an intake mailbox, and the alerts they mean.

``intake/anna`` is polled as ``intake``; its alerts are those of ``intake`` that are anna's. Every
statement that counts alerts by source says here which ones it means, so that nobody is told about
another person's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, or_

from cxdigest.model import unrouted
from cxdigest.store.schema import alerts

#: Formats of mails that tell us something, and are no alerts: never counted among them.
MESSAGES = frozenset({"reply", "feedback", "unsubscribe", "review", "bounce", "auto-reply"})


@dataclass(frozen=True, slots=True)
class Shares:
    """Some names of sources, each once, in the order in which they were asked for.

    A mailbox and shares of it are not asked for together: each alert is told under one name.
    """

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Collection[str]) -> Shares:
        """Return *names* without those that stand there twice."""
        return cls(tuple(dict.fromkeys(names)))

    @property
    def polled(self) -> list[str]:
        """The sources that are polled for them."""
        return list(dict.fromkeys(unrouted(name)[0] for name in self.names))

    @property
    def _parts(self) -> list[tuple[str, str]]:
        return [unrouted(name) for name in self.names if unrouted(name)[1]]

    @property
    def parts(self) -> int:
        """How many of them are one person's share; the statements depend on it."""
        return len(self._parts)

    def asked(self) -> dict[str, Any]:
        """Return the parameters of `alerts_of`, `name_of` and `POLLED`."""
        asked: dict[str, Any] = {
            "polled": self.polled,
            "whole": [name for name in self.names if not unrouted(name)[1]],
        }
        for place, (source, profile) in enumerate(self._parts):
            asked |= {f"share_source_{place}": source, f"share_profile_{place}": profile}
        return asked

    def polled_as(self, source: str) -> list[str]:
        """Return those of the names for which *source* is polled."""
        return [name for name in self.names if unrouted(name)[0] == source]


#: The sources that are polled, as a parameter.
POLLED = bindparam("polled", type_=Text, expanding=True)
_WHOLE = bindparam("whole", type_=Text, expanding=True)


def alerts_of(parts: int) -> ColumnElement[bool]:
    """Return the condition that an alert is one of some `Shares` with so many *parts*."""
    whole = alerts.c.source.in_(_WHOLE)
    if not parts:
        return and_(whole, alerts.c.format.not_in(MESSAGES))
    mine = (
        and_(
            alerts.c.source == bindparam(f"share_source_{place}", type_=Text),
            alerts.c.profile == bindparam(f"share_profile_{place}", type_=Text),
        )
        for place in range(parts)
    )
    return and_(or_(whole, *mine), alerts.c.format.not_in(MESSAGES))


def name_of(parts: int) -> ColumnElement[Any]:
    """Return the expression for which of the names an alert is one of."""
    if not parts:
        return alerts.c.source
    whole = alerts.c.source.in_(_WHOLE)
    return case((whole, alerts.c.source), else_=alerts.c.source + "/" + alerts.c.profile)
