"""A mail that a server sends back -> which of our mails it returns, and why.

Reads delivery reports (RFC 3464) and the older ones in plain words. Which mail it is, is known by
the Message-ID in the returned headers; whether it was one of ours, the store knows.

::

    Final-Recipient: rfc822; anna@mail.example
    Action: failed
    Status: 5.1.1
    Diagnostic-Code: smtp; 550 5.1.1 No such mailbox here
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from cxdigest.extract.mails.mime import (
    Part,
    all_fields,
    decoded,
    header_words,
    in_words,
    latin,
    leaves,
    split_head,
)
from cxdigest.markup import read_markup
from cxdigest.text import own_message_ids, squash

_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {
    "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
    "message/global-headers",
}  # fmt: skip
_DAEMON = re.compile(
    r"<?(?:mailer-daemon|mail-daemon|maildaemon|postmaster|mdaemon|microsoftexchange\w*)@?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,250}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])(?![ -]\d{3}-)")
_ID_LINE = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_GROUPS = re.compile(rb"\r?\n[ \t]*\r?\n")
_WAITS = re.compile(
    r"\bdelayed\b|\bdelay\b|not yet been delivered|still being retried|will be retried|will retry",
    re.IGNORECASE,
)
#: What servers say that give no code of RFC 3463.
_NOBODY = re.compile(
    r"user (?:is )?unknown|unknown user|no such (?:user|mailbox|recipient|person|address)|"
    r"(?:user|mailbox|account|address|recipient)\b.{0,40} (?:does not|doesn't) exist|"
    r"not a valid (?:user|mailbox|recipient)|unknown (?:recipient|local part|address)|"
    r"couldn't be found|could not be found|wasn't found|no mailbox here by that name",
    re.IGNORECASE,
)
_COPY = re.compile(r"copy|below|original|returned")
_MOST_BYTES = 300_000
_LONGEST_LINE = 1000  #: letters; RFC 5322 allows 998
_MOST_WORDS = 300
_MOST_FAILURES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a server says of one address."""

    recipient: str  #: in small letters; empty where it does not say
    gave_up: bool  #: it will not try again
    status: str  #: code of RFC 3463, e.g. ``5.1.1``; empty where it gives none
    words: str  #: its own, on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A mail that came back, or is late."""

    message_ids: frozenset[str]  #: of what it returns; those alone that a digest may have
    failures: tuple[Failure, ...]


def read_bounce(raw: bytes) -> Bounce | None:
    """Return what *raw* sends back; None where it is no bounce."""
    fields, _ = split_head(raw.lstrip(b"\r\n"))
    if not is_bounce(fields):
        return None
    parts = list(leaves(raw.lstrip(b"\r\n")))
    failures = tuple(_reported(parts)) or tuple(_told(parts, fields))
    return Bounce(message_ids=_returned(parts, fields), failures=failures[:_MOST_FAILURES])


def is_bounce(fields: Mapping[str, bytes]) -> bool:
    """Tell whether a mail with these headers was written by a server about another mail."""
    kind = latin(fields.get("content-type", b"")).lower()
    if kind.startswith("multipart/report"):
        return "disposition-notification" not in kind and "feedback-report" not in kind
    if "x-failed-recipients" in fields:
        return True
    null = latin(fields.get("return-path", b"")).strip() == "<>"
    daemon = bool(_DAEMON.search(header_words(fields.get("from", b""))))
    return daemon or (null and not _is_written_by_a_program(fields))


def _is_written_by_a_program(fields: Mapping[str, bytes]) -> bool:
    """Tell whether it is an answer by a program of the recipient: out of office, say."""
    said = latin(fields.get("auto-submitted", b"")).strip().lower()
    return said.startswith("auto-replied") or "x-autoreply" in fields


def _returned(parts: list[Part], fields: Mapping[str, bytes]) -> frozenset[str]:
    """Return the Message-IDs of what is returned: of its headers, else as they are quoted.

    Last, what the bounce answers: Exchange returns nothing else of a mail that it could not read.
    """
    ids = frozenset(filter(None, (_id_of(part) for part in parts)))
    quoted = ids or frozenset(
        one for part in parts for one in _ID_LINE.findall(_words(part)) if part.type != "text/html"
    )
    answered = " ".join(latin(fields.get(name, b"")) for name in ("in-reply-to", "references"))
    return own_message_ids(" ".join(quoted) or answered)


def _id_of(part: Part) -> str:
    if part.type in _REPORTS:
        found = dict(all_fields(decoded(part, _MOST_BYTES)))
        return latin(found.get("x-original-message-id", b""))
    if part.type not in _RETURNED:
        return ""
    head, _ = split_head(decoded(part, _MOST_BYTES).lstrip(b"\r\n"))
    return latin(head.get("message-id", b""))


def _reported(parts: list[Part]) -> Iterator[Failure]:
    for part in parts:
        if part.type in _REPORTS:
            for group in _GROUPS.split(decoded(part, _MOST_BYTES)):
                fields = {name: header_words(value) for name, value in all_fields(group)}
                if "action" in fields or "final-recipient" in fields:
                    yield _failure(fields)


def _failure(fields: Mapping[str, str]) -> Failure:
    named = fields.get("original-recipient") or fields.get("final-recipient", "")
    said = _after_type(fields.get("diagnostic-code", ""))
    action = fields.get("action", "failed").partition(" ")[0].lower()
    return Failure(
        recipient=_address(named) or _address(fields.get("final-recipient", "")),
        gave_up=action == "failed",
        status=_status(fields.get("status", ""), said),
        words=_short(said or f"{fields.get('status', '')} {action}"),
    )


def _told(parts: list[Part], fields: Mapping[str, bytes]) -> Iterator[Failure]:
    """Yield what a bounce says in plain words, at most once an address that its headers name."""
    text = "\n".join(_words(part) for part in parts if part.type.startswith("text/"))
    # What it returns is not its own word.
    every = (line[:_LONGEST_LINE] for line in text.split("\n") if line)
    lines = [squash(line) for line in takewhile(lambda line: not _is_copy(line), every)]
    own = "\n".join(lines)
    hard = (line for line in lines if _CODE.search(line) or _STATUS.search(line))
    said = next(hard, "") or next((line for line in lines if _NOBODY.search(line)), "")
    subject = header_words(fields.get("subject", b""))
    waits = bool(_WAITS.search(subject) or (not said and _WAITS.search(own)))
    named = _ADDRESS.findall(header_words(fields.get("x-failed-recipients", b"")))
    for address in named or _ADDRESS.findall(own)[:1] or [""]:
        yield Failure(
            recipient=address.lower().strip(".'"),
            gave_up=not waits,
            status=_status("", said),
            words=_short(said or subject),
        )


def _is_copy(line: str) -> bool:
    """Tell whether *line* says that the mail which is returned comes next."""
    return line.startswith("--") and _COPY.search(line) is not None


def _status(stated: str, said: str) -> str:
    """Return the code that says most: ``5.0.0`` says less than the server's own words."""
    codes = [code[1] for text in (stated, said) if (code := _STATUS.search(text))]
    telling = [code for code in codes if not code.endswith(".0.0")]
    if telling:
        return telling[0]
    answer = _CODE.search(said)
    if _NOBODY.search(said) and not (answer and answer[1].startswith("4")):
        return "5.1.1"
    return codes[0] if codes else f"{answer[1][0]}.0.0" if answer else ""


def _after_type(value: str) -> str:
    """``smtp; 550 No such user`` -> what stands behind the type."""
    kind, found, words = value.partition(";")
    return words.strip() if found and " " not in kind.strip() else value


def _address(value: str) -> str:
    found = _ADDRESS.search(_after_type(value))
    return found[0].lower().rstrip(".") if found else ""


def _words(part: Part) -> str:
    words = in_words(decoded(part, _MOST_BYTES), part.parameters.get("charset", ""))
    if part.type != "text/html":
        return words
    body = read_markup(words).body
    return body.text(separator="\n") if body else ""


def _short(words: str) -> str:
    return squash(words)[:_MOST_WORDS]
