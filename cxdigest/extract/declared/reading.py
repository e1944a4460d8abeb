"""A mail, read as a declared format says: is it one of its, and what does it show.

Each part is tried in every order of lines that the format knows; the one that suits its postings
best counts, and a posting that does not stand so is read in the next that fits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.repeats import link_signs
from cxdigest.extract.declared.fitting import Facts, likeness, posted_on, weight
from cxdigest.extract.declared.html import fit_html, html_cards, likely
from cxdigest.extract.declared.links import URL, is_named, kind_of
from cxdigest.extract.declared.schema import Declared
from cxdigest.extract.declared.text import fit_text, text_cards
from cxdigest.extract.lines.facts import split_place
from cxdigest.extract.lines.layout import Layout, read_layout
from cxdigest.extract.lines.signs import RECEIPT
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction, Sighting, Workplace
from cxdigest.text import host_of, is_host

_ENOUGH = 2  #: different links to a board in a stranger's mail
_SHARE = 4  #: times as many as links to other jobs: a mail of many boards is none's
_MAX_LINKS = 400
_MAX_LINES = 2_000
_DOTS = ("...", "…")
_MODES: dict[str, Workplace] = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}


def recognises(declared: Declared, mail: Mail) -> bool:
    """Tell whether *mail* is of this format: by its sender and its links; else by many links."""
    hrefs = hrefs_of(mail.text, mail.html)
    own = [href for href in hrefs if kind_of(declared, href)]
    if not own or not _is_worded(declared, mail):
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
    if RECEIPT.search(mail.subject):
        reason = "It is about an application of the reader, not about new jobs."
        return Extraction(format=declared.name, outcome="empty", reason=reason)
    layout = read_layout(mail.html) if declared.html else Layout()
    joined = join(_of_text(declared, mail), _of_html(declared, mail, layout))
    if declared.cut_titles:
        lines = [*mail.text.split("\n"), *(line.text for line in layout.lines)][:_MAX_LINES]
        whole = tuple(_completed(one, lines) for one in joined.sightings)
        joined = replace(joined, sightings=whole)
    return extraction(
        declared.name,
        joined,
        announced=announced(mail, [line.text for line in layout.lines]),
        reason=f"It comes from {declared.board} and shows no posting as it is known to do.",
    )


@lru_cache(maxsize=2)
def hrefs_of(text: str, html: str) -> tuple[str, ...]:
    """Return the links of a mail, as written; every format asks for them."""
    found = dict.fromkeys(one[0] for one in URL.finditer(text))
    found |= dict.fromkeys(one[0].replace("&amp;", "&") for one in URL.finditer(html))
    return tuple(found)[:_MAX_LINKS]


def _is_worded(declared: Declared, mail: Mail) -> bool:
    whole = f"{mail.subject}\n{mail.text}\n{mail.html}".lower() if declared.words else ""
    return not declared.words or any(word in whole for word in declared.words)


def _is_sender(declared: Declared, address: str) -> bool:
    host = address.rpartition("@")[2]
    return any(
        address == sender if "@" in sender else is_host(host, sender) for sender in declared.senders
    )


def _best(orders: Sequence[Sequence[Facts | None]]) -> list[Facts | None]:
    """Return the facts of each card in the order that suits them all, else in the next that fits.

    *orders* has a list for each order, which has the facts of each card.
    """
    ranked = sorted(orders, key=lambda found: -sum(weight(facts) for facts in found if facts))
    return [_first(found) for found in zip(*ranked, strict=True)]


def _first(found: Sequence[Facts | None]) -> Facts | None:
    """Return the first facts; those of a further order only where the title names a trade."""
    if not found or found[0]:
        return found[0] if found else None
    return next((facts for facts in found if facts and likeness(facts["title"]) > 1), None)


def _of_text(declared: Declared, mail: Mail) -> Reading:
    cards = text_cards(declared, mail.text) if declared.text else []
    found = _best([[fit_text(declared, one, card) for card in cards] for one in declared.text])
    rows = [
        _row(declared, mail, facts, card.href, card.section, card.lines)
        for card, facts in zip(cards, found, strict=False)
        if facts
    ]
    return Reading(part="text", strategy=_strategy(declared), rows=_kept(rows))


def _of_html(declared: Declared, mail: Mail, layout: Layout) -> Reading:
    cards = html_cards(declared, layout) if declared.html else []
    found = _best([[fit_html(declared, one, card) for card in cards] for one in declared.html])
    fitted = [
        (card, facts)
        for card, facts in zip(cards, found, strict=False)
        if facts and _is_whole(declared, facts)
    ]
    rows = [
        _row(declared, mail, facts, card.href, card.section, card.span)
        for card, facts in likely(fitted)
    ]
    return Reading(part="HTML", strategy=_strategy(declared), rows=_kept(rows))


def _strategy(declared: Declared) -> str:
    return f"the order of lines in {declared.name}.yaml"


def _kept(rows: Iterable[Row | None]) -> tuple[Row, ...]:
    return distinct([row for row in rows if row])


def _is_whole(declared: Declared, facts: Facts) -> bool:
    return all(facts.get(name) for name in declared.required)


def _row(  # noqa: PLR0917 - one call each
    declared: Declared,
    mail: Mail,
    facts: Facts,
    href: str,
    section: str,
    lines: tuple[int, int],
) -> Row | None:
    if not _is_whole(declared, facts):
        return None
    link = clean(href)
    place, mode = split_place(facts.get("location", ""))
    company = mail.sender_name if declared.company == "{sender}" else declared.company
    sighting = Sighting(
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
        posted=posted_on(facts.get("posted", "")),
    )
    return Row(
        key=link.native_id or link.url,
        sighting=sighting,
        start=lines[0],
        end=lines[1],
        quote=sighting.title,
        apart=True,
    )


def _completed(one: Sighting, lines: Sequence[str]) -> Sighting:
    """Return *one* with its whole title, where another line of the mail has it."""
    if not one.title.endswith(_DOTS):
        return one
    start = one.title.rstrip(".… ")
    whole = (
        line
        for line in map(str.strip, lines)
        if line.startswith(start) and not line.endswith(_DOTS) and len(line) > len(start)
    )
    return replace(one, title=next(whole, one.title))
