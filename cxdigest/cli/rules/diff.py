"""``cxdigest rules diff``: what a pack would change among the stored postings, before it is used.

The postings stream through; of what changes, so many of each rank are kept to be shown in order.
"""

from __future__ import annotations

import json as jsonlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from cxdigest import app
from cxdigest.cli.rules.packs import load_rules, read_packs, stored_packs
from cxdigest.config import load
from cxdigest.language import _, marked
from cxdigest.model import Json, Verdict
from cxdigest.rules import Rules
from cxdigest.rules.trials.changes import Change, RuleChange, changes
from cxdigest.store.people.packs import EVERYBODY
from cxdigest.text import printable

_SHOWN = 100  #: changes of each rank that are shown
_RULES = 4  #: rules named with a change
_RANKS = (
    marked("Between customer experience and what is set aside"),
    marked("Set aside, or in sight again"),
    marked("Of another kind, or no longer clear"),
    marked("Flagged, or no longer"),
)


@dataclass(slots=True)
class _Tally:
    """What was counted, and what is to be shown."""

    postings: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    shown: dict[int, list[Change]] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        self.kinds[_said(change.old), _said(change.new)] += 1
        self.ranks[change.rank] += 1
        kept = self.shown.setdefault(change.rank, [])
        if len(kept) < _SHOWN:
            kept.append(change)


def diff(config: Path, packs: list[Path], *, json: bool) -> int:
    """Show what *packs*, beside the configured ones, would change; return the exit code.

    A pack that is configured already is compared with the rules without it.

    Raises:
        ConfigError: the configuration cannot be used.
        PackError: a pack cannot be used.
        StoreError: the store cannot be read.
    """
    settings = load(config)
    tried = {pack.resolve() for pack in packs}
    beside = [pack for pack in settings.rules.packs if pack.resolve() not in tried]
    for pack in settings.rules.packs:
        if pack.resolve() in tried:
            note = _(
                "{pack} is in the configuration already; compared with the rules without it",
                pack=pack,
            )
            print(printable(note), file=sys.stderr)
    tally = _Tally()
    with app.open_stored(settings) as store:
        stored = stored_packs(store, EVERYBODY)
        old = load_rules(beside, stored)
        new = load_rules(beside, [*stored, *read_packs(packs)])
        total = store.counts()["postings"]
        for change in _watched(changes(store.every_posting(), old, new), total):
            tally.postings += 1
            if change is None:
                continue
            tally.add(change)
            if json:
                sys.stdout.write(jsonlib.dumps(_record(change), ensure_ascii=False) + "\n")
    if not json:
        _show(tally, old, new)
    return 0


def _watched(walk: Iterable[Change | None], total: int) -> Iterator[Change | None]:
    """Yield from *walk*, with a bar on standard error if that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(walk, total=total, description=_("Judging twice"))


def _show(tally: _Tally, old: Rules, new: Rules) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for rank in sorted(tally.shown):
        kept, count = tally.shown[rank], tally.ranks[rank]
        console.print(Text(f"{_(_RANKS[rank])} ({count})", style="bold"))
        for change in kept:
            for line in _lines(change):
                _say(console, line)
        if count > len(kept):
            console.print(
                Text(_("  and {number} more; --json lists all", number=count - len(kept)))
            )
        console.print()
    for (before, after), count in tally.kinds.most_common():
        console.print(Text(f"{count:6d}  {before} → {after}"))
    changed = sum(tally.ranks.values())
    console.print(
        Text(
            _(
                "{changed} of {postings} stored postings would change.",
                changed=changed,
                postings=tally.postings,
            )
        )
    )
    if old.fingerprint == new.fingerprint:
        console.print(_("The rules are the same, packs included."))


def _say(console: Console, line: str) -> None:
    """Print *line*; a terminal gets it broken at words and indented, a pipe as it is."""
    if not console.is_terminal:
        console.print(Text(line))
        return
    text = line.lstrip()
    first = line[: len(line) - len(text)]
    for part in Text(text).wrap(console, max(console.width - len(first) - 2, 20)):
        part.rstrip()
        console.print(Text(first) + part)
        first = first or "  "


def _lines(change: Change) -> Iterator[str]:
    posting = change.posting
    mark = "!" if change.crosses else "-"
    employer = f" ({printable(posting.company)})" if posting.company else ""
    yield f"{mark} {printable(posting.title.strip())}{employer}"
    because = _because(change.rules)
    yield f"    {_said(change.old)} → {_said(change.new)}: {because}"


def _said(verdict: Verdict) -> str:
    return _("{kind}, flagged", kind=verdict.kind) if verdict.flagged else verdict.kind


def _because(moved: Sequence[RuleChange]) -> str:
    if not moved:
        return _("the same points, other settings")
    named = [f"{printable(one.rule)} {_points(one)}" for one in moved[:_RULES]]
    more = [_("{number} more", number=len(moved) - _RULES)] if len(moved) > _RULES else []
    return ", ".join(named + more)


def _points(one: RuleChange) -> str:
    if not one.before:
        return f"{one.after:+d}"
    if one.after:
        return f"{one.before:+d} → {one.after:+d}"
    return _("{before} → gone", before=f"{one.before:+d}")


def _record(change: Change) -> dict[str, Json]:
    return {
        "id": change.posting.id,
        "title": change.posting.title,
        "company": change.posting.company,
        "url": change.posting.url,
        "old": _verdict(change.old),
        "new": _verdict(change.new),
        "crosses": change.crosses,
        "rules": [
            {"rule": one.rule, "before": one.before, "after": one.after} for one in change.rules
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Json]:
    return {"kind": verdict.kind, "flagged": verdict.flagged, "points": verdict.points}
