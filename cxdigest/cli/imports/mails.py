"""``cxdigest import mails``: old alert mails out of what a mail program or a provider exported."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from cxdigest import app
from cxdigest.cli.imports.taking import AGAIN, mailbox_of, see_whose_they_are, take, tell
from cxdigest.cli.terminal.log import show_log
from cxdigest.cli.terminal.progress import Bar, interruptible
from cxdigest.config import load
from cxdigest.console.clients.definitions import refuse_temporary
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.pipeline.alerts.importing import import_mails
from cxdigest.sources.exported import Export
from cxdigest.worker import clock


def run(
    config: Path,
    paths: Sequence[Path],
    *,
    source: str,
    senders: Sequence[str],
    everybody: bool,
    json: bool,
) -> int:
    """Take the mails at *paths* in as alerts of *source* (empty: the only one); return the code.

    Raises:
        WrongUseError: there is no such source or path, or nobody said whose mails are meant.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise WrongUseError(
                _("{path}: there is no such file or folder; check the name", path=path)
            )
    settings = load(config)
    refuse_temporary(settings)
    source, mailbox = mailbox_of(settings, source)
    see_whose_they_are(source, mailbox, said=bool(senders) or everybody)
    show_log(settings, least=logging.WARNING)
    with (
        interruptible() as stopping,
        app.street(settings, clock=clock, stopping=stopping) as street,
    ):
        export = Export(paths, limit=mailbox.max_size)
        with Bar(_("Reading mails"), unit="bytes", stopped=_(AGAIN)) as bar:
            steps = import_mails(
                street,
                source,
                export,
                senders=(mailbox.senders, tuple(senders)),
                limit=mailbox.max_size,
                stopping=stopping,
            )
            step = take(street, steps, bar)
        stopped = stopping()
    record = {"other_files": export.others, "stopped": stopped} if json else None
    return tell(step, export, source, others=export.others, stopped=stopped, record=record)
