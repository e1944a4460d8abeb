"""Every alert under ``alerts/`` gives what its ``.expect.yaml`` says: a bug report becomes a file."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from pathlib import Path

import pytest
import yaml

from cxdigest.extract import extract
from cxdigest.extract.mails.mail import read_mail
from cxdigest.model import Alert, Sighting

FOLDER = Path(__file__).parent / "alerts"
FILES = sorted(FOLDER.rglob("*.eml"))
#: What an expectation leaves out; its title must be said.
DEFAULTS = {
    one.name: one.default for one in fields(Sighting) if one.name not in {"format", "title"}
}


def alert_of(raw: bytes) -> Alert:
    return Alert(
        source="test", key="1", media="mail", raw=raw, digest=hashlib.sha256(raw).hexdigest()
    )


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_alert_gives_what_stands_beside_it(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".expect.yaml").read_text(encoding="utf-8"))
    found = extract(alert_of(path.read_bytes()))
    rows = [asdict(one) for one in found.sightings]
    for row in rows:
        assert row.pop("format") == found.format
    assert rows == [DEFAULTS | posting for posting in expected["postings"]]
    told = {
        name: expected[name]
        for name in ("format", "outcome", "announced", "search_url", "sender")
        if name in expected
    }
    assert {name: getattr(found, name) for name in told} == told
    assert list(found.disagreements) == expected.get("disagreements", list(found.disagreements))
    assert bool(found.reason) == (found.outcome != "read")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_forwarding_is_noticed(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".expect.yaml").read_text(encoding="utf-8"))
    mail = read_mail(path.read_bytes())
    assert mail.forwarded == (expected.get("forwarded", False) or "forwarded" in path.stem)


def test_every_alert_has_its_expectation_and_none_is_left_over() -> None:
    assert len(FILES) > 30
    assert {path.with_suffix("") for path in FILES} == {
        path.with_suffix("").with_suffix("") for path in FOLDER.rglob("*.expect.yaml")
    }
