"""A digest as JSON, posted to a program and signed as Standard Webhooks says.

The id of the message is the delivery's, so a receiver that got it twice can tell. What the receiver
says of the message decides about a retry; what it says of us (a wrong address, a refused login) is
mended in the configuration and never ends a delivery. https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cxdigest.channels.contents import Contents
from cxdigest.errors import DeliveryError, NetError
from cxdigest.model import Candidate, Delivery, Json, Receipt
from cxdigest.net import Http
from cxdigest.net.answer import Answer
from cxdigest.render.record import record_of
from cxdigest.text import host_of, printable, squash

#: Answers that will be the same at the next try: the message itself is what is not wanted.
_FINAL = frozenset({400, 410, 413, 415, 422})
_ANSWER_MOST = 200  #: letters of an answer that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """A program that takes digests over HTTP."""

    name: str
    url: str = field(repr=False)
    key: bytes = field(repr=False)  #: signs
    http: Http
    contents: Contents
    clock: Callable[[], datetime]
    timeout: float = 30  #: seconds

    def send(self, delivery: Delivery) -> Receipt:
        """Post *delivery* and return the status that it was taken with.

        Raises:
            DeliveryError: it was not taken; permanent if this message never will be.
        """
        content = json.dumps(message_of(delivery, self.contents(delivery)), ensure_ascii=False)
        body = content.encode(errors="replace")
        host = host_of(self.url)
        try:
            answer = self.http.post(
                self.url, body, headers=self._headers(delivery, body), seconds=self.timeout
            )
        except NetError as error:
            raise DeliveryError(f"{host}: {error}", permanent=False) from error
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - 2xx
            raise DeliveryError(f"{host}: {_told(answer)}", permanent=answer.status in _FINAL)
        return Receipt(detail=f"{host} answered {answer.status}")

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        moment = str(int(self.clock().timestamp()))
        return {
            "Content-Type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": moment,
            "webhook-signature": signature(self.key, delivery.id, moment, body),
        }


def signature(key: bytes, identity: str, moment: str, body: bytes) -> str:
    """Return the value of ``webhook-signature`` for a message; *moment* is in Unix seconds."""
    signed = hmac.digest(key, f"{identity}.{moment}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def message_of(delivery: Delivery, contents: Sequence[tuple[str, Candidate]]) -> dict[str, Json]:
    """Return what is posted: the type and time of the message, and the digest."""
    postings: list[Json] = [
        {"section": section, **record_of(candidate)} for section, candidate in contents
    ]
    return {
        "type": "digest.made",
        "timestamp": delivery.made.isoformat().replace("+00:00", "Z"),
        "data": {
            "delivery": delivery.id,
            "profile": delivery.profile,
            "day": delivery.day.isoformat(),
            "recipient": delivery.recipient,
            "subject": delivery.rendered.subject,
            "text": delivery.rendered.text,
            "html": delivery.rendered.html,
            "postings": postings,
        },
    }


def _told(answer: Answer) -> str:
    if 300 <= answer.status < 400:  # noqa: PLR2004 - 3xx
        return f"answered {answer.status}, a redirect; write the address it leads to into url"
    words = squash(printable(answer.body[:2000].decode(errors="replace")))[:_ANSWER_MOST]
    return f"answered {answer.status}{': ' if words else ''}{words}"
