"""The street's steps one by one, each woken by name, for processes that share one store.

::

    look > poll > identify > judge > words
         > pages ^         compose > deliver

A step does what is waiting and says whom to wake next. Nothing depends on a wake-up: what waits is
found by a query, and ``look`` wakes everything that has something to do. Where two are woken for
the same, the store lets one of them do it. Knows nothing of the queue that carries wake-ups.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cxdigest.pipeline.alerts.older import older_waiting, take_older
from cxdigest.pipeline.alerts.poll import poll
from cxdigest.pipeline.alerts.routing import find_owners
from cxdigest.pipeline.deliveries.deliver import deliver_waiting
from cxdigest.pipeline.digests.compose import compose_waiting
from cxdigest.pipeline.instance.backing_up import back_up_when_due
from cxdigest.pipeline.instance.heartbeat import tell_heartbeat
from cxdigest.pipeline.instance.retention import let_go
from cxdigest.pipeline.pages.reading import read_waiting_pages
from cxdigest.pipeline.postings.identify import identify_waiting, take_words_in
from cxdigest.pipeline.postings.judge import judge_waiting
from cxdigest.pipeline.reviews.coaches import tell_coaches
from cxdigest.pipeline.reviews.review import ask_coaches, settle_reviews
from cxdigest.pipeline.street import Share, Street

log = logging.getLogger(__name__)

#: Parts into which judging, composing, reading pages and sending are cut: as many processes work
#: on one of these at a time. More would be more looks for the same work.
SHARES = 8


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A wish that a step looks at what is waiting for it."""

    step: str  #: a name in ``STEPS``
    of: str = ""  #: the source, or the number of the share


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    do: Callable[[Street, str], Iterable[WakeUp]]
    #: Which is done first where many wait: what is ready to be sent before what came just now.
    urgency: int = 0
    #: The store hands out its pieces one by one, so that several may do the same share at once.
    together: bool = False


def do(street: Street, wake_up: WakeUp) -> tuple[WakeUp, ...]:
    """Do what *wake_up* asks for, unless another process is at it; return whom to wake next.

    Raises:
        StoreError: the database failed; what was committed stays, the rest is found waiting.
    """
    step = STEPS[wake_up.step]
    if step.together:
        return tuple(step.do(street, wake_up.of))
    with street.store.alone(f"{wake_up.step}/{wake_up.of}") as mine:
        return tuple(step.do(street, wake_up.of)) if mine else ()


def _look(street: Street, _of: str) -> Iterator[WakeUp]:
    """Say who is at work, and wake all that is due."""
    street, now = street.present(), street.clock()
    street.store.wake(now=now, holder=street.holder)
    street.store.register_sources(list(street.sources), now=now)
    street.store.register_profiles([one.name for one in street.profiles], now=now)
    find_owners(street)
    for name in street.store.due_sources(list(street.sources), now=now, everything=False):
        yield WakeUp("poll", name)
    yield WakeUp("identify")
    yield WakeUp("review")
    for step in ("pages", "judge", "compose", "deliver"):
        yield from _shares(step)
    yield from (WakeUp("older", name) for name in older_waiting(street))
    yield WakeUp("upkeep")


def _poll(street: Street, source: str) -> Iterator[WakeUp]:
    if source not in street.sources:
        return  # another process has another configuration
    polled = poll(street.present(), source, due_only=True)
    if polled and polled.message:
        log.warning("source %s: %s", source, polled.message)
    yield WakeUp("identify")


def _identify(street: Street, _of: str) -> Iterator[WakeUp]:
    identify_waiting(street)
    yield from _shares("judge")
    yield from _shares("compose")


def _pages(street: Street, share: str) -> Iterator[WakeUp]:
    if read_waiting_pages(street.present(), _share(share)):
        yield WakeUp("identify")
    yield WakeUp("compose", share)


def _judge(street: Street, share: str) -> Iterator[WakeUp]:
    if judge_waiting(street.present(), _share(share)):
        yield WakeUp("words")


def _words(street: Street, _of: str) -> Iterator[WakeUp]:
    take_words_in(street)
    yield from ()


def _compose(street: Street, share: str) -> Iterator[WakeUp]:
    identify_waiting(street)  # or one opening might stand in a digest twice
    composed = compose_waiting(street.present(), _share(share))
    for one in composed:
        if one.message:
            log.warning("profile %s: %s", one.profile, one.message)
    if composed:
        yield WakeUp("review")
        yield from _shares("deliver")


def _review(street: Street, _of: str) -> Iterator[WakeUp]:
    street = street.present()
    settle_reviews(street)
    for one in (*ask_coaches(street), *tell_coaches(street, everything=False)):
        if one.message:
            log.warning("%s: %s", one.profile, one.message)
    yield from _shares("deliver")


def _deliver(street: Street, _of: str) -> Iterator[WakeUp]:
    for one in deliver_waiting(street.present()):
        if one.state != "sent":
            log.warning("delivery to %s over %s: %s", one.recipient, one.channel, one.detail)
    yield from ()


def _older(street: Street, source: str) -> Iterator[WakeUp]:
    take_older(street, source)
    yield WakeUp("identify")


def _upkeep(street: Street, _of: str) -> Iterator[WakeUp]:
    street = street.present()
    let_go(street)
    street.store.tally(now=street.clock())
    tell_heartbeat(street)
    back_up_when_due(street)
    yield from ()


def _shares(step: str) -> Iterator[WakeUp]:
    return (WakeUp(step, str(number)) for number in range(SHARES))


def _share(number: str) -> Share:
    return Share(int(number), SHARES)


STEPS: Mapping[str, Step] = {
    "look": Step(_look, urgency=4),
    "deliver": Step(_deliver, urgency=3, together=True),
    "review": Step(_review, urgency=2),
    "poll": Step(_poll, urgency=1, together=True),
    "identify": Step(_identify, urgency=1),
    "judge": Step(_judge),
    "compose": Step(_compose),
    "pages": Step(_pages),
    "words": Step(_words, urgency=-1),
    "older": Step(_older, urgency=-1, together=True),
    "upkeep": Step(_upkeep, urgency=-1),
}
