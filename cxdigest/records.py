"""Records by the thousand: as they come out of the database, and for the postings of a digest.

They are put together slot by slot: the constructor of a frozen dataclass takes four times as long.
None of a record's own checks is made, so only for records that have none, and for values that
passed them on the way into the store. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

_Record = TypeVar("_Record")
_Put = Callable[[Any, Any], None]


def reader(kind: type[_Record], names: Sequence[str]) -> Callable[[Iterable[Any]], _Record]:
    """Return what makes a *kind* of values in the order of *names*, which are all its fields.

    Values beyond those are passed over.
    """
    slots = _slots(kind)
    assert set(names) == set(slots), "no slot may stay empty"
    puts, new = tuple(slots[name] for name in names), kind.__new__

    def read(values: Iterable[Any]) -> _Record:
        made = new(kind)
        for put, value in zip(puts, values, strict=False):
            put(made, value)
        return made

    return read


def changer(kind: type[_Record]) -> Callable[[_Record, Mapping[str, Any]], _Record]:
    """Return what makes a *kind* of another one, with changes by the names of its fields."""
    slots, new = _slots(kind), kind.__new__
    puts, values = tuple(slots.values()), attrgetter(*slots)

    def changed(record: _Record, changes: Mapping[str, Any]) -> _Record:
        made = new(kind)
        for put, value in zip(puts, values(record), strict=True):
            put(made, value)
        for name, value in changes.items():
            slots[name](made, value)
        return made

    return changed


def _slots(kind: type[Any]) -> Mapping[str, _Put]:
    return {field.name: vars(kind)[field.name].__set__ for field in fields(kind)}
