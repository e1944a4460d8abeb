"""Mails a second through ``extract`` on one core, on mails of the size that boards send.

Then the whole poll of such mails, into an empty store and into one of 100,000 alerts: what is
stored must not slow down what comes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bench.tables import seconds, show, spread
from cxdigest import rules
from cxdigest.extract import extract
from cxdigest.extract.split import split
from cxdigest.identity import posting_of
from cxdigest.model import Alert, Extraction, Sighting
from cxdigest.pipeline import Street, poll_waiting
from cxdigest.render import environment
from cxdigest.sources import Batch
from cxdigest.store import Read, Store, open_store

RUNS = 5
EXAMPLES = Path(__file__).parent.parent / "examples" / "alerts"
#: A LinkedIn digest of 2026 has 165 to 225 kB of HTML: the examples are filled up to that.
REAL_SIZE = 200_000
STORED = 100_000


def table() -> None:
    """Measure and print; real captures too where ``CXDIGEST_SAMPLES`` names some."""
    sets = {f"shipped mails filled up to {REAL_SIZE // 1000} kB": [*map(_filled, _mails(EXAMPLES))]}
    if named := os.environ.get("CXDIGEST_SAMPLES"):
        sets["captured mails"] = list(_mails(Path(named, "alerts")))
    rows = []
    for name, mails in sets.items():
        taken = seconds(lambda mails=mails: [extract(mail) for mail in mails], runs=RUNS)
        kilobytes = sum(len(mail.raw) for mail in mails) / len(mails) / 1000
        rows.append(
            (
                f"extract, {len(mails)} {name} (mean {kilobytes:.0f} kB), mails/s",
                spread([len(mails) / s for s in taken], ",.0f"),
                "",
                "≥ 40",
            )
        )
    rows += _polls([*map(_filled, _mails(EXAMPLES))] * 5)
    show(f"Mails, one core, {RUNS} runs", rows)


def _mails(folder: Path) -> Iterator[Alert]:
    for path in sorted(folder.glob("*.eml")):
        with path.open("rb") as stream:
            yield from split(stream, source="bench", name=path.name)


def _filled(alert: Alert) -> Alert:
    """Return *alert* with styled empty rows in its HTML, as boards fill their mails.

    About 80 bytes a tag: Indeed's mails have 60, LinkedIn's 160 and more.
    """
    style = b"padding:0 24px 0 24px;font-size:0;line-height:0;mso-line-height-rule:exactly;" * 3
    filler = b'<tr class="row"><td style="' + style + b'">&nbsp;</td></tr>\r\n'
    missing = max(0, REAL_SIZE - len(alert.raw)) // len(filler)
    start, closing, end = alert.raw.rpartition(b"</body>")
    if not closing:
        return alert
    raw = start + b"<table>" + filler * missing + b"</table>" + closing + end
    return Alert(source=alert.source, key=alert.key, media="mail", raw=raw, digest=alert.digest)


@dataclass
class _Inbox:
    """A source that delivers the same mails as new ones at every poll."""

    mails: Sequence[Alert]
    name: str = "bench"

    def __post_init__(self) -> None:
        self._keys = map(str, count())

    def fetch(self, cursor, *, now, known) -> Iterator[Batch]:
        del cursor, now, known
        mails = (replace(m, key=k, digest=k) for m, k in zip(self.mails, self._keys, strict=False))
        yield Batch(alerts=tuple(mails), cursor={})


def _polls(mails: Sequence[Alert]) -> Iterator[tuple[str, str, str, str]]:
    """Poll *mails* into an empty store and into a large one, by turns; yield a row for each."""
    taken: dict[int, list[float]] = {0: [], STORED: []}
    with tempfile.TemporaryDirectory() as folder:
        streets = {}
        for stored in taken:
            store = open_store(f"{folder}/{stored}.sqlite")
            store.register_sources(["bench"], now=_now())
            _fill(store, stored)
            streets[stored] = _street(store, mails)
            poll_waiting(streets[stored], everything=True)  # warm
        for _ in range(RUNS):
            for stored, street in streets.items():
                start = time.perf_counter()
                (polled,) = poll_waiting(street, everything=True)
                taken[stored].append(time.perf_counter() - start)
                assert polled.alerts == len(mails), polled
        for street in streets.values():
            street.store.close()
    for stored, times in taken.items():
        ratios = [empty / full for empty, full in zip(taken[0], times, strict=True)]
        yield (
            f"whole poll of {len(mails)} such mails, {stored:,} alerts stored before, mails/s",
            spread([len(mails) / s for s in times], ",.0f"),
            spread(ratios, ".2f"),
            "ratio ≥ 0.90" if stored else "",
        )


def _fill(store: Store, number: int) -> None:
    for start in range(0, number, 1000):
        now = _now() - timedelta(days=60 * (1 - start / STORED))
        store.record_batch(
            "bench", [_stored(n, now) for n in range(start, start + 1000)], {}, now=now
        )


def _stored(number: int, now: datetime) -> Read:
    sighting = Sighting(
        format="indeed", title=f"Role {number}", company=f"Employer {number % 5000}",
        native_id=f"indeed:{number:016x}", url=f"https://jobs.example/{number}",
    )  # fmt: skip
    key = f"stored {number}"
    return Read(
        alert=Alert(source="bench", key=key, media="mail", raw=b"Subject: jobs\n\n", digest=key),
        extraction=Extraction(
            format="indeed", outcome="read", sightings=(sighting,), sender="jobs.example"
        ),
        postings=(posting_of(sighting, now=now),),
    )


def _street(store: Store, mails: Sequence[Alert]) -> Street:
    return Street(
        store=store,
        sources={"bench": _Inbox(mails)},
        every={"bench": timedelta(minutes=15)},
        channels={},
        profiles=(),
        rules=rules.load(),
        templates=environment(None),
        clock=_now,
        holder="bench",
    )


def _now() -> datetime:
    return datetime.now(UTC)
