"""``cxdigest run``: one turn, and what came of it in a table or as JSON lines."""

from __future__ import annotations

import importlib
import json as jsonlib
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from cxdigest import app, schedule
from cxdigest.cli.terminal.log import show_log
from cxdigest.config import load
from cxdigest.console.instance.standing import SEND, overflowed, taken, unread
from cxdigest.language import _, spoken
from cxdigest.model import Digest, Json
from cxdigest.pipeline import Polled, Street, Turn, turn
from cxdigest.render.words import short_day
from cxdigest.text import printable
from cxdigest.worker import clock


def run(config: Path, *, once: bool, due: bool, strict: bool, json: bool) -> int:
    """Do one turn with the configuration at *config*; return the exit code.

    *strict*, sources that are silent, overflowed or brought unreadable alerts are failures too.
    """
    if once == due:
        print(_("say either --once (everything now) or --due (only what is due)"), file=sys.stderr)
        return 2
    settings = load(config)
    show_log(settings, least=logging.WARNING)  # the table below says what an INFO line would
    for warning in settings.warnings:
        print(_("warning: {warning}", warning=warning), file=sys.stderr)
    with app.street(settings, clock=clock) as street:
        done = turn(street, everything=once)
        waiting = dict(coming(street))
        now = street.clock()
        claims = street.store.claims(list(street.sources), now=now)
        doubts = list(doubtful(done.polled, street.store.silences(list(street.sources), now=now)))
    for problem in problems(done):
        print(printable(f"cxdigest: {problem}"), file=sys.stderr)
    for doubt in doubts if strict else ():
        print(printable(f"cxdigest: {doubt}"), file=sys.stderr)
    if json:
        for line in lines(done):
            print(jsonlib.dumps(line))
        for claim in claims:
            print(
                jsonlib.dumps({"step": "claimed", "source": claim.source, "message": taken(claim)})
            )
        if strict:
            print(jsonlib.dumps({"step": "strict", "problems": [*problems(done), *doubts]}))
    else:
        folders = {name for name, one in settings.channels.items() if one.type == "folder"}
        others = [
            _("{source} was not polled: {claim}", source=claim.source, claim=taken(claim))
            for claim in claims
        ]
        # Loaded here, since `serve` tells of its turns in the log and needs no tables.
        summary = importlib.import_module("cxdigest.cli.instance.summary")
        summary.show(done, once=once, written=folders, waiting=waiting, taken=others)
    return 1 if done.failed or (strict and doubts) else 0


def doubtful(every: Iterable[Polled], silences: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Name what may be missing although the polls went well, one sentence each."""
    for polled in every:
        if polled.unread:
            yield _(
                "source {source}: {unread}; {send}",
                source=polled.source,
                unread=unread(polled.unread),
                send=SEND,
            )
        if polled.full:
            yield _("source {source}: {overflowed}", source=polled.source, overflowed=overflowed())
    yield from chain.from_iterable(silences.values())  # each names its source


def problems(done: Turn) -> Iterator[str]:
    """Name everything that failed, one sentence each."""
    yield from poll_problems(done.polled)
    for composed in done.composed:
        if composed.message:
            yield _(
                "profile {profile}: {message}", profile=composed.profile, message=composed.message
            )
    for delivered in done.delivered:
        if delivered.state != "sent":
            again = _("is tried again") if delivered.state == "waiting" else _("is given up")
            yield (
                _(
                    "delivery to {recipient} over {channel} {again}: {detail}",
                    recipient=delivered.recipient,
                    channel=delivered.channel,
                    again=again,
                    detail=delivered.detail,
                )
            )


def poll_problems(every: Iterable[Polled]) -> Iterator[str]:
    """Name every source that could not be polled, one sentence each."""
    for polled in every:
        if polled.message:
            yield _("source {source}: {message}", source=polled.source, message=polled.message)


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
            "overflowed": polled.full > 0,
            "message": polled.message,
        }
    for page in done.pages:
        yield {
            "step": "page",
            "posting": page.posting,
            "profile": page.profile,
            "outcome": page.outcome,
            "detail": page.detail,
        }
    yield {"step": "judge", "judged": done.judged}
    for composed in done.composed:
        counts: dict[str, Json] = dict(_counts(composed.digest)) if composed.digest else {}
        yield {
            "step": "compose",
            "profile": composed.profile,
            "day": composed.day.isoformat(),
            "made": composed.digest is not None,
            "quiet": composed.quiet,
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


def coming(street: Street) -> Iterator[tuple[str, str]]:
    """Yield each profile's name and when its next digest is due, on the person's own clock."""
    for one in street.present().profiles:
        if one.paused:
            continue
        due = street.clock()
        while True:
            due = schedule.next_send(due, send_at=one.send_at, zone=one.zone, days=one.days)
            moment = due.astimezone(one.zone)
            # A day that was served early by --once, or is ahead by a change of zone, has its own.
            if not street.store.digest_day_exists(one.name, moment.date()):
                break
        yield (
            one.name,
            _(
                "{day} at {time} ({zone})",
                day=short_day(moment.date(), spoken()),
                time=f"{moment:%H:%M}",
                zone=one.zone.key,
            ),
        )
