"""Tell the watcher outside, once for each send time, that all digests which were due are out.

Or that they are stuck: made too late, not sent, or given up. What was told last stands in a note of
the store, so that no restart and no second worker tells it again.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cxdigest import schedule
from cxdigest.channels.heartbeat import Heartbeat
from cxdigest.errors import DeliveryError
from cxdigest.pipeline.street import Street
from cxdigest.pipeline.told import told
from cxdigest.render.words import count

log = logging.getLogger(__name__)

_NOTE = "heartbeat"
_PATIENCE = timedelta(hours=1)  #: so long after its send time a digest may be on its way
_AGAIN = timedelta(minutes=5)  #: from one call that was not heard to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What there is to tell."""

    moment: datetime  #: the latest send time that is past
    well: bool
    words: str


def tell_heartbeat(street: Street) -> None:
    """Tell the watcher what it was not told yet; the steps do not wait for its answer."""
    heart, now = street.heartbeat, street.clock()
    if heart is None:
        return
    due = dict(_due(street, now))
    if not due:
        return
    before = street.store.note(_NOTE)
    last = json.loads(before or "{}")
    latest = max(due.values())
    if last.get("well") == latest.isoformat():
        return
    pulse = _pulse(street, due, latest, now)
    if pulse is None or last.get("stuck") == _mark(pulse):
        return
    if last.get("tried") and now < datetime.fromisoformat(last["tried"]) + _AGAIN:
        return
    trying = json.dumps({**last, "tried": now.isoformat()})
    if street.store.put_note(_NOTE, trying, instead=before):
        street.beside("heartbeat", lambda: _tell(street, heart, pulse))


def _due(street: Street, now: datetime) -> list[tuple[tuple[str, date], datetime]]:
    """Return the digests that are due by *now*, and since when."""
    found = []
    for one in street.profiles:
        day = schedule.due_day(now, send_at=one.send_at, zone=one.zone, days=one.days)
        if day is not None and not one.paused:
            found.append(((one.name, day), schedule.send_moment(day, one.send_at, one.zone)))
    return found


def _pulse(
    street: Street, due: dict[tuple[str, date], datetime], latest: datetime, now: datetime
) -> Pulse | None:
    """Return what there is to tell; None: some are on their way."""
    names, days = {name for name, _ in due}, {day for _, day in due}
    missing = due.keys() - street.store.editions(names, days)
    stands: Counter[str] = Counter()
    late = any(now - due[one] > _PATIENCE for one in missing)
    for one in street.store.handed_over(names, days):
        if (moment := due.get((one.profile, one.day))) is None:
            continue
        stands["failed" if one.state == "failed" or one.bounced else one.state] += 1
        late = late or (one.state in {"waiting", "sending"} and now - moment > _PATIENCE)
    open_ones = stands["waiting"] + stands["sending"]
    if stands["failed"] or late:
        wait = count(open_ones, "delivery", "deliveries")
        given_up = stands["failed"] or "none"
        words = f"{count(len(missing), 'digest')} not made, {wait} waiting, {given_up} given up"
        return Pulse(moment=latest, well=False, words=words)
    if missing or open_ones:
        return None
    sent = count(stands["sent"], "delivery", "deliveries")
    return Pulse(moment=latest, well=True, words=f"{count(len(due), 'digest')} done, {sent}")


def _mark(pulse: Pulse) -> str:
    return f"{pulse.moment.isoformat()} {pulse.words}"


def _tell(street: Street, heart: Heartbeat, pulse: Pulse) -> None:
    fields = told("heartbeat", well=pulse.well)
    before = street.store.note(_NOTE)
    last = json.loads(before or "{}")
    try:
        heart.beat(well=pulse.well, words=pulse.words)
    except DeliveryError as error:
        log.warning("the heartbeat was not heard, tried again: %s", error, extra=fields)
        return
    log.info("heartbeat: %s", pulse.words, extra=fields)
    last.pop("tried", None)
    key = ("well", pulse.moment.isoformat()) if pulse.well else ("stuck", _mark(pulse))
    street.store.put_note(_NOTE, json.dumps({**last, key[0]: key[1]}), instead=before)
