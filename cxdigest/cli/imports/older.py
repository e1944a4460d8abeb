"""``cxdigest import mailbox``: a mailbox's alerts from before its first poll, for the archive."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from cxdigest import app
from cxdigest.cli.imports.taking import AGAIN, mailbox_of, see_whose_they_are, take, tell
from cxdigest.cli.terminal.log import show_log
from cxdigest.cli.terminal.progress import Bar, interruptible, say
from cxdigest.config import load
from cxdigest.console.clients.definitions import refuse_temporary
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.pipeline.alerts.older import holding
from cxdigest.sources.mailbox import MailboxSource
from cxdigest.worker import clock


def run(
    config: Path,
    source: str,
    *,
    days: int,
    senders: Sequence[str],
    everybody: bool,
    json: bool,
    again: str = "",
) -> int:
    """Take in what *source* (empty: the only mailbox) got in the last *days*; return the code.

    *again* is what to say where it is stopped; empty: to run the same command again.

    Raises:
        WrongUseError: there is no such mailbox, nobody said whose mails are meant, polls bring all
            of those days anyway, or another process takes them in already.
    """
    settings = load(config)
    refuse_temporary(settings)
    source, mailbox = mailbox_of(settings, source)
    see_whose_they_are(source, mailbox, said=bool(senders) or everybody)
    if not mailbox.enabled:
        raise WrongUseError(
            _("{source} is switched off (enabled: false); switch it on first", source=source)
        )
    if days <= mailbox.since.days:
        raise WrongUseError(
            _(
                "--days {days}: the polls of {source} go back {n} days anyway (since); say "
                "more than that",
                days=days,
                source=source,
                n=mailbox.since.days,
            )
        )
    show_log(settings, least=logging.WARNING)
    with (
        interruptible() as stopping,
        app.street(settings, clock=clock, stopping=stopping) as street,
    ):
        polled = street.sources[source]
        assert isinstance(polled, MailboxSource), "the configuration says so"
        with (
            holding(street, source, days=days, beside=False) as held,
            Bar(_("Reading older alerts"), stopped=again or _(AGAIN)) as bar,
        ):
            step = take(street, held.steps(polled, senders=senders), bar)
        stopped = stopping() or step.stopped
    older = held.older
    assert older is not None, "it was read"
    record = {"stopped": stopped} if json else None
    code = tell(step, older, source, stopped=stopped, record=record, again=again)
    if older.broken_off and not (stopped or again):
        say(_("What was read is kept; run the same command again, and it goes on from there."))
    return code
