"""Take a reader's reply to a digest as the duties of the postings that it names.

It is believed because it names the Message-ID of a digest that was sent, which has a part that
nobody can guess, unless it failed to prove its sender. Whose reader it was is kept, because readers
of other profiles may see the posting too. Whatever else it says is kept with the mail and read by
nobody.
"""

from __future__ import annotations

from cxdigest.errors import AlertError
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, authenticity
from cxdigest.extract.mails.mail import read_as_sent
from cxdigest.extract.mails.reply import answered, read_reply
from cxdigest.identity import SUBSTANCE
from cxdigest.model import Alert, Extraction
from cxdigest.store import Read, Store


def as_reply(store: Store, alert: Alert, receiver: Receiver = UNKNOWN) -> Read | None:
    """Return what *alert* answers, None where it is no reply to a digest or pastes nothing.

    *receiver* is who took it in.
    """
    if alert.media != "mail" or alert.too_large:
        return None
    answers = answered(alert.raw)
    shown = store.postings_answered(answers) if answers else {}
    if not shown or _is_forged(alert.raw, receiver):
        return None
    given = {
        shown[reference]: words
        for reference, words in read_reply(alert.raw).duties
        if reference in shown
    }
    duties = {one: words for one, words in given.items() if len(words) >= SUBSTANCE}
    if not given:
        return None
    short = len(given) - len(duties)
    reason = (
        f"{short} of the duties in it are shorter than {SUBSTANCE} characters and were left out."
        if short
        else ""
    )
    extraction = Extraction(format="reply", outcome="read", reason=reason)
    readers = {one.profile for one in store.sent_under(answers)}
    told_by = readers.pop() if len(readers) == 1 else ""
    return Read(alert=alert, extraction=extraction, postings=(), duties=duties, told_by=told_by)


def _is_forged(raw: bytes, receiver: Receiver) -> bool:
    try:
        sender = read_as_sent(raw).sender
    except AlertError:
        return True
    return authenticity(raw, sender, receiver=receiver) == "failed"
