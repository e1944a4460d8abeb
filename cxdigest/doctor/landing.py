"""Look for a mail of ours in the mailbox that it was sent to. Reads only, marks nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from cxdigest.doctor.trial import Landed, folders_to_look_in
from cxdigest.errors import SourceError
from cxdigest.extract.mails.authenticity import Receiver, checked
from cxdigest.sources import imap

_BETWEEN = 2.0  #: seconds from one look to the next


def look_for(
    message_id: str,
    account: imap.Account,
    folder: str,
    receiver: Receiver,
    *,
    sent: float,
    until: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Landed | None:
    """Return where the mail *message_id* lies; None where it is not there by *until*.

    *folder* is the one that is polled; *sent* and *until* are monotonic seconds.

    Raises:
        SourceError: the mailbox cannot be read.
    """
    with imap.logged_in(account) as mailbox:
        while True:
            # Asked anew each time: some servers make the folder for spam with the first of it.
            places = folders_to_look_in(mailbox.folders(), folder)
            for name, spam in places.items():
                if (head := _head(mailbox, name, message_id)) is not None:
                    return Landed(
                        folder=name,
                        spam=spam,
                        after=time.monotonic() - sent,
                        checked=checked(head, receiver),
                    )
            left = until - time.monotonic()
            if left <= 0:
                return None
            sleep(min(_BETWEEN, left))


def _head(mailbox: imap.Mailbox, name: str, message_id: str) -> bytes | None:
    try:
        folder = mailbox.open(name)
    except SourceError as error:
        if error.outcome == "gone":
            return None
        raise
    uids = folder.find(message_id)
    return next(iter(folder.headers(uids[-1:]).values()), None) if uids else None
