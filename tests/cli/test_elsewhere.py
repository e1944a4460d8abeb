"""``cxdigest export`` and ``cxdigest feed``, as a person calls them."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cxdigest.cli import app as commands
from cxdigest.cli.postings.export import cell, write_csv
from cxdigest.model import Candidate
from cxdigest.render.record import COLUMNS, record_of
from cxdigest.store import Store
from tests.channels.postings import GENUINE
from tests.ready import ready_store
from tests.store.world import DAY, NOW, posting_id, sighting, take_in
from tests.store.world import read as alert

CONFIG = """
store: {{url: {store}}}
sources:
  inbox: {{type: folder, path: {folder}}}
  other: {{type: folder, path: {folder}}}
channels: {{files: {{type: folder, path: out}}}}
profiles:
  ada: {{name: Ada, sources: [inbox], time_zone: UTC, deliver: [{{channel: files, to: [ada]}}]}}
  ben: {{name: Ben, sources: [other], time_zone: UTC, deliver: [{{channel: files, to: [ben]}}]}}
{more}
"""


@pytest.fixture
def store(tmp_path: Path):
    opened = ready_store(tmp_path / "x.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(store=tmp_path / "x.sqlite", folder=tmp_path, more=""))
    return path


def said(config: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(commands, ["--config", str(config), *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def shared(store: Store) -> str:
    """A role that Ada's source showed today and Ben's yesterday, and one of Ben's alone."""
    role = sighting("Head of CX", company="=cmd|' /C calc'!A0")
    take_in(store, alert("b", role, source="other", now=NOW - DAY), source="other", now=NOW - DAY)
    take_in(store, alert("a", role))
    take_in(store, alert("c", sighting("CX Agent"), source="other"), source="other")
    return posting_id(role)


def test_a_profiles_export_holds_its_own_sightings_alone(store: Store, config: Path):
    shared(store)
    (ada,) = rows(said(config, "export", "--profile", "ada"))
    assert list(ada) == list(COLUMNS)
    assert (ada["title"], ada["first_seen"]) == ("Head of CX", "2026-11-21T07:30:15Z")
    ben = {one["title"]: one for one in rows(said(config, "export", "-p", "ben"))}
    assert set(ben) == {"Head of CX", "CX Agent"}
    assert ben["Head of CX"]["last_seen"] == "2026-11-20T07:30:15Z", "not when Ada's alert came"
    assert len(rows(said(config, "export"))) == 2


def test_no_cell_is_taken_for_a_formula_and_json_has_the_words_as_they_are(store, config):
    shared(store)
    (row,) = rows(said(config, "export", "-p", "ada"))
    assert row["company"] == "'=cmd|' /C calc'!A0"
    told = json.loads(said(config, "export", "-p", "ada", "--json"))
    assert told["company"] == "=cmd|' /C calc'!A0"
    assert list(told) == list(COLUMNS)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝", "\t="])
def test_a_cell_that_begins_like_a_formula_begins_with_an_apostrophe(begin: str):
    assert cell(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize(
    ("value", "shown"), [(True, "true"), (False, "false"), (0.75, "0.75"), ("a=b", "a=b"), ("", "")]
)
def test_other_cells_stay_as_they_are(value, shown):
    assert cell(value) == shown


def test_since_and_kind_choose(store: Store, config: Path):
    shared(store)
    titles = [one["title"] for one in rows(said(config, "export", "--since", "2026-11-21"))]
    assert sorted(titles) == ["CX Agent", "Head of CX"]
    assert rows(said(config, "export", "-p", "ben", "--since", "2026-11-22")) == []
    (of_ben,) = rows(said(config, "export", "-p", "ben", "--since", "2026-11-21"))
    assert of_ben["title"] == "CX Agent"
    assert len(rows(said(config, "export", "--kind", "unclear", "--kind", "genuine"))) == 2
    assert rows(said(config, "export", "--kind", "genuine")) == []


def test_a_readers_word_is_in_that_readers_export_alone(store: Store, config: Path):
    posting = shared(store)
    store.record_feedback("ada", posting, "genuine", way="command", sender="", now=NOW)
    (ada,) = rows(said(config, "export", "-p", "ada"))
    assert (ada["kind"], ada["said"], ada["confidence"]) == ("genuine", "genuine", "1.0")
    for whose in (["-p", "ben"], []):
        found = {one["id"]: one for one in rows(said(config, "export", *whose))}
        assert (found[posting]["kind"], found[posting]["said"]) == ("unclear", "")


def test_a_link_that_may_hold_a_token_is_left_out_and_marked(store: Store, config: Path):
    one = sighting(url="https://tracker.example/click?u=t0ken", opaque=True)
    take_in(store, alert("a", one))
    for form in ([], ["--json"]):
        text = said(config, "export", *form)
        assert "t0ken" not in text
    (row,) = rows(said(config, "export"))
    assert (row["link"], row["link_hidden"]) == ("", "true")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["export", "--profile", "cleo"], "no profile 'cleo'; there are ada, ben"),
        (["export", "--since", "tuesday"], "--since: 'tuesday' is no date; write it as 2026-11-21"),
        (["export", "--kind", "pigeon"], "'pigeon' is no kind; there are genuine"),
        (["feed", "write", "cleo"], "no profile 'cleo'; there are ada, ben"),
        (["feed", "address", "ada"], "write web.public_url, or make files with `cxdigest feed wr"),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(words, told, store, config):
    from cxdigest.errors import WrongUseError

    with pytest.raises(WrongUseError) as caught:
        said(config, *words)
    assert told in str(caught.value)


def test_many_postings_take_no_more_memory_than_a_few(store: Store, config: Path, capsys):
    def peak(count: int) -> int:
        tracemalloc.start()
        write_csv(record_of(one) for one in (GENUINE for _ in range(count)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        capsys.readouterr()
        return most

    def held(batch: int) -> int:
        found = store.every_candidate(None, fingerprint="x", batch=batch)
        tracemalloc.start()
        count = sum(isinstance(one, Candidate) for one in found)
        assert count == 120
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    for start in range(0, 120, 40):
        many = [
            sighting(f"CX Role {number}", snippet="x" * 20_000)
            for number in range(start, start + 40)
        ]
        take_in(store, alert(f"m{start}", *many))
    assert held(batch=10) < held(batch=120) / 3
    # The captured output itself grows; what is held for a row does not.
    assert peak(400) < 4 * peak(100) + 200_000


def test_a_feed_is_written_as_files_that_readers_of_feeds_read(store, config, tmp_path: Path):
    out = tmp_path / "feeds"
    text = said(config, "feed", "write", "ada", "--out", str(out))
    assert text.splitlines() == [str(out / "ada.atom"), str(out / "ada.json")]
    assert ET.parse(out / "ada.atom").getroot().tag.endswith("feed")
    assert json.loads((out / "ada.json").read_bytes())["title"] == "Ada: customer experience roles"
    assert sorted(one.name for one in out.iterdir()) == ["ada.atom", "ada.json"]


def test_the_address_of_a_feed_stays_until_it_is_renewed(store, config: Path):
    config.write_text(config.read_text() + "web: {public_url: https://digest.example.org}\n")
    first = said(config, "feed", "address", "ada")
    atom, other = first.splitlines()
    assert atom.startswith("https://digest.example.org/feeds/ada.")
    assert atom.removesuffix("atom") == other.removesuffix("json")
    assert said(config, "feed", "address", "ada") == first
    assert said(config, "feed", "address", "ada", "--renew") != first
    assert said(config, "feed", "address", "ben") != first


def test_the_page_about_the_export_names_every_column_and_no_other():
    page = (Path(__file__).parents[2] / "docs" / "elsewhere.md").read_text("utf-8")
    table = page.partition("| column | what it holds |\n|---|---|\n")[2].splitlines()
    assert table == [f"| `{name}` | {what} |" for name, what in COLUMNS.items()]
