"""What a mail has no room for, as files that go with it.

Pure. One page that any browser or phone opens without a network, in the words of the mail, and one
table for those who sort and filter. The text part of the mail lists it all as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from itertools import groupby
from operator import itemgetter

from cxdigest.language import _, figure, marked, spoken
from cxdigest.model import Enclosure
from cxdigest.render import words
from cxdigest.render.fit import Plan
from cxdigest.render.row import Row
from cxdigest.render.sections import SECTIONS, Group

#: Rows in the page; thousands more make a file that no mail server takes. The table holds all.
PAGE_MOST = 2000
TABLE_MOST = 10_000
_COLUMNS = (
    marked("section"), marked("title"), marked("employer"), marked("place"), marked("workplace"),
    marked("salary"), marked("what it is"), marked("quoted words"), marked("age"),
    marked("seen at"), marked("link"), marked("ref"),
)  # fmt: skip
_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 640px; margin: 0 auto; padding: 24px; background: #fff; color: #1b2225;
  font: 15px/1.45 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  overflow-wrap: anywhere; }}
a {{ color: #0b5a68; text-decoration: none; }}
h3 {{ font-size: 16px; margin: 22px 0 0; }}
p {{ margin: 2px 0 0; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #1b2124; color: #edeae3; }}
  a {{ color: #86d3df; }}
}}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{about}</p>"""
#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = frozenset("=+-@\t")
_escaped = lru_cache(maxsize=64)(escape)


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


def files(rest: Mapping[str, Sequence[Row]], name: str, day: str) -> tuple[Enclosure, ...]:
    """Return *rest* as a page, whose title says the *day*, and as a table."""
    told = [(_(SECTIONS[key][0]), row) for key, rows in rest.items() for row in rows]
    return (
        Enclosure(name=f"{name}.html", media="text/html", content=_page(told, day).encode()),
        Enclosure(name=f"{name}.csv", media="text/csv", content=_table(told)),
    )


def _page(told: Sequence[tuple[str, Row]], day: str) -> str:
    shown = told[:PAGE_MOST]
    parts = []
    for section, rows in groupby(shown, key=itemgetter(0)):
        parts += [f"<h2>{escape(section)}</h2>", *(_entry(row) for _section, row in rows)]
    links = [act.url for _section, row in shown for act in row.acts]
    # One for each blank that the entries have; escaped all at once.
    entries = "\n".join(parts) % tuple(escape("\n".join(links)).split("\n") if links else ())
    head = _HEAD.format(
        language=spoken(),
        title=escape(_("Postings of {day}", day=day)),
        about=escape(_("What the mail had no room for, or showed in one line.")),
    )
    parts = [head, entries]
    if further := len(told) - PAGE_MOST:
        told_more = _("And {n} more, in the table.", n=figure(further))
        parts += [f"<p>{escape(told_more)}</p>"] * (further > 0)
    return "\n".join([*parts, "</body>", "</html>", ""])


def _entry(row: Row) -> str:
    """Return the entry of *row* with a blank for each of its reader's links."""
    kept = row.kept()
    entry: str = kept.get("entry") or kept.setdefault("entry", _blank_entry(row))
    return entry


def _blank_entry(row: Row) -> str:
    links = " · ".join(f'<a href="%s">{_escaped(act.label)}</a>' for act in row.acts)
    return f"{_told(row).replace('%', '%%')}{links and f'<br>{links}'}</p>"


def _told(row: Row) -> str:
    """Return the entry of *row* up to what its reader may say of it."""
    link = f' href="{escape(row.url)}"' if row.url else ""
    why = words.quoted(row.quotes) or row.reason
    plainer = _("A plainer title: {title}", title=row.suggests) if row.suggests else ""
    ref = _("ref {reference}", reference=row.reference) if row.reference else ""
    told = (
        words.joined(row.marks, words.upfirst(row.kind), row.facts), why, plainer, row.since,
        words.joined(row.origin, ref),
    )  # fmt: skip
    lines = escape("\n".join(filter(None, told))).replace("\n", "<br>")
    return f'<h3><a{link} dir="auto">{escape(row.title)}</a></h3>\n<p dir="auto">{lines}'


def _table(told: Sequence[tuple[str, Row]]) -> bytes:
    lines = [_line_of(section, row) for section, row in told[:TABLE_MOST]]
    # The mark at its front tells spreadsheets that it is UTF-8.
    return "".join([_line(map(_, _COLUMNS)), *lines]).encode("utf-8-sig")


def _line_of(section: str, row: Row) -> str:
    kept, key = row.kept(), ("line", section)
    line: str = kept.get(key) or kept.setdefault(key, _line((section, *_cells(row))))
    return line


def _line(values: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(map(_cell, values))
    return written.getvalue()


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.title, row.employer, row.place, row.workplace, row.salary, row.kind,
        "; ".join(row.quotes), row.age, row.seen_at, row.url, row.reference,
    )  # fmt: skip


def _cell(value: str) -> str:
    return f"'{value}" if value[:1] in _FORMULA else value
