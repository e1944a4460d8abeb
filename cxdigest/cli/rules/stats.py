"""``cxdigest rules stats``: how each rule fares on labelled postings, how right verdicts are.

Tables for a person, lines of at most 100 characters for a pipe, or JSON lines.
"""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest.cli.rules.labels import read_labels
from cxdigest.cli.rules.packs import load_rules
from cxdigest.language import _, marked
from cxdigest.model import Json, Tier
from cxdigest.rules.trials.accuracy import Figure, Labelled, Pair, kappa, rows
from cxdigest.rules.trials.statistics import Statistics, statistics
from cxdigest.text import printable

_WIDTH = 100  #: of what is printed where there is no terminal
_TIERS: dict[Tier, str] = {
    "full": marked("Title and description"),
    "snippet": marked("Title and 160 characters"),
    "title": marked("Title alone"),
}


def stats(labels: Path, *, packs: list[Path], json: bool) -> int:
    """Print the figures of the shipped rules and *packs* on *labels*; return the exit code.

    Raises:
        PackError: a pack cannot be used.
        WrongUseError: the labels cannot.
    """
    labelled = read_labels(labels)
    found = statistics(labelled, load_rules(packs))
    if json:
        for record in _records(labelled, found):
            sys.stdout.write(jsonlib.dumps(record, ensure_ascii=False) + "\n")
        return 0
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    _show_rules(console, found, len(labelled))
    for tier in _TIERS:
        _show_accuracy(console, tier, labelled, found.pairs[tier])
    return 0


def _show_rules(console: Console, found: Statistics, postings: int) -> None:
    console.print(
        Text(_("Rules on {postings} labelled postings", postings=postings), style="italic")
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("rule"), overflow="fold")  # a name that is cut is of no use
    for name in (marked("points"), marked("hits"), marked("right")):
        table.add_column(_(name), justify="right")
    table.add_column(_("most often beside (of its kind)"), overflow="fold")
    table.add_column(_("share"), justify="right")
    for one in found.rules:
        if one.hits:
            table.add_row(
                Text(printable(one.rule)),
                f"{one.points:+d}",
                str(one.hits),
                _percent(one.right, one.hits),
                Text(printable(one.beside)),
                _percent(one.together, one.hits) if one.beside else "",
            )
    console.print(table)
    if found.silent:
        names = printable(", ".join(found.silent))
        console.print(
            Text(_("Never fired ({number}): {names}", number=len(found.silent), names=names))
        )
    console.print()


def _show_accuracy(
    console: Console, tier: Tier, labelled: Sequence[Labelled], pairs: Sequence[Pair]
) -> None:
    heading = _("{tier}: how right the verdicts are, with intervals of 95 %", tier=_(_TIERS[tier]))
    console.print(Text(heading, style="italic"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("figure"))
    columns = list(_parts(labelled, pairs))
    for name, some in columns:
        table.add_column(Text(f"{printable(name)} ({len(some)})"))
    for figures in zip(*(rows(some) for _name, some in columns), strict=True):
        table.add_row(figures[0].name, *map(_cell, figures))
    table.add_row("kappa", *(f"{kappa(some):.2f}" for _name, some in columns))
    console.print(table)


def _parts(
    labelled: Sequence[Labelled], pairs: Sequence[Pair]
) -> Iterator[tuple[str, Sequence[Pair]]]:
    """Yield all pairs, then those of each part that the labels name."""
    yield "all", pairs
    for part in dict.fromkeys(one.part for one in labelled if one.part):
        yield part, list(compress(pairs, (one.part == part for one in labelled)))


def _percent(hits: int, n: int) -> str:
    return f"{100 * hits / n:.0f} %"


def _cell(figure: Figure) -> str:
    interval = figure.interval()
    if interval is None:
        return "-"
    low, high = interval
    share = 100 * figure.hits / figure.n
    return _(
        "{share} % of {n}\n{low} to {high}",
        share=f"{share:.1f}",
        n=figure.n,
        low=f"{100 * low:.1f}",
        high=f"{100 * high:.1f}",
    )


def _records(labelled: Sequence[Labelled], found: Statistics) -> Iterator[dict[str, Json]]:
    for one in found.rules:
        yield {
            "rule": one.rule,
            "kind": one.kind,
            "points": one.points,
            "hits": one.hits,
            "right": one.right,
            "beside": one.beside,
            "together": one.together,
        }
    for tier, pairs in found.pairs.items():
        for part, some in _parts(labelled, pairs):
            for figure in rows(some):
                yield {
                    "tier": tier,
                    "part": part,
                    "figure": figure.name,
                    "hits": figure.hits,
                    "n": figure.n,
                    "interval": list(figure.interval() or ()),
                }
            yield {"tier": tier, "part": part, "figure": "kappa", "value": kappa(some)}
