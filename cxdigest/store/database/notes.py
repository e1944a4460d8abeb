"""What the workers of one instance tell each other: one text a name, changed by one alone."""

from __future__ import annotations

from sqlalchemy import select, update

from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import instance


class Notes(Part):
    """Short notes, kept in ``instance``."""

    def note(self, name: str) -> str | None:
        """Return the note *name*; None where there is none."""
        query = select(instance.c.value).where(instance.c.name == _key(name))
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
        return found

    def notes(self, begin: str) -> dict[str, str]:
        """Return the notes whose names begin so, by the rest of their names."""
        name = instance.c.name
        query = select(name, instance.c.value).where(name.startswith(_key(begin), autoescape=True))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.name.removeprefix(_key(begin)): row.value for row in rows}

    def put_note(self, name: str, value: str, *, instead: str | None) -> bool:
        """Write *value* where the note is still *instead*; tell whether it was."""
        row = {"name": _key(name), "value": value}
        with self._database.writing() as connection:
            if instead is None:
                new = insert_new(connection, instance).returning(instance.c.name)
                return connection.scalar(new, row) is not None
            same = (instance.c.name == row["name"]) & (instance.c.value == instead)
            return connection.execute(update(instance).where(same).values(row)).rowcount == 1


def _key(name: str) -> str:
    return f"note/{name}"
