"""``cxdigest run``: one turn, and what came of it in a table or as JSON lines."""

from __future__ import annotations

import json as jsonlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cxdigest import app
from cxdigest.cli.log import show_log
from cxdigest.model import Candidate, Digest, Json
from cxdigest.pipeline import Turn, turn
from cxdigest.render.words import KIND_WORDS
from cxdigest.text import printable
from cxdigest.worker import clock

#: So many of the set-aside postings are shown with their words.
SHOWN = 3
#: With so many of the quotes that decided, strongest first.
QUOTES = 2


def run(config: Path, *, once: bool, due: bool, json: bool) -> int:
    """Do one turn with the configuration at *config*; return the exit code."""
    if once == due:
        print("say either --once (everything now) or --due (only what is due)", file=sys.stderr)
        return 2
    settings = app.configuration(config)
    show_log(settings, least=logging.WARNING)  # the table below says what an INFO line would
    for warning in settings.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    with app.street(settings, clock=clock) as street:
        done = turn(street, everything=once)
    for problem in problems(done):
        print(printable(f"cxdigest: {problem}"), file=sys.stderr)
    if json:
        for line in lines(done):
            print(jsonlib.dumps(line))
    else:
        _show(done)
    return 1 if done.failed else 0


def problems(done: Turn) -> Iterator[str]:
    """Name everything that failed, one sentence each."""
    for polled in done.polled:
        if polled.message:
            yield f"source {polled.source}: {polled.message}"
    for composed in done.composed:
        if composed.message:
            yield f"profile {composed.profile}: {composed.message}"
    for delivered in done.delivered:
        if delivered.state != "sent":
            again = "is tried again" if delivered.state == "waiting" else "is given up"
            yield (
                f"delivery to {delivered.recipient} over {delivered.channel} {again}:"
                f" {delivered.detail}"
            )


def lines(done: Turn) -> Iterator[dict[str, Json]]:
    """Yield one record a poll, a digest and a delivery."""
    for polled in done.polled:
        yield {
            "step": "poll",
            "source": polled.source,
            "outcome": polled.outcome,
            "alerts": polled.alerts,
            "sightings": polled.sightings,
            "unread": polled.unread,
            "message": polled.message,
        }
    yield {"step": "judge", "judged": done.judged}
    for composed in done.composed:
        counts: dict[str, Json] = dict(_counts(composed.digest)) if composed.digest else {}
        yield {
            "step": "compose",
            "profile": composed.profile,
            "day": composed.day.isoformat(),
            "made": composed.digest is not None,
            "message": composed.message,
            **counts,
        }
    for delivered in done.delivered:
        yield {
            "step": "deliver",
            "profile": delivered.profile,
            "channel": delivered.channel,
            "recipient": delivered.recipient,
            "state": delivered.state,
            "detail": delivered.detail,
        }


def _counts(digest: Digest) -> dict[str, int]:
    return {
        "genuine": len(digest.genuine),
        "unclear": len(digest.unclear),
        "flagged": len(digest.flagged),
        "others": len(digest.others),
    }


def _show(done: Turn) -> None:
    console = Console(highlight=False)
    if done.polled:
        console.print(_polls(done))
    for composed in done.composed:
        if composed.digest:
            _show_digest(console, composed.digest)
        elif not composed.message:
            console.print(
                f"{composed.profile}: the digest of {composed.day:%d %b %Y} was made before;"
                " nothing is sent twice."
            )
    for delivered in done.delivered:
        if delivered.state == "sent":
            console.print(
                f"Sent to {delivered.recipient} over {delivered.channel}:"
                f" {escape(printable(delivered.detail))}",
                soft_wrap=True,
            )


def _polls(done: Turn) -> Table:
    table = Table(title="Sources", title_justify="left")
    table.add_column("source")
    table.add_column("outcome")
    for name in ("alerts read", "not readable", "postings found"):
        table.add_column(name, justify="right")
    for polled in done.polled:
        table.add_row(
            polled.source,
            polled.outcome,
            str(polled.alerts - polled.unread),
            str(polled.unread),
            str(polled.sightings),
        )
    return table


def _show_digest(console: Console, digest: Digest) -> None:
    table = Table(title=f"Digest for {digest.heading}, {digest.day:%a %d %b}", title_justify="left")
    table.add_column("what they are")
    table.add_column("postings", justify="right")
    table.add_row("customer experience", str(len(digest.genuine)))
    table.add_row("worth a look (cannot tell yet)", str(len(digest.unclear)))
    table.add_row(
        "called customer experience; the duties say something else", str(len(digest.flagged))
    )
    table.add_row("other trades", str(len(digest.others)))
    console.print(table)
    if digest.flagged:
        console.print("Set aside, for example:")
    for candidate in digest.flagged[:SHOWN]:
        console.print(f"  {escape(printable(_set_aside(candidate)))}", soft_wrap=True)


def _set_aside(candidate: Candidate) -> str:
    verdict = candidate.verdict
    assert verdict is not None, "a flagged posting has a verdict"
    quotes = dict.fromkeys(item.quote for item in verdict.evidence if item.kind == verdict.kind)
    words = " and ".join(f"“{quote}”" for quote in list(quotes)[:QUOTES])
    employer = f" ({candidate.posting.company})" if candidate.posting.company else ""
    return (
        f"{candidate.posting.title}{employer}: {KIND_WORDS[verdict.kind]}, because it says {words}"
    )
