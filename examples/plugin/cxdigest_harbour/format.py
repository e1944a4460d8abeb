"""Alert mails of Harbour Jobs: plain text, four lines an opening, the last its address."""

from __future__ import annotations

import re

from cxdigest.extract.format import Mail, MailFormat
from cxdigest.model import Extraction, Sighting

_OPENING = re.compile(
    r"^(?P<title>\S.*)\n(?P<company>\S.*)\n(?P<place>\S.*)\n"
    r"(?P<url>https://www\.harbourjobs\.example/(?P<id>\d+))$",
    re.MULTILINE,
)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* links to openings on Harbour Jobs."""
    return "www.harbourjobs.example/" in mail.text


def read(mail: Mail) -> Extraction:
    """Return the openings of *mail*."""
    found = tuple(
        Sighting(
            format="harbour",
            title=one["title"],
            company=one["company"],
            location=one["place"],
            url=one["url"],
            native_id=f"harbour:{one['id']}",
        )
        for one in _OPENING.finditer(mail.text)
    )
    if not found:
        return Extraction(format="harbour", outcome="empty", reason="It shows no opening.")
    return Extraction(format="harbour", outcome="read", sightings=found)


FORMAT = MailFormat(
    name="harbour",
    recognises=recognises,
    read=read,
    domains=("harbourjobs.example",),
    marks="it links to openings on Harbour Jobs",
    proven=False,
)
