"""Delivery -> the bytes of a mail (RFC 5322). Pure: the same delivery gives the same bytes.

Therefore a retry sends the very same message, and a mailbox that has it already can tell. Nothing
that came from an alert can add a header line or make the message unsendable. ``body`` makes what
stands below the headers.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from cxdigest.channels import body
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery
from cxdigest.text import edition_mark, squash

#: C0, DEL and C1, the line and paragraph separators, and halves of letters that UTF-8 cannot write.
_UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NAMED = re.compile(r"([^<>]*)<\s*([^<>]+?)\s*>")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_IN_LINKS = "!#$%&'()*+,/:;=?@[]_-.~"
_WORD_BYTES = 45  #: of text in one encoded word, which may have 75 letters
_NAME_MOST = 200  #: letters of a display name
_SUBJECT_MOST = 400  #: letters; a title that is longer was written by no person


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A person's name and address, fit for a header and for SMTP."""

    name: str  #: display name, may be empty
    address: str  #: ASCII, the domain in IDNA


def mailbox(text: str) -> Mailbox:
    """Read ``Name <address>`` or a bare address.

    Raises:
        ValueError: it is no address, or the part before the @ is not ASCII (few servers take that).
    """
    # Not email.utils.parseaddr: a comma in a name without quotes is no reason to refuse a person.
    found = _NAMED.fullmatch(clean(text))
    name, address = found.groups() if found else ("", clean(text))
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{text!r} is no e-mail address; write ada@mail.example or Ada <ada@…>")
    return Mailbox(name=name.strip("\"' "), address=f"{local}@{domain}")


def clean(value: str) -> str:
    """Return *value* as one line that is fit for a header."""
    return squash(_UNCLEAN.sub(" ", value))


def build(delivery: Delivery, *, sender: str, unsubscribe: str = "") -> bytes:
    """Return the mail as it goes over the wire: CRLF, 7 bit, no line above 998 bytes.

    *sender* is an address with or without a name; *unsubscribe* is the channel's own way to end
    the mails (``mailto:`` or https), for those that bring none; empty, the sender takes the wish.

    Raises:
        DeliveryError: the recipient (permanent) or the sender (not permanent) is no address.
    """
    recipient = _mailbox_or(delivery.recipient, "the recipient", permanent=True)
    author = _mailbox_or(sender, "the sender of the channel", permanent=False)
    headers = {
        "Message-ID": clean(delivery.message_id).replace(" ", ""),
        "Date": format_datetime(delivery.made),
        "From": _person(author),
        **_addressed(delivery, recipient),
        "Subject": _encoded(clean(delivery.rendered.subject)[:_SUBJECT_MOST]),
        # RFC 3834 stops the answering machines of the rest of the world, the other Exchange's;
        # it names no failure reports, which are wanted.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "X-Cxdigest-Edition": edition_mark(delivery.profile, delivery.day),
        "List-Id": _list_id(delivery, author),
        **_ways_out(delivery.unsubscribe, own=unsubscribe, author=author),
    }
    # By hand: the email package encodes long Message-IDs and loses spaces of long titles.
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return lines.encode("ascii") + body.build(delivery)


def _addressed(delivery: Delivery, recipient: Mailbox) -> dict[str, str]:
    """Return To, and Cc where the mail is a copy of what another gets."""
    others = list(_readable(delivery.to)) if delivery.role == "cc" else []
    if not others:
        return {"To": _person(recipient)}
    return {"To": ",\r\n ".join(map(_person, others)), "Cc": _person(recipient)}


def _readable(addresses: tuple[str, ...]) -> Iterator[Mailbox]:
    for one in addresses:
        try:
            yield mailbox(one)
        except ValueError:
            continue  # said where it is the recipient; here it would only stop the copy


def _ways_out(link: str, *, own: str, author: Mailbox) -> dict[str, str]:
    """Return the headers by which a mail program shows its own button to end the mails."""
    link, own = _link(link), _link(own)
    if not link.startswith("https:"):
        last = own or f"mailto:{author.address}?subject=unsubscribe"
        return {"List-Unsubscribe": f"<{link or last}>"}
    by_mail = own if own.startswith("mailto:") else f"mailto:{author.address}"
    if "?" not in by_mail:
        by_mail += f"?subject=cxdigest%20{link.rpartition('/')[2]}%20unsubscribe"
    return {
        "List-Unsubscribe": f"<{link}>,\r\n <{by_mail}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
    }


def _link(text: str) -> str:
    return quote(clean(text).replace(" ", ""), safe=_IN_LINKS)


def _list_id(delivery: Delivery, author: Mailbox) -> str:
    label = edition_mark(delivery.profile, delivery.day).rpartition("/")[2]
    return f"<{label}.cxdigest.{author.address.rpartition('@')[2]}>"


def _person(person: Mailbox) -> str:
    if not person.name:
        return person.address
    name = _encoded(person.name[:_NAME_MOST])
    if not name.startswith("=?") and not _ATOMS.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{person.address}>"


def _encoded(value: str) -> str:
    """Return *value* as it stands where it is ASCII, else as encoded words (RFC 2047)."""
    if value.isascii() and "=?" not in value:
        return value
    words = [""]
    for letter in value:
        if len((words[-1] + letter).encode()) > _WORD_BYTES:
            words.append("")
        words[-1] += letter
    return "\r\n ".join(f"=?utf-8?b?{b64encode(w.encode()).decode()}?=" for w in words)


def _mailbox_or(text: str, what: str, *, permanent: bool) -> Mailbox:
    try:
        return mailbox(text)
    except ValueError as error:
        raise DeliveryError(f"{what}: {error}", permanent=permanent) from error
