"""Commands on a store that a real run filled, without any server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import EXAMPLES, Instance, profile

LINK = "https://uk.indeed.com/viewjob?jk=205ddc6bd4a4765e"


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    instance = Instance(folder=tmp_path_factory.mktemp("filled"))
    instance.configure(
        store={"url": "store.sqlite"},
        sources={"examples": {"type": "folder", "path": str(EXAMPLES)}},
        channels={"out": {"type": "folder", "path": "out"}},
        profiles={"ada": profile("examples", to=["ada@mail.example"], channel="out")},
    )
    instance.run()
    return instance.folder


@pytest.fixture
def filled(filled_once: Path, instance: Instance) -> Instance:
    """A copy of what a run left, for each test."""
    shutil.copytree(filled_once, instance.folder, dirs_exist_ok=True)
    return instance


def test_a_stored_posting_is_explained_by_the_link_in_the_digest(filled: Instance):
    done = filled.call("explain", LINK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "Voice of the Customer Programme Lead\nBrackendale Water · Leeds · £46,500 - £51,000 a year\n"
    )
    assert "“" in done.stdout


def test_a_tracked_link_finds_the_same_posting_and_so_does_its_id(filled: Instance):
    tracked = filled.call("explain", "--json", LINK + "&from=ja&utm_source=mail&tk=abc")
    by_id = filled.call("explain", "--json", json.loads(tracked.stdout)["id"])
    assert json.loads(tracked.stdout) == json.loads(by_id.stdout)


def test_a_link_that_is_not_stored_is_named(filled: Instance):
    done = filled.call("explain", "https://jobs.example/nowhere")
    assert done.returncode == 1
    assert "https://jobs.example/nowhere: no such file, and no stored posting" in done.stderr


def test_a_preview_writes_the_digest_and_uses_up_no_day(instance: Instance):
    instance.configure(
        store={"url": "store.sqlite"},
        sources={"examples": {"type": "folder", "path": str(EXAMPLES)}},
        channels={"out": {"type": "folder", "path": "out"}},
        profiles={"ada": profile("examples", to=["ada@mail.example"], channel="out")},
    )
    target = instance.folder / "look"
    done = instance.call("preview", "--day", "2026-11-21", "--out", str(target))
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in sorted(target.iterdir())] == [".eml", ".html", ".txt"]
    assert "2026-11-21" in done.stdout
    steps = instance.run()
    assert [step["made"] for step in steps if step["step"] == "compose"] == [True]


def test_a_preview_of_an_unknown_profile_names_those_there_are(filled: Instance):
    done = filled.call("preview", "--profile", "bob")
    assert done.returncode == 2
    assert "there is no profile 'bob'; there are ada" in done.stderr


def test_run_without_saying_which_is_wrong_use(filled: Instance):
    assert filled.call("run").returncode == 2


def test_run_due_before_the_hour_polls_and_sends_nothing(filled: Instance):
    done = filled.call("run", "--due", "--json")
    steps = [json.loads(line)["step"] for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert steps == ["judge"], "the source was polled a moment ago and the day has its digest"
