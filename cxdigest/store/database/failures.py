"""A database's failure as one sentence that names the database, what is wrong and the way out."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AGAIN = "Nothing that was stored is lost, and the step is done again at the next turn."
_SQLITE = {
    sqlite3.SQLITE_FULL: f"the disk is full; free some space. {_AGAIN}",
    sqlite3.SQLITE_BUSY: "another program has locked it for too long; end the other cxdigest, "
    f"backup or database shell that uses it. {_AGAIN}",
    sqlite3.SQLITE_LOCKED: f"it is locked by another part of this program. {_AGAIN}",
    sqlite3.SQLITE_READONLY: "it cannot be written to; give this user the right to write the file "
    "and its folder, and mount the volume writable",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; see that the folder exists and that this user "
    "may write to it",
    sqlite3.SQLITE_CORRUPT: "it is damaged; restore the last backup, or save what can be saved "
    "with: sqlite3 FILE .recover",
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database; name another file under store.url",
    sqlite3.SQLITE_IOERR: f"the disk refused to read or write; see that it is healthy. {_AGAIN}",
}
_POSTGRES = {
    "53100": f"its disk is full; free some space there. {_AGAIN}",
    "42501": "this user may not do that there; make the user the owner of the database",
    "55P03": f"another program has locked it for too long; end that program. {_AGAIN}",
    "40001": f"two workers met on the same rows. {_AGAIN}",
    "40P01": f"two workers met on the same rows. {_AGAIN}",
    "25006": "it takes no writing (a standby?); name the primary server in store.url",
}
_UNREACHABLE = (
    "no connection ({cause}); see that the server runs and that store.url names its address, "
    f"database, user and password. {_AGAIN}"
)


def explain(error: DBAPIError | PoolTimeout, place: str) -> str:
    """Return what *error* means for the person who runs the database at *place*."""
    if isinstance(error, PoolTimeout):
        return f"{place}: all connections are in use; run fewer threads. {_AGAIN}"
    original = error.orig
    if isinstance(original, sqlite3.Error):
        # The low byte is the kind of failure, the rest its details.
        known = _SQLITE.get(getattr(original, "sqlite_errorcode", 0) & 0xFF)
    else:
        known = _postgres(error)
    return f"{place}: {known or original}"


def _postgres(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in _POSTGRES:
        return _POSTGRES[state]
    # Without a state the server did not answer at all; 08 and 57 are connections that it ended.
    if (state is None and isinstance(error, OperationalError)) or (state or "")[:2] in {"08", "57"}:
        return _UNREACHABLE.format(cause=(str(error.orig).strip().splitlines() or ["cut"])[0])
    return None
