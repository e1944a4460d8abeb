"""A mailbox's older alerts, taken in beside the street: asked for, seen, stopped and gone on with.

How it stands is one note of the store, so every process of an instance can show it and stop it, and
goes on with what a process that died had in hand. One alone takes in the alerts of a mailbox, be it
a worker that was asked in the console or a command. Which mails they are says ``sources.older``,
how they are stored ``importing``.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from cxdigest.errors import StoreError, WrongUseError
from cxdigest.language import _
from cxdigest.pipeline.alerts.importing import Imported, import_mails
from cxdigest.pipeline.holders import is_gone
from cxdigest.pipeline.street import LEASE, Street
from cxdigest.pipeline.told import told
from cxdigest.sources.mailbox import MailboxSource, begun_at
from cxdigest.sources.older import Older
from cxdigest.store import Store

log = logging.getLogger(__name__)

State = Literal["waits", "works", "done", "stopped", "failed"]

_NOTE = "older alerts of "
_OFTEN = timedelta(seconds=2)  #: between two notes of how far it is
_PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60))  #: before it is tried again
_FOR_GOOD = ("auth", "gone")  #: failures that no other try changes
_MOMENTS = ("asked", "until", "due", "at")
_here: set[str] = set()  #: who holds any in this process


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """How taking in the older alerts of one mailbox stands."""

    asked: datetime
    at: datetime  #: when this was noted
    days: int  #: how far back
    beside: bool = True  #: a worker does it and goes on with it; else a command
    state: State = "waits"
    holder: str = ""  #: who takes them in
    until: datetime | None = None  #: so long, without another note, it is that one's
    due: datetime | None = None  #: when it is tried again
    tries: int = 0  #: that came no further, in a row
    stop: bool = False  #: somebody asked for that
    problem: str = ""  #: what went wrong at last, and the way out
    sums: Imported = field(default_factory=Imported)

    @property
    def goes_on(self) -> bool:
        """Whether it is being done, or will be by itself."""
        return self.state in ("waits", "works")


def older_of(store: Store, name: str, *, now: datetime) -> Taking | None:
    """Return how taking in the older alerts of mailbox *name* stands; None: nobody asked yet."""
    return _present(_read(store.note(_NOTE + name)), now)


def ask_for_older(store: Store, name: str, *, days: int, now: datetime) -> bool:
    """Have a worker take in the alerts of the last *days*; False: that is being done already."""
    while True:
        before = store.note(_NOTE + name)
        known = _present(_read(before), now)
        if known and known.goes_on:
            return False
        sums = known.sums if known and known.days == days and known.state != "done" else Imported()
        asked = Taking(asked=now, at=now, days=days, sums=sums)
        if store.put_note(_NOTE + name, _text(asked), instead=before):
            return True


def stop_older(store: Store, name: str, *, now: datetime) -> None:
    """Have it stopped after the mails in hand, wherever it is done; what was taken in stays."""
    while True:
        before = store.note(_NOTE + name)
        known = _present(_read(before), now)
        if known is None or not known.goes_on:
            return
        stopped = replace(known, stop=True) if known.holder else replace(known, state="stopped")
        if store.put_note(_NOTE + name, _text(stopped), instead=before):
            return


def older_waiting(street: Street) -> list[str]:
    """Return the mailboxes whose older alerts a worker is to take in now."""
    now = street.clock()
    notes = street.store.notes(_NOTE)
    return [
        name
        for name, one in street.sources.items()
        if isinstance(one, MailboxSource)
        and (known := _present(_read(notes.get(name)), now))
        and known.state == "waits"
        and (known.due is None or known.due <= now)
    ]


def take_older_waiting(street: Street) -> None:
    """Begin what somebody asked for in the console, beside the street."""
    names = older_waiting(street)
    if names:
        street.beside("older", lambda: _all(street, names))


def _all(street: Street, names: Sequence[str]) -> None:
    for name in names:
        if not street.stopping():
            take_older(street, name)


def take_older(street: Street, name: str) -> None:
    """Take in what was asked for of mailbox *name*, unless another process does it.

    A store that fails is logged and not raised: the note still says what waits.
    """
    source = street.sources.get(name)
    known = older_of(street.store, name, now=street.clock())
    if not isinstance(source, MailboxSource) or known is None:
        return
    try:
        with holding(street, name, days=known.days, beside=True) as held:
            for _step in held.steps(source, senders=()):
                pass
    except BusyError:
        return
    except StoreError as error:
        log.error("older alerts of %s: %s; tried again", name, error)  # noqa: TRY400 - the text says it all
        return
    end = held.taking
    what = end.problem or f"{end.state}, {end.sums.taken} alerts taken in"
    fields_of_it = told("older", source=name, state=end.state, taken=end.sums.taken)
    log.log(
        logging.WARNING if end.problem else logging.INFO,
        "older alerts of %s: %s",
        name,
        what,
        extra=fields_of_it,
    )


class BusyError(WrongUseError):
    """Another process takes in the older alerts of this mailbox, or nobody asks for it any more."""


class Held:
    """One process's hold on taking in the older alerts of one mailbox."""

    def __init__(self, street: Street, name: str, taking: Taking, text: str) -> None:
        self.taking = taking
        self.older: Older | None = None  #: the mails, as far as they were read
        self._street, self._name, self._text = street, name, text
        self._begun = taking.sums.mails

    def steps(self, source: MailboxSource, *, senders: Sequence[str]) -> Generator[Imported]:
        """Take the alerts in, of these *senders* alone if any are named; yield how far it is.

        Raises:
            StoreError: it could not be stored, or another process has taken the work over.
        """
        street, now = self._street, self._street.clock()
        polls = now - timedelta(days=source.since_days)
        since = now - timedelta(days=self.taking.days)
        self.older = older = Older(source, since=since, before=polls, sleep=street.sleep)
        store = street.store
        store.register_sources([self._name], now=now)
        # Or what comes between the two would be nobody's, where the first poll is days away.
        store.begin_polls(self._name, begun_at(polls))
        steps = import_mails(
            street, self._name, older, senders=(source.senders, tuple(senders)),
            limit=source.limit, stopping=self._stopping,
        )  # fmt: skip
        with closing(steps):
            for step in steps:
                if street.clock() - self.taking.at >= _OFTEN:
                    self.note(sums=step, until=street.clock() + LEASE)
                yield step
        self._end(older, step)

    def _stopping(self) -> bool:
        return self._street.stopping() or self.taking.stop

    def _end(self, older: Older, step: Imported) -> None:
        problem, now = " ".join(older.troubles), self._street.clock()
        tries = 0 if step.mails > self._begun else self.taking.tries + 1
        if self.taking.stop or (step.stopped and not self.taking.beside):
            self.note(state="stopped", sums=step)
        elif step.stopped:  # with its process: the next goes on
            self.note(state="waits", due=None, sums=step)
        elif older.lost is None:
            self.note(state="done", sums=step, problem=problem)
        elif not self.taking.beside:
            self.note(state="stopped", sums=step, problem=problem)
        elif older.lost.outcome in _FOR_GOOD or tries > len(_PAUSES):
            self.note(state="failed", sums=step, problem=problem)
        else:
            due = now + _PAUSES[max(tries - 1, 0)]
            self.note(state="waits", sums=step, problem=problem, tries=tries, due=due)

    def let_go(self) -> None:
        """Give up the hold where it was left in the midst."""
        if self.taking.state == "works":
            self.note(state="waits" if self.taking.beside else "stopped")

    def note(self, **changes: Any) -> None:  # noqa: ANN401 - fields of Taking
        """Note *changes*, and heed a wish to stop that was noted meanwhile.

        Raises:
            StoreError: another process has taken the work over.
        """
        store, name = self._street.store, _NOTE + self._name
        changes = {"at": self._street.clock(), **changes}
        if changes.get("state", "works") != "works":
            changes = {"due": None, **changes, "holder": "", "until": None, "stop": False}
        while True:
            taking = replace(self.taking, **changes)
            if store.put_note(name, _text(taking), instead=self._text):
                self.taking, self._text = taking, _text(taking)
                return
            before = store.note(name)
            other = _read(before)
            if before is None or other is None or other.holder != self.taking.holder:
                raise StoreError(_("the work was taken over by another process"))
            self._text, self.taking = before, replace(self.taking, stop=other.stop)
            if "stop" not in changes:
                changes["stop"] = other.stop


@contextmanager
def holding(street: Street, name: str, *, days: int, beside: bool) -> Iterator[Held]:
    """Hold the taking in of mailbox *name*'s older alerts for the time of the ``with``.

    Raises:
        BusyError: another process holds it; or, *beside*, it is not waited for any more.
    """
    store, now = street.store, street.clock()
    before = store.note(_NOTE + name)
    known = _present(_read(before), now)
    if known and known.state == "works":
        raise BusyError(
            _(
                "the older alerts of {source} are being taken in already, by {holder}; see how far "
                "it is on the source's page in the console, or wait until it is done",
                source=name,
                holder=known.holder.rpartition(":")[0],
            )
        )
    if beside and (known is None or known.state != "waits"):
        raise BusyError(_("nobody asks for the older alerts of {source} any more", source=name))
    fresh = known is None or not known.goes_on or known.days != days
    asked = now if fresh or known is None else known.asked
    tries = 0 if fresh or known is None else known.tries
    # Of its own, since one process may hold several mailboxes.
    holder = f"{street.holder.rpartition(':')[0]}:{secrets.token_hex(4)}"
    mine = Taking(
        asked=asked, at=now, days=days, beside=beside or bool(known and known.goes_on),
        state="works", holder=holder, until=now + LEASE, tries=tries,
        sums=Imported() if fresh or known is None else known.sums,
    )  # fmt: skip
    if not store.put_note(_NOTE + name, _text(mine), instead=before):
        raise BusyError(_("another process has just begun to take in the older alerts"))
    held = Held(street, name, mine, _text(mine))
    _here.add(holder)
    try:
        yield held
    finally:
        _here.discard(holder)
        held.let_go()


def _present(known: Taking | None, now: datetime) -> Taking | None:
    """Return how it stands *now*: what nobody has in hand any more waits, or was stopped."""
    if known is None or known.state != "works":
        return known
    over = known.until is None or known.until <= now or known.until > now + 2 * LEASE
    if not (over or is_gone(known.holder, here=_here)):
        return known
    on = known.beside and not known.stop
    state: State = "waits" if on else "stopped"
    return replace(known, state=state, holder="", until=None, stop=False, due=None)


def _text(one: Taking) -> str:
    said = asdict(one)
    for key in _MOMENTS:
        said[key] = said[key].isoformat() if said[key] else None
    return json.dumps(said)


def _read(text: str | None) -> Taking | None:
    if not text:
        return None
    said = json.loads(text)
    for key in _MOMENTS:
        said[key] = datetime.fromisoformat(said[key]) if said.get(key) else None
    sums = {key: said["sums"][key] for key in _names(Imported) & said["sums"].keys()}
    kept = {key: said[key] for key in _names(Taking) & said.keys()}
    return Taking(**(kept | {"sums": Imported(**sums)}))


def _names(of: type) -> set[str]:
    return {one.name for one in fields(of)}
