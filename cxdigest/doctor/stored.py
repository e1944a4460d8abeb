"""What the store tells: whether the work is done, sources that fell silent, how large mails are.

One look at the store serves all three; a store that cannot be opened has a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from cxdigest.doctor.line import Check, Line, Piece, failed, ok, stamp, unchecked, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import StoreError
from cxdigest.language import _, marked, ngettext
from cxdigest.pipeline.instance.backing_up import Backed, backed
from cxdigest.render import HTML_LIMIT
from cxdigest.store import Standing, Store
from cxdigest.store.archive.filed import Size

_LATE, _ASLEEP = timedelta(hours=1), timedelta(hours=26)
_CLIPPED = 100_000  #: bytes of HTML; Gmail clips near 102 KB


def judge_work(
    woke: datetime | None, last: Backed, *, daily: bool, now: datetime
) -> Iterator[Line]:
    """Yield when the work was last done, and how the last backup went."""
    start = _("let `cxdigest serve` or cron's `cxdigest run --due` run always")
    if woke is None:
        yield warning(_("turns"), _("nothing has been done yet"), start)
    elif now - woke > _ASLEEP:
        yield failed(
            _("turns"), _("nothing was done since {woke} UTC", woke=f"{woke:%Y-%m-%d %H:%M}"), start
        )
    elif now - woke > _LATE:
        yield warning(
            _("turns"), _("nothing was done since {woke} UTC", woke=f"{woke:%H:%M}"), start
        )
    else:
        yield ok(_("turns"), _("the last was at {woke} UTC", woke=f"{woke:%H:%M}"))
    if last.problem:
        yield failed(
            _("backup"),
            _("the last was not made: {problem}", problem=last.problem),
            _("run: cxdigest backup"),
        )
    elif daily and last.made:
        yield ok(
            _("backup"),
            _("the last was made on {made} UTC", made=stamp(last.made)),
        )


def judge_sources(standings: Iterable[Standing]) -> Iterator[Line]:
    """Yield a line for each source that fell silent or fails; one for all others."""
    well = 0
    for one in standings:
        for silence in one.silences:
            yield warning(one.source, silence, _("look whether its alerts still come"))
        if one.failures > 1:
            says = _(
                "{failures} polls in a row have failed: {message}",
                failures=one.failures,
                message=one.message,
            )
            yield failed(one.source, says, _("see: cxdigest sources"))
        well += not one.silences and one.failures <= 1
    if well:
        yield ok(
            "",
            ngettext(
                "{n} source that was polled is not silent",
                "{n} sources that were polled are not silent",
                well,
            ),
        )


def judge_sizes(sizes: Sequence[Size]) -> Line:
    """Say how large the last digests are; *sizes* has at least one."""
    one = max(sizes, key=lambda size: size.html)
    subject = f"{one.profile}, {one.day}"
    says = _(
        "{value} KB of HTML, of {value2}; Gmail clips at about 102",
        value=f"{one.html / 1000:,.0f}",
        value2=HTML_LIMIT // 1000,
    )
    fewer = _("let the profile show less (show), or hide what is not wanted (wishes.hide)")
    if one.html > _CLIPPED:
        return failed(subject, says, fewer)
    return warning(subject, says, fewer) if one.html > HTML_LIMIT else ok(subject, says)


def _work(patient: Patient, store: Store) -> Iterator[Line]:
    daily = patient.settings.backup.daily
    yield from judge_work(store.last_wake(), backed(store), daily=daily, now=patient.now)


def _sources(patient: Patient, store: Store) -> Iterator[Line]:
    in_use = [name for name, one in patient.settings.sources.items() if one.enabled]
    yield from judge_sources(store.standings(now=patient.now, among=in_use))


def _sizes(_patient: Patient, store: Store) -> Iterator[Line]:
    sizes = store.last_sizes()
    yield judge_sizes(sizes) if sizes else unchecked("", _("no digest was made yet"))


def _planned(ask: Callable[[Patient, Store], Iterator[Line]]) -> Callable[[Patient], list[Piece]]:
    def probe(patient: Patient) -> Iterator[Line]:
        try:
            with patient.store() as store:
                if store is None:
                    yield unchecked("", _("the store's tables are not of this version"))
                else:
                    yield from ask(patient, store)
        except StoreError:
            yield unchecked("", _("the store cannot be read"), _("see its own line"))

    def plan(patient: Patient) -> list[Piece]:
        if patient.config is None or patient.config.store.temporary:
            return []
        return [Piece(subject="", probe=lambda: probe(patient))]

    return plan


WORK = Check(
    name=marked("work"),
    about="When the last turn was, and how the last backup went.",
    help="Keep `cxdigest serve` running, or let cron call `cxdigest run --due`.",
    plan=_planned(_work),
)
SILENT = Check(
    name=marked("silent sources"),
    about="Sources that used to bring postings and bring none, or fail again and again.",
    help="Look whether the alert still exists at the board; `cxdigest sources` says more.",
    plan=_planned(_sources),
)
SIZE = Check(
    name=marked("digest size"),
    about="How large the last digests are: cxdigest keeps the HTML below 80 KB, Gmail clips near "
    "102 KB.",
    help="Let the profile show less (`show`), or hide what is not wanted.",
    plan=_planned(_sizes),
)
