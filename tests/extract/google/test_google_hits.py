"""Written Google hits, feed and mail, with the truth beside each file; then the parts by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cxdigest.extract.boards import google_alerts_mail
from cxdigest.extract.feeds import google_alerts_feed
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.mails.mail import read_mail
from cxdigest.model import Extraction, Sighting

HERE = Path(__file__).parent
EXPECTED = sorted(HERE.glob("*.expect.yaml"))
SHOWN = ("title", "company", "location", "workplace", "salary", "url", "native_id")  # fmt: skip


def _alert(expected: Path) -> Path:
    stem = expected.name.removesuffix(".expect.yaml")
    return next(path for path in HERE.glob(f"{stem}.*") if path.suffix in {".xml", ".eml"})


def _extractions(path: Path) -> list[Extraction]:
    if path.suffix == ".xml":
        entries = read_feed(path.read_bytes()).entries
        assert all(map(google_alerts_feed.FORMAT.recognises, entries))
        return [google_alerts_feed.FORMAT.read(entry) for entry in entries]
    mail = read_mail(path.read_bytes())
    assert google_alerts_mail.FORMAT.recognises(mail)
    return [google_alerts_mail.FORMAT.read(mail)]


def _row(sighting: Sighting) -> dict[str, object]:
    row = {name: getattr(sighting, name) for name in SHOWN if getattr(sighting, name)}
    return row | {"snippet": sighting.snippet, "is_posting": sighting.is_posting}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.split(".")[0])
def test_every_written_alert_reads_as_a_careful_reader_would(expected: Path) -> None:
    truth = yaml.safe_load(expected.read_text(encoding="utf-8"))
    extractions = _extractions(_alert(expected))
    assert {extraction.format for extraction in extractions} == {truth["format"]}
    assert {extraction.outcome for extraction in extractions} == {"read"}
    rows = [_row(sighting) for extraction in extractions for sighting in extraction.sightings]
    assert rows == truth["postings"]
    if "announced" in truth:
        assert extractions[0].announced == truth["announced"]


def test_at_least_forty_hits_are_postings_and_forty_are_not() -> None:
    truths = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in EXPECTED]
    kinds = [posting["is_posting"] for truth in truths for posting in truth["postings"]]
    assert min(kinds.count(True), kinds.count(False)) >= 40
