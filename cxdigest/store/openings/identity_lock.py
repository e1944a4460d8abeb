"""One decides which postings are one, while nobody relies on it; many rely on it at a time.

Who stores something under a posting's id looks first which posting that is by now. On PostgreSQL
another worker could merge or part it between the look and the writing, and neither would see the
other: what had ended would be stored anew beside the posting that took it in, for ever; duties
that a reader pasted would be let go. So both lock identity, as the first thing in a transaction
(whoever waits here holds no row that another needs), and hold it to the end. Nothing slow is done
meanwhile: what is stored was fetched, read and judged before, and where many are to be compared,
one looks for likes while others store, then decides on what did not change. SQLite has one writer
at a time.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

#: Any number that no other program in this database is likely to lock.
_LOCK = 0x6F70_656E_696E_6773  # "openings"
_LOOK = 0x6F70_656E_696E_6774
_LOOK_ALONE = text("SELECT pg_try_advisory_xact_lock(:lock)").bindparams(lock=_LOOK)
_RELY = text("SELECT pg_advisory_xact_lock_shared(:lock)").bindparams(lock=_LOCK)
_DECIDE = text("SELECT pg_advisory_xact_lock(:lock)").bindparams(lock=_LOCK)


def rely_on_identity(connection: Connection) -> None:
    """Let no posting be merged, parted or removed until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_RELY)


def may_look_for_likes(connection: Connection) -> bool:
    """Tell whether nobody else looks for the likes of many; then nobody does until this ends.

    Two would find the same, and one of them would have compared thousands for nothing.
    """
    return connection.dialect.name != "postgresql" or bool(connection.scalar(_LOOK_ALONE))


def decide_identity(connection: Connection) -> None:
    """Wait until nobody relies on which postings there are, or decides it; then be the only one."""
    if connection.dialect.name == "postgresql":
        connection.execute(_DECIDE)
