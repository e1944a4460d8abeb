"""Questions and answers on a terminal; without one, every question takes its usual answer.

Knows nothing of what is asked for. A password is never shown, nor put where it could be.
"""

from __future__ import annotations

import contextlib
import getpass
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cxdigest.errors import CxdigestError, WrongUseError
from cxdigest.language import _, pgettext
from cxdigest.render.words import sentence
from cxdigest.text import printable

with contextlib.suppress(ImportError):  # where there is none, arrow keys do not edit a line
    import readline  # noqa: F401

Answer = TypeVar("Answer")

_WIDEST = 80
_ENTER = "Enter"  #: the key, which every language calls so


class StoppedError(CxdigestError):
    """The person at the keyboard ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What is said and asked."""

    asks: bool  #: somebody is there to answer

    def say(self, words: str = "", *, indent: str = "") -> None:
        """Print *words*, which may be several paragraphs, in lines that fit."""
        width = min(_WIDEST, shutil.get_terminal_size().columns) - 1
        for line in words.split("\n"):
            print(
                textwrap.fill(
                    printable(line),
                    max(width, 20),
                    initial_indent=indent,
                    subsequent_indent=indent + "  " * line.startswith("* "),
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )

    def heading(self, words: str) -> None:
        """Begin a part of the conversation."""
        if self.asks:
            self.say()
            self.say(words)
            self.say("-" * min(len(words), _WIDEST - 1))

    def ask(
        self, question: str, check: Callable[[str], Answer], *, usual: str | None = None
    ) -> Answer:
        """Return the answer to *question*, as *check* makes it of what was typed.

        Enter alone is the *usual* answer, where there is one. What *check* refuses with a
        ``WrongUseError`` is said, and asked again.
        """
        if not self.asks:
            return check(usual or "")
        while True:
            shown = f" [{usual}]" if usual else ""
            typed = self._line(f"{question}{shown}: ")
            try:
                return check(typed.strip() or usual or "")
            except WrongUseError as error:
                self.complain(error, typed.strip())

    def complain(self, error: CxdigestError, typed: str = "") -> None:
        """Print what is wrong, as a sentence; what was *typed*, and names, stay as they are."""
        said = str(error)
        named = set(".:/@") & set(said.partition(" ")[0]) or (typed and said.startswith(typed))
        self.say(f"{said.rstrip('.')}." if named else sentence(said), indent="  ")

    def ask_secret(self, question: str) -> str:
        """Return what was typed unseen; empty only where the *question* says what Enter means."""
        while True:
            typed = self._heard(lambda: getpass.getpass(f"{question}: "))
            if typed or _ENTER in question:
                return typed
            self.say(_("Nothing was typed. Type or paste it; it does not show, and press Enter."))

    def choose(self, question: str, choices: Sequence[str], *, usual: int = 0) -> int:
        """Return the number from 0 of the one of *choices* that was chosen."""
        if not self.asks:
            return usual
        for number, one in enumerate(choices, start=1):
            self.say(f"{number}. {one}", indent="  ")

        def number_of(typed: str) -> int:
            if typed.isdecimal() and 0 < int(typed[:4]) <= len(choices):
                return int(typed[:4]) - 1
            raise WrongUseError(_("type a number from 1 to {choices}", choices=len(choices)))

        return self.ask(question, number_of, usual=str(usual + 1))

    def agrees(self, question: str) -> bool:
        """Tell whether the answer is yes, as it is where nobody can be asked."""
        yes, no = pgettext("an answer", "yes"), pgettext("an answer", "no")

        def yes_or_no(typed: str) -> bool:
            if typed.casefold() in {"y", "yes", yes, yes[0]}:
                return True
            if typed.casefold() in {"n", "no", no, no[0]}:
                return False
            raise WrongUseError(_("type {yes} for yes or {no} for no", yes=yes[0], no=no[0]))

        return self.ask(f"{question} ({yes[0]}/{no[0]})", yes_or_no, usual=yes[0])

    def _line(self, question: str) -> str:
        return self._heard(lambda: input(question))

    def _heard(self, hear: Callable[[], str]) -> str:
        sys.stdout.flush()
        try:
            return hear()
        except EOFError:
            raise StoppedError from None
        except UnicodeDecodeError as error:
            raise WrongUseError(_("what was typed is not text in UTF-8")) from error
