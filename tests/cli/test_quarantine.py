"""``cxdigest quarantine`` and ``quarantine let-out`` as a person uses them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.inside import call
from tests.cli.test_deliveries import with_store
from tests.cli.test_sources import configure
from tests.store.world import NOW, RENDERED, digest_of, posting_id, read, sighting, take_in

ONE = sighting("Head of CX \x1b[31m{{ 1/0 }}")
TWO = sighting("CX Lead")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "alerts").mkdir()
    configure(tmp_path)
    with_store(tmp_path, fill)
    return tmp_path


def fill(store):
    """Digests of two people, each without two postings."""
    take_in(store, read("a", ONE, TWO))
    for name in ("me", "bea"):
        digest = digest_of(store, profile=name)
        digest = replace(digest, genuine=(), quarantined=digest.genuine)
        faults = {posting_id(one): "ZeroDivisionError: division by zero" for one in (ONE, TWO)}
        store.record_digest(digest, RENDERED, [], now=NOW, faults=faults)


def apart(home, *options):
    told = call(home, "quarantine", "--json", *options).stdout.splitlines()
    return {(one["profile"], one["posting"]) for one in map(json.loads, told)}


def test_what_is_missing_is_listed_with_what_went_wrong(home):
    done = call(home, "quarantine", "--profile", "me", columns=300)
    assert done.returncode == 0, done.stderr
    assert (
        f"{posting_id(TWO)}: “CX Lead”, missing from me's digest of 2026-11-21: "
        "ZeroDivisionError: division by zero.\n"
    ) in done.stdout
    assert "{{ 1/0 }}" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stdout.endswith("`cxdigest quarantine let-out REF`.\n")
    assert len(apart(home)) == 4


@pytest.mark.parametrize("way", [posting_id, lambda one: one.url], ids=["reference", "link"])
def test_one_is_let_out_and_stands_in_the_next_digest(home, way):
    done = call(home, "quarantine", "let-out", way(TWO), "--profile", "me")
    assert done.returncode == 0, done.stderr
    assert "“CX Lead” may stand in the next digest of me" in done.stdout
    assert apart(home) == {
        ("me", posting_id(ONE)),
        ("bea", posting_id(ONE)),
        ("bea", posting_id(TWO)),
    }
    fresh = with_store(home, lambda store: digest_of(store, profile="me").genuine)
    assert [one.posting.id for one in fresh] == [posting_id(TWO)]


def test_without_a_profile_it_is_let_out_for_everybody(home):
    done = call(home, "quarantine", "let-out", posting_id(ONE), "--json")
    assert [json.loads(line)["profile"] for line in done.stdout.splitlines()] == ["bea", "me"]
    assert apart(home) == {("me", posting_id(TWO)), ("bea", posting_id(TWO))}


def test_what_is_not_in_quarantine_is_refused_and_the_list_named(home):
    assert call(home, "quarantine", "let-out", posting_id(TWO), "--profile", "me").returncode == 0
    for wanted in (posting_id(TWO), "nothing"):
        refused = call(home, "quarantine", "let-out", wanted, "--profile", "me")
        assert refused.returncode == 2
        assert "no posting in quarantine of me has this reference or link" in refused.stderr
        assert "`cxdigest quarantine` lists them" in refused.stderr


def test_an_empty_quarantine_is_good_news(home):
    for one in (ONE, TWO):
        assert call(home, "quarantine", "let-out", posting_id(one)).returncode == 0
    done = call(home, "quarantine", "--profile", "me")
    assert done.stdout == "Every posting could be written into the digests of me.\n"


def test_a_name_that_nobody_has_is_refused(home):
    for words in (["quarantine"], ["quarantine", "let-out", posting_id(ONE)]):
        refused = call(home, *words, "--profile", "mee")
        assert refused.returncode == 2
        assert "there is no profile 'mee'; there are bea, me" in refused.stderr
