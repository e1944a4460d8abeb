"""The formats on real alerts with the truth beside them; hostile mails; mails about other things."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import pytest

from cxdigest.extract import extract
from cxdigest.extract.split import split
from tests.scoring import FIELDS, Score, score_all

OWN_FORMATS = (
    "linkedin", "indeed", "google-alerts-feed", "google-alerts-mail", "glassdoor", "monster",
    "ziprecruiter", "trueup", "jobright", "greenhouse",
)  # fmt: skip


def _scores(samples: Path, only: str | None = None) -> dict[str, Score]:
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for path in sorted((samples / "alerts").iterdir()):
        with path.open("rb") as stream:
            for alert in split(stream, source="samples", name=path.name):
                sightings = extract(alert, only=only).sightings
                found[path.name] += [asdict(one) for one in sightings]
    return score_all(samples / "truth", found)


@pytest.mark.parametrize("name", OWN_FORMATS)
def test_every_posting_of_a_known_format_is_read_rightly(samples: Path, name: str) -> None:
    score = _scores(samples)[name]
    assert (score.recall, score.precision) == (1.0, 1.0), "\n".join(score.wrong)
    assert min(map(score.share, FIELDS)) >= 0.99, "\n".join(score.wrong)


def test_fallback_alone_reads_mails_of_boards_it_does_not_know(samples: Path) -> None:
    total = Score()
    for name, score in _scores(samples, only="fallback").items():
        if not name.startswith("google"):  # what Google finds is no list of a board's postings
            total += score
    assert total.recall >= 0.95, "\n".join(total.wrong)
    assert total.precision >= 0.98, "\n".join(total.wrong)


def test_hostile_mail_and_feed_costs_seconds_at_most_and_never_crashes(torture: Path) -> None:
    read = 0
    for path in sorted(torture.rglob("*")):
        if path.is_file():
            started = time.thread_time()
            with path.open("rb") as stream:
                for alert in split(stream, source="torture", name=path.name):
                    found = extract(alert)
                    assert found.sightings or found.reason, path
                    read += 1
            assert time.thread_time() - started < 5, path
    assert read > 100


def test_mail_about_other_things_yields_no_posting(torture: Path) -> None:
    files = [path for path in sorted((torture / "ham").rglob("*")) if path.is_file()]
    assert len(files) > 100
    for path in files:
        with path.open("rb") as stream:
            for alert in split(stream, source="ham", name=path.name):
                assert extract(alert).sightings == (), path
