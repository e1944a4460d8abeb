"""What a source and its senders usually deliver, and when their silence means something.

Pure: days with counts in, sentences out. One statistic serves both silences (docs/sources.md): a
run of misses counts when it is longer than ``TIMES`` the longest that was seen between two hits,
is no mere trifle, and when there were hits on enough days to know. Days without a successful poll
do not exist here, so that a pause of ours is never taken for one of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cxdigest.language import SOURCE, _, ngettext, spoken
from cxdigest.text import is_host

#: How far back is looked. A weekly alert gives a dozen mails in that time.
HISTORY = timedelta(days=90)
HITS = 5  #: days with postings that are needed before anything is expected
SPAN = 28  #: polled days from the first of them to the last, before a mere pause means anything
TIMES = 4  #: so many times the longest pause so far must be exceeded
PAUSE = 7  #: days without postings that never count as a silence
ALERTS = 3  #: alerts in a row that show nothing, before they count


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one sender, or all of a source, delivered on one UTC day on which it was polled."""

    day: date
    hits: int = 0  #: alerts that showed postings
    misses: int = 0  #: alerts from which nothing could be read
    shown: int = 0  #: postings that were shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is expected."""

    alerts_a_week: float
    postings: float  #: in an alert that shows any

    def __str__(self) -> str:
        a_day = self.alerts_a_week >= _OFTEN
        number = max(1, round(self.alerts_a_week / 7 if a_day else self.alerts_a_week))
        alerts = (
            ngettext("{n} alert a day", "{n} alerts a day", number)
            if a_day
            else ngettext("{n} alert a week", "{n} alerts a week", number)
        )
        postings = max(1, round(self.postings))
        return ngettext(
            "{alerts} with {n} posting each",
            "{alerts} with {n} postings each",
            postings,
            alerts=alerts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """That something used to deliver and now does not."""

    last: date  #: the last day with postings
    pause: int  #: polled days without any since then, today left out
    misses: int  #: alerts since then that showed nothing
    changed: bool  #: enough of them to say that the way they are written has changed
    usual: Usual


_OFTEN = 6.5  #: alerts a week from which on they are counted by the day
_HOLIDAYS = frozenset({(12, day) for day in range(24, 32)} | {(1, 1)})


def usual(days: Sequence[Day]) -> Usual | None:
    """Return what to expect after *days* (in their order); None where that is not known yet."""
    hits = [place for place, day in enumerate(days) if day.hits]
    if len(hits) < HITS:
        return None
    first, last = hits[0], hits[-1]
    # The last day's are left out, as the days after it are: five Mondays are four weeks.
    before = sum(day.hits for day in days[first:last])
    return Usual(
        alerts_a_week=7 * before / (last - first),
        postings=sum(day.shown for day in days) / sum(day.hits for day in days),
    )


def silence(days: Sequence[Day], *, today: date) -> Silence | None:
    """Return the silence at the end of *days* (in their order), None where there is none."""
    expected = usual(days)
    if expected is None:
        return None
    longest, pause = _runs(days, lambda day: _is_missed(day, today))
    most, misses = _runs(days, lambda day: day.misses)
    changed = misses >= ALERTS and misses > TIMES * most and pause > longest
    ended = pause >= PAUSE and pause > TIMES * longest and _span(days) >= SPAN
    if not (changed or ended):
        return None
    last = max(day.day for day in days if day.hits)
    return Silence(last=last, pause=pause, misses=misses, changed=changed, usual=expected)


def _span(days: Sequence[Day]) -> int:
    hits = [place for place, day in enumerate(days) if day.hits]
    return hits[-1] - hits[0]


def _is_missed(day: Day, today: date) -> bool:
    """Tell whether *day* is a miss: alerts may still come today, and few come at Christmas."""
    return not day.hits and day.day < today and (day.day.month, day.day.day) not in _HOLIDAYS


def _runs(days: Iterable[Day], missed: Callable[[Day], int]) -> tuple[int, int]:
    """Return the most that was *missed* between two hits, and what was missed since the last."""
    longest = run = 0
    begun = False
    for day in days:
        if not day.hits:
            run += missed(day)
            continue
        # What a day with hits missed may have been a run by itself; what lies before the first
        # hit tells of the time before there was anything to expect.
        longest = max(longest, missed(day), run if begun else 0)
        begun, run = True, 0
    return longest, run


def silences(source: str, senders: Mapping[str, Sequence[Day]], *, today: date) -> list[str]:
    """Return a sentence for each silence of *source*: of all of it, else of some sender in it.

    *senders* holds each sender's days, all of the same length and order; ``""`` is who is unknown.
    """
    families = _families(senders)
    known = [name for name, days in families.items() if name and any(d.hits for d in days)]
    if whole := silence(together(families.values()), today=today):
        return [sentence(whole, source, known[0] if len(known) == 1 else "")]
    found = ((name, silence(families[name], today=today)) for name in sorted(known))
    return [sentence(one, source, name) for name, one in found if one]


def _families(senders: Mapping[str, Sequence[Day]]) -> dict[str, Sequence[Day]]:
    """Return the days by sender, hosts below another sender's host counted as that one.

    A board that sends from ``mail.jobs.example`` one day and from ``jobs.example`` the next is one.
    """
    families: dict[str, Sequence[Day]] = {}
    for name in sorted(senders, key=len):
        head = next((one for one in families if one and is_host(name, one)), name)
        families[head] = (
            together((families[head], senders[name])) if head in families else senders[name]
        )
    return families


def together(many: Iterable[Sequence[Day]]) -> list[Day]:
    """Return the days of several senders as those of one."""
    return [
        Day(
            day=same[0].day,
            hits=sum(day.hits for day in same),
            misses=sum(day.misses for day in same),
            shown=sum(day.shown for day in same),
        )
        for same in zip(*many, strict=True)
    ]


def sentence(found: Silence, source: str, sender: str = "") -> str:
    """Return *found* as one sentence that names who is silent, and the way out."""
    who = _("{sender} in {source}", sender=sender, source=source) if sender else source
    day = f"{found.last.day} {found.last:%b}" if spoken() == SOURCE else f"{found.last:%d.%m.}"
    known = {"who": who, "usual": str(found.usual), "day": day, "way_out": _way_out(found)}
    if found.misses:
        return ngettext(
            "{who} brought {usual} until {day}; the last alert showed none: {way_out}",
            "{who} brought {usual} until {day}; the last {n} alerts showed none: {way_out}",
            found.misses,
            **known,
        )
    return ngettext(
        "{who} brought {usual} until {day}, and nothing in the {n} day since: {way_out}",
        "{who} brought {usual} until {day}, and nothing in the {n} days since: {way_out}",
        found.pause,
        **known,
    )


def _way_out(found: Silence) -> str:
    if found.changed:
        return _(
            "the board has probably changed how it writes them; send one with `cxdigest "
            "report-format`, and after an update read them with `cxdigest reread`."
        )
    if found.misses:
        return _(
            "the board has probably changed how it writes them; send one with `cxdigest "
            "report-format`, and after an update read them with `cxdigest reread`, or the alert "
            "has ended there."
        )
    return _(
        "see whether the alert still runs at the board, and whether its mails still reach the "
        "folder that is read."
    )
