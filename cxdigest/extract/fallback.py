"""Any other board's alert mail, read by what most of them share: repeated blocks around links.

Reads JSON-LD in the mail first, then HTML, then text. A mail must show that it is about jobs, by
two of sender, words and links, before anything in it is taken for a posting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from cxdigest.extract.both import Joined, Reading, Row, distinct, extraction, join, traces
from cxdigest.extract.buttons import above_buttons
from cxdigest.extract.columns import Facts, facts_of
from cxdigest.extract.format import MailFormat
from cxdigest.extract.layout import Layout, read_layout
from cxdigest.extract.mail import Mail
from cxdigest.extract.repeats import Found, in_layout, line_signs, link_signs, title_signs
from cxdigest.extract.signs import ALERT, RECEIPT, SENDER
from cxdigest.extract.textual import in_text
from cxdigest.extract.totals import announced
from cxdigest.links import clean
from cxdigest.model import Extraction, Sighting
from cxdigest.text import squash

_LINKED_DATA = re.compile(
    r"""<script[^>]{0,200}type\s*=\s*["']?application/ld\+json["']?[^>]{0,200}>""", re.IGNORECASE
)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_MAX_SCRIPTS = 50
_MAX_NODES = 2_000
_HEAD = 1_500
_HEAD_LINES = 12
_ENOUGH = 2  #: of sender, words and links: how many must speak for a job alert


def read(mail: Mail) -> Extraction:
    """Return what *mail* shows, if it shows that it is about jobs."""
    if RECEIPT.search(mail.subject):
        reason = "It is about an application of the reader, not about new jobs."
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    about = bool(SENDER.search(f"{mail.sender} {mail.sender_name}"))
    worded = bool(ALERT.search(mail.subject) or ALERT.search(mail.text[:_HEAD]))
    layout = read_layout(mail.html) if about or worded else Layout()
    shown = [line.text for line in layout.lines]
    worded = worded or any(map(ALERT.search, shown[:_HEAD_LINES]))
    joined = _joined(mail, layout, signs=about + worded)
    if joined.sightings:
        return extraction(FORMAT.name, joined, announced=announced(mail, shown))
    if about and worded:
        reason = "It comes from a job board and shows no posting that can be told from the rest."
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    return Extraction(
        format="", outcome="not-an-alert", reason="Nothing in it shows that it is a job alert."
    )


FORMAT = MailFormat(name="fallback", recognises=lambda _: True, read=read)


def _joined(mail: Mail, layout: Layout, *, signs: int) -> Joined:
    """Return what the parts show together, nothing where too little speaks for a job alert.

    What a mail states as data is asked first; *signs* counts what its sender and words say.
    """
    stated = Reading(
        part="HTML", strategy="JSON-LD", rows=distinct([*map(_stated_row, _linked_data(mail.html))])
    )
    shown = _shown(mail, layout, signs=signs) if signs else join(_NO_TEXT, _NO_HTML)
    if not stated.rows:
        return shown
    rows = [Row(key=_key(one), sighting=one) for one in shown.sightings]
    both = join(Reading(part="text", strategy="shown", rows=distinct(rows)), stated)
    return replace(
        both,
        disagreements=shown.disagreements,
        traces=(*traces(stated), *shown.traces),
    )


def _shown(mail: Mail, layout: Layout, *, signs: int) -> Joined:
    """Return what both parts show a reader."""
    text, html = in_text(mail.text), in_layout(layout) or above_buttons(layout)
    found = [*html, *text]
    led = sum(link_signs(one.link) > 0 or _is_told(one) for one in found)
    if signs + (led * 2 > len(found)) < _ENOUGH:
        return join(_NO_TEXT, _NO_HTML)
    return join(
        Reading(part="text", strategy="lines around links of one shape", rows=_rows(text)),
        Reading(part="HTML", strategy="repeated blocks around links", rows=_rows(html)),
    )


def _is_told(one: Found) -> bool:
    """Tell whether *one* has a trade for a title, and a place and pay or an age beside it."""
    return title_signs(one.title) > 1 and line_signs((*one.before, *one.after)) > 1


_NO_TEXT = Reading(part="text", strategy="not read")
_NO_HTML = Reading(part="HTML", strategy="not read")


def _key(one: Sighting) -> str:
    return one.native_id or one.url or one.title


def _rows(listed: Sequence[Found]) -> tuple[Row, ...]:
    return distinct(
        [
            Row(
                key=found.link.native_id or found.link.url,
                sighting=_sighting(found, facts),
                start=found.start,
                end=found.end,
                quote=(*found.before, found.title)[0],
            )
            for found, facts in zip(listed, facts_of(listed), strict=True)
        ]
    )


def _sighting(found: Found, facts: Facts) -> Sighting:
    return Sighting(
        format=FORMAT.name,
        title=facts.title,
        company=facts.company,
        location=facts.location,
        workplace=facts.workplace,
        salary=facts.salary,
        url=found.link.url,
        opaque=found.link.opaque,
        native_id=found.link.native_id,
        snippet=facts.snippet,
    )


def _stated_row(one: Sighting) -> Row:
    return Row(key=_key(one), sighting=one, quote=one.title, apart=True)


def _linked_data(html: str) -> Iterator[Sighting]:
    """Yield the postings that the mail states as schema.org JobPosting."""
    for start in islice(_LINKED_DATA.finditer(html), _MAX_SCRIPTS):
        end = _SCRIPT_END.search(html, start.end())
        try:
            data = json.loads(html[start.end() : end.start()] if end else "")
        except (ValueError, RecursionError):
            continue
        for node in _postings(data):
            if sighting := _stated(node):
                yield sighting


def _postings(data: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON is anything
    waiting = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if "JobPosting" in str(node.get("@type", "")):
                yield node
            else:
                waiting += node.values()


def _stated(node: dict[str, Any]) -> Sighting | None:
    title = _words(node.get("title") or node.get("name"))
    if not title:
        return None
    link = clean(_words(node.get("url")))
    address = _inside(_inside(node, "jobLocation"), "address")
    place = ", ".join(
        filter(None, (_words(address.get(key)) for key in ("addressLocality", "addressRegion")))
    )
    return Sighting(
        format=FORMAT.name,
        title=title,
        company=_words(_inside(node, "hiringOrganization").get("name"))
        or _words(node.get("hiringOrganization")),
        location=place,
        workplace="remote" if node.get("jobLocationType") == "TELECOMMUTE" else "",
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
    )


def _inside(node: dict[str, Any], key: str) -> dict[str, Any]:
    value = node.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _words(value: object) -> str:
    return squash(value) if isinstance(value, str) else ""
