"""``cxdigest migrate-store``: move an instance into another database and show what arrived."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from cxdigest.cli.terminal.progress import Bar
from cxdigest.errors import WrongUseError
from cxdigest.language import _, figure, marked
from cxdigest.pipeline.holders import is_gone
from cxdigest.store import open_store
from cxdigest.store.copies.moving import Move, Step, begin_move, carry_out
from cxdigest.worker import clock

_PARTS = {
    "copy": marked("Copying rows"),
    "index": marked("Making indexes"),
    "compare": marked("Comparing what arrived"),
    "words": marked("Taking in words to be found by"),
}

_STOPPED = marked("Stopped. Nothing is at the new place, and the store is as it was.")
_MOVED = marked(
    "Stopped. All rows are at the new place; the words to be found by come with the next turn."
)


def migrate_store(source: str, target: str, *, force: bool, json: bool) -> int:
    """Move the store at *source* to *target*, both as ``store.url`` takes them.

    Raises:
        WrongUseError: one of them is no place to keep a store.
    """
    if ":temporary:" in {source, target}:
        raise WrongUseError(
            _(":temporary: is a fresh store for each run; name a path or a database")
        )
    move = begin_move(source, target)
    with closing(_steps(move, source, target, force=force)) as steps:
        _follow(steps)
    if json:
        tables = {name: asdict(there) for name, (_, there) in move.tables.items()}
        print(
            jsonlib.dumps(
                {"from": move.source, "to": move.target, "url": move.url, "tables": tables}
            )
        )
    else:
        _show(move)
    return 0


def _steps(move: Move, source: str, target: str, *, force: bool) -> Generator[Step]:
    yield from carry_out(move, source, target, now=clock(), ended=is_gone, force=force)
    # From here on the store is there; what is left undone the next turn does.
    store = open_store(target)
    with closing(store):
        total, done = move.tables["postings"][1].rows, 0
        while taken := store.take_in_words():
            done += taken
            yield Step(part="words", done=done, total=total)


def _follow(steps: Iterator[Step]) -> None:
    """Show how far it has come."""
    first = _PARTS["copy"]
    with Bar(_(first), stopped=_(_STOPPED)) as bar:
        part = ""
        for step in steps:
            if step.part != part:
                part = step.part
                ended = _MOVED if part == "words" else _STOPPED
                bar.part(_(_PARTS[part]), stopped=_(ended))
            bar.at(step.done, step.total)


def _show(move: Move) -> None:
    table = Table(_("Table"), _("Rows"), _("Checksum"), "", box=None)
    table.columns[1].justify = "right"
    for name, (left, there) in move.tables.items():
        alike = _("as it left") if left == there else _("differs")
        table.add_row(name, figure(there.rows), there.checksum, alike)
    width = None if sys.stdout.isatty() else 100
    Console(width=width, highlight=False).print(table)
    rows = sum(there.rows for _, there in move.tables.values())
    print(
        _(
            "All {rows} rows of {source} are at {target} now, each as it was.",
            rows=figure(rows),
            source=move.source,
            target=move.target,
        )
    )
    print(_("Write in the configuration, wherever it is used:"))
    secret = _("  password_file: …  # or another of the three keys\n") if "://" in move.url else ""
    print(f"\nstore:\n  url: {move.url}\n{secret}")
    print(
        _(
            "{source} is left as it was, but no worker works on it any more. Whoever "
            "is signed in stays so. Keep it until the new one has proved itself, "
            "then remove it: it holds everything too.",
            source=move.source,
        )
    )
