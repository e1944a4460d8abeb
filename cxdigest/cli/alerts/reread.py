"""``cxdigest reread``: read the stored alerts again after an update, and say what came of it."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

from cxdigest import app
from cxdigest.cli.terminal.given import day_given
from cxdigest.cli.terminal.log import show_log
from cxdigest.cli.terminal.progress import INTERRUPTED, Bar, interruptible, say
from cxdigest.config import load
from cxdigest.language import _, figure, marked, ngettext
from cxdigest.pipeline import Reread, reread
from cxdigest.worker import clock

_AGAIN = marked(
    "Stopped. What was read stays; run the same command again, and it goes on from there."
)


def run(config: Path, *, since: str, source: str, json: bool) -> int:
    """Read again what is stored since the day *since*, of *source* alone if named."""
    day = day_given(since, "--since")
    begin = datetime.combine(day, time(), tzinfo=UTC) if day else None
    settings = load(config)
    show_log(settings)
    with app.open_stored(settings) as store:
        known = store.source_names()
        if source and source not in known:
            names = ", ".join(known) or _("none yet")
            print(
                _(
                    "--source: nothing is stored of {source}; there are {names}",
                    source=f"{source!r}",
                    names=names,
                ),
                file=sys.stderr,
            )
            return 2
        with interruptible() as stopping:
            steps = reread(
                store,
                app.receivers(settings),
                clock=clock,
                since=begin,
                source=source,
                stopping=stopping,
            )
            with closing(steps):
                done = _follow(steps)
            stopped = stopping() and done.done < done.total
    if json:
        print(jsonlib.dumps(asdict(done)))
    else:
        for sentence in told(done):
            print(sentence)
    if stopped:
        say(_(_AGAIN))
    return INTERRUPTED if stopped else 0


def _follow(steps: Iterator[Reread]) -> Reread:
    """Show how far it has come; return the last step."""
    with Bar(_("Reading alerts again"), stopped=_(_AGAIN)) as bar:
        for step in steps:
            bar.at(step.done, step.total)
    return step


def told(done: Reread) -> Iterator[str]:
    """Yield what came of it, one sentence a line."""
    if not done.total:
        yield _("No stored alert is to be read again.")
        return
    yield (
        ngettext("{n} alert read again.", "{n} alerts read again.", done.alerts)
        if done.alerts
        else _("No alerts read again.")
    )
    for number, what in (
        (done.unchanged, marked("read as before")),
        (done.changed, marked("read otherwise than before")),
        (done.readable, marked("can be read now and could not before")),
        (done.kept, marked("show nothing any more: what was read before stays")),
        (
            done.pruned,
            marked("are too old to be kept as they came: what was read before stays"),
        ),
    ):
        if number:
            yield f"  {figure(number)} {_(what)}"
    yield (
        ngettext(
            "{n} posting found that was not known before.",
            "{n} postings found that was not known before.",
            done.new,
        )
        if done.new
        else _("No postings found that was not known before.")
    )
    if done.new:
        yield _("  They are judged at the next turn and stand in the next digest if recent enough.")
    if done.gone:
        yield ngettext(
            "{n} posting shown by no alert any more.",
            "{n} postings shown by no alert any more.",
            done.gone,
        )
        yield _("  They stay stored, and are no news.")
