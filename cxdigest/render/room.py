"""How much room the text around the postings gets. Pure; three sizes, the roomiest that fits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The longest lists and texts, so that no day's troubles crowd its postings out."""

    named: int  #: entries of a list that are named one by one; further ones are counted
    most: int  #: letters of a message
    name: int  #: letters of a title or a name within a message
    note: int  #: letters of the coach's note
    paragraphs: int  #: of the coach's note; what is beyond runs on in one


#: Letters may take six bytes each (an entity, an emoji), so the last one stays below 30 KB.
ROOMS = (
    Room(named=12, most=500, name=160, note=4000, paragraphs=40),
    Room(named=4, most=240, name=80, note=2000, paragraphs=20),
    Room(named=2, most=120, name=40, note=1000, paragraphs=5),
)
WIDEST = ROOMS[0]
