"""Formats that are data: one YAML file a board, read by one engine. Written from others' notes.

A file says who sends, which links are postings, and in which order a posting's lines stand;
``docs/formats.md`` shows how to write one. Files are parsed when the first mail asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from importlib import resources

from cxdigest.extract.declared.fitting import iso_date, weight
from cxdigest.extract.declared.html import fit_html, html_cards, likely
from cxdigest.extract.declared.links import URL, is_named, kind_of
from cxdigest.extract.declared.schema import Declared, read_format
from cxdigest.extract.declared.text import fit_text, text_cards
from cxdigest.extract.facts import split_place
from cxdigest.extract.format import MailFormat
from cxdigest.extract.layout import Layout, read_layout
from cxdigest.extract.mail import Mail
from cxdigest.extract.repeats import link_signs
from cxdigest.extract.signs import RECEIPT
from cxdigest.extract.totals import announced
from cxdigest.links import clean
from cxdigest.model import Extraction, Sighting, Workplace
from cxdigest.text import host_of, is_host

_ENOUGH = 2  #: different links to a board in a stranger's mail
_SHARE = 4  #: times as many as links to other jobs: a mail of many boards is none's
_MAX_LINKS = 400
_DOTS = ("...", "…")
_MODES: dict[str, Workplace] = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}
Facts = dict[str, str]
Row = tuple[str, str, Facts]  #: link, section, facts


def shipped() -> dict[str, bytes]:
    """Return the files that ship with cxdigest by the name of their format, in a fixed order."""
    folder = resources.files("cxdigest.extract").joinpath("formats")
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {
        file.name.removesuffix(".yaml"): file.read_bytes()
        for file in sorted(files, key=lambda file: file.name)
    }


@cache
def shipped_format(name: str) -> Declared:
    """Return the shipped format of that name."""
    return read_format(name, _SHIPPED[name])


def recognises(declared: Declared, mail: Mail) -> bool:
    """Tell whether *mail* is of this format: by its sender, and its links; else by many links."""
    hrefs = _hrefs(mail.text, mail.html)
    own = [href for href in hrefs if kind_of(declared, href)]
    if not own or not _worded(declared, mail):
        return False
    if _is_sender(declared, mail.sender):
        return True
    named = {clean(href).url for href in own if is_named(declared, href)}
    hosts = {host_of(url) for url in named}
    jobs = {link.url for link in map(clean, hrefs) if link_signs(link) > 1}
    others = [url for url in jobs if host_of(url) not in hosts]
    return len(named) >= max(_ENOUGH, len(others) * _SHARE)


def read(declared: Declared, mail: Mail) -> Extraction:
    """Return what *mail* shows, of both its parts where the format reads both."""
    name = declared.name
    if RECEIPT.search(mail.subject):
        reason = "It is about an application of the reader, not about new jobs."
        return Extraction(format=name, outcome="empty", reason=reason)
    layout = read_layout(mail.html) if declared.html else Layout()
    parts = [_of_text(declared, mail), _of_html(declared, layout)]
    first, second = parts if declared.text_first else reversed(parts)
    company = mail.sender_name if declared.company == "{sender}" else declared.company
    found = [
        _sighting(declared, href, section, facts, company)
        for href, section, facts in _merged(first, second)
        if all(facts.get(name) for name in declared.required)
    ]
    if declared.cut_titles:
        found = [_completed(one, mail, layout) for one in found]
    if not found:
        reason = f"It comes from {declared.board} and shows no posting in the order that is known."
        return Extraction(format=name, outcome="empty", reason=reason)
    return Extraction(
        format=name,
        outcome="read",
        sightings=tuple(found),
        announced=announced(mail, [line.text for line in layout.lines]),
    )


@lru_cache(maxsize=2)
def _hrefs(text: str, html: str) -> tuple[str, ...]:
    """Return the links of a mail, as written; every format asks for them."""
    found = dict.fromkeys(one[0] for one in URL.finditer(text))
    found |= dict.fromkeys(one[0].replace("&amp;", "&") for one in URL.finditer(html))
    return tuple(found)[:_MAX_LINKS]


@lru_cache(maxsize=2)
def _names(text: str, html: str, sender: str) -> frozenset[bytes]:
    """Return what the hosts of a mail are called: ``seek`` of ``au.seek.com`` and the like."""
    hosts = {host_of(clean(href).url) for href in _hrefs(text, html)} | {sender.rpartition("@")[2]}
    return frozenset(label.encode() for host in hosts for label in host.split(".")[-3:-1] if label)


def _worded(declared: Declared, mail: Mail) -> bool:
    if not declared.words:
        return True
    whole = f"{mail.subject}\n{mail.text}\n{mail.html}".lower()
    return any(word in whole for word in declared.words)


def _is_sender(declared: Declared, address: str) -> bool:
    host = address.rpartition("@")[2]
    return any(
        address == sender if "@" in sender else is_host(host, sender) for sender in declared.senders
    )


def _best(orders: Sequence[Sequence[Row | None]]) -> list[Row]:
    """Return each card's row in the order that suits them all best, else in the next that fits."""
    ranked = sorted(orders, key=lambda rows: -sum(weight(row[2]) for row in rows if row))
    return [row for rows in zip(*ranked, strict=True) if (row := next(filter(None, rows), None))]


def _of_text(declared: Declared, mail: Mail) -> list[Row]:
    cards = text_cards(declared, mail.text) if declared.text else []
    return _best(
        [
            [
                (card.href, card.section, facts) if facts else None
                for card in cards
                for facts in (fit_text(declared, lines, card),)
            ]
            for lines in declared.text
        ]
    )


def _of_html(declared: Declared, layout: Layout) -> list[Row]:
    cards = html_cards(declared, layout) if declared.html else []
    rows = _best(
        [
            [
                (card.href, card.section, facts) if facts else None
                for card in cards
                for facts in (fit_html(declared, lines, card),)
            ]
            for lines in declared.html
        ]
    )
    return likely(cards, rows)


def _merged(first: list[Row], second: list[Row]) -> list[Row]:
    """Return the rows of one part, with what the other says of the same postings."""
    if not first or not second:
        return _unrepeated(first or second)
    others = {key: facts for href, _, facts in second for key in _keys(href, facts)}
    out: list[Row] = []
    known: set[str] = set()
    for href, section, facts in first:
        keys = _keys(href, facts)
        known.update(keys)
        more: Facts = next((others[key] for key in keys if key in others), {})
        out.append((href, section, more | facts))
    out += [row for row in second if not known.intersection(_keys(row[0], row[2]))]
    return _unrepeated(out)


def _keys(href: str, facts: Facts) -> list[str]:
    link = clean(href)
    named = f"{facts['title']}|{facts.get('company', '')}".casefold()
    return [link.native_id or link.url, named]


def _unrepeated(rows: list[Row]) -> list[Row]:
    kept: dict[str, Row] = {}
    for row in rows:
        kept.setdefault(_keys(row[0], row[2])[0], row)
    return list(kept.values())


def _sighting(declared: Declared, href: str, section: str, facts: Facts, company: str) -> Sighting:
    link = clean(href)
    place, mode = split_place(facts.get("location", ""))
    return Sighting(
        format=declared.name,
        title=facts["title"],
        company=company or facts.get("company", ""),
        location=place,
        workplace=mode or _MODES.get(facts.get("workplace", ""), ""),
        salary=facts.get("salary", ""),
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        section=section or "primary",
        posted=iso_date(facts.get("posted", "")),
    )


def _completed(one: Sighting, mail: Mail, layout: Layout) -> Sighting:
    """Return *one* with its whole title, where the subject or another line of the mail has it."""
    if not one.title.endswith(_DOTS):
        return one
    start = one.title.rstrip(".… ")
    for line in (*mail.text.split("\n"), *(line.text for line in layout.lines)):
        whole = line.strip()
        if whole.startswith(start) and not whole.endswith(_DOTS) and len(whole) > len(start):
            return replace(one, title=whole)
    return one


_SHIPPED = shipped()


def _recognises(name: str, mail: Mail) -> bool:
    content = _SHIPPED[name]
    if not any(label in content for label in _names(mail.text, mail.html, mail.sender)):
        return False  # it names none of the mail's hosts: that can be told without parsing it
    return recognises(shipped_format(name), mail)


def _read(name: str, mail: Mail) -> Extraction:
    return read(shipped_format(name), mail)


FORMATS: tuple[MailFormat, ...] = tuple(
    MailFormat(
        name=name,
        recognises=partial(_recognises, name),
        read=partial(_read, name),
        proven=b"\nunproven: true" not in content,
    )
    for name, content in _SHIPPED.items()
)
