"""The shipped example alerts read as the table in ``examples/README.md`` says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from cxdigest.extract import extract
from cxdigest.extract.split import split
from cxdigest.model import Extraction

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "examples" / "alerts"
#: Per file: what was read (format, postings, news), or the outcome.
EXPECTED = {
    "01-linkedin-alert.eml": [("linkedin", 8, 0)],
    "02-linkedin-similar-jobs.eml": [("linkedin", 4, 0)],
    "03-indeed-alert.eml": [("indeed", 9, 0)],
    "04-indeed-match.eml": [("indeed", 1, 0)],
    "05-google-alerts-feed.xml": [("google-alerts-feed", 6, 2)],
    "06-google-alerts-mail.eml": [("google-alerts-mail", 3, 1)],
    "07-kestrel-jobs.eml": [("fallback", 5, 0)],
    "08-two-mails.mbox": [("indeed", 3, 0), ("linkedin", 2, 0)],
    "09-board.rss": [("job-feed", 6, 0)],
    "10-not-an-alert.eml": ["not-an-alert"],
    "11-cut-off.eml": ["empty"],
    "12-feed-that-is-a-page.xml": ["unreadable"],
    "13-sender-not-verified.eml": [("fallback", 3, 0)],
}


def _read(path: Path) -> list[Extraction]:
    with path.open("rb") as stream:
        return [extract(alert) for alert in split(stream, source="examples", name=path.name)]


def _summary(extractions: list[Extraction]) -> list[object]:
    if any(extraction.outcome != "read" for extraction in extractions):
        return [extraction.outcome for extraction in extractions]
    counts: dict[str, Counter[bool]] = {}
    for extraction in extractions:
        counter = counts.setdefault(extraction.format, Counter())
        counter.update(sighting.is_posting for sighting in extraction.sightings)
    return [(name, counter[True], counter[False]) for name, counter in counts.items()]


@pytest.mark.parametrize("name", EXPECTED)
def test_example_is_read_by_the_format_it_is_written_in(name: str) -> None:
    assert _summary(_read(ALERTS / name)) == EXPECTED[name]


def test_every_example_is_expected_and_described() -> None:
    names = {path.name for path in ALERTS.iterdir()}
    described = re.findall(
        r"^\| `([^`]+)`", (ROOT / "examples" / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert names == set(EXPECTED) == set(described)


def test_every_posting_names_its_employer_where_the_sender_does() -> None:
    for name in (
        "01-linkedin-alert.eml",
        "03-indeed-alert.eml",
        "07-kestrel-jobs.eml",
        "09-board.rss",
    ):
        for extraction in _read(ALERTS / name):
            for sighting in extraction.sightings:
                assert sighting.company, (name, sighting.title)
                assert sighting.location, (name, sighting.title)


def test_the_same_opening_in_three_alerts_can_be_told_as_one() -> None:
    found = [
        sighting
        for path in sorted(ALERTS.iterdir())
        for extraction in _read(path)
        for sighting in extraction.sightings
        if "Otterbourne" in sighting.company or sighting.salary.startswith("£48")
    ]
    assert len(found) == 3
    assert len({sighting.native_id for sighting in found}) == 2


def test_employers_and_people_of_the_examples_are_invented() -> None:
    """Hosts are boards', Google's, or reserved for examples."""
    known = re.compile(
        r"(?:[\w-]+\.)*(?:linkedin\.com|licdn\.com|indeed\.com|google\.com|bounces\.google\.com|greenhouse\.io|workable\.com|schema\.org|w3\.org|purl\.org|example)$"
    )
    for path in ALERTS.iterdir():
        text = path.read_text("utf-8").replace("=\n", "").replace("=3D", "=")
        for host in re.findall(r"https?://([\w.-]+)", text):
            assert known.fullmatch(host.rstrip(".")), (path.name, host)
        for host in re.findall(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", text):
            assert known.fullmatch(host), (path.name, host)
