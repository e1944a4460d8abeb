"""Tables of the instance itself: what it keeps once, who woke, who was away."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from cxdigest.store.schema.columns import Moment
from cxdigest.store.schema.frame import Serial, later, metadata

#: What this instance made once and keeps, e.g. the key that signs links.
instance = Table(
    "instance",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: Times in which no process was awake, for longer than one would be between two turns.
absences = Table(
    "absences",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("begun", Moment, nullable=False),
    Column("ended", Moment, nullable=False, index=True),
    later("profile"),  # which was paused meanwhile; "" nobody was there for any
)

workers = Table(
    "workers",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("woke", Moment, nullable=False),
)
