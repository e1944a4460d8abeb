"""Any other feed: written boards with the truth beside them, and real feeds that are no boards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from cxdigest.errors import AlertError
from cxdigest.extract.feeds import google_alerts_feed, job_feed
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.hits.google_hits import MAX_SNIPPET
from cxdigest.model import FeedEntry, Sighting

HERE = Path(__file__).parent / "jobs"
SHOWN = (
    "title",
    "company",
    "location",
    "workplace",
    "salary",
    "url",
    "native_id",
    "snippet",
    "posted",
)
ENTRY = FeedEntry(
    key="k", raw=b"", feed_title="", feed_id="", title="", link="", summary="", author="", published=None,
)  # fmt: skip


def _row(sighting: Sighting) -> dict[str, object]:
    row: dict[str, object] = {n: v for n in SHOWN if (v := getattr(sighting, n))}
    return row if sighting.is_posting else row | {"is_posting": False}


@pytest.mark.parametrize(
    "expected", sorted(HERE.glob("*.yaml")), ids=lambda path: path.name.split(".")[0]
)
def test_written_board_reads_as_a_careful_reader_would(expected: Path) -> None:
    data = expected.with_name(expected.name.replace(".expect.yaml", ".xml")).read_bytes()
    entries = read_feed(data).entries
    assert not any(map(google_alerts_feed.FORMAT.recognises, entries))
    rows = [_row(s) for entry in entries for s in job_feed.FORMAT.read(entry).sightings]
    assert rows == yaml.safe_load(expected.read_text(encoding="utf-8"))


def test_every_entry_is_recognised_because_this_format_comes_last() -> None:
    assert job_feed.FORMAT.recognises(ENTRY)


def test_entry_without_anything_is_unreadable() -> None:
    assert job_feed.FORMAT.read(ENTRY).outcome == "unreadable"


def test_entry_without_a_title_is_kept_by_its_text() -> None:
    found = job_feed.FORMAT.read(replace(ENTRY, summary="<p>We seek a lead.</p>")).sightings
    assert [s.title for s in found] == ["We seek a lead."]


@pytest.mark.parametrize(
    "title",
    ["Team Lead at home", "Payments: Customer Experience Lead", "Support - Tier 2", "Look @ us"],
)
def test_no_employer_is_inferred_from_a_title(title: str) -> None:
    found = job_feed.FORMAT.read(
        replace(ENTRY, title=title, link="https://board.example/1")
    ).sightings
    assert [(s.title, s.company) for s in found] == [(title, "")]


def test_whole_posting_in_a_feed_is_cut_to_a_length_that_can_be_kept() -> None:
    found = job_feed.FORMAT.read(replace(ENTRY, title="Lead", summary="word " * 5000)).sightings
    assert len(found[0].snippet) == MAX_SNIPPET


def test_no_broken_feed_breaks_the_formats(torture: Path) -> None:
    for path in sorted((torture / "feeds").rglob("*.xml")):
        try:
            entries = read_feed(path.read_bytes()).entries
        except AlertError:
            continue
        for entry in entries:
            for format_ in (job_feed.FORMAT, google_alerts_feed.FORMAT):
                assert format_.read(entry).outcome in {"read", "unreadable"}, path.name
