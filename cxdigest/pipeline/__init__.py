"""The street: poll, identify, read pages, judge, compose, deliver.

::

    fetch | extract > store > identify > store > read pages > store > judge > store > choose …

Every step has one shape: read what is waiting, call a pure function, write the result and the
position in one transaction. What is waiting is always a query on the store, so a step that was
killed is simply found waiting again. No step knows a concrete source, channel or database.

Failures that belong to one source, alert, posting, page, profile or delivery end there and are
stored; only a StoreError stops the turn. The shape is healthchecks' "record before sending".
"""

from __future__ import annotations

from dataclasses import replace

from cxdigest.pipeline.alerts.older import take_older_waiting
from cxdigest.pipeline.alerts.poll import poll_waiting
from cxdigest.pipeline.alerts.reread import Reread, reread, reread_one
from cxdigest.pipeline.alerts.routing import find_owners
from cxdigest.pipeline.deliveries.deliver import deliver_waiting
from cxdigest.pipeline.digests.compose import compose_waiting, written
from cxdigest.pipeline.digests.edition import edition
from cxdigest.pipeline.instance.backing_up import back_up_when_due
from cxdigest.pipeline.instance.heartbeat import tell_heartbeat
from cxdigest.pipeline.instance.retention import let_go
from cxdigest.pipeline.pages.reading import read_waiting_pages
from cxdigest.pipeline.postings.identify import identify_waiting, take_words_in
from cxdigest.pipeline.postings.judge import judge_now, judge_waiting
from cxdigest.pipeline.reviews.coaches import tell_coaches
from cxdigest.pipeline.reviews.review import ask_coaches, settle_reviews
from cxdigest.pipeline.street import (
    WHOLE,
    Clock,
    Composed,
    Delivered,
    PageDesk,
    PageRead,
    Polled,
    Share,
    Street,
    Turn,
)

__all__ = [
    "WHOLE",
    "Clock",
    "Composed",
    "Delivered",
    "PageDesk",
    "PageRead",
    "Polled",
    "Reread",
    "Share",
    "Street",
    "Turn",
    "compose_waiting",
    "deliver_waiting",
    "edition",
    "identify_waiting",
    "judge_now",
    "judge_waiting",
    "poll_waiting",
    "read_waiting_pages",
    "reread",
    "reread_one",
    "take_in",
    "turn",
    "written",
]


def turn(street: Street, *, everything: bool) -> Turn:
    """Do one turn of all steps; with *everything*, also what is not due yet.

    Raises:
        StoreError: the database failed; what was committed before stays, the rest is found waiting.
    """
    street = street.present()
    street.store.wake(now=street.clock(), holder=street.holder)
    taken = _take_in(street, everything=everything)
    settle_reviews(street, everything=everything)
    composed = compose_waiting(street, everything=everything)
    unwritten = (*ask_coaches(street), *tell_coaches(street, everything=everything))
    delivered = deliver_waiting(street)
    let_go(street)
    street.store.tally(now=street.clock())
    tell_heartbeat(street)
    back_up_when_due(street)
    take_older_waiting(street)
    return replace(taken, composed=(*composed, *unwritten), delivered=delivered)


def take_in(street: Street, *, everything: bool) -> Turn:
    """Do the first half of a turn: poll, identify, read pages and judge.

    Raises:
        StoreError: the database failed; what was committed before stays.
    """
    return _take_in(street.present(), everything=everything)


def _take_in(street: Street, *, everything: bool) -> Turn:
    now = street.clock()
    street.store.register_sources(list(street.sources), now=now)
    street.store.register_profiles([p.name for p in street.profiles], now=now)
    find_owners(street)
    polled = poll_waiting(street, everything=everything)
    identify_waiting(street)
    pages = read_waiting_pages(street, everything=everything)
    if pages:
        identify_waiting(street)  # what a page says of place and link may tell a copy
    judged = judge_waiting(street)
    take_words_in(street)
    return Turn(polled=polled, pages=pages, judged=judged)
