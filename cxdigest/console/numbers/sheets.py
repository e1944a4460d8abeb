"""The tables of the page of numbers as CSV files: numbers alone, no title, employer or id.

Pure. A name that a spreadsheet would take for a formula gets an apostrophe before it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from cxdigest.console.numbers.claims import Numbers
from cxdigest.console.numbers.counts import FEWEST, STACKED, TIERS, Counts, Row, percent
from cxdigest.rules.trials.accuracy import Figure

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHARE = ("genuine_percent", "genuine_low", "genuine_high", "unclear_percent")
_HEAD = ("n", *STACKED, *(f"judged_from_{tier}" for tier in TIERS), *_SHARE)
_Cells = Sequence[str | int]


def sheet(numbers: Numbers, of: str) -> str | None:
    """Return the table *of* a name as CSV; None: there is none of that name."""
    make = SHEETS.get(of)
    return None if make is None else _written(make(numbers))


def _periods(numbers: Numbers) -> Iterable[_Cells]:
    yield (f"{numbers.asked.span.unit}_begins", "polled", "over", *_HEAD)
    for one in numbers.periods:
        state = ("yes" if one.known else "no", "yes" if one.whole else "no")
        yield (one.begins.isoformat(), *state, *(_cells(one.counts) if one.known else ()))


def _rows(name: str, rows: Iterable[Row]) -> Iterable[_Cells]:
    yield (name, *_HEAD)
    for one in rows:
        yield (one.name, *_cells(one.counts))


def _kinds(numbers: Numbers) -> Iterable[_Cells]:
    yield ("kind", "number", "n", "percent", "low", "high")
    for kind in STACKED:
        figure = numbers.total.of(kind)
        yield (kind, figure.hits, figure.n, *_share(figure))


def _readers(numbers: Numbers) -> Iterable[_Cells]:
    yield ("judge_said", "readers_said_genuine", "readers_said_not_genuine", "n")
    for one in numbers.readers.rows:
        yield (one.kind, one.genuine, one.not_genuine, one.n)


SHEETS: Mapping[str, Callable[[Numbers], Iterable[_Cells]]] = {
    "kinds": _kinds,
    "periods": _periods,
    "levels": lambda numbers: _rows("level", numbers.levels),
    "sources": lambda numbers: _rows("source", numbers.sources),
    "formats": lambda numbers: _rows("format", numbers.formats),
    "readers": _readers,
}


def _cells(counts: Counts) -> _Cells:
    genuine, unclear = counts.of("genuine"), counts.of("unclear")
    return (
        counts.n,
        *(counts.kinds[kind] for kind in STACKED),
        *(counts.tiers[tier] for tier in TIERS),
        *_share(genuine),
        _share(unclear)[0],
    )


def _share(figure: Figure) -> tuple[str, str, str]:
    """Return share and interval in percent; nothing where there are too few."""
    interval = figure.interval()
    if interval is None or figure.n < FEWEST:
        return "", "", ""
    low, high = interval
    return percent(figure.hits / figure.n), percent(low), percent(high)


def _written(rows: Iterable[_Cells]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(
        [safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue()


def safe(cell: str) -> str:
    """Return *cell* such that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
