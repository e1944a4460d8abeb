"""``cxdigest import mails``: old alert mails out of what a mail program or a provider exported."""

from __future__ import annotations

import json as jsonlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from cxdigest import app
from cxdigest.cli.log import show_log
from cxdigest.cli.progress import INTERRUPTED, Bar, interruptible, say
from cxdigest.config import Config, MailboxConfig, load
from cxdigest.console.definitions import refuse_temporary
from cxdigest.errors import WrongUseError
from cxdigest.language import _, figure, marked, ngettext
from cxdigest.pipeline import Street, identify_waiting
from cxdigest.pipeline.identify import take_words_in
from cxdigest.pipeline.importing import Imported, import_mails
from cxdigest.pipeline.judge import judging
from cxdigest.sources.exported import Export
from cxdigest.worker import clock

_AGAIN = marked(
    "Stopped. What was read is kept; run the same command again, and it goes on from there."
)


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
    source, mailbox = _mailbox(settings, source)
    _see_whose_they_are(source, mailbox, said=bool(senders) or everybody)
    show_log(settings, least=logging.WARNING)
    with (
        interruptible() as stopping,
        app.street(settings, clock=clock, stopping=stopping) as street,
    ):
        export = Export(paths, limit=mailbox.max_size)
        steps = import_mails(
            street,
            source,
            export,
            senders=(mailbox.senders, tuple(senders)),
            limit=mailbox.max_size,
            stopping=stopping,
        )
        with closing(steps), Bar(_("Reading mails"), unit="bytes", stopped=_(_AGAIN)) as bar:
            for step in steps:
                bar.at(step.done, step.total)
            _judge(street, bar, step)
        stopped = stopping()
    if json:
        record = asdict(step) | {"other_files": export.others, "problems": export.troubles}
        print(jsonlib.dumps(record | {"stopped": stopped}))
    else:
        for sentence in told(step, export, source):
            print(sentence)
    for trouble in export.troubles:
        say(f"cxdigest: {trouble}")
    if stopped:
        say(_(_AGAIN))
        return INTERRUPTED
    return 1 if export.troubles else 0


def _see_whose_they_are(source: str, mailbox: MailboxConfig, *, said: bool) -> None:
    """See that somebody would get these mails, and that it is *said* which of them are alerts."""
    if mailbox.intake and not mailbox.enabled:
        raise WrongUseError(
            _(
                "{source} serves several people and is switched off (enabled: false), so nobody "
                "would get these mails; switch it on first",
                source=source,
            )
        )
    if not (mailbox.senders or said):
        raise WrongUseError(
            _(
                "{source} reads the mails of every sender, and an export may hold all "
                "of a mailbox. Say whose mails are alerts, as --sender linkedin.com "
                "--sender indeed.com, or --all",
                source=source,
            )
        )


def _mailbox(settings: Config, source: str) -> tuple[str, MailboxConfig]:
    """Return the mailbox named *source*, or the only one there is where nothing is named."""
    known = {name: one for name, one in settings.sources.items() if isinstance(one, MailboxConfig)}
    if not source and len(known) == 1:
        return known.popitem()
    if source in known:
        return source, known[source]
    names = ", ".join(known)
    if not source:
        which = (
            _("one of {names}", names=names) if known else _("but the configuration has no mailbox")
        )
        raise WrongUseError(
            _("say with --source NAME which mailbox these mails belong to: {which}", which=which)
        )
    there = (
        _("choose one of the mailboxes: {names}", names=names)
        if known
        else _("there is no mailbox")
    )
    what = _("is no mailbox") if source in settings.sources else _("is not in the configuration")
    raise WrongUseError(
        _("--source: {source} {what}; {there}", source=source, what=what, there=there)
    )


def _judge(street: Street, bar: Bar, step: Imported) -> None:
    """Do what the next turn would do anyway, so that what came can be looked at now."""
    if step.stopped or not step.taken:
        return
    bar.part(_("Finding what is one opening"))
    identify_waiting(street)
    bar.part(_("Judging"))
    judged = 0
    for number in judging(street):
        judged += number
        bar.at(judged, max(judged, step.postings))
    bar.part(_("Taking in words to be found by"))
    take_words_in(street)


def told(step: Imported, export: Export, source: str) -> Iterator[str]:
    """Yield what came of it, one sentence a line."""
    yield ngettext(
        "{n} mail looked at for {source}.",
        "{n} mails looked at for {source}.",
        step.mails,
        source=source,
    )
    for number, what in (
        (step.taken, _("taken in as alerts")),
        (step.known, _("known already")),
        (step.foreign, _("of other senders, passed over")),
        (step.late, _("older than store.keep_postings keeps postings, passed over")),
    ):
        if number:
            yield f"  {figure(number)} {what}"
    if step.unread:
        yield ngettext(
            "{n} alert kept that could not be read.",
            "{n} alerts kept that could not be read.",
            step.unread,
        )
    if step.postings:
        yield ngettext("{n} posting shown in them.", "{n} postings shown in them.", step.postings)
        yield _("  Those older than a profile's lookback are archived and stand in no digest.")
    if export.others:
        yield ngettext(
            "{n} file without mails passed over.",
            "{n} files without mails passed over.",
            export.others,
        )
