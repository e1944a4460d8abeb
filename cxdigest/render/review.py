"""The mail that asks a coach for a review: what waits, until when, what to do; then the digest.

Pure. What stands below is the digest as its reader would get it now, so nothing is said twice. A
digest that would make the mail larger than ``HTML_LIMIT`` goes with it as a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from jinja2 import Environment

from cxdigest.language import _, speaking
from cxdigest.model import Enclosure, Rendered
from cxdigest.render import HTML_LIMIT, words
from cxdigest.render.templates import fill
from cxdigest.text import edition_mark

HTML, TEXT = "digest.review.html.j2", "digest.review.txt.j2"
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A posting that the coach may leave out."""

    title: str
    url: str  #: the link that does so


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a coach is asked, and the ways to answer; a link is empty where there is none."""

    stream: str  #: of this mail
    day: date  #: local day of the digest
    client: str  #: shown name of its reader
    profile: str  #: key of its reader, for the command line
    deadline: datetime
    otherwise: str  #: what happens then: send or hold
    zone: str  #: IANA name, of the coach
    page: str = ""  #: where all of it can be done
    approve: str = ""  #: mails that are ready to be sent
    hold: str = ""
    note: str = ""
    omissions: Sequence[Omission] = ()  #: the first postings of the digest
    more: int = 0  #: further ones
    language: str = "en"  #: of the mail and its dates; the digest below is in its reader's


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """What the templates of this mail see, in plain words."""

    client: str
    profile: str
    day: str
    deadline: str  #: ``09:00 on Saturday 21 November``
    otherwise: str  #: one sentence
    page: str
    approve: str
    hold: str
    note: str
    omissions: tuple[Omission, ...]
    more: int
    attached: bool  #: the digest goes as a file
    mark: str  #: cxdigest knows its own mails by it


def review_mail(asking: Asking, preview: Rendered, templates: Environment) -> Rendered:
    """Write the mail that asks for a review of *preview*.

    Raises:
        RenderError: a template is missing or wrong; names it and the line.
    """
    with speaking(asking.language):
        return _written(asking, preview, templates)


def _written(asking: Asking, preview: Rendered, templates: Environment) -> Rendered:
    view = _view(asking)
    whole = _joined(fill(templates, HTML, ask=view), preview.html)
    enclosures = preview.enclosures
    asked = _("Review by {when}: {client}", when=view.deadline, client=view.client)
    if not whole or len(whole.encode()) > HTML_LIMIT:
        view = replace(view, attached=True)
        whole = fill(templates, HTML, ask=view)
        file = Enclosure(name="digest.html", media="text/html", content=preview.html.encode())
        enclosures = (file, *enclosures)
    return Rendered(
        subject=words.clean(f"{asked} · {preview.subject}", 200),
        text=f"{fill(templates, TEXT, ask=view)}\n{preview.text}",
        html=whole,
        enclosures=enclosures,
    )


def _view(asking: Asking) -> ReviewView:
    moment = words.local(asking.deadline, asking.zone)
    deadline = words.at_on(moment, words.short_day(moment.date(), asking.language))
    zone = words.clean(asking.zone, 40)
    otherwise = (
        _("If you say nothing until {when} ({zone} time), it is sent.", when=deadline, zone=zone)
        if asking.otherwise == "send"
        else _(
            "If you say nothing until {when} ({zone} time), it is held until you approve it.",
            when=deadline,
            zone=zone,
        )
    )
    return ReviewView(
        client=words.clean(asking.client, 60),
        profile=asking.profile,
        day=words.long_day(asking.day, asking.language),
        deadline=deadline,
        otherwise=otherwise,
        page=asking.page,
        approve=asking.approve,
        hold=asking.hold,
        note=asking.note,
        omissions=tuple(
            Omission(title=words.clean(one.title, 90), url=one.url) for one in asking.omissions
        ),
        more=asking.more,
        attached=False,
        mark=edition_mark(asking.stream, asking.day),
    )


def _joined(top: str, html: str) -> str:
    """Return the page *html* with the body of *top* above its own; empty where it has no body."""
    start, end = _BODY.search(top), _END.search(top)
    there = _BODY.search(html)
    if not (start and end and there):
        return ""
    return html[: there.end()] + top[start.end() : end.start()] + html[there.end() :]
