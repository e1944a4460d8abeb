"""``cxdigest export``: the postings of one profile, or of all, as CSV or JSON lines.

Row after row as they come from the store, so that a million take no more memory than a few. A
profile's rows hold what its own sources showed and what its reader said; nobody else's.
"""

from __future__ import annotations

import csv
import json as jsonlib
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path

from cxdigest import app
from cxdigest.cli.terminal.given import day_given, profile_given
from cxdigest.cli.terminal.progress import Bar
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.feedback import correct
from cxdigest.language import _, marked
from cxdigest.model import KINDS, Candidate, Json, Profile
from cxdigest.pipeline import Street
from cxdigest.render.record import COLUMNS, record_of
from cxdigest.worker import clock

#: What makes a spreadsheet take the words of a cell for a formula; the wide forms too.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
_STOPPED = marked("Stopped. What was printed so far is right, and is not all.")
_TOGETHER = 500  #: rows whose feedback is looked at in one go


def export(config: Path, *, profile: str, since: str, kinds: list[str], json: bool) -> int:
    """Write the postings to standard output; return the exit code."""
    day = day_given(since, "--since")
    moment = datetime.combine(day, time(), UTC) if day else None
    for kind in kinds:
        if kind not in KINDS:
            raise WrongUseError(
                _("{kind} is no kind; there are {kinds}", kind=f"{kind!r}", kinds=", ".join(KINDS))
            )
    with app.street(load(config), clock=clock) as street:
        whose = profile_given(street, profile) if profile else None
        found = _candidates(street, whose, moment)
        records = map(record_of, _watched(found))
        wanted = (one for one in records if not kinds or one["kind"] in kinds)
        write_json(wanted) if json else write_csv(wanted)
    return 0


def _watched(found: Iterator[Candidate]) -> Iterator[Candidate]:
    """Yield *found* and show how far that is: ids come in order, and lie evenly."""
    with Bar(_("Exporting"), unit="share", stopped=_(_STOPPED), answers=True) as bar:
        for one in found:
            bar.at(int(one.posting.id[:6], 16), 16**6)
            yield one


def _candidates(
    street: Street, profile: Profile | None, since: datetime | None
) -> Iterator[Candidate]:
    store = street.store
    found = store.every_candidate(
        None if profile is None else profile.sources,
        fingerprint=street.fingerprint(profile.name if profile else ""),
        profile=profile.name if profile else "",
        since=since,
    )
    if profile is None:
        yield from found
        return
    words, kinds = store.feedback_words(profile.name), store.feedback_kinds(profile.name)
    while some := list(islice(found, _TOGETHER)):
        yield from correct(some, words, kinds)


def write_json(records: Iterable[dict[str, Json]]) -> None:
    """Write one JSON object a line."""
    for record in records:
        print(jsonlib.dumps(record))


def write_csv(records: Iterable[dict[str, Json]]) -> None:
    """Write CSV with a line of names; no cell is taken for a formula."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    rows = csv.writer(sys.stdout)
    rows.writerow(COLUMNS)
    for record in records:
        rows.writerow([cell(record[name]) for name in COLUMNS])


def cell(value: Json) -> str:
    """Return *value* as a cell that a spreadsheet shows and never runs."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    # The apostrophe is what spreadsheets themselves write before words that look like a formula.
    return f"'{text}" if text.lstrip()[:1] in _FORMULA or text[:1] in _FORMULA else text
