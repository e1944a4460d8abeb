"""The head of a mail -> whether it may be meant for cxdigest itself, and be no alert at all.

Replies to digests, feedback, the wish to get no more mails, and digests that come back: whoever
filters a mailbox by senders must let them through. What each of them says is read elsewhere; here
nothing is believed. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cxdigest.extract.mails.bounce import is_bounce
from cxdigest.extract.mails.mime import header_words, latin, split_head
from cxdigest.text import own_message_ids, squash

#: The headers that are needed for it, beside those that every mail is known by.
HEADERS = (
    "In-Reply-To", "References", "Return-Path", "Content-Type", "Auto-Submitted",
    "X-Failed-Recipients",
)  # fmt: skip
#: ``cxdigest TOKEN``, as the links in digests write it; a program may have put spaces into it.
_TOKEN = re.compile(r"\bcxdigest[\s:]+[\w-]+(?:\s[\w-]+){0,5}", re.IGNORECASE)
_WHOLE_TOKEN = re.compile(r"\bcxdigest[\s:]+[\w-]{40}", re.IGNORECASE)
_LEAST_TOKEN = 40  #: letters; no shorter one is made
_STOP = re.compile(
    r"(?:(?:re|aw|sv|antw|ref|rif|odp|tr)\s?:\s*)*(?:please,? )?(?:unsubscribe|stop)"
    r"(?: me)?(?:,? please)?[\s.!]*",
    re.IGNORECASE,
)
_AUTO = ("x-autoreply", "x-autorespond", "x-auto-reply")


def may_be_for_us(head: bytes) -> bool:
    """Tell whether the mail with this *head* may answer us, ask something of us, or come back."""
    fields, _ = split_head(head.lstrip(b"\r\n"))
    subject = subject_of(fields)
    return (
        answers_us(fields)
        or any(len(found) >= _LEAST_TOKEN for found in _TOKEN.findall(subject))
        or asks_to_stop(subject)
        or is_bounce(fields)
    )


def subject_of(fields: Mapping[str, bytes]) -> str:
    """Return the subject in *fields*, decoded, on one line."""
    return header_words(fields.get("subject", b""))


def answers_us(fields: Mapping[str, bytes]) -> bool:
    """Tell whether it answers a mail whose Message-ID is written as those of digests are."""
    named = (latin(fields.get(name, b"")) for name in ("in-reply-to", "references"))
    return bool(own_message_ids(" ".join(named)))


def has_token(subject: str) -> bool:
    """Tell whether something stands in *subject* as the links in digests write it."""
    return _WHOLE_TOKEN.search(subject) is not None


def asks_to_stop(words: str) -> bool:
    """Tell whether *words*, a subject or all that a reply says, ask for no more mails."""
    return _STOP.fullmatch(squash(words)) is not None


def is_automatic(fields: Mapping[str, bytes]) -> bool:
    """Tell whether a program wrote it, unread by any person (RFC 3834)."""
    said = latin(fields.get("auto-submitted", b"no")).partition(";")[0].strip().lower()
    precedence = latin(fields.get("precedence", b"")).strip().lower()
    return said != "no" or precedence == "auto_reply" or any(name in fields for name in _AUTO)
