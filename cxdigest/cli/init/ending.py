"""The end of ``cxdigest init``: the first digest, the files, and what to do next."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxdigest import app
from cxdigest.cli.digests.preview import unsent
from cxdigest.cli.imports import older
from cxdigest.cli.init.talk import StoppedError, Talk
from cxdigest.cli.init.walk import Walk
from cxdigest.cli.instance.summary import shortest
from cxdigest.cli.terminal.progress import INTERRUPTED
from cxdigest.errors import CxdigestError
from cxdigest.language import _, ngettext
from cxdigest.render.view import subject
from cxdigest.setup import written
from cxdigest.setup.answers import Answers
from cxdigest.setup.first import check, first_digest

_A_YEAR = 365  #: days


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was written."""

    files: Mapping[str, str]  #: names of the files of passwords


def look_and_write(walk: Walk, config: Path, answers: Answers) -> Done | None:
    """Show the first digest and, if that is wanted, write everything; None: it is not.

    What was written to show the digest goes again unless it is kept.

    Raises:
        WrongUseError: the answers cannot be used, or the files cannot be written.
    """
    walk.talk.heading(_("4 of 4: A first look"))
    shown: list[Path] = []
    kept = False
    try:
        _look(walk, answers, shown)
        if walk.talk.agrees(
            _("Keep this, and write {config}?", config=shortest(config.absolute()))
        ):
            files = written.free_files(config, answers)
            content = written.text(answers, files=files)
            written.keep(config, content, written.secrets_of(answers, files))
            kept = True
            return Done(files=files)
        return None
    finally:
        if not kept:
            try:
                _remove(shown)
            except KeyboardInterrupt:  # a closed terminal's signal comes after its end of input
                _remove(shown)
                raise


def _look(walk: Walk, answers: Answers, shown: list[Path]) -> None:
    talk = walk.talk
    if _waits_for_a_token(answers):
        check(answers)
        talk.say(_("Your first digest can be shown once you have logged in; see below how."))
        return
    talk.say(_("Reading the alerts of the last 14 days; older ones stand in no digest …"))
    first = first_digest(answers, walk.clock)
    out = walk.given.out
    before = set(out.iterdir()) if out.is_dir() else None
    try:
        receipt = app.preview_channel(out).send(
            unsent(written.key_of(answers.name), first.digest, first.rendered)
        )
    finally:
        if out.is_dir():
            shown += [one for one in out.iterdir() if one not in (before or ())]
            shown += [out] if before is None else []
    talk.say()
    if first.alerts:
        said = ngettext(
            "Your first digest, from {n} alert: {subject}.",
            "Your first digest, from {n} alerts: {subject}.",
            first.alerts,
            subject=subject(first.digest),
        )
        talk.say(said)
        talk.say(_("The pages of these jobs are read later, so your real ones will know more."))
    else:
        talk.say(_("Your first digest has nothing in it: no alert of the last 14 days was found."))
    for problem in first.problems:
        talk.say(_("But {problem}", problem=problem), indent="  ")
    talk.say(
        _("Look at it: open this file in your browser, and come back here.")
        if talk.asks
        else _("To look at it, open this file in a browser:")
    )
    print(f"  {shortest(Path(receipt.detail))}")
    if talk.asks:
        print(f"  ({Path(receipt.detail).absolute().as_uri()})")


def _remove(shown: Iterable[Path]) -> None:
    for one in shown:
        try:
            one.rmdir() if one.is_dir() else one.unlink(missing_ok=True)
        except OSError as error:
            print(
                _("{one} could not be removed: {strerror}", one=one, strerror=error.strerror),
                file=sys.stderr,
            )


def _waits_for_a_token(answers: Answers) -> bool:
    return answers.mailbox is not None and bool(answers.mailbox.client_id)


def take_older(walk: Walk, config: Path, answers: Answers) -> None:
    """Offer to take the mailbox's older alerts into the archive; nothing there ends set-up."""
    # Of a mailbox whose every mail is read, a year would be all letters of a year.
    if not answers.senders or _waits_for_a_token(answers) or walk.given.no_older:
        return
    walk.talk.say(
        _(
            "Alerts of the mailbox that are older than 14 days can go into your archive: they are "
            "judged and can be searched, and stand in no digest."
        )
    )
    command = f"{called(config)} import mailbox"
    later = _("They can be taken in later: {command}", command=command)
    again = _(
        "Stopped. What was read is kept, and this goes on from there: {command}", command=command
    )
    try:
        if not walk.talk.agrees(_("Take those of the last year in?")):
            walk.talk.say(later)
            return
        code = older.run(
            config, "", days=_A_YEAR, senders=(), everybody=False, json=False, again=again
        )
        if code not in {0, INTERRUPTED}:
            walk.talk.say(later)
    except (KeyboardInterrupt, StoppedError):
        walk.talk.say(later)
    except CxdigestError as error:
        walk.talk.say(_("But {problem}", problem=error), indent="  ")
        walk.talk.say(later)


def say_what_now(talk: Talk, config: Path, answers: Answers, done: Done) -> None:
    """Say what was written, and which commands come next."""
    folder = shortest(config.absolute().parent)
    talk.say()
    talk.say(_("Done. This was written:"))
    secrets = [(str(folder / written.SECRETS / name), _("a password; only you can read it"))
               for name in done.files.values()]  # fmt: skip
    _columns(
        [
            (
                str(shortest(config.absolute())),
                _("your answers; change what you like in any editor"),
            ),
            *secrets,
        ]
    )
    talk.say()
    talk.say(_("What now:"))
    command = called(config)
    by_mail = answers.sending is not None
    first = (
        _("sends today's digest now") if by_mail else _("writes today's digest into digests/ now")
    )
    at = f"{answers.send_at:%H:%M}"
    each = (
        _("stays, and sends one each day at {time}", time=at)
        if by_mail
        else _("stays, and writes one each day at {time}", time=at)
    )
    commands = [
        (f"{command} run --once", first),
        (f"{command} serve", each),
        (f"{command} service install", _("keeps it running after you log out")),
        (f"{command} doctor", _("says what is well, and what to do where it is not")),
    ]
    if _waits_for_a_token(answers):
        commands = [
            (
                f"{command} authorise {written.LOGIN}",
                _("logs in, once: a page and a code to type"),
            ),
            (
                f"{command} preview",
                _("shows your first digest and sends nothing"),
            ),
            *commands,
        ]
    _columns(commands)
    talk.say()
    talk.say(
        _(
            "For a digest each day, serve must stay running (Ctrl-C ends it), or install the "
            "service. While either runs, http://127.0.0.1:8080 in your browser shows all your "
            "postings."
        )
    )


def _columns(rows: Sequence[tuple[str, str]]) -> None:
    """Print *rows* as two columns, or below each other where there is no room."""
    left = max(len(one) for one, _ in rows)
    fits = left + 4 + max(len(two) for _, two in rows) <= shutil.get_terminal_size().columns
    for one, two in rows:
        print(f"  {one:<{left}}  {two}" if fits else f"  {one}\n      {two}")


def called(config: Path) -> str:
    """Return how a person calls this command here, so that it can be typed as it stands."""
    first = Path(sys.argv[0])
    if first.name == "__main__.py":
        name = Path(sys.executable).name
        command = f"{name if shutil.which(name) else shlex.quote(sys.executable)} -m cxdigest"
    elif shutil.which(first.name):
        command = first.name
    else:
        command = shlex.quote(sys.argv[0])
    return (
        command
        if config == Path("config.yaml")
        else f"{command} --config {shlex.quote(str(config))}"
    )
