"""Why an alert was read as it was, in traces that a person can follow.

The formats say what they read; here stand the choice of the format and what was left aside. Only
``extract --explain`` asks for the second, because it reads the mail once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxdigest.extract.cards.repeats import title_signs
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.blocks import blocks
from cxdigest.extract.lines.layout import Anchor, Layout, read_layout
from cxdigest.extract.lines.signs import is_navigation, leads_elsewhere
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction, Trace

_MAX_QUOTE = 120
_MAX_LEFT = 200


def choice(known: MailFormat, mail: Mail, found: Extraction) -> Trace:
    """Return why *known* was asked to read *mail*, and what came of it."""
    host = mail.sender.rpartition("@")[2]
    reasons = []
    if known.is_sender(host):
        reasons.append(f"the sender is {host}")
    elif known.domains:
        reasons.append(f"the sender {host or 'is not told and'} is none of its own")
    reasons.append(known.marks or "no other format read it")
    if mail.forwarded:
        reasons.append("somebody forwarded it")
    if not found.sightings:
        reasons.append(f"it gave no posting ({found.reason.rstrip('.')})")
    return Trace(step="format", what=known.name, why="; ".join(reasons))


def left_aside(mail: Mail, found: Extraction) -> tuple[Trace, ...]:
    """Return a trace for each link of *mail* that made no posting, with what it is instead."""
    left = dict.fromkeys((*_of_text(mail.text, found), *_of_html(mail.html, found)))
    return tuple(left)[:_MAX_LEFT]


def _of_text(text: str, found: Extraction) -> Iterator[Trace]:
    links = {one.url for one in found.sightings}
    for block in blocks(text):
        lines = [line for run in block.runs[-1:] for line in run]
        words = block.label or (lines[-1] if lines else "")
        if _within(found.traces, "text", block.end) or clean(block.href).url in links:
            continue
        yield _left("text", block.end, words, block.href)


def _of_html(html: str, found: Extraction) -> Iterator[Trace]:
    layout = read_layout(html)
    links = {one.url for one in found.sightings}
    for anchor in layout.anchors:
        number, words = _words(layout, anchor)
        if clean(anchor.href).url in links or _is_read(found, number, words):
            continue
        yield _left("HTML", number, words, anchor.href)


def _words(layout: Layout, anchor: Anchor) -> tuple[int, str]:
    """Return the number of the line that *anchor* stands in, and its words."""
    for number, line in enumerate(layout.inside(anchor.box), layout.first[anchor.box] + 1):
        return number, line.linked or line.text
    return layout.first[anchor.box] + 1, ""


def _is_read(found: Extraction, number: int, words: str) -> bool:
    return _within(found.traces, "HTML", number) and not is_navigation(words) and words != ""


def _within(traces: Sequence[Trace], part: str, number: int) -> bool:
    return any(
        one.step == "read" and one.part == part and one.lines[0] <= number <= one.lines[1]
        for one in traces
    )


def _left(part: str, number: int, words: str, href: str) -> Trace:
    what, why = _instead(words, href)
    return Trace(
        step="left",
        what=what,
        why=why,
        part=part,
        lines=(number, number),
        quote=words[:_MAX_QUOTE],
    )


def _instead(words: str, href: str) -> tuple[str, str]:
    """Return what a link is that made no posting, and by what that is told."""
    if href.startswith("mailto:"):
        return "address", "it opens a mail"
    if not words:
        return "picture", "no words belong to the link"
    if is_navigation(words):
        return "navigation", "its words ask the reader to go somewhere"
    if leads_elsewhere(href):
        return "navigation", "it leads to a search, to settings or the like"
    if not title_signs(words):
        return "other text", "its words cannot be a job's title"
    return "other link", "too little speaks for a posting"
