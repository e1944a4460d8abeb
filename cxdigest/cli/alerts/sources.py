"""``cxdigest sources``: how every source stands, and what to do about those that need a hand."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.config import load
from cxdigest.console.instance.standing import Line, ago, lines_of, outcome, problems, span_words
from cxdigest.language import _, figure, marked, pgettext
from cxdigest.model import Json, Tier
from cxdigest.text import printable
from cxdigest.worker import clock

#: On a terminal narrower than this, two values share a cell, one below the other.
WIDE = 132
_TIERS: tuple[Tier, ...] = ("title", "snippet", "full")


def sources(config: Path, *, json: bool) -> int:
    """Show all sources of the configuration at *config* and those that are stored; return 0."""
    settings = load(config)
    now = clock()
    with app.open_stored(settings) as store:
        lines = lines_of(store, settings.sources, now=now, tiers=True)
    if json:
        for line in lines:
            print(jsonlib.dumps(record(line, now)))
        return 0
    if not lines:
        print(_("There are no sources in the configuration yet."))
        return 0
    _show(lines, now)
    return 0


def _show(lines: list[Line], now: datetime) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        # One line a source, however long: a program reads it.
        console = Console(highlight=False, width=1000)
    console.print(_table(lines, now, wide=console.width >= WIDE))
    for problem in [told for line in lines for told in problems(line, now)]:
        text = Text(printable(problem))
        for number, part in enumerate(text.wrap(console, console.width - 2)):
            part.rstrip()
            console.print(Text("  " if number else "") + part, soft_wrap=True)


def _table(lines: list[Line], now: datetime, *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _WIDE_HEADS if wide else _NARROW_HEADS:
        table.add_column(_(head))
    for line in lines:
        cells = _cells(line, now)
        table.add_row(*map(Text, cells if wide else _stacked(cells)))
    return table


_WIDE_HEADS = (
    marked("source"), marked("type"), marked("last poll"), marked("outcome"),
    marked("alerts/postings"), marked("in 7 days"), marked("usual"), marked("next poll"),
    marked("title/snippet/full"),
)  # fmt: skip
_NARROW_HEADS = (
    marked("source\ntype"), marked("last poll\noutcome"), marked("alerts/\npostings"),
    marked("usual\nnext poll"), marked("title/snippet\n/full"),
)  # fmt: skip


def _stacked(cells: list[str]) -> Iterator[str]:
    name, kind, polled, said, last, week, usual, coming, tiers = cells
    yield f"{name}\n{kind}"
    yield f"{polled}\n{said}"
    yield f"{last}\n" + _("7 days: {week}", week=week) if week else ""
    yield f"{usual}\n{coming}".strip()
    yield tiers


def _cells(line: Line, now: datetime) -> list[str]:
    found = line.standing
    polled = found and found.polled
    return [
        printable(line.name),
        line.type,
        ago(now - polled) if polled else _("not yet"),
        outcome(line),
        f"{figure(found.alerts)}/{figure(found.sightings)}" if found and polled else "",
        f"{figure(found.week_alerts)}/{figure(found.week_postings)}" if found and polled else "",
        _usual(line),
        _next(line, now),
        shares(line.tiers),
    ]


def _usual(line: Line) -> str:
    if line.standing and line.standing.usual:
        return str(line.standing.usual)
    return _("not known yet") if line.enabled else ""


def _next(line: Line, now: datetime) -> str:
    if not line.enabled:
        return pgettext("poll", "never")
    if line.standing is None or line.standing.next_poll <= now:
        return _("at the next turn")
    return pgettext("time", "in {span}", span=span_words(line.standing.next_poll - now))


def shares(tiers: Mapping[Tier, int]) -> str:
    """Return the shares of the tiers in percent, ``20/50/30 %``; empty without postings."""
    total = sum(tiers.values())
    if not total:
        return ""
    return "/".join(f"{100 * tiers.get(tier, 0) / total:.0f}" for tier in _TIERS) + " %"


def record(line: Line, now: datetime) -> dict[str, Json]:
    """Return one source as it is printed with ``--json``."""
    found = line.standing
    told: dict[str, Json] = {
        "source": line.name,
        "type": line.type,
        "enabled": line.enabled,
        "polled": found.polled.isoformat() if found and found.polled else None,
        "next_poll": found.next_poll.isoformat() if found and line.enabled else None,
        "outcome": found.outcome if found else None,
        "message": found.message if found else "",
        "problems": list(problems(line, now)),
        "silent": list(found.silences) if found else [],
        "tiers": {tier: line.tiers.get(tier, 0) for tier in _TIERS},
        "nobodys": dict(line.strangers),
        "not_followed": len(line.refused),
    }
    if found is None:
        return told
    told["last"] = {
        "alerts": found.alerts, "postings": found.sightings, "unread": found.unread,
        "overflowed": found.overflowed,
    }  # fmt: skip
    told["week"] = {
        "alerts": found.week_alerts, "postings": found.week_postings, "unread": found.week_unread,
    }  # fmt: skip
    told["usual"] = None
    if found.usual:
        a_week, postings = found.usual.alerts_a_week, found.usual.postings
        told["usual"] = {"alerts_a_week": round(a_week, 2), "postings": round(postings, 2)}
    return told
