"""``cxdigest sources``: how every source stands, and what to do about those that need a hand."""

from __future__ import annotations

import json as jsonlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.cli.summary import OUTCOMES
from cxdigest.config import load
from cxdigest.intake import told_by
from cxdigest.model import Json, Tier
from cxdigest.pipeline.street import LEASE
from cxdigest.render import words
from cxdigest.roll import is_intake
from cxdigest.store import Claim, Standing
from cxdigest.text import printable
from cxdigest.worker import clock

#: On a terminal narrower than this, two values share a cell, one below the other.
WIDE = 132
_MONTH = timedelta(days=30)
_NAMED = 5  #: so many addresses or reasons are named
_TIERS: tuple[Tier, ...] = ("title", "snippet", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One source as it is shown."""

    name: str
    type: str  #: as configured; ``removed`` where it is not in the configuration any more
    enabled: bool
    standing: Standing | None  #: None: not polled yet
    tiers: Mapping[Tier, int]  #: postings of the last 30 days by what is known of them
    #: Alerts of an intake in these days that are nobody's, by address.
    strangers: Mapping[str, int] = field(default_factory=dict)
    refused: Sequence[str] = ()  #: why mails to cxdigest itself were not followed in these days


def sources(config: Path, *, json: bool) -> int:
    """Show all sources of the configuration at *config* and those that are stored; return 0."""
    settings = load(config)
    now = clock()
    with app.open_stored(settings) as store:
        standings = {one.source: one for one in store.standings(now=now)}
        names = [*settings.sources, *sorted(standings.keys() - settings.sources.keys())]
        intakes = {name: one for name, one in settings.sources.items() if is_intake(one)}
        tiers = store.tier_shares(names, since=now - _MONTH, intakes=intakes)
        strangers = {
            name: _strangers(store.nobodys(name, since=now - _MONTH), one.own_address)
            for name, one in intakes.items()
        }
        refused = store.refused_messages(since=now - _MONTH)
    lines = [
        Line(
            name=name,
            type=settings.sources[name].type if name in settings.sources else "removed",
            enabled=name in settings.sources and settings.sources[name].enabled,
            standing=standings.get(name),
            tiers=tiers[name],
            strangers=strangers.get(name, {}),
            refused=refused.get(name, ()),
        )
        for name in names
    ]
    if json:
        for line in lines:
            print(jsonlib.dumps(record(line, now)))
        return 0
    if not lines:
        print("There are no sources in the configuration yet.")
        return 0
    _show(lines, now)
    return 0


def _strangers(nobodys: Iterable[Sequence[str]], own: str) -> Mapping[str, int]:
    """Return how many mails are nobody's, by the address that tells most of each."""
    return Counter(told_by(addressed, own) for addressed in nobodys)


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
        table.add_column(head)
    for line in lines:
        cells = _cells(line, now)
        table.add_row(*map(Text, cells if wide else _stacked(cells)))
    return table


_WIDE_HEADS = (
    "source", "type", "last poll", "outcome", "alerts/postings", "in 7 days", "usual", "next poll",
    "title/snippet/full",
)  # fmt: skip
_NARROW_HEADS = (
    "source\ntype", "last poll\noutcome", "alerts/\npostings", "usual\nnext poll",
    "title/snippet\n/full",
)  # fmt: skip


def _stacked(cells: list[str]) -> Iterator[str]:
    name, kind, polled, said, last, week, usual, coming, tiers = cells
    yield f"{name}\n{kind}"
    yield f"{polled}\n{said}"
    yield f"{last}\n7 days: {week}" if week else ""
    yield f"{usual}\n{coming}".strip()
    yield tiers


def _cells(line: Line, now: datetime) -> list[str]:
    found = line.standing
    polled = found and found.polled
    return [
        printable(line.name),
        line.type,
        ago(now - polled) if polled else "not yet",
        outcome(line),
        f"{found.alerts:,}/{found.sightings:,}" if found and polled else "",
        f"{found.week_alerts:,}/{found.week_postings:,}" if found and polled else "",
        f"{found.usual}" if found and found.usual else "not known yet" if line.enabled else "",
        _next(line, now),
        shares(line.tiers),
    ]


def outcome(line: Line) -> str:
    """Say how the last poll went, or why there is none."""
    if not line.enabled:
        return "no longer configured" if line.type == "removed" else "disabled"
    found = line.standing
    if found and found.claim:
        return "being polled"
    return OUTCOMES[found.outcome] if found and found.outcome else ""


def _next(line: Line, now: datetime) -> str:
    if not line.enabled:
        return "never"
    if line.standing is None or line.standing.next_poll <= now:
        return "at the next turn"
    return f"in {_span(line.standing.next_poll - now)}"


def ago(span: timedelta) -> str:
    """Return how long ago something was: ``5 min ago``."""
    return f"{_span(span)} ago" if span >= timedelta(minutes=1) else "just now"


def _span(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 100:  # noqa: PLR2004 - up to there minutes say more than hours
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def shares(tiers: Mapping[Tier, int]) -> str:
    """Return the shares of the tiers in percent, ``20/50/30 %``; empty without postings."""
    total = sum(tiers.values())
    if not total:
        return ""
    return "/".join(f"{100 * tiers.get(tier, 0) / total:.0f}" for tier in _TIERS) + " %"


def problems(line: Line, now: datetime) -> Iterator[str]:
    """Yield a sentence for everything about a source that a person should know."""
    found = line.standing
    if found is None or not line.enabled:
        return
    if found.claim:
        yield f"{line.name}: {taken(found.claim)}"
    if found.message:
        yield f"{line.name}: {found.message.removesuffix('.')}{_again(found, now)}."
    if found.overflowed:
        yield f"{line.name}: {overflowed()}"
    if found.week_unread:
        yield f"{line.name}: {unread(found.week_unread)} in the last 7 days; {SEND}"
    if line.strangers:
        yield f"{line.name}: {nobodys(line.strangers)}"
    if line.refused:
        yield f"{line.name}: {not_followed(line.refused)}"
    yield from found.silences


def nobodys(strangers: Mapping[str, int]) -> str:
    """Say how many alerts are nobody's, for which addresses, and the way out."""
    ranked = sorted(strangers.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{number:,} for {address or 'no address'}" for address, number in ranked]
    more = len(named) - _NAMED
    shown = ", ".join(named[:_NAMED]) + (f" and {more} more addresses" if more > 0 else "")
    total = words.count(sum(strangers.values()), "alert")
    return (
        f"{total} of the last 30 days are nobody's: {shown}; name an address under"
        " a person's `addresses`, and that person gets them."
    )


def not_followed(reasons: Sequence[str]) -> str:
    """Say how many mails to cxdigest itself asked for something that was not done, and why."""
    total = words.count(len(reasons), "mail")
    said = " ".join(reason for reason, _ in Counter(reasons).most_common(_NAMED))
    return f"{total} of the last 30 days asked cxdigest for something and were not followed. {said}"


def _again(found: Standing, now: datetime) -> str:
    times = f"; {found.failures} polls in a row have failed" if found.failures > 1 else ""
    if found.next_poll <= now:
        return times
    if found.outcome == "throttled":
        return f"{times} (left alone until {found.next_poll:%d %b %H:%M} UTC)"
    return f"{times} (tried again in {_span(found.next_poll - now)})"


#: What to do with alerts that cannot be read.
SEND = (
    "send one with `cxdigest report-format`, and after an update read them with `cxdigest reread`."
)


def unread(number: int) -> str:
    """Say that so many alerts could not be read."""
    return f"{words.count(number, 'alert')} could not be read"


def overflowed() -> str:
    """Say that a feed was full of new entries, and the way out."""
    return (
        "everything in it was new, so some of it was probably lost; make the search narrower, or"
        " poll it more often (`every`)."
    )


def taken(claim: Claim) -> str:
    """Say who has a source in hand, and when it is free if that worker was killed."""
    since = claim.until - LEASE
    return (
        f"another worker ({claim.holder.rpartition(':')[0]}) has it since {since:%H:%M} UTC; if"
        f" that one was killed, it is polled again after {claim.until:%H:%M} UTC."
    )


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
