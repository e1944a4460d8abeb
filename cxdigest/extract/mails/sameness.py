"""The bytes of a mail -> what it is known again by, however it was kept in between.

Servers hand mails out with CRLF, files hold them with LF; mboxes quote lines that begin with
"From ", programs end a mail with more or fewer empty lines and write marks of their own into its
head. None of that makes another mail. Everything else does: no two mails that differ in a word or
in whom they were for may be taken for one, or a posting would be lost. Pure.
"""

from __future__ import annotations

import hashlib
import re

#: Headers that mail programs and exports write into a mail that they keep.
_MARKS = re.compile(
    rb"(?:x-gm-|x-gmail-|x-mozilla-|x-evolution|x-apple-|x-imap)[\w-]*"
    rb"|x-(?:status|keywords|uid|uidl|label|account-key|keys|folder)"
    rb"|status|content-length|lines"
)
_QUOTED = re.compile(rb"^>+(?=From )", re.MULTILINE)
_BLANKS = re.compile(rb"[ \t]+(?=\n|\Z)")
_SPACE = re.compile(rb"\s+")
_FIELD = re.compile(rb"\n(?![ \t])")  # where a header ends: what goes on is indented


def sameness(raw: bytes) -> str:
    """Return what the mail *raw* is known again by: 64 hex digits."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    head, _, body = text.partition(b"\n\n")
    body = _QUOTED.sub(b"", _BLANKS.sub(b"", body)).strip(b"\n")
    digest = hashlib.sha256()
    for field in _FIELD.split(head):
        name, _, value = field.partition(b":")
        if not _MARKS.fullmatch(name.strip().lower()):
            digest.update(b"%s:%s\n" % (name.strip().lower(), _SPACE.sub(b" ", value).strip()))
    digest.update(b"\n" + body)
    return digest.hexdigest()


def former(raw: bytes) -> tuple[str, ...]:
    """Return by what earlier versions may have kept the mail *raw*: digests of plain bytes.

    As it is here, and as a server hands it out, with CRLF and one line end at its end, without what
    an export wrote into its head.
    """
    text = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
    head, gap, body = text.partition(b"\n\n")
    kept = [one for one in _FIELD.split(head) if not _MARKS.fullmatch(_name(one))]
    plain = b"\n".join(kept) + gap + body
    wire = plain.replace(b"\n", b"\r\n")
    forms = dict.fromkeys((raw, wire + b"\r\n", wire, wire + b"\r\n\r\n"))
    return tuple(hashlib.sha256(form).hexdigest() for form in forms)


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()
