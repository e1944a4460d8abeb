"""JSON Feed, versions 1 and 1.1, and what boards make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxdigest.errors import AlertError
from cxdigest.extract import extract
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.split import feed_alert, split
from cxdigest.model import FeedEntry, Sighting

HERE = Path(__file__).parent


def feed(*items: object, **more: object) -> bytes:
    frame = {"version": "https://jsonfeed.org/version/1.1", "title": "Roles", **more}
    return json.dumps({**frame, "items": list(items)}).encode()


def entry(**item: object) -> FeedEntry:
    (found,) = read_feed(feed({"id": "1", **item})).entries
    return found


def sighting(**item: object) -> Sighting:
    (found,) = extract(feed_alert(entry(**item), source="s")).sightings
    return found


def test_a_whole_feed_is_read() -> None:
    document = read_feed((HERE / "roles.json").read_bytes())
    assert (document.title, document.id) == (
        "Roles at Tarn & Vale",
        "https://jobs.tarnvale.example/feed.json",
    )
    first, second, third = document.entries
    assert first.key == "https://jobs.tarnvale.example/roles/7"
    assert first.title == "Head of R&amp;D &lt;Journeys&gt;"
    assert first.author == "Ines Example"
    assert first.published == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert first.summary.startswith("<p>You will map")
    assert dict(first.fields) == {"company": "Tarn & Vale", "location": "Leeds, England"}
    assert (second.key, second.link) == ("8", "https://elsewhere.example/8")
    assert second.summary == "Five years &amp; more."
    assert third.published == datetime(2026, 11, 4, 0, 0, tzinfo=UTC)


def test_each_entry_is_a_feed_of_its_own() -> None:
    entries = read_feed((HERE / "roles.json").read_bytes()).entries
    assert len(entries) > 1
    for found in entries:
        assert read_feed(found.raw).entries == (found,)


def test_a_job_of_a_json_feed_is_a_sighting() -> None:
    alerts = [
        feed_alert(one, source="s") for one in read_feed((HERE / "roles.json").read_bytes()).entries
    ]
    (found,) = extract(alerts[0]).sightings
    assert found.format == "job-feed"
    assert (found.title, found.company) == ("Head of R&D <Journeys>", "Tarn & Vale")
    assert (found.location, found.posted) == ("Leeds, England", "2026-11-02")
    assert found.url == "https://jobs.tarnvale.example/roles/7"


def test_a_saved_json_feed_is_split_like_any_other() -> None:
    with (HERE / "roles.json").open("rb") as stream:
        assert len(list(split(stream, source="s", name="roles.json"))) == 3


def test_version_one_names_one_author() -> None:
    assert entry(author={"name": "Ines"}).author == "Ines"


def test_extensions_and_attachments_do_no_harm() -> None:
    found = entry(title="x", _mine=3, _other={"a": [1], "b": None}, attachments=[{"url": "x"}])
    assert (found.title, found.fields) == ("x", ())


def test_an_extension_may_tell_of_a_job() -> None:
    found = sighting(
        title="Host", url="https://a.example/1", _jobs={"company": "Tarn", "salary": 9}
    )
    assert (found.company, found.salary) == ("Tarn", "9")


@pytest.mark.parametrize("value", [None, 3, [], {}, "2026-13-99", "yesterday", "99999-01-01"])
def test_a_date_that_is_none_leaves_the_entry(value: object) -> None:
    assert entry(title="x", date_published=value).published is None


@pytest.mark.parametrize("item", [None, 3, "x", [], {}])
def test_an_item_of_another_shape_costs_itself_alone(item: object) -> None:
    document = read_feed(feed(item, {"id": 2, "title": "kept"}))
    assert "kept" in [one.title for one in document.entries]


def test_entries_without_id_are_told_apart() -> None:
    keys = {one.key for one in read_feed(feed({"title": "a"}, {"title": "b"})).entries}
    assert len(keys) == 2


def test_a_feed_without_items_is_empty_and_not_wrong() -> None:
    assert read_feed(feed()).entries == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "its JSON is broken"),
        (b"{" * 100_000, "its JSON is broken"),
        (b'{"items":' + b"[" * 100_000, "its JSON is broken"),
        (b'{"error": 429}', "JSON of another kind"),
        (b'{"items": {"a": 1}}', "JSON of another kind"),
        (b"[1, 2]", "JSON; use the address"),
        (b"{\xff\xfe}", "its JSON is broken"),
    ],
)
def test_json_that_is_no_feed_says_so(body: bytes, words: str) -> None:
    with pytest.raises(AlertError, match=words):
        read_feed(body)


def test_what_a_feed_may_not_hold_is_left_out() -> None:
    assert entry(title="a\x00b\ud800c").title == "abc"
