"""Mails as a mailbox holds them: alerts for several people, and what readers and servers send."""

from __future__ import annotations

import hashlib

from cxdigest.model import Alert

COACH = "coach@mail.example"
RECEIVED = (
    "Received: from out.board.example by mx.mail.example (Postfix) with ESMTPS id 7;\r\n"
    "\tSat, 21 Nov 2026 06:00:00 +0000\r\n"
)
PROVEN = "Authentication-Results: mx.mail.example; dmarc=pass header.from={domain}\r\n"
FORGED = "Authentication-Results: mx.mail.example; dmarc=fail header.from={domain}\r\n"


def as_alert(raw: bytes | str, *, source: str = "intake", key: str = "") -> Alert:
    data = raw.encode() if isinstance(raw, str) else raw
    digest = hashlib.sha256(data).hexdigest()
    return Alert(source=source, key=key or digest[:12], media="mail", raw=data, digest=digest)


def job_mail(
    *titles: str, to: str = COACH, delivered: str = COACH, sender: str = "alerts@board.example"
) -> Alert:
    """An alert mail with a card for each of *titles*."""
    cards = "\r\n".join(
        f"{title}\r\nTarn & Vale\r\nLeeds\r\nView job: https://board.example/jobs/view/{number}\r\n"
        for title in titles
        for number in [int(hashlib.sha256(title.encode()).hexdigest()[:8], 16)]
    )
    return as_alert(
        f"Delivered-To: {delivered}\r\n{RECEIVED}From: Board <{sender}>\r\nTo: {to}\r\n"
        f"Subject: New jobs for you\r\nMessage-ID: <{'-'.join(titles).replace(' ', '.')}@b.example>"
        f"\r\n\r\n{cards}"
    )


def letter(
    subject: str, body: str = "", *, sender: str = "ada@x.example", answers: str = "",
    more: str = "", proof: str = "",
) -> Alert:  # fmt: skip
    """A mail that a person writes to the mailbox."""
    reply = f"In-Reply-To: {answers}\r\nReferences: {answers}\r\n" if answers else ""
    proof = proof.format(domain=sender.rpartition("@")[2])
    return as_alert(
        f"Delivered-To: {COACH}\r\n{RECEIVED}{proof}From: {sender}\r\nTo: {COACH}\r\n"
        f"Subject: {subject}\r\n{reply}{more}\r\n{body}"
    )
