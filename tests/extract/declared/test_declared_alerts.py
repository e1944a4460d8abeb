"""Every alert under ``alerts/`` gives what its ``.expect.yaml`` says; each shipped format has some.

The mails are built to what is known of each board's alerts, with the traps that are told of them.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import asdict, fields
from pathlib import Path

import pytest
import yaml

from cxdigest.extract import MAIL_FORMATS, extract
from cxdigest.extract.declared.shipped import FORMATS
from cxdigest.extract.mails.mail import read_mail
from cxdigest.extract.split import split
from cxdigest.model import Alert, Extraction, Sighting

FOLDER = Path(__file__).parent / "alerts"
FILES = sorted(FOLDER.rglob("*.eml"))
#: What an expectation leaves out; its title must be said.
DEFAULTS = {
    one.name: one.default for one in fields(Sighting) if one.name not in {"format", "title"}
}
FACTS = ("title", "company", "location", "workplace", "salary", "url", "opaque", "native_id")


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def expected_of(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.with_suffix(".expect.yaml").read_text(encoding="utf-8"))


def read(path: Path, only: str | None = None) -> Extraction:
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    return extract(Alert(source="test", key="1", media="mail", raw=raw, digest=digest), only=only)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_alert_gives_what_stands_beside_it(path: Path) -> None:
    expected = expected_of(path)
    found = read(path)
    rows = [asdict(one) for one in found.sightings]
    for row in rows:
        assert row.pop("format") == found.format
    assert rows == [DEFAULTS | posting for posting in expected["postings"]]
    assert (found.format, found.outcome) == (expected["format"], expected["outcome"])
    if "announced" in expected:
        assert found.announced == expected["announced"]
    assert bool(found.reason) == (found.outcome != "read")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_other_format_claims_the_mail(path: Path) -> None:
    mail = read_mail(path.read_bytes())
    claiming = {known.name for known in MAIL_FORMATS if known.recognises(mail)}
    assert claiming == {path.parent.name, "fallback"}


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_every_format_has_two_alerts_that_show_postings(name: str) -> None:
    shown = [path for path in FILES if path.parent.name == name and expected_of(path)["postings"]]
    assert len(shown) >= (5 if name == "simplyhired" else 2)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == "simplyhired"], ids=name_of
)
def test_fallback_alone_reads_simply_hired_as_well(path: Path) -> None:
    def rows(found: Extraction) -> list[list[object]]:
        return [[getattr(one, name) for name in FACTS] for one in found.sightings]

    assert rows(read(path, only="fallback")) == rows(read(path, only="simplyhired"))


def test_every_alert_has_its_expectation_and_none_is_left_over() -> None:
    assert len(FILES) >= 2 * len(FORMATS)
    assert {path.with_suffix("") for path in FILES} == {
        path.with_suffix("").with_suffix("") for path in FOLDER.rglob("*.expect.yaml")
    }


def test_people_and_recipients_are_invented() -> None:
    for path in FILES:
        addresses = set(re.findall(r"To:[^\n]*<([^>]+)>", path.read_text("utf-8")))
        assert addresses <= {"robin.sample@mail.example"}, path.name


#: Their links lead through trackers that many senders use, or to employers' own sites.
SENDER_NEEDED = ("jobs2web/", "welcome-to-the-jungle-matches/", "simplyhired/tracker-links")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_mail_whose_sender_is_lost_is_known_by_its_links(path: Path) -> None:
    expected = expected_of(path)["postings"]
    if not expected:
        return
    stranger = b"From: Robin Sample <robin.sample@mail.example>"
    raw = re.sub(rb"^From: .*$", stranger, path.read_bytes(), count=1, flags=re.MULTILINE)
    found = extract(Alert(source="t", key="1", media="mail", raw=raw, digest="1"))
    if name_of(path).startswith(SENDER_NEEDED):
        assert found.format in {"", "fallback"}
    else:
        assert found.format == path.parent.name
        assert [one.title for one in found.sightings] == [one["title"] for one in expected]


def test_no_declared_format_claims_the_alerts_of_others() -> None:
    others = sorted((FOLDER.parents[1] / "alerts").rglob("*.eml"))
    assert len(others) > 30
    for path in others:
        mail = read_mail(path.read_bytes())
        assert [known.name for known in FORMATS if known.recognises(mail)] == [], path.name


def test_no_declared_format_claims_a_real_mail_that_is_not_its_own(
    samples: Path, torture: Path
) -> None:
    files = [*(samples / "alerts").iterdir(), *(torture / "ham").rglob("*")]
    read_ones = 0
    for path in files:
        if path.is_file() and path.suffix != ".xml":
            with path.open("rb") as stream:
                for alert in split(stream, source="test", name=path.name):
                    if alert.media == "mail":
                        mail = read_mail(alert.raw)
                        claiming = [known.name for known in FORMATS if known.recognises(mail)]
                        assert claiming == [], path
                        read_ones += 1
    assert read_ones > 100


@pytest.mark.parametrize(
    "body",
    [
        "A line of words\n" * 40_000 + "https://au.seek.com/job/1\n" * 2,
        "A line\nof words\n\n" * 20_000 + "https://au.seek.com/job/1\n" * 2,
        "".join(f"A manager\nA firm\nLeeds\nhttps://au.seek.com/job/{n}\n\n" for n in range(9_000)),
        "| |\n" * 60_000 + "https://au.seek.com/job/1",
    ],
    ids=["one-run", "many-runs", "many-postings", "open-ends"],
)
def test_a_mail_without_end_costs_a_second_or_two(body: str) -> None:
    raw = f"From: Seek <jobmail@s.seek.com.au>\nSubject: New jobs\n\n{body}".encode()
    started = time.thread_time()
    extract(Alert(source="t", key="1", media="mail", raw=raw, digest="1"), only="seek")
    assert time.thread_time() - started < 5


def test_an_html_mail_without_end_costs_a_second_or_two() -> None:
    cards = "".join(
        f"<p><a href='https://click.stepstone.de/f/a/x{n}~~/b~/c{n}~'>Manager</a><p>Firm<p>Ort"
        for n in range(6_000)
    )
    head = "From: S <info@email.stepstone.de>\nSubject: Jobs\nContent-Type: text/html\n\n"
    started = time.thread_time()
    alert = Alert(source="t", key="1", media="mail", raw=(head + cards).encode(), digest="1")
    extract(alert, only="stepstone")
    assert time.thread_time() - started < 5
