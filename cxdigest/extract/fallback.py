"""Any other board's alert mail, read by what most of them share: repeated blocks around links.

Reads JSON-LD in the mail first, then HTML, then text. A mail must show that it is about jobs, by
two of sender, words and links, before anything in it is taken for a posting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from cxdigest.extract.format import MailFormat
from cxdigest.extract.layout import Layout, read_layout
from cxdigest.extract.mail import Mail
from cxdigest.extract.repeats import Found, facts_of, in_layout, in_text, link_signs
from cxdigest.extract.signs import ALERT, RECEIPT, SENDER
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


def read(mail: Mail) -> Extraction:
    """Return what *mail* shows, if it shows that it is about jobs."""
    if RECEIPT.search(mail.subject):
        reason = "It is about an application of the reader, not about new jobs."
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    about = bool(SENDER.search(f"{mail.sender} {mail.sender_name}"))
    worded = bool(ALERT.search(mail.subject) or ALERT.search(mail.text[:_HEAD]))
    sightings = list(_linked_data(mail.html))
    layout = read_layout(mail.html) if about or worded else Layout()
    if not sightings and (about or worded):
        found = in_layout(layout) or in_text(mail.text)
        led = [one for one in found if link_signs(one.link)]
        if about + worded + (len(led) * 2 > len(found)) > 1:
            sightings = [_sighting(one) for one in found]
    if sightings:
        return Extraction(
            format=FORMAT.name,
            outcome="read",
            sightings=tuple(sightings),
            announced=announced(mail, [line.text for line in layout.lines]),
        )
    if about and worded:
        reason = "It comes from a job board and shows no posting that can be told from the rest."
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    return Extraction(
        format="", outcome="not-an-alert", reason="Nothing in it shows that it is a job alert."
    )


FORMAT = MailFormat(name="fallback", recognises=lambda _: True, read=read)


def _sighting(found: Found) -> Sighting:
    facts = facts_of(found)
    return Sighting(
        format=FORMAT.name,
        title=found.title,
        company=facts.company,
        location=facts.location,
        workplace=facts.workplace,
        salary=facts.salary,
        url=found.link.url,
        opaque=found.link.opaque,
        native_id=found.link.native_id,
    )


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
        company=_words(_inside(node, "hiringOrganization").get("name")),
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
