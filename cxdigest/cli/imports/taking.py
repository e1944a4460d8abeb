"""Taking old mails in, wherever they lie: whose they are, how far it has come, and what came of it.

``imports.mails`` and ``imports.older`` name the mails.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict

from cxdigest.cli.terminal.progress import INTERRUPTED, Bar, say
from cxdigest.config import Config, MailboxConfig
from cxdigest.errors import WrongUseError
from cxdigest.language import _, figure, marked, ngettext
from cxdigest.pipeline import Street, identify_waiting
from cxdigest.pipeline.alerts.importing import Imported, Mails
from cxdigest.pipeline.postings.identify import take_words_in
from cxdigest.pipeline.postings.judge import judging

AGAIN = marked(
    "Stopped. What was read is kept; run the same command again, and it goes on from there."
)


def take(street: Street, steps: Generator[Imported], bar: Bar) -> Imported:
    """Show how far *steps* are, and judge what they took in; return what came of it."""
    with closing(steps):
        for step in steps:
            bar.at(step.done, step.total)
        _judge(street, bar, step)
    return step


def tell(
    step: Imported,
    mails: Mails,
    source: str,
    *,
    stopped: bool,
    others: int = 0,
    record: Mapping[str, object] | None = None,
    again: str = "",
) -> int:
    """Print what came of it, with *record* as JSON; return the exit code.

    *again* is what to say where it was stopped, in place of ``AGAIN``.
    """
    if record is not None:
        print(jsonlib.dumps(asdict(step) | {"problems": mails.troubles, **record}))
    else:
        for sentence in _told(step, others, source):
            print(sentence)
    for trouble in mails.troubles:
        say(f"cxdigest: {trouble}")
    if stopped:
        say(again or _(AGAIN))
        return INTERRUPTED
    return 1 if mails.troubles else 0


def see_whose_they_are(source: str, mailbox: MailboxConfig, *, said: bool) -> None:
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


def mailbox_of(settings: Config, source: str) -> tuple[str, MailboxConfig]:
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


def _told(step: Imported, others: int, source: str) -> Iterator[str]:
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
    if others:
        yield ngettext(
            "{n} file without mails passed over.",
            "{n} files without mails passed over.",
            others,
        )
