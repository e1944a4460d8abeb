"""Indeed's alert mails: saved searches and matches of one or many, in every country.

A card in the text part, its link last::

    Head of Customer Experience
    Foxglove Housing Trust - Leeds
    £55,000 - £60,000 a year
    Own the journey across every function…
    2 days ago
    https://uk.indeed.com/rc/clk/dl?jk=0123456789abcdef&from=ja

About half of the links are sponsored (``/pagead/clk``) and carry no key; they stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cxdigest.extract.cards.both import Reading, Row, extraction, join
from cxdigest.extract.cards.repeats import unrated
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.blocks import Block, blocks
from cxdigest.extract.lines.facts import is_age, is_pay, is_rating, split_place, workplace
from cxdigest.extract.lines.layout import Card, Layout, Line, cards, read_layout
from cxdigest.extract.lines.signs import RECEIPT, is_navigation
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction, Sighting
from cxdigest.text import is_host

_OURS = re.compile(r"https?://(?:[\w-]+\.)*indeed\.(?:[a-z.]{2,6})/", re.IGNORECASE)
_JOB = re.compile(r"/(?:rc/clk|pagead/clk|viewjob|m/viewjob|company/[^?]+/jobs)")
_FACT = re.compile(r"^([^\W\d_][\w /'-]{2,24}?)\s?:\s+(\S.*)$")
_RATING = re.compile(r"\s\d(?:[.,]\d)?$")
_SENTENCE = 5  # words: a line with fewer is a label
_MATCH = 3  # lines: title, company, place
_GREETING = 4  # lines of prose that may be glued to the first card
_NAME = 12  # words: a line with more names no company and no place
_BADGE = re.compile(
    r"(?:easily|easy|quick) apply|responsive employer|urgently hiring|hiring (?:ongoing|"
    r"multiple).*|"
    r"often (?:responds|replies).*|schnellbewerbung|einfach bewerben|candidature (?:simplifiée|"
    r"facile)|"
    r"postuler facilement|postulación rápida|candidatura (?:rápida|simples|facile)|"
    r"eenvoudig solliciteren",
    re.IGNORECASE,
)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* is Indeed's, by its sender or where its links lead, and shows jobs."""
    host = mail.sender.rpartition("@")[2]
    ours = is_host(host, "indeed.com") or "x-indeed-content-type" in mail.headers
    both = mail.text + mail.html
    return bool(
        _OURS.search(both)
        if ours
        else re.search(r"indeed\.com/(?:(?:rc|pagead)/clk|v3/H4sI)", both)
    )


def read(mail: Mail) -> Extraction:
    """Return what *mail* shows, of both its parts."""
    if RECEIPT.search(mail.subject):
        reason = "It confirms an application of the reader."
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    layout = read_layout(mail.html)
    joined = join(
        Reading(part="text", strategy="lines above a link", rows=tuple(_read_text(mail).values())),
        Reading(
            part="HTML", strategy="cards around links", rows=tuple(_read_html(layout).values())
        ),
        text_leads=True,
    )
    return extraction(
        FORMAT.name,
        joined,
        announced=announced(mail, [line.text for line in layout.lines]),
        search_url=_search(mail),
    )


FORMAT = MailFormat(
    name="indeed",
    recognises=recognises,
    read=read,
    domains=("indeed.com",),
    marks="it links to Indeed's jobs, or through its tracker",
)


def _key(href: str) -> str:
    """Return what names the job behind *href*, ``""`` where it leads to none."""
    if "indeed" not in href:
        return ""
    link = clean(href)
    if link.native_id:
        return link.native_id
    return link.url if link.opaque and "/pagead/clk" in link.url else ""


def _search(mail: Mail) -> str:
    for block in blocks(mail.text):
        if "/jobs?" in block.href and _OURS.match(block.href):
            return clean(block.href).url
    return ""


def _read_text(mail: Mail) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for block in blocks(mail.text):
        key = _key(block.href)
        lines = _card_lines(block, mail.subject) if key else ()
        if len(lines) > 1 and key not in found:
            one = _labelled(block, lines) if block.label else _listed(block, lines)
            if one is None:
                continue
            found[key] = Row(
                key=key,
                sighting=one,
                start=block.start,
                end=block.end,
                quote=lines[0],
                apart=bool(block.label),
            )
    return found


def _card_lines(block: Block, subject: str) -> Sequence[str]:
    """Return the run of lines that is the card: the last, or the one that the subject names."""
    runs = [run for run in block.runs if len(run) > 1]
    if not runs:
        return ()
    named = subject.casefold()
    if block.label:
        return _match_lines(runs, named)
    run = runs[-1]
    for at in range(min(_GREETING, len(run) - 1)):
        company = run[at + 1].rpartition(" - ")[0] or run[at + 1]
        if run[at].casefold() in named and company.casefold() in named:
            return run[at:]
    return run


def _match_lines(runs: Sequence[Sequence[str]], named: str) -> Sequence[str]:
    """Return the card of a match: it starts where the subject says, or above its first fact."""
    for run in runs:
        first = next((n for n, line in enumerate(run) if _FACT.match(line)), 0)
        above = range(max(0, first - _MATCH), first)
        if len(above) > 1:
            return run[next((n for n in above if run[n].casefold() in named), above[0]) :]
    return next((run for run in runs if run[0].casefold() in named), runs[0])


def _listed(block: Block, lines: Sequence[str]) -> Sighting:
    """Read the card of a list."""
    company, _, place = lines[1].rpartition(" - ")
    rest = [line for line in lines[2:] if not is_age(line)]
    return _sighting(
        block.href,
        title=lines[0],
        company=company or place,
        place=place if company else "",
        rest=rest,
    )


def _labelled(block: Block, lines: Sequence[str]) -> Sighting | None:
    """Read the one card of a match: title, company, place, then ``Label: value`` lines."""
    plain = [line for line in lines if not _FACT.match(line)]
    if not plain:
        return None
    facts = [found[2] for line in lines if (found := _FACT.match(line))]
    one = _sighting(
        block.href,
        title=plain[0],
        company=plain[1] if len(plain) > 1 else "",
        place=plain[2] if len(plain) > 2 else "",  # noqa: PLR2004 - title, company, place
        rest=facts,
    )
    stated = next((mode for fact in facts if (mode := workplace(fact))), one.workplace)
    return replace(one, workplace=stated, snippet="")


def _sighting(href: str, *, title: str, company: str, place: str, rest: Sequence[str]) -> Sighting:
    link = clean(href)
    location, mode = split_place(place)
    told = [line for line in rest if not is_pay(line) and len(line.split()) >= _SENTENCE]
    return Sighting(
        format=FORMAT.name,
        title=title,
        company=company,
        location=location,
        workplace=mode,
        salary=next(filter(is_pay, rest), ""),
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        snippet=max(told, key=len, default=""),
    )


def _read_html(layout: Layout) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for card in cards(layout, _key):
        if row := _of_card(card):
            found.setdefault(card.key, row)
    return found


def _of_card(card: Card) -> Row | None:
    """Read title, company (with its rating), place, then what its shape tells."""
    own = set(card.hrefs)
    for at, line in enumerate(card.lines):
        after = [one for one in card.lines[at + 1 :] if _is_fact(one.text)]
        named = line.link in own and not is_navigation(line.text)
        if named and len(after) > 1 and not _is_told(after[0].text):
            one, apart = _placed(card.hrefs[0], line.text, after)
            return Row(
                key=card.key,
                sighting=one,
                start=card.start + 1,
                end=card.start + len(card.lines),
                quote=line.text,
                apart=apart,
            )
    return None


def _is_fact(line: str) -> bool:
    return not (is_rating(line) or is_age(line) or _BADGE.fullmatch(line))


def _is_told(line: str) -> bool:
    """Tell whether *line* is pay or prose: neither a company nor a place."""
    return is_pay(line) or len(line.split()) > _NAME


def _placed(href: str, title: str, after: Sequence[Line]) -> tuple[Sighting, bool]:
    """Read company and place, which matches print on one line and alerts on two (True)."""
    texts = [line.text for line in after]
    texts[0] = unrated(after[0])
    together = next((n for n, part in enumerate(after[0].parts) if n and part[0] == "-"), 0)
    if together:
        parts = after[0].parts
        company = _RATING.sub("", " ".join(parts[:together]))
        place, rest = " ".join(parts[together:]).lstrip("- "), texts[1:]
    elif _is_told(texts[1]):
        company, place, rest = texts[0], "", texts[1:]
    else:
        company, place, rest = texts[0], texts[1], texts[2:]
    return _sighting(href, title=title, company=company, place=place, rest=rest), together == 0
