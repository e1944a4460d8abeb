"""Lets the invented weeks pass: each morning alerts arrive, and the ordinary turn is done then.

The steps are those of any instance, by a clock that is told what time it is. Writes into the demo's
own folder and its store alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cxdigest.demo.boards import BOARDS, FEEDS, addresses
from cxdigest.demo.invented import SINCE, Planned, openings, planned
from cxdigest.demo.people import COACHED, NOTES, PASTED, SAID
from cxdigest.links import clean
from cxdigest.pipeline import Clock, Street, deliver_waiting, take_in, turn
from cxdigest.pipeline.reviews import reviewing
from cxdigest.store import Reviewed

_ZONE = ZoneInfo("Europe/London")
#: The digests of all three are due by then, and that of the coach. Not later: whoever begins the
#: demo in between would see the worker make today's digests of what came since yesterday's.
_MORNING = time(7)
#: After a morning's turn: then readers and the coach say their words.
_LATER = timedelta(minutes=40)


@dataclass(slots=True)
class InventedClock:
    """A clock that shows *told*, and the true time once nothing is told."""

    true: Clock
    told: datetime | None = None

    def __call__(self) -> datetime:
        """Return the time that it shows, aware UTC."""
        return self.told or self.true()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The mornings that are lived, the last of them lately."""

    latest: date  #: the local day of the latest digests
    now: datetime

    def mornings(self) -> Iterator[tuple[int, datetime]]:
        """Yield how many days before the latest, and when its turn is, in UTC."""
        for back in range(max(one.day for one in planned()), -1, -1):
            day = self.latest - timedelta(days=back)
            yield back, datetime.combine(day, _MORNING, tzinfo=_ZONE).astimezone(UTC)


def weeks_until(now: datetime) -> Weeks:
    """Return the weeks whose latest digests were made this morning, or yesterday's before seven."""
    local = now.astimezone(_ZONE)
    early = local.time() <= _MORNING
    return Weeks(latest=local.date() - timedelta(days=1) if early else local.date(), now=now)


def live(
    folder: Path,
    weeks: Weeks,
    street: Street,
    clock: InventedClock,
    *,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Let *weeks* pass in *folder*; *street* works by *clock*, which then shows the true time.

    *told* is called after each day. Ends early where the street is to stop.

    Raises:
        StoreError: the database failed.
    """
    for back, morning in weeks.mornings():
        if street.stopping():
            return
        clock.told = morning
        _arrive(folder, [one for one in planned() if one.day == back], weeks)
        turn(street, everything=False)
        clock.told = morning + _LATER
        _say(street, back)
        told()
    clock.told = None
    _arrive(folder, [one for one in planned() if one.day == SINCE], weeks)
    take_in(street, everything=True)


def _arrive(folder: Path, alerts: list[Planned], weeks: Weeks) -> None:
    for place, one in enumerate(alerts):
        when = _arrival(one, weeks)
        into = folder / "alerts" / one.source
        into.mkdir(parents=True, exist_ok=True)
        ending = "xml" if one.board in FEEDS else "eml"
        name = f"{when:%Y-%m-%d-%H%M}-{one.board}-{place}.{ending}"
        (into / name).write_bytes(BOARDS[one.board](one.search, one.shows, when))


def _arrival(one: Planned, weeks: Weeks) -> datetime:
    if one.day == SINCE:
        return weeks.now - timedelta(minutes=2)
    day = weeks.latest - timedelta(days=one.day)
    return datetime.combine(day, time.fromisoformat(one.time), tzinfo=UTC)


def _say(street: Street, back: int) -> None:
    """Do what readers and the coach do after the turn of the morning *back* days ago."""
    now = street.clock()
    for one in SAID:
        if one.day == back:
            verdicts = street.fingerprint(one.profile)
            street.store.record_feedback(
                one.profile, _posting(street, one.opening), one.word,
                way="link", sender="", now=now, fingerprint=verdicts,
            )  # fmt: skip
    for pasted in PASTED:
        if pasted.day == back:
            street.store.record_duties(_posting(street, pasted.opening), pasted.duties, now=now)
    if back:  # today's still waits
        present = street.present()
        for waiting in street.store.reviews([COACHED]):
            _approve(present, waiting, back)
        deliver_waiting(present)


def _approve(street: Street, one: Reviewed, back: int) -> None:
    for word in NOTES:
        if word.day == back:
            reviewing.write_note(street, one, word.note)
    if (found := street.store.review(one.id)) and found.open:
        reviewing.approve(street, found)


def _posting(street: Street, opening: str) -> str:
    """Return the id of the posting of an opening that alerts showed."""
    links = addresses(openings()[opening])
    found = (street.store.posting_at(clean(link).url) for link in links)
    return next(posting.id for posting in found if posting)


def settled(street: Street) -> Street:
    """Return *street* as it is to go on: it says little, and reads no page whoever asks for it."""
    return replace(street, brief=True, pages=None)
