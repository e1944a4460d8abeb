"""``cxdigest init``: set-up in the terminal, by questions or by options.

Asks, tries each login, shows the first digest, and writes only then. What can be asked, tried and
written stands in ``cxdigest.setup``, which the browser's set-up shares; here is what a terminal
adds.
"""

from __future__ import annotations

import importlib
import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from cxdigest.cli.init import steps
from cxdigest.cli.init.alone import alone
from cxdigest.cli.init.given import Given, given_of, refuse_contradictions, refuse_missing
from cxdigest.cli.init.talk import StoppedError, Talk
from cxdigest.cli.init.walk import Walk
from cxdigest.cli.init.zone import zone_of_this_machine
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.setup import tries
from cxdigest.setup.answers import Answers
from cxdigest.worker import clock

__all__ = ["given_of", "init"]

_WELCOME = marked(
    "Welcome to cxdigest. It reads your job alerts, finds out what each customer experience job "
    "really is, and makes one clean digest each day. A few questions, and you see your first one.\n"
    "Nothing is kept or sent before you agree at the end. Enter takes what stands in [brackets]; "
    "Ctrl-C stops at any time."
)


def init(config: Path, given: Given) -> int:
    """Lead to a configuration at *config*; return the exit code.

    Raises:
        WrongUseError: there is one already, an option cannot be used or is missing where nobody can
            be asked, or a server says no there.
    """
    talk = Talk(asks=not given.yes and sys.stdin.isatty() and sys.stdout.isatty())
    if config.exists():
        raise WrongUseError(
            _(
                "{config} is there already and is not overwritten. Change it in an "
                "editor; or, to begin anew, move it away first: mv {config} "
                "{config}.old",
                config=config,
            )
        )
    refuse_contradictions(given)
    zone = "" if given.time_zone else zone_of_this_machine()
    if not talk.asks:
        if given == Given():
            raise WrongUseError(
                _(
                    "cxdigest init asks questions, and there is no terminal to ask in. Run "
                    "it in a terminal, give every answer as an option (cxdigest init "
                    "--help), or set up in a browser with: cxdigest serve"
                )
            )
        refuse_missing(given, zone=zone)
    _show_any_letter()
    with alone(config), _ended_like_by_a_key():
        try:
            with ExitStack() as kept:
                walk = Walk(
                    talk=talk,
                    given=given,
                    http=kept.enter_context(closing(tries.asker())),
                    clock=clock,
                    zone=zone,
                )
                answers = _asked(walk)
                # Loaded once it is needed, so that the first question comes at once.
                ending = importlib.import_module("cxdigest.cli.init.ending")
                done = ending.look_and_write(walk, config, answers)
        except (KeyboardInterrupt, StoppedError):
            print(
                _("\nStopped. Nothing was written; run it again whenever you like."),
                file=sys.stderr,
            )
            return 1
    if done is None:
        talk.say(_("Nothing was written. Run it again whenever you like."))
        return 1
    ending.take_older(walk, config, answers)
    ending.say_what_now(talk, config, answers, done)
    return 0


def _asked(walk: Walk) -> Answers:
    if walk.talk.asks:
        walk.talk.say(_(_WELCOME))
    answers = steps.you(walk)
    answers, address = steps.mailbox(walk, answers)
    answers = steps.feeds(walk, replace(answers, recipient=address))
    return steps.sending(walk, answers)


def _show_any_letter() -> None:
    """Let a terminal of few letters show a question mark for the others, and not break off."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


@contextmanager
def _ended_like_by_a_key() -> Iterator[None]:
    """Let a closed terminal or ``kill`` end it as Ctrl-C does, so that nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]
    before = {number: signal.signal(number, signal.default_int_handler) for number in names}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
