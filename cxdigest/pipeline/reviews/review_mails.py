"""Follow what a coach's mail says of a digest that waits.

The mail was written by a link in the mail that asked for the review, so its token is proof. What
comes too late changes nothing; the coach sees how the digest stands in the next mail.
"""

from __future__ import annotations

import logging

from cxdigest.errors import RenderError, WrongUseError
from cxdigest.pipeline.links.review_links import Ask
from cxdigest.pipeline.reviews import reviewing
from cxdigest.pipeline.street import Street
from cxdigest.store import Reviewed

log = logging.getLogger(__name__)


def follow(street: Street, one: Reviewed, ask: Ask, words: str) -> None:
    """Do what *ask* says of *one*; *words* are what the coach wrote into the mail, a note.

    A note without words changes nothing: a mail that was sent by mistake takes none away.
    """
    try:
        told = _followed(street, one, ask, words)
    except (WrongUseError, RenderError) as error:
        told = str(error)
    log.info("review by mail: %s", told)


def _followed(street: Street, one: Reviewed, ask: Ask, words: str) -> str:
    match ask.step:
        case "approve":
            return reviewing.approve(street, one)
        case "hold":
            return reviewing.hold(street, one)
        case "drop":
            return reviewing.drop(street, one, [ask.posting_id])
        case "note" if words:
            return reviewing.write_note(street, one, words)
    return "nothing to do"
