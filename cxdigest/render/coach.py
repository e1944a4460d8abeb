"""A coach's mail over all clients: what waits, what needs a hand, then one line a client.

Pure. As many lines as fit below ``HTML_LIMIT`` stand in the HTML part, those that need the coach
first; the text part has all, and so has the table that comes with the mail where some are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from jinja2 import Environment

from cxdigest.language import _, figure, marked, ngettext, speaking
from cxdigest.model import Enclosure, FeedbackWord, Rendered
from cxdigest.render import HTML_LIMIT, words
from cxdigest.render.templates import fill
from cxdigest.text import edition_mark

HTML, TEXT = "digest.coach.html.j2", "digest.coach.txt.j2"
_SAID: Mapping[FeedbackWord, str] = {
    "genuine": marked("genuine"),
    "not-genuine": marked("not genuine"),
    "hide-employer": marked("hide this employer"),
    "applied": marked("applied"),
    "not-for-me": marked("not for me"),
}
#: A cell that begins so is run as a formula by programs that open tables.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A digest that waits for the coach."""

    day: date
    deadline: datetime | None  #: None: it is held
    otherwise: str  #: what happens at the deadline: send or hold
    url: str = ""  #: where it can be looked at and approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client, as the coach is told of them."""

    profile: str  #: key in the configuration or the store
    name: str  #: as shown
    day: date | None = None  #: of the latest digest; None: there is none yet
    fresh: bool = False  #: that digest was made since the last of these mails
    genuine: int = 0
    unclear: int = 0
    aside: int = 0
    paused: bool = False
    waits: tuple[Waits, ...] = ()
    hands: tuple[str, ...] = ()  #: what needs the coach's hand, a sentence each
    said: Mapping[FeedbackWord, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachDay:
    """All that one coach is told on one day."""

    stream: str  #: of this mail
    coach: str  #: shown name
    day: date  #: the coach's local day
    zone: str  #: IANA name
    clients: tuple[Client, ...]
    general: tuple[str, ...] = ()  #: what concerns no single client, a sentence each
    language: str = "en"  #: of this mail and its dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the mail."""

    name: str
    told: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the mail."""

    key: str  #: ``waiting``, ``hands`` or ``clients``
    title: str
    lines: tuple[Line, ...]  #: those that are shown
    total: int

    @property
    def more(self) -> int:
        """How many are not shown here."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachView:
    """What the templates of this mail see, in plain words."""

    subject: str
    heading: str
    day: str
    lead: str
    parts: tuple[Part, ...]
    table: str  #: name of the file that lists all clients; empty where the mail does
    mark: str  #: cxdigest knows its own mails by it


def coach_mail(day: CoachDay, templates: Environment) -> Rendered:
    """Write the mail over all clients of a coach, in its language.

    Raises:
        RenderError: a template is missing or wrong; names it and the line.
    """
    with speaking(day.language):
        return _written(day, templates)


def _written(day: CoachDay, templates: Environment) -> Rendered:
    groups = _groups(day)
    total = sum(len(lines) for *_rest, lines in groups)

    def html(shown: int) -> str:
        return fill(templates, HTML, mail=_view(day, groups, shown))

    page, shown = _fitted(html, total)
    return Rendered(
        subject=_subject(day),
        text=fill(templates, TEXT, mail=_view(day, groups, total)),
        html=page,
        enclosures=(_table(day),) if shown < total else (),
    )


def _fitted(write: Callable[[int], str], total: int) -> tuple[str, int]:
    """Return the page with as many of the *total* lines as fit, and how many those are."""
    page = write(total)
    if len(page.encode()) <= HTML_LIMIT:
        return page, total
    low, high = 0, total
    best = write(low)
    while high - low > 1:
        middle = (low + high) // 2
        page = write(middle)
        if len(page.encode()) <= HTML_LIMIT:
            low, best = middle, page
        else:
            high = middle
    return best, low


_Group = tuple[str, str, list[Line]]  #: key, title, lines


def _groups(day: CoachDay) -> list[_Group]:
    """Return all lines in the order in which the coach needs them."""
    clients = sorted(day.clients, key=lambda one: (one.name.casefold(), one.profile))
    waiting = sorted(
        ((waits, one) for one in clients for waits in one.waits),
        key=lambda pair: (pair[0].deadline is None, str(pair[0].deadline or pair[0].day)),
    )
    hands = [Line(name=one.name, told=hand) for one in clients for hand in one.hands]
    general = [Line(name="", told=told) for told in day.general]
    return [
        ("waiting", _("Waiting for you"), [_waiting(waits, one, day) for waits, one in waiting]),
        ("hands", _("Needs a hand"), [*general, *hands]),
        ("clients", _("All clients"), [_client(one, day) for one in _most_first(clients)]),
    ]


def _most_first(clients: Iterable[Client]) -> list[Client]:
    """Order *clients*: those with a digest since the last mail first, most genuine roles first."""
    return sorted(clients, key=lambda one: (not one.fresh, -one.genuine, -one.unclear))


def _waiting(waits: Waits, one: Client, day: CoachDay) -> Line:
    of_day = words.short_day(waits.day, day.language)
    if waits.deadline is None:
        told = _(
            "the digest of {day} is held; it can be approved until the next one is made.",
            day=of_day,
        )
    else:
        moment = words.local(waits.deadline, day.zone)
        when = words.at_on(moment, words.short_day(moment.date(), day.language))
        then = (
            _("the digest of {day} waits; at {when} it is sent.", day=of_day, when=when)
            if waits.otherwise == "send"
            else _("the digest of {day} waits; at {when} it is held.", day=of_day, when=when)
        )
        told = then
    if not waits.url:
        command = f"cxdigest review show {one.profile}"
        told += " " + _("To look at it: {command}", command=command)
    return Line(name=_name(one), told=told, url=waits.url)


def _client(one: Client, day: CoachDay) -> Line:
    return Line(name=_name(one), told="; ".join(_facts(one, day)) + ".")


def _facts(one: Client, day: CoachDay) -> Iterator[str]:
    if one.day is None:
        yield _("no digest yet")
    elif one.fresh:
        if one.genuine or one.unclear or one.aside:
            told = (
                words.roles(one.genuine),
                words.worth_a_look(one.unclear),
                words.set_aside(one.aside),
            )
            yield ", ".join(told)
        else:
            yield _("no new postings")
    else:
        yield _("no digest since {day}", day=words.short_day(one.day, day.language))
    if one.paused:
        yield _("paused")
    if any(one.said.values()):
        said = [f"{figure(number)} {_(_SAID[word])}" for word, number in one.said.items() if number]
        yield _("gave feedback: {told}", told=", ".join(said))


def _name(one: Client) -> str:
    return words.clean(one.name, 60) or one.profile


def _view(day: CoachDay, groups: Sequence[_Group], room: int) -> CoachView:
    parts, left = [], room
    for key, title, lines in groups:
        shown = lines[:left]
        left -= len(shown)
        if lines:
            parts.append(Part(key=key, title=title, lines=tuple(shown), total=len(lines)))
    total = sum(len(lines) for *_rest, lines in groups)
    return CoachView(
        subject=_subject(day),
        heading=words.clean(day.coach, 60),
        day=words.long_day(day.day, day.language),
        lead=_lead(day),
        parts=tuple(parts),
        table=_file(day) if room < total else "",
        mark=edition_mark(day.stream, day.day),
    )


def _subject(day: CoachDay) -> str:
    waiting = sum(len(one.waits) for one in day.clients)
    parts = [ngettext("{n} client", "{n} clients", len(day.clients))]
    if waiting:
        waits = ngettext("{n} digest waits for you", "{n} digests wait for you", waiting)
        parts.insert(0, waits)
    if hands := sum(bool(one.hands) for one in day.clients):
        parts.append(ngettext("{n} needs a hand", "{n} need a hand", hands))
    when = words.short_day(day.day, day.language)
    return words.clean(f"{words.upfirst(', '.join(parts))} · {when}", 200)


def _lead(day: CoachDay) -> str:
    fresh = [one for one in day.clients if one.fresh]
    genuine = sum(one.genuine for one in fresh)
    told = (
        words.roles(genuine),
        words.worth_a_look(sum(one.unclear for one in fresh)),
        words.set_aside(sum(one.aside for one in fresh)),
    )
    if not fresh:
        return _("No digests since the last of these mails, with {told}.", told=words.listed(told))
    return ngettext(
        "{n} digest since the last of these mails, with {told}.",
        "{n} digests since the last of these mails, with {told}.",
        len(fresh),
        told=words.listed(told),
    )


def _file(day: CoachDay) -> str:
    return f"clients-{day.day.isoformat()}.csv"


def _table(day: CoachDay) -> Enclosure:
    """Return all clients as a table for a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written)
    heads = (
        _("client"), _("name"), _("digest"), _("genuine"), _("worth a look"), _("set aside"),
        _("waiting or held"), _("needs a hand"), _("feedback"),
    )  # fmt: skip
    table.writerow(heads)
    for one in sorted(day.clients, key=lambda one: one.profile):
        said = sum(one.said.values())
        cells = (
            one.profile, one.name, one.day or "", one.genuine, one.unclear, one.aside,
            len(one.waits), " ".join(one.hands), said,
        )  # fmt: skip
        table.writerow(map(_cell, cells))
    # Spreadsheets know UTF-8 by the mark at its beginning.
    content = written.getvalue().encode("utf-8-sig", errors="replace")
    return Enclosure(name=_file(day), media="text/csv", content=content)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
