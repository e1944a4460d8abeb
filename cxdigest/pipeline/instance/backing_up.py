"""Have a backup made each day, by one of the workers, beside the street: no poll waits for it.

Which worker makes it and how the last one went stands in a note of the store. What one is, is
``keeping``'s; here is when, and that a failure is told and tried again. One that was ended with its
worker is due at once.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from cxdigest.errors import StoreError
from cxdigest.pipeline.street import Street
from cxdigest.pipeline.told import told
from cxdigest.store import Store

log = logging.getLogger(__name__)

_NOTE = "backup"
_EVERY = timedelta(days=1)
_AGAIN = timedelta(hours=1)  #: after one that failed, or whose worker died


@dataclass(frozen=True, slots=True, kw_only=True)
class Backed:
    """How the last backup went."""

    made: datetime | None = None  #: the last that was
    due: datetime | None = None  #: when the next is; None: nobody looked yet
    problem: str = ""  #: why the last try failed, and the way out


def backed(store: Store) -> Backed:
    """Return how the last backup of *store* went."""
    said = json.loads(store.note(_NOTE) or "{}")
    made, due = (said.get(key) for key in ("made", "due"))
    return Backed(
        made=datetime.fromisoformat(made) if made else None,
        due=datetime.fromisoformat(due) if due else None,
        problem=said.get("problem", ""),
    )


def back_up_when_due(street: Street) -> None:
    """Begin the day's backup if it is due and no other worker makes it."""
    make, now, store = street.backup, street.clock(), street.store
    if make is None:
        return
    before = store.note(_NOTE)
    known = backed(store)
    if known.due is None:
        # A new store; there is a day's work to be kept tomorrow.
        _write(store, Backed(due=now + _EVERY), instead=before)
    elif now >= known.due:
        mine = Backed(made=known.made, due=now + _AGAIN, problem=known.problem)
        if _write(store, mine, instead=before):
            street.beside("backup", lambda: _back_up(street, known.made))


def _back_up(street: Street, last: datetime | None) -> None:
    """Make it and note how that went."""
    assert street.backup is not None
    now, store = street.clock(), street.store
    try:
        file = street.backup()
    except StoreError as error:
        # It is told by health, too: whoever restores must not find out.
        log.error("no backup was made: %s", error, extra=told("backup", made=False))  # noqa: TRY400 - the text says it all
        done = Backed(made=last, due=now + _AGAIN, problem=str(error))
    else:
        if file is None:
            before = backed(store).problem
            _write(store, Backed(made=last, due=now, problem=before), instead=store.note(_NOTE))
            return
        log.info("made the backup %s", file, extra=told("backup", made=True, file=str(file)))
        done = Backed(made=now, due=now + _EVERY)
    _write(store, done, instead=store.note(_NOTE))


def _write(store: Store, one: Backed, *, instead: str | None) -> bool:
    said = {
        "made": one.made.isoformat() if one.made else None,
        "due": one.due.isoformat() if one.due else None,
        "problem": one.problem,
    }
    return store.put_note(_NOTE, json.dumps(said), instead=instead)
