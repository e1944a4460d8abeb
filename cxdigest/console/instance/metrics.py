"""The instance's numbers for Prometheus, from the store: what was counted survives a restart.

Labels are words of cxdigest, never names that a person chose. docs/reference/metrics.md lists all
of them; ``python -m tests.docs`` writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cxdigest import __version__
from cxdigest.console.instance.vitals import Vitals, lags
from cxdigest.model import KINDS
from cxdigest.pipeline import Street

#: Of the text that ``exposition`` gives.
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
OUTCOMES = ("new", "empty", "unreadable", "auth", "network", "throttled", "gone")
STATES = ("waiting", "sending", "sent", "failed", "bounced")
_DAYS = (timedelta(days=-1), timedelta(), timedelta(days=1))  #: local days that "now" may be near


class _Now(Collector):
    """What was measured just now."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = tuple(found)

    def collect(self) -> Iterable[Metric]:
        """Return it."""
        return self._found


def exposition(found: Iterable[Metric]) -> bytes:
    """Return *found*, and what the system says of this process, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(_Now(found))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def metrics(street: Street, vitals: Vitals, sizes: Mapping[str, int]) -> Iterator[Metric]:
    """Yield the numbers of *street*'s instance; *vitals* and *sizes* were found before.

    Raises:
        StoreError: the database cannot be asked.
    """
    yield _gauges("cxdigest_info", "The version that runs.", "version", {__version__: 1})
    yield from _counted(street)
    yield from _standing(street, vitals)
    yield from _handed_over(street)
    yield from _sizes(street, sizes)


def _counted(street: Street) -> Iterator[Metric]:
    told = street.store.tallies()
    names = (
        ("polls", "Polls, by how they ended.", "outcome", OUTCOMES),
        ("polled", "What polls brought.", "what", ("alerts", "sightings", "unread")),
        ("verdicts", "Verdicts that were made, by kind.", "kind", KINDS),
    )
    for name, about, label, known in names:
        family = CounterMetricFamily(f"cxdigest_{name}", about, labels=[label])
        counts = {**dict.fromkeys(known, 0), **told[name]}
        for value, number in counts.items():
            family.add_metric([value], number)
        yield family


def _standing(street: Street, vitals: Vitals) -> Iterator[Metric]:
    yield _gauge("cxdigest_healthy", "1 where /healthz answers 200.", vitals.healthy)
    yield _moment("cxdigest_last_wake", "When a worker was last at work", vitals.last_wake)
    waits = {
        what: (vitals.now - since).total_seconds() if since else 0.0
        for what, since in vitals.due.items()
    }
    about = "Seconds that the oldest thing waits which is due; 0: nothing does."
    yield _gauges("cxdigest_oldest_due_seconds", about, "what", waits)
    polled = Counter(
        one.outcome or "never" for one in street.store.polling() if one.name in street.sources
    )
    ended = {one: polled[one] for one in (*OUTCOMES, "never")}
    yield _gauges("cxdigest_sources", "Sources, by how the last poll ended.", "outcome", ended)
    made = vitals.backed.made
    yield _moment("cxdigest_backup_last_success", "When the last backup was made", made)
    failed = bool(vitals.backed.problem)
    yield _gauge("cxdigest_backup_failed", "1 where the last backup could not be made.", failed)


def _handed_over(street: Street) -> Iterator[Metric]:
    now = street.clock()
    streams = [one.name for one in street.profiles]
    streams += [f"coach/{one.name}" for one in street.coaches]
    found = street.store.handed_over(streams, {(now - ago).date() for ago in _DAYS})
    states = Counter("bounced" if one.bounced else one.state for one in found)
    about = "Deliveries of the digests of yesterday and today, by how they stand."
    yield _gauges("cxdigest_deliveries", about, "state", {one: states[one] for one in STATES})
    seconds = lags(street, now)
    lag = {"median": _at(seconds, 0.5), "largest": _at(seconds, 1.0)}
    about = "Seconds from the send time until a mail left, of those that left within a day."
    yield _gauges("cxdigest_delivery_lag_seconds", about, "of", lag)


def _sizes(street: Street, sizes: Mapping[str, int]) -> Iterator[Metric]:
    waiting, _, _ = street.store.waiting_deliveries(late=street.clock())
    queues = {**street.store.queues(), "deliver": waiting}
    yield _gauges("cxdigest_queue", "What waits for a step.", "step", queues)
    yield _gauges("cxdigest_stored", "Rows of the large tables.", "what", sizes)
    yield _gauge("cxdigest_store_bytes", "Size of the store.", street.store.size())


def _gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for at, value in values.items():
        family.add_metric([at], value)
    return family


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _moment(name: str, about: str, moment: datetime | None) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{name}_timestamp_seconds", f"{about}, in Unix time; 0: never.")
    family.add_metric([], moment.timestamp() if moment else 0)
    return family


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[int((len(ordered) - 1) * share)] if ordered else 0.0
