"""The mark that a store was moved elsewhere: what still wakes there must not send again.

Written with the last step of a move, looked at by every worker as it wakes.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from cxdigest.errors import StoreError
from cxdigest.store.schema import instance

_NAME = "moved_to"
_TO = select(instance.c.value).where(instance.c.name == _NAME)


def moved_to(connection: Connection) -> str | None:
    """Return where this store was moved to, in words; None: it was not."""
    return connection.scalar(_TO)


def mark_moved(connection: Connection, place: str) -> None:
    """Say that this store goes on at *place*."""
    unmark(connection)
    connection.execute(insert(instance), {"name": _NAME, "value": place})


def unmark(connection: Connection) -> None:
    """Take the mark away."""
    connection.execute(delete(instance).where(instance.c.name == _NAME))


def require_here(connection: Connection, place: str) -> None:
    """Refuse to work on a store that goes on elsewhere.

    Raises:
        StoreError: it was moved.
    """
    if (elsewhere := moved_to(connection)) is not None:
        raise StoreError(
            f"{place} was moved to {elsewhere}, and to work on both would send digests twice; "
            "name the new one under store.url, or stop this worker. (To go on with what stands "
            "here instead: cxdigest migrate-store --force THIS-STORE A-NEW-ONE)"
        )
