"""Whether there is room for the store, its daily copy and the digests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from cxdigest.doctor.line import Check, Line, Piece, failed, ok, warning
from cxdigest.doctor.paths import is_there, nearest
from cxdigest.doctor.patient import Patient
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import file_of

_LEAST = 50_000_000  #: bytes; a backup leaves so much free, and a day needs a few
_LITTLE = 500_000_000


def judge(place: str, *, free: int, store: int) -> Line:
    """Say whether *free* bytes are enough beside a store of so many."""
    room = _("{free} free", free=_size(free))
    if free < _LEAST:
        return failed(
            place,
            _("{room}, and cxdigest needs {least}", room=room, least=_size(_LEAST)),
            _MAKE_ROOM,
        )
    if free < max(_LITTLE, 2 * store):
        held = _(" beside a store of {store}", store=_size(store)) if store else ""
        return warning(
            place,
            _("{room}{held}, which is little for the daily backup", room=room, held=held),
            _MAKE_ROOM,
        )
    return ok(place, room)


_MAKE_ROOM = marked(
    "free some space, keep fewer backups (backup.keep), or let go of old postings "
    "(store.keep_postings)"
)


def _size(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1_000_000_000 else f"{number / 1e6:,.0f} MB"  # noqa: PLR2004


def _probe(folder: Path, store: Path | None) -> Iterator[Line]:
    there = nearest(folder)
    size = store.stat().st_size if store and is_there(store) else 0
    yield judge(str(folder), free=shutil.disk_usage(there).free, store=size)


def _plan(patient: Patient) -> list[Piece]:
    if patient.config is None or patient.config.store.temporary:
        return []
    store = file_of(patient.config.store.address)
    folders = {patient.config.backups.absolute()} if patient.config.backup.daily else set()
    if store is not None:
        folders.add(store.absolute().parent)
    return [
        Piece(subject=str(folder), probe=lambda folder=folder: _probe(folder, store))  # type: ignore[misc]
        for folder in sorted(folders)
    ]


CHECK = Check(
    name=marked("disk"),
    about="How much room is left where the store and its backups lie.",
    help="Free some space, or keep less: `backup.keep`, `store.keep_postings`, "
    "`store.keep_digests`.",
    plan=_plan,
)
