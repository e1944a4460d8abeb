"""Mails that mean something to cxdigest itself: read before anything looks for postings in them.

A token in the subject, or the Message-ID of a digest, is proof enough, for nobody can guess either;
but what failed to prove its sender is refused. Every such mail is kept, and none is answered. What
one asks for is done once, when it comes: read again later, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cxdigest.errors import AlertError
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, authenticity
from cxdigest.extract.mails.bounce import Failure, read_bounce
from cxdigest.extract.mails.mail import read_as_sent
from cxdigest.extract.mails.mime import split_head
from cxdigest.extract.mails.ours import (
    answers_us,
    asks_to_stop,
    has_token,
    is_automatic,
    may_be_for_us,
    subject_of,
)
from cxdigest.extract.mails.reply import answered, own_words
from cxdigest.feedback import LASTS, Signer, feedback_in, is_expired
from cxdigest.feedback.tokens import tokens_in
from cxdigest.model import Alert, AlertOutcome, Authenticity, Extraction
from cxdigest.pipeline.alerts.replies import as_reply
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.pipeline.links.ways_out import PURPOSE
from cxdigest.pipeline.reviews.review_mails import follow
from cxdigest.pipeline.reviews.reviewing import named
from cxdigest.pipeline.street import Street
from cxdigest.store import Read, Sent, Store

#: So long may a reply be that says no more than "stop"; a signature may stand below.
_SHORT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that may be for us, and whom to ask about it."""

    alert: Alert
    store: Store
    signer: Signer
    now: datetime
    receiver: Receiver
    fields: Mapping[str, bytes]  #: its headers, names in lower case
    subject: str
    sender: str  #: address in From, in small letters
    proven: Authenticity
    street: Street | None = None  #: what a coach's word on a digest is done with


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a mail says to us."""

    read: Read  #: as it is kept
    act: Callable[[], object] | None = None  #: does what it asks for; None: nothing


def read_message(
    store: Store,
    alert: Alert,
    receiver: Receiver = UNKNOWN,
    *,
    now: datetime,
    street: Street | None = None,
) -> Message | None:
    """Return what *alert* says to us, None where it is an alert like any other.

    *receiver* is who took it in. Without a *street* it is only read, and a coach's word not done.
    """
    if alert.media != "mail" or not may_be_for_us(alert.raw):
        return None
    fields, _ = split_head(alert.raw.lstrip(b"\r\n"))
    try:
        sender = read_as_sent(alert.raw).sender
    except AlertError:
        return None
    mail = Mail(
        alert=alert,
        store=store,
        signer=Signer(store.instance_key()),
        now=now,
        receiver=receiver,
        fields=fields,
        subject=subject_of(fields),
        sender=sender,
        proven=authenticity(alert.raw, sender, receiver=receiver),
        street=street,
    )
    return next((message for reader in READERS if (message := reader(mail))), None)


def _message(
    mail: Mail, name: str, reason: str, *, profile: str = "", act: Callable[[], object] | None
) -> Message:
    """Return the message of that name; without *act*, one that was refused, and why.

    Also refused is what another may have written in somebody's name.
    """
    if act is not None and mail.proven == "failed" and name != "bounce":
        act, reason = None, "Its sender is not proven, so it was not followed."
    outcome: AlertOutcome = "read" if act else "not-an-alert"
    extraction = Extraction(format=name, outcome=outcome, reason=reason, authenticity=mail.proven)
    read = Read(alert=mail.alert, extraction=extraction, postings=(), profile=profile)
    return Message(read=read, act=act)


def _bounce(mail: Mail) -> Message | None:
    """Note what came back for good; what is merely late needs nothing."""
    bounce = read_bounce(mail.alert.raw)
    sent = mail.store.sent_under(bounce.message_ids) if bounce else []
    if not bounce or not sent:
        return None
    one = sent[0]
    lost = next((found for found in bounce.failures if found.gave_up), None)
    if lost is None:
        late = next(iter(bounce.failures), None)
        words = f": {late.words}" if late else "."
        reason = f"The digest of {one.day} to {one.recipient} is late{words}"
        return _message(mail, "bounce", reason, profile=one.profile, act=_nothing)
    words = _told_of(one, lost)
    return _message(
        mail,
        "bounce",
        f"The digest of {one.day} to {one.recipient} came back: {words}",
        profile=one.profile,
        act=lambda: mail.store.record_bounce(one.delivery, words=words, now=mail.now),
    )


def _nothing() -> None:
    """Do nothing: it is kept, and that is all."""


def _told_of(sent: Sent, lost: Failure) -> str:
    """Return the server's words, its code before them; of another address, with that one first.

    A recipient whose mail goes on to an address which is not there is no recipient who is gone.
    """
    words = f"{lost.status} {lost.words}".strip()
    same = not lost.recipient or lost.recipient in sent.recipient.lower()
    return words if same else f"{lost.recipient}: {words}"


def _automatic(mail: Mail) -> Message | None:
    """Keep what a program answers to a digest; no person said anything in it."""
    if not is_automatic(mail.fields) or not (answers_us(mail.fields) or has_token(mail.subject)):
        return None
    sent = mail.store.sent_under(answered(mail.alert.raw))
    profile = sent[0].profile if sent else ""
    reason = "A program wrote it, no person."
    return _message(mail, "auto-reply", reason, profile=profile, act=None)


def _feedback(mail: Mail) -> Message | None:
    """Take a reader's word on a posting, by the token that its digest carried."""
    asked = feedback_in(mail.signer, mail.subject)
    if asked is None:
        return None
    mention = mail.store.mentioned(asked.digest_id, asked.posting_id)
    if mention is None:
        reason = "It is about a posting or a digest that is not kept any more."
        return _message(mail, "feedback", reason, act=None)
    if is_expired(mention.made, now=mail.now):
        reason = f"The links of a digest can be used for {LASTS.days} days, and it is older."
        return _message(mail, "feedback", reason, profile=mention.profile, act=None)
    return _message(
        mail,
        "feedback",
        f"{asked.word}: {mention.title}",
        profile=mention.profile,
        act=lambda: mail.store.record_feedback(
            mention.profile,
            mention.posting_id,
            asked.word,
            way="mail",
            sender=mail.sender,
            now=mail.now,
            fingerprint=mail.street.fingerprint(mention.profile) if mail.street else None,
        ),
    )


def _review(mail: Mail) -> Message | None:
    """Take a coach's word on a digest that waits, by the token that the asking mail carried."""
    ask = ReviewLinks(signer=mail.signer).in_subject(mail.subject)
    if ask is None:
        return None
    one = mail.store.review(ask.digest_id)
    if one is None or not one.open:
        reason = "It is about a digest that waits for no review any more."
        profile = one.profile if one else ""
        return _message(mail, "review", reason, profile=profile, act=None)
    street, words = mail.street, own_words(mail.alert.raw)
    return _message(
        mail,
        "review",
        f"{ask.step}: {named(one)}",
        profile=one.profile,
        act=(lambda: follow(street, one, ask, words)) if street else _nothing,
    )


def _unsubscribe(mail: Mail) -> Message | None:
    """Leave out the recipient whose mail carried the token."""
    read = (mail.signer.read(PURPOSE, token) for token in tokens_in(mail.subject))
    parts = next(filter(None, read), None)
    if not parts:
        return None
    sent = mail.store.sent_as(parts[0])
    if sent is None:
        reason = "The mail that it answers is not kept any more."
        return _message(mail, "unsubscribe", reason, act=None)
    return _stop(mail, [sent])


def _plain_stop(mail: Mail) -> Message | None:
    """Leave out who says "stop": in reply to a digest, else where the sender is proven."""
    answers = mail.store.sent_under(answered(mail.alert.raw))
    if not asks_to_stop(mail.subject) and not (answers and _says_stop(mail.alert.raw)):
        return None
    sent = answers or (
        mail.store.sent_to(mail.sender) if mail.proven in {"verified", "trusted"} else []
    )
    if not sent:
        reason = "It answers no digest, and nobody who gets one is proven to have sent it."
        return _message(mail, "unsubscribe", reason, act=None)
    return _stop(mail, sent)


def _says_stop(raw: bytes) -> bool:
    words = own_words(raw)
    return len(words) <= _SHORT and asks_to_stop(words.partition("\n")[0])


def _stop(mail: Mail, sent: list[Sent]) -> Message:
    def act() -> None:
        for one in sent:
            mail.store.pause_recipient(
                one.profile, one.channel, one.recipient, why="Asked for by mail.", now=mail.now
            )

    who = sorted({one.recipient for one in sent})
    reason = f"{', '.join(who)} gets no more of these mails."
    return _message(mail, "unsubscribe", reason, profile=sent[0].profile, act=act)


def _duties(mail: Mail) -> Message | None:
    """Take the duties that a reply to a digest pastes."""
    read = as_reply(mail.store, mail.alert, mail.receiver)
    return Message(read=replace(read, profile=read.told_by)) if read else None


def _broken(mail: Mail) -> Message | None:
    """Keep what carries a token that none of those above knew."""
    if not has_token(mail.subject):
        return None
    reason = "The token in its subject is not one of ours, or was damaged on the way."
    return _message(mail, "feedback", reason, act=None)


#: Asked in this order; the first that knows a mail has it.
READERS: tuple[Callable[[Mail], Message | None], ...] = (
    _bounce,
    _automatic,
    _feedback,
    _review,
    _unsubscribe,
    _plain_stop,
    _duties,
    _broken,
)
