"""Whether the store opens, is of this version and whole. Read only: nothing is made or migrated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cxdigest.doctor.line import Check, Line, Piece, failed, ok, told, unchecked, warning
from cxdigest.doctor.paths import broken_link, is_there
from cxdigest.doctor.patient import Patient
from cxdigest.errors import StoreError
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import damage_in, file_of, looked_at, strangers_in, version_of
from cxdigest.store.database.upgrade import is_known
from cxdigest.store.schema import REVISION

_WHOLE = 10.0  #: seconds for a look at every page
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at the database showed."""

    version: str | None  #: of the tables; None: there are none of cxdigest's
    known: bool  #: whether this program knows tables of that version
    strangers: Sequence[str]  #: tables that are not cxdigest's
    damage: str | None = None  #: "" for none; None: not looked for, or no time for it


def judge(place: str, found: Looked) -> Iterator[Line]:
    """Yield how the store at *place* stands."""
    if found.version is None:
        yield _without_tables(place, found.strangers)
    elif found.version == REVISION:
        yield ok(place, _("opens; its tables are of this version ({revision})", revision=REVISION))
    elif found.known:
        yield warning(
            place,
            _(
                "its tables are of version {version}, this program uses {revision}",
                version=found.version,
                revision=REVISION,
            ),
            _("start cxdigest, which makes a backup and brings them up to date"),
        )
    else:
        yield failed(
            place,
            _(
                "it was written by a newer cxdigest (its tables are {version})",
                version=found.version,
            ),
            _("install that newer version, or restore the backup that was made before it"),
        )
    if found.damage:
        yield failed(
            place,
            _("it is damaged: {damage}", damage=found.damage),
            _("stop cxdigest and restore the last backup: cxdigest restore FILE"),
        )
    elif found.damage is None:
        yield unchecked(place, _("it is too large to be read whole in this time"), _BY_HAND)
    else:
        yield ok(place, _("it is whole"))


_BY_HAND = marked("look for damage at a quiet hour: sqlite3 FILE 'PRAGMA quick_check'")


def _without_tables(place: str, strangers: Sequence[str]) -> Line:
    if strangers:
        named = ", ".join(strangers[:_NAMED])
        return failed(
            place,
            _("it holds tables of another program ({named})", named=named),
            _("name another under store.url"),
        )
    return warning(place, _("it is empty"), _("run: cxdigest run --once, which makes its tables"))


def _probe(patient: Patient) -> Iterator[Line]:
    store = patient.settings.store
    if store.temporary:
        yield warning(
            "store.url",
            _('":temporary:" forgets everything after each run'),
            _("name a file under store.url"),
        )
        return
    path = file_of(store.address)
    if path is not None and is_there(path.parent) and not _may_see(path):
        way = _("let the user who runs cxdigest open the folder; see its line further down")
        yield failed(str(path), _("this user may not look into its folder"), way)
        return
    if path is not None and (link := broken_link(path)) is not None:
        way = _("mend the link, or mount what it leads to")
        yield failed(str(path), _("{link} is a link that leads nowhere", link=link), way)
        return
    if path is not None and not is_there(path):
        yield warning(
            str(path), _("it is not there yet"), _("run: cxdigest run --once, which makes it")
        )
        return
    try:
        with looked_at(store.address, patience=timedelta(seconds=patient.seconds())) as database:
            version = version_of(database)
            found = Looked(
                version=version,
                known=version is not None and (version == REVISION or is_known(version)),
                strangers=strangers_in(database),
                damage=damage_in(database, seconds=patient.seconds(_WHOLE)) if path else "",
            )
            yield from judge(database.place, found)
    except StoreError as error:
        place = str(path or _("the store"))
        yield told(place, "failed", str(error).removeprefix(f"{path}: ").removeprefix(f"{path} "))


def _may_see(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return False
    except OSError:
        return True
    return True


CHECK = Check(
    name=marked("store"),
    about="The store: whether it opens, which version its tables are, and whether it is whole.",
    help="Older tables are brought up to date by the next start. A damaged store is put back by "
    "`cxdigest restore`.",
    plan=lambda patient: (
        [Piece(subject="store", probe=lambda: _probe(patient))] if patient.config else []
    ),
)
