"""A table of clients as a spreadsheet saves it (CSV) -> profiles as they would be written in YAML.

Pure. Semicolons, commas or tabs; UTF-8 with or without a mark, UTF-16, or what older programs write
(windows-1252); heads in English or German. What a cell says is turned into the form of the key, and
no more: whether it can be used is for the same check as for any other profile.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxdigest.errors import ConfigError, Problem
from cxdigest.language import _, figure
from cxdigest.text import key_of, squash

LARGEST = 1_000_000  #: bytes
MOST = 5_000  #: clients
_LARGEST_CELL = 10_000  #: letters
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_TIME = re.compile(
    r"(\d{1,2})[:.](\d\d)(?:[:.]00)?(?:\s*(?:uhr|h))?|(\d{1,2})\s*(?:uhr|h)", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u2019 \u00a0]\d{3})+(?:[.,]\d\d)?|\d+(?:[.,]\d\d)?")
_DAYS = {
    "mo": "mon", "di": "tue", "mi": "wed", "do": "thu", "fr": "fri", "sa": "sat", "so": "sun",
}  # fmt: skip
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LANGUAGES = {
    "english": "en", "englisch": "en", "german": "de", "deutsch": "de", "french": "fr",
    "französisch": "fr", "spanish": "es", "spanisch": "es", "dutch": "nl", "niederländisch": "nl",
    "italian": "it", "italienisch": "it",
}  # fmt: skip
#: Key of a profile -> heads that a column of it may have, folded.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "id", "profile", "profil", "kurzel", "kennung", "schlussel"),
    "name": ("name", "client", "person", "full name", "klient", "klientin", "kunde", "kundin"),
    "first": ("first name", "given name", "vorname"),
    "last": ("last name", "surname", "family name", "nachname", "familienname"),
    "to": ("email", "e mail", "mail", "to", "email address", "e mail address", "mailadresse",
           "e mail adresse", "email adresse", "empfanger"),
    "addresses": ("addresses", "alert addresses", "adressen", "alert adressen"),
    "sources": ("sources", "source", "quellen", "quelle"),
    "time_zone": ("time zone", "timezone", "zeitzone"),
    "send_at": ("send at", "send time", "time", "sendezeit", "uhrzeit", "zeit"),
    "days": ("days", "tage", "wochentage"),
    "language": ("language", "sprache"),
    "dates": ("dates", "language of dates", "datum", "sprache der daten"),
    "titles": ("titles", "title", "job titles", "titel", "stellentitel", "wunschtitel"),
    "avoid": ("avoid", "vermeiden", "nicht"),
    "places": ("places", "place", "location", "locations", "orte", "ort"),
    "workplaces": ("workplaces", "workplace", "arbeitsweise"),
    "seniority": ("seniority", "level", "levels", "stufe", "stufen"),
    "salary_from": ("salary from", "salary", "gehalt", "gehalt ab", "mindestgehalt"),
    "hide_employers": ("hide employers", "hidden employers", "arbeitgeber ausblenden",
                       "ausgeblendete arbeitgeber"),
}  # fmt: skip
_KEY_OF = {head: key for key, heads in _HEADS.items() for head in heads}
_WISHES = ("titles", "avoid", "places", "workplaces", "seniority", "salary_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What holds for every client where the table says nothing else."""

    coach: str
    channel: str
    time_zone: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTable:
    """What a table says."""

    people: Mapping[str, dict[str, Any]]  #: what it says, by key, in the order of the table
    lines: Mapping[str, int]  #: by key, where each stands in the file
    unused: tuple[str, ...] = ()  #: heads of columns that nothing is made of
    problems: tuple[Problem, ...] = ()  #: of lines that are in nobody's definition


def read_clients(content: bytes, where: str) -> ClientTable:
    """Return the clients in *content*, a file called *where*.

    Raises:
        ConfigError: it is no table of clients.
    """
    lines = _lines(content, where)
    head_at, heads = next(lines, (1, []))
    columns = [_KEY_OF.get(_folded(head), "") for head in heads]
    problems = list(_head_problems(where, head_at, heads, columns))
    if problems:
        raise ConfigError(problems)
    people: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(people) == MOST:
            what = _("more than {most} clients", most=figure(MOST))
            raise ConfigError([_problem(where, line, "", what, _("cut it up"))])
        if len(cells) > len(heads) and any(cells[len(heads) :]):
            what = _("has {n} cells, the first line {heads}", n=len(cells), heads=len(heads))
            instead = _("put a cell with separators in quotes")
            problems.append(_problem(where, line, "", what, instead))
            continue
        row = {key: cell for key, cell in zip(columns, cells, strict=False) if key and cell.strip()}
        key, definition = _profile(row)
        if not key:
            what, instead = _("is empty"), _("write the client's name")
            problems.append(_problem(where, line, "name", what, instead))
        elif key in people:
            what = _("is {key} as in line {line}", key=key, line=places[key])
            instead = _("leave one out, or name them apart in a column called key")
            problems.append(_problem(where, line, "key", what, instead))
        else:
            people[key], places[key] = definition, line
    if not people and not problems:
        what, instead = _("no clients are below it"), _("is it the table?")
        problems.append(_problem(where, head_at, "", what, instead))
    if not people:
        raise ConfigError(problems)
    unused = tuple(squash(head) for head, key in zip(heads, columns, strict=True) if not key)
    return ClientTable(
        people=people,
        lines=places,
        unused=tuple(filter(None, unused)),
        problems=tuple(problems),
    )


def _problem(where: str, line: int, key: str, what: str, instead: str) -> Problem:
    return Problem(where=where, line=line, key=key, what=what, instead=instead)


def _head_problems(
    where: str, line: int, heads: Sequence[str], columns: Sequence[str]
) -> Iterator[Problem]:
    named = set(filter(None, columns))
    if "name" not in named and not {"first", "last"} & named:
        shown = ", ".join(squash(head) for head in heads)[:120]
        yield _problem(
            where, line, "", _("no column is called Name ({shown})", shown=shown),
            _("write the names of the columns into the first line"),
        )  # fmt: skip
    elif "to" not in named:
        what, instead = _("no column is called E-Mail"), _("add one with the addresses")
        yield _problem(where, line, "", what, instead)
    for key in sorted(named):
        if columns.count(key) > 1:
            both = [squash(head) for head, one in zip(heads, columns, strict=True) if one == key]
            what = _("{some} and {last} say the same", some=", ".join(both[:-1]), last=both[-1])
            yield _problem(where, line, "", what, _("keep one of these columns"))


def _lines(content: bytes, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not empty, the heads first."""
    if len(content) > LARGEST:
        what = _("is larger than {longest} bytes", longest=figure(LARGEST))
        raise ConfigError([_problem(where, 0, "", what, _("take it in in parts"))])
    text = _text(content)
    if "\0" in text:
        raise ConfigError([_problem(where, 0, "", _("is no text"), _("save the table as CSV"))])
    first, _end, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)  # as Excel writes and reads it
    if told:
        text = rest
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = told[1] if told else max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(len(cell) > _LARGEST_CELL for cell in cells):
                what, instead = _("a cell is longer than any"), _("is a quote open?")
                raise ConfigError([_problem(where, line + bool(told), "", what, instead)])
            if any(cell.strip() for cell in cells):
                yield line + bool(told), cells
    except csv.Error as error:
        what = _("cannot be read ({error})", error=error)
        line = before + 1 + bool(told)
        raise ConfigError([_problem(where, line, "", what, _("is a quote open?"))]) from error


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for odd, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(content) >= 4 and not any(content[odd:200:2]) and any(content[1 - odd : 200 : 2]):  # noqa: PLR2004
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _folded(head: str) -> str:
    plain = unicodedata.normalize("NFKD", head.replace("ß", "ss")).encode("ascii", "ignore")
    return _NOT_KEY.sub(" ", plain.decode().lower()).strip()


def _profile(row: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the key of a client, empty without a name, and what the line says; ``to`` as it is."""
    parts = (row.get("first", ""), row.get("last", ""))
    name = squash(row.get("name") or " ".join(parts))
    key = row["key"].strip() if "key" in row else key_of(name) or "client"
    said: dict[str, Any] = {"name": name}
    for column in ("sources", "addresses", "send_at", "days", "language", "dates", "time_zone",
                   "to", "hide_employers"):  # fmt: skip
        if column in row:
            said[column] = _FORMS[column](row[column])
    wishes = {one: _FORMS[one](row[one]) for one in _WISHES if one in row}
    if wishes:
        said["wishes"] = wishes
    return (key if name else ""), said


def _several(cell: str, separators: str = r"[;,|\n]+") -> list[str]:
    return [squash(one) for one in re.split(separators, cell) if one.strip()]


def _addresses(cell: str) -> list[str]:
    return _several(cell, r"[;,\s]+")


def _clock(cell: str) -> str:
    found = _TIME.fullmatch(cell.strip())
    if not found:
        return cell.strip()
    return f"{int(found[1] or found[3]):02}:{found[2] or '00'}"


def _weekdays(cell: str) -> list[str]:
    days: list[str] = []
    for part in re.split(r"[;,/\s]+", re.sub(r"\s*[-\u2013]\s*", "-", cell.strip().lower())):
        first, dash, last = (_day(one) for one in part.partition("-"))
        if dash and first in _WEEK and last in _WEEK:
            begin, end = _WEEK.index(first), _WEEK.index(last)
            days += _WEEK[begin : end + 1] if begin <= end else (*_WEEK[begin:], *_WEEK[: end + 1])
        elif part:
            days.append(f"{first}{dash}{last}")
    return list(dict.fromkeys(days))


def _day(word: str) -> str:
    word = word.strip(".")
    if word[:3] in _WEEK:
        return word[:3]
    return _DAYS.get(word[:2], word)


def _language(cell: str) -> str:
    return _LANGUAGES.get(cell.strip().lower(), cell.strip())


def _money(cell: str) -> int | str:
    number = re.sub(r"[€$£]|eur|gbp|usd|chf", "", cell.lower()).strip()
    if not _GROUPED.fullmatch(number):
        return cell.strip()
    return int(re.sub(r"\D", "", re.sub(r"[.,]\d\d$", "", number)))


_FORMS: Mapping[str, Callable[[str], Any]] = {
    "sources": _several,
    "to": _addresses,
    "time_zone": str.strip,
    "addresses": _addresses,
    "send_at": _clock,
    "days": _weekdays,
    "language": _language,
    "dates": _language,
    "hide_employers": _several,
    "titles": _several,
    "avoid": _several,
    "places": _several,
    "workplaces": lambda cell: [one.lower() for one in _several(cell)],
    "seniority": lambda cell: [one.lower() for one in _several(cell)],
    "salary_from": _money,
}


def over(held: Mapping[str, Any] | None, said: Mapping[str, Any], usual: Usual) -> dict[str, Any]:
    """Return the definition of a client who is *held*, None: is new, once a table *said* that.

    What the table is silent about stays, other wishes and other ways to deliver too; of somebody
    new it is as *usual*.
    """
    was: dict[str, Any] = dict(held or {})
    rest = {key: value for key, value in said.items() if key not in {"to", "wishes"}}
    new = {**was, "name": rest.pop("name")}
    new.setdefault("sources", list(usual.sources))
    new.setdefault("time_zone", usual.time_zone)
    new |= rest
    if "wishes" in said:
        kept = was.get("wishes")
        new["wishes"] = {**(kept if isinstance(kept, dict) else {}), **said["wishes"]}
    if "to" in said or held is None:
        ways = [one for one in was.get("deliver", ()) if isinstance(one, dict)]
        others = [one for one in ways if one.get("channel") != usual.channel]
        new["deliver"] = [{"channel": usual.channel, "to": said.get("to", [])}, *others]
    return {**new, "coach": usual.coach}


def strangers(
    held: Mapping[str, Mapping[str, Any] | None], table: ClientTable, coach: str, where: str
) -> list[Problem]:
    """Return a problem for each client of *table* who is *held* and has not this *coach*."""
    return [
        _problem(
            where,
            table.lines[name],
            f"{name}.coach",
            _("this person is there already, and {coach} is the coach", coach=one["coach"])
            if one.get("coach")
            else _("this person is there already, and nobody is the coach"),
            _("name them otherwise in a column called key, or change the coach first"),
        )
        for name, one in held.items()
        if one is not None and one.get("coach") != coach
    ]


def placed(problems: Collection[Problem], table: ClientTable, where: str) -> list[Problem]:
    """Return *problems* of profiles as those of the lines of the table that they stand in."""
    found = []
    for one in problems:
        path = one.key.removeprefix("profiles.")
        name = path.partition(".")[0].partition("[")[0]
        line = table.lines.get(name, 0)
        found.append(Problem(where=where, line=line, key=path, what=one.what, instead=one.instead))
    return sorted(found, key=lambda one: one.line)
