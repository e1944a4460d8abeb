"""Any other board's alert mail, read by what most of them share: repeated blocks around links.

What the mail states as data leads, then HTML and text are joined. A mail must show that it is about
jobs, by two of sender, words and links, before anything that it only shows is taken for a posting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxdigest.extract.cards.both import Joined, Reading, Row, distinct, extraction, join, traces
from cxdigest.extract.cards.buttons import above_buttons
from cxdigest.extract.cards.columns import facts_of, sighting_of
from cxdigest.extract.cards.repeats import Found, in_layout, line_signs, link_signs, title_signs
from cxdigest.extract.cards.textual import in_text
from cxdigest.extract.format import MailFormat
from cxdigest.extract.hits.google_hits import plain
from cxdigest.extract.lines.layout import Layout, read_layout
from cxdigest.extract.lines.signs import ALERT, RECEIPT, SENDER, is_navigation
from cxdigest.extract.lines.totals import announced, whole_search
from cxdigest.extract.mails.mail import Mail
from cxdigest.jobposting import JobFacts, facts_in_markup, facts_in_scripts
from cxdigest.language import marked
from cxdigest.links import clean
from cxdigest.markup import read_markup
from cxdigest.model import Extraction, Sighting

_HEAD = 1_500
_HEAD_LINES = 12
_SHORT = 6  #: words of a line that may be an employer or a place
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
        return extraction(
            FORMAT.name,
            joined,
            announced=announced(mail, shown),
            search_url=whole_search(layout, mail.text),
        )
    if about and worded:
        reason = marked(
            "It comes from a job board and shows no posting that can be told from the rest."
        )
        return Extraction(format=FORMAT.name, outcome="empty", reason=reason)
    return Extraction(
        format="", outcome="not-an-alert", reason="Nothing in it shows that it is a job alert."
    )


FORMAT = MailFormat(name="fallback", recognises=lambda _: True, read=read)


def _joined(mail: Mail, layout: Layout, *, signs: int) -> Joined:
    """Return what the parts show together, nothing where too little speaks for a job alert.

    What a mail states as data is asked first; *signs* counts what its sender and words say.
    """
    stated = _stated(mail.html)
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
    """Tell whether *one* has a trade for a title, and something short that is said of it."""
    around = (*one.before, *one.after)
    short = any(len(line.split()) <= _SHORT and not is_navigation(line) for line in around)
    return title_signs(one.title) > 1 and (short or line_signs(around) > 0)


_NO_TEXT = Reading(part="text", strategy="not read")
_NO_HTML = Reading(part="HTML", strategy="not read")


def _key(one: Sighting) -> str:
    return one.native_id or one.url or one.title


def _rows(listed: Sequence[Found]) -> tuple[Row, ...]:
    return distinct(
        [
            Row(
                key=found.link.native_id or found.link.url,
                sighting=sighting_of(FORMAT.name, found, facts),
                start=found.start,
                end=found.end,
                quote=(*found.before, found.title)[0],
            )
            for found, facts in zip(listed, facts_of(listed), strict=True)
        ]
    )


def _stated(html: str) -> Reading:
    """Return the postings that *html* states as schema.org JobPosting."""
    how, found = "JSON-LD", facts_in_scripts(html) if "JobPosting" in html else ()
    if not found and "JobPosting" in html:
        how, found = "microdata", facts_in_markup(read_markup(html))
    return Reading(
        part="HTML", strategy=how, rows=distinct([_stated_row(one) for one in found if one.title])
    )


def _stated_row(facts: JobFacts) -> Row:
    link = clean(facts.url)
    one = Sighting(
        format=FORMAT.name,
        title=facts.title,
        company=facts.company,
        location="; ".join(facts.locations),
        workplace=facts.workplace,
        salary=facts.salary,
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        posted=facts.posted,
        snippet=plain(facts.description),
    )
    return Row(key=_key(one), sighting=one, quote=one.title, apart=True)
