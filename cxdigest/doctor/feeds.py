"""Whether feeds and boards answer, asked as the program asks them: through ``net`` and its rules.

A few at each host are asked; of the others the last poll is told, since a host that is asked for
a hundred feeds at once locks us out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from cxdigest.config import BoardConfig, FeedConfig
from cxdigest.doctor.line import Check, Line, Piece, State, failed, ok, told, unchecked
from cxdigest.doctor.patient import Patient
from cxdigest.errors import CxdigestError, SourceError
from cxdigest.language import _, marked, ngettext
from cxdigest.net import Http
from cxdigest.sources.board import BoardSource
from cxdigest.sources.feed import FeedSource
from cxdigest.store import Polling
from cxdigest.text import host_of

_ASKED = 3  #: at one host
_FRESH = timedelta(days=1)
_STATES: dict[str, State] = {"throttled": "warning"}


def judge_last(name: str, last: Polling | None, *, every: timedelta, now: datetime) -> Line:
    """Say how the source *name* fares by its *last* poll, which nobody repeats here."""
    if last is None or last.outcome is None:
        return unchecked(
            name, _("it was not polled yet, and its host is not asked for more at once")
        )
    if last.outcome in {"new", "empty"}:
        late = now - last.next_poll
        if late > _FRESH + every:
            return unchecked(name, _("its last poll is too long ago to tell"))
        return ok(name, _("answered at its last poll"))
    return failed(
        name,
        _("its last poll failed ({outcome})", outcome=last.outcome),
        _("see: cxdigest sources"),
    )


class _Host:
    """The feeds and boards of one host."""

    def __init__(self, names: Sequence[str], patient: Patient) -> None:
        self._names = names
        self._patient = patient

    def probe(self) -> Iterator[Line]:
        """Ask a few, and tell of the others what the store knows."""
        with self._patient.http() as http:
            for name in self._names[:_ASKED]:
                yield self._ask(name, http)
        for name in self._names[_ASKED:]:
            every = self._patient.settings.sources[name].every
            yield judge_last(name, self._known.get(name), every=every, now=self._patient.now)

    def _ask(self, name: str, http: Http) -> Line:
        one = self._patient.settings.sources[name]
        assert isinstance(one, FeedConfig | BoardConfig), "no others are planned"
        source = (
            FeedSource(name=name, url=one.url, http=http)
            if isinstance(one, FeedConfig)
            else BoardSource(name=name, board=one.board, token=one.token, http=http)
        )
        try:
            # All are said to be known: no opening of a board is then asked for on its own.
            batch = next(iter(source.fetch({}, now=self._patient.now, known=lambda _: True)), None)
        except SourceError as error:
            return told(name, _STATES.get(error.outcome, "failed"), str(error))
        entries = len(batch.alerts) if batch else 0
        return ok(name, ngettext("answers, with {n} entry", "answers, with {n} entries", entries))

    @cached_property
    def _known(self) -> Mapping[str, Polling]:
        try:
            with self._patient.store() as store:
                return {one.name: one for one in store.polling()} if store else {}
        except CxdigestError:  # the store has a line of its own
            return {}


def _plan(patient: Patient) -> Iterator[Piece]:
    hosts: dict[str, list[str]] = {}
    for name, one in (patient.config.sources if patient.config else {}).items():
        if isinstance(one, FeedConfig | BoardConfig) and one.enabled:
            host = host_of(one.url) if isinstance(one, FeedConfig) else one.board
            hosts.setdefault(host, []).append(name)
    for names in hosts.values():
        yield Piece(subject=_named(names), probe=_Host(names, patient).probe)


def _named(names: Sequence[str]) -> str:
    return (
        names[0]
        if len(names) == 1
        else _("{names} and {value} more", names=names[0], value=len(names) - 1)
    )


CHECK = Check(
    name=marked("feeds"),
    about="Whether feeds and boards answer. Three at each host are asked; of others the last poll "
    "is told.",
    help="Copy the feed's address anew, or ask less often (`every`). `cxdigest sources` says more.",
    plan=_plan,
)
