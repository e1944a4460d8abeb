"""Help and complaints about wrong use in another language than English; loaded for those alone.

Help is translated on the commands that were made for this one call; the words round it, which
Typer says itself in English, are known here and looked up: headings where they are written, the
rest by their pattern, since Typer fills them in before anybody else sees them. What is not known
stays English. Touches nothing of Typer's own, so English spoken in this process stays as it was.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from cxdigest.language import _, marked, pgettext

#: What Typer says itself; a place called ``message`` is such a phrase again.
PHRASES = (
    marked("Try '{command} {option}' for help."),
    marked("Error: {message}"),
    marked("Invalid value for {hint}: {message}"),
    marked("Invalid value: {message}"),
    marked("Missing argument {hint}."),
    marked("Missing option {hint}."),
    marked("Missing command."),
    marked("No such command {name}. Did you mean {names}?"),
    marked("No such command {name}."),
    marked("No such option: {name} (Possible options: {names})"),
    marked("No such option: {name}"),
    marked("Option {name} does not take a value."),
    marked("Option {name} requires an argument."),
    marked("Got unexpected extra argument(s) ({words})"),
    marked("Value {value} is not a valid {kind}."),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("Aborted!"),
)
#: What stands in brackets behind the help of an option, a part of it each.
EXTRAS = (marked("default: {value}"), marked("env var: {value}"), marked("required"))
#: Headings, and what Typer says of the options that every program of its kind has.
WORDS = (
    marked("Usage: "),
    marked("Options"),
    marked("Arguments"),
    marked("Commands"),
    marked("[OPTIONS]"),
    marked("COMMAND [ARGS]..."),
    marked("Show this message and exit."),
    marked("Install completion for the current shell."),
    marked("Show completion for the current shell, to copy it or customize the installation."),
)
_PLACE = re.compile(r"\\\{(\w+)\\\}")
_EXTRA = re.compile(r"(?P<help>.*?)(?P<gap> {2}|^)\[(?P<extra>[^\[\]]*)\]", re.DOTALL)


def translated(command: Any) -> Any:  # noqa: ANN401 - Typer's command, made for this call
    """Return *command* with all below it as it speaks now."""
    made = command.context_class.formatter_class
    for one in _all(command):
        one.context_class = _context(one.context_class, made)
        one.help, one.short_help, one.epilog = map(_text, (one.help, one.short_help, one.epilog))
        one.options_metavar = _text(one.options_metavar)
        if hasattr(one, "subcommand_metavar"):
            one.subcommand_metavar = _text(one.subcommand_metavar)
        for param in one.params:
            param.help = _text(getattr(param, "help", None))
            if param.metavar:
                param.metavar = pgettext("placeholder", param.metavar)
    return command


def _all(command: Any) -> Iterator[Any]:  # noqa: ANN401 - Typer's
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _all(below)


def _text(text: str | None) -> str | None:
    return _(text) if text else text


@lru_cache(maxsize=8)
def _context(usual: Any, formatter: Any) -> Any:  # noqa: ANN401 - classes of Typer's
    class Formatter(formatter):  # type: ignore[misc]
        """Writes headings and what is said of every option in the language that is spoken."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix if prefix is not None else _("Usage: "))

        def section(self, name: str) -> Any:  # noqa: ANN401
            return super().section(_(name))

        def write_dl(self, rows: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401
            super().write_dl([(name, _row(text)) for name, text in rows], *args, **options)

    class Context(usual):  # type: ignore[misc]
        """Writes help by that formatter."""

        formatter_class = Formatter

    return Context


def _row(text: str) -> str:
    """Return the help of one option, with what is said of it in brackets at its end."""
    if not (found := _EXTRA.fullmatch(text)):
        return _(text) if text else text
    extras = [_said(one, EXTRAS) for one in found["extra"].split("; ")]
    return f"{found['help']}{found['gap']}[{'; '.join(extras)}]"


def complained(show: Callable[..., None]) -> str:
    """Return what *show*, which prints a complaint of Typer's to a file, says."""
    file = io.StringIO()
    show(file=file)
    return "\n".join(_said(line, PHRASES) for line in file.getvalue().splitlines())


def _said(text: str, phrases: tuple[str, ...]) -> str:
    for phrase in phrases:
        if found := _pattern(phrase).fullmatch(text):
            told = found.groupdict()
            if "message" in told:
                told["message"] = _said(told["message"], phrases)
            return _(phrase, **told) if told else _(phrase)
    return text


@lru_cache(maxsize=64)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(phrase)), re.DOTALL)
