"""What a check says: lines, and what may stand in them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from cxdigest.errors import in_one_line
from cxdigest.language import _, marked
from cxdigest.text import printable, squash

if TYPE_CHECKING:
    from cxdigest.doctor.patient import Patient

State = Literal["ok", "warning", "failed", "unchecked"]
_LONGEST = 600  #: letters of a sentence; servers may say more
_BLOT = "…"
#: The way out where a server said nothing that would tell of another.
_USUAL = marked("check its address, that it runs, and this machine's network and firewall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report."""

    subject: str  #: what was looked at: a source's name, a host, a file; may be empty
    state: State
    says: str  #: one sentence
    fix: str = ""  #: what to do, one sentence; empty where nothing is to be done
    check: str = ""  #: name of the check; whoever runs it writes it in


def ok(subject: str, says: str) -> Line:
    """Return the line of what is well."""
    return Line(subject=subject, state="ok", says=says)


def warning(subject: str, says: str, fix: str) -> Line:
    """Return the line of what works and should be looked after."""
    return Line(subject=subject, state="warning", says=says, fix=_(fix) if fix else fix)


def failed(subject: str, says: str, fix: str) -> Line:
    """Return the line of what does not work."""
    return Line(subject=subject, state="failed", says=says, fix=_(fix) if fix else fix)


def unchecked(subject: str, why: str, fix: str = "") -> Line:
    """Return the line of what nobody can tell from here."""
    return Line(
        subject=subject,
        state="unchecked",
        says=_("could not be checked: {why}", why=_(why) if why else why),
        fix=_(fix) if fix else fix,
    )


def told(subject: str, state: State, message: str) -> Line:
    """Return the line for a *message* of cxdigest's own, which says the way out behind a ``;``."""
    says, _stop, fix = message.partition("; ")
    if state == "unchecked":
        return unchecked(subject, says, fix)
    return Line(subject=subject, state=state, says=says, fix=fix or _(_USUAL))


def clean(text: str, secrets: Iterable[str] = ()) -> str:
    """Return *text* as one line without commands to a terminal, *secrets* blotted out of it."""
    for secret in secrets:
        text = text.replace(secret, _BLOT)
    text = squash(in_one_line(printable(text.replace("\n", " "))))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + _BLOT


def worst(lines: Iterable[Line]) -> State:
    """Return the gravest state among *lines*."""
    states = {line.state for line in lines}
    order: tuple[State, ...] = ("failed", "warning", "unchecked")
    return next((state for state in order if state in states), "ok")


#: Does one thing and yields its lines, each as soon as it is known.
Probe = Callable[[], Iterable[Line]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What of a check is done on its own, beside all others."""

    subject: str  #: for the line that says that it could not be done
    probe: Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One subject of the report."""

    name: str
    about: str  #: what it looks at, for docs/doctor.md
    help: str  #: what to do where it is not well, for docs/doctor.md
    plan: Callable[[Patient], Iterable[Piece]]  #: pure: asks nothing yet


def moment(when: datetime) -> str:
    """Return the day and the hour of *when*, without its year."""
    return when.strftime(_("%d %b at %H:%M"))


def weekday(when: datetime) -> str:
    """Return the same with the day of the week, where the language says it so shortly."""
    return when.strftime(_("%a %d %b at %H:%M"))


def stamp(when: datetime) -> str:
    """Return the whole day and the hour of *when*."""
    return when.strftime(_("%Y-%m-%d at %H:%M"))


def day(when: date) -> str:
    """Return the day of *when*."""
    return when.strftime(_("%d %b %Y"))
