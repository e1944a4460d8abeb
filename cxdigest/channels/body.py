"""What stands below the headers of a mail: text, HTML, its pictures and its attachments (RFC 2045).

Pure: boundaries come from the delivery's id, so that the same delivery gives the same bytes.
Nobody's name for a file can lead out of a folder, hide its ending or break a header.
"""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

from cxdigest.model import Delivery, Enclosure
from cxdigest.text import squash

_HALVES = re.compile("[\ud800-\udfff]")
#: Controls, separators, halves of letters, what a file system forbids, and the marks that turn the
#: direction of reading, with which ``exe.pdf`` is shown for a file that ends in ``fdp.exe``.
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f/\\\\:*?"<>|\u2028\u2029\ud800-\udfff\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]+'
)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_NAME_MOST = 80  #: letters
_MEDIA = re.compile(r"(text|image|audio|video|font|application)/[A-Za-z0-9][A-Za-z0-9.+-]*")
_NOT_IN_CID = re.compile(r"[^A-Za-z0-9.@_+-]+")


def build(delivery: Delivery) -> bytes:
    """Return the body of *delivery* with the headers that describe it: CRLF, 7 bit."""
    rendered = delivery.rendered
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail.set_content(_writable(rendered.text), cte="quoted-printable")
    mail.add_alternative(_writable(rendered.html), subtype="html", cte="quoted-printable")
    *_, html = mail.iter_parts()
    for one in rendered.enclosures:
        if one.cid:
            _enclose(html, one, related=True)
    for one in rendered.enclosures:
        if not one.cid:
            _enclose(mail, one, related=False)
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(_boundary(delivery.id, number))
    return bytes(mail)


def _enclose(part: MIMEPart, one: Enclosure, *, related: bool) -> None:
    media = one.media.partition(";")[0].strip().lower()
    main, _, sub = (media if _MEDIA.fullmatch(media) else "application/octet-stream").partition("/")
    name = file_name(one.name)
    if related:
        cid = f"<{_NOT_IN_CID.sub('', one.cid)}>"
        part.add_related(one.content, main, sub, cid=cid, filename=name, disposition="inline")
    else:
        charset = {"charset": "utf-8"} if main == "text" else {}
        part.add_attachment(one.content, main, sub, filename=name, params=charset)


def file_name(name: str) -> str:
    """Return *name* as a name that every system takes; its ending stays."""
    safe = squash(_UNSAFE.sub("_", name)).strip(". ")
    ending = _ENDING.search(safe)
    kept = ending.group() if ending else ""
    return safe[: len(safe) - len(kept)][: _NAME_MOST - len(kept)] + kept or "attachment"


def _boundary(delivery_id: str, number: int) -> str:
    seed = f"{delivery_id}\0{number}" if number else delivery_id
    return "=_" + hashlib.sha256(seed.encode()).hexdigest()[:40]


def _writable(text: str) -> str:
    return _HALVES.sub("\ufffd", text)
