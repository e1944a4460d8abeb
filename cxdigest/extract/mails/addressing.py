"""Mail -> the addresses that it was for or came through, each with how it is known. Pure.

Headers are prepended on the way: what stands above the first ``Received`` of whoever took the mail
in was written by that machine. ``Delivered-To`` and its kin count there alone; further down they
are a sender's to invent, and are not read. What forwarders and senders say (Resent-From, From, To)
is their own word, and comes after the server's.

::

    Delivered-To: coach+anna@mail.example           <- the server
    Received: from mail.board.example by mx.mail.example
    Delivered-To: bob@mail.example                  <- anybody
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, authenticity, machine_of
from cxdigest.extract.mails.mime import all_fields, header_words
from cxdigest.model import AddressWay

#: The machine that takes a mail in: Postfix, Gmail, Dovecot, Exim, Fastmail, iCloud, Courier.
_DELIVERED = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to",
    "original-recipient",
)  # fmt: skip
#: Who forwards: a person (RFC 5322, 3.6.6), a filter at Gmail and others.
_FORWARDED = ("resent-from", "x-forwarded-for", "x-forwarded-to")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"/]{1,250}")
_QUOTED = re.compile(r'"[^"]*"')
_MOST = 20  #: addresses of one way
_MAX_VALUE = 20_000
_MAX_HEAD = 262_144

Fields = Sequence[tuple[str, bytes]]


def addressed(raw: bytes, receiver: Receiver = UNKNOWN) -> tuple[str, ...]:
    """Return ``way:address`` for the mail *raw*, the surest way first; ``()`` for no mail.

    Addresses are in small letters. *receiver* is who took it in.
    """
    fields = all_fields(raw[:_MAX_HEAD])
    own = fields[: _own_part(fields, receiver)]
    found: dict[AddressWay, Iterable[str]] = {
        "delivered": _all(own, _DELIVERED),
        # The envelope's sender, where a filter at Gmail or a server wrote whose mail it forwards:
        # anna+caf_=coach=mail.example@gmail.com
        "forwarded": (*_all(own, ("return-path",)), *_topmost(fields, _FORWARDED)),
        "sent": _sender(raw, fields, receiver),
        "written": _all(fields, ("to", "cc")),
    }
    return tuple(
        f"{way}:{address}"
        for way, addresses in found.items()
        for address in list(dict.fromkeys(addresses))[:_MOST]
    )


def _own_part(fields: Fields, receiver: Receiver) -> int:
    """Return how many of *fields* the receiving side wrote.

    Up to the topmost Received; of a provider that is known, up to its topmost one under a public
    name, because its machines hand the mail on to each other before.
    """
    hops = [number for number, (name, _) in enumerate(fields) if name == "received"]
    if not hops:
        return len(fields)
    known = (number for number in hops if receiver.authserv and machine_of(fields[number][1]))
    return next(known, hops[0])


def _all(fields: Fields, names: Sequence[str]) -> Iterator[str]:
    for name, value in fields:
        if name in names:
            yield from _in(value)


def _topmost(fields: Fields, names: Sequence[str]) -> Iterator[str]:
    """Yield the addresses in the topmost of each of *names*: of the last who forwarded it."""
    for wanted in names:
        yield from _in(next((value for name, value in fields if name == wanted), b""))


def _sender(raw: bytes, fields: Fields, receiver: Receiver) -> Iterator[str]:
    """Yield the one address of From, unless the provider says that it is not theirs."""
    named = list(_all(fields, ("from",)))
    if len(set(named)) == 1 and authenticity(raw, named[0], receiver=receiver) != "failed":
        yield named[0]


def _in(value: bytes) -> Iterator[str]:
    """``"Anna @ home" <anna@mail.example>`` and ``rfc822;anna@mail.example`` -> the address."""
    text = _QUOTED.sub(" ", header_words(value[:_MAX_VALUE]))
    for found in _ADDRESS.findall(text):
        yield found.lower().rstrip(".")
