"""What a mail has no room for, as files that go with it.

Pure. One page that any browser or phone opens without a network, in the words of the mail, and one
table for those who sort and filter. The text part of the mail lists it all as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from cxdigest.model import Enclosure
from cxdigest.render.fit import Plan
from cxdigest.render.row import Row
from cxdigest.render.sections import SECTIONS, Group

#: Rows in the page; thousands more make a file that no mail server takes. The table holds all.
PAGE_MOST = 2000
TABLE_MOST = 10_000
_COLUMNS = (
    "section", "title", "employer", "place", "workplace", "salary", "what it is", "quoted words",
    "age", "seen at", "link", "ref",
)  # fmt: skip
#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t")


def name_of(day: date) -> str:
    """Return the name of the page, without its ending."""
    return f"postings-{day.isoformat()}"


def rest_of(groups: Mapping[str, Group], plan: Plan) -> dict[str, tuple[Row, ...]]:
    """Return the rows that *plan* does not show in their usual form, by section."""
    rest = {}
    for key, group in groups.items():
        shown, whole = plan.shown[key], plan.whole[key]
        cut = (row for row in group.rows[:shown][whole:] if row.full)
        rest[key] = (*cut, *group.rows[shown:])
    return {key: rows for key, rows in rest.items() if rows}


def table(rest: Mapping[str, Iterable[Row]], name: str) -> Enclosure:
    """Return *rest* as a table that spreadsheets open."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(_COLUMNS)
    told = ((SECTIONS[key][0], row) for key, rows in rest.items() for row in rows)
    for _, (section, row) in zip(range(TABLE_MOST), told, strict=False):
        lines.writerow(map(_cell, (section, *_cells(row))))
    # The mark at its front tells spreadsheets that it is UTF-8.
    return Enclosure(
        name=f"{name}.csv", media="text/csv", content=written.getvalue().encode("utf-8-sig")
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.title, row.employer, row.place, row.workplace, row.salary, row.kind,
        "; ".join(row.quotes), row.age, row.seen_at, row.url, row.reference,
    )  # fmt: skip


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
