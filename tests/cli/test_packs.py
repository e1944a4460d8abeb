"""What is kept between commands: used when it is sound, done without when it is not."""

from __future__ import annotations

import errno

import pytest

from cxdigest.cli.rules import packs
from cxdigest.cli.rules.packs import load_rules
from cxdigest.model import Posting
from cxdigest.rules import Rules, judge
from cxdigest.rules.reading.rule import Rule, RuleSet

POSTING = Posting(id="1", title="CX Associate", snippet="Answer inbound calls from customers.")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".cache" / "cxdigest"


def test_rules_that_were_kept_judge_as_those_that_were_read(cache):
    read = judge(POSTING, load_rules([]))
    (kept,) = cache.glob("rules-*.bin")
    before = kept.stat().st_mtime_ns
    assert judge(POSTING, load_rules([])) == read
    assert kept.stat().st_mtime_ns == before


def test_another_pack_is_never_answered_from_the_cache(cache, tmp_path):
    shipped = load_rules([])
    pack = tmp_path / "mine.yaml"
    pack.write_text(
        """\
pack: mine
about: Words that only this reader means.
language: en
groups: {mine.words: 9}
rules:
  - id: mine.parrots
    kind: other
    group: mine.words
    points: 9
    match: [feed the parrots]
    reason: Feeding parrots is another trade.
    examples:
      hit: [Feed the parrots daily]
      miss: [Feed the printer]
"""
    )
    assert load_rules([pack]).fingerprint != shipped.fingerprint
    assert len(list(cache.glob("rules-*.bin"))) == 2


def test_a_damaged_file_is_read_anew_and_replaced(cache):
    sound = load_rules([]).fingerprint
    (kept,) = cache.glob("rules-*.bin")
    good = kept.read_bytes()
    kept.write_bytes(good[:-7] + b"garbage")
    assert load_rules([]).fingerprint == sound
    assert kept.read_bytes() == good


def test_what_cannot_be_kept_leaves_nothing_half_kept_behind(cache, monkeypatch):
    def full(_file, _target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packs.Path, "replace", full)
    assert load_rules([]).fingerprint
    assert cache.is_dir()
    assert not list(cache.iterdir())


def test_a_folder_that_others_may_write_to_is_not_believed(cache):
    load_rules([])
    (kept,) = cache.glob("rules-*.bin")
    cache.chmod(0o777)
    kept.write_bytes(b"0" * 40)
    assert judge(POSTING, load_rules([])).kind == "service"


def test_without_a_place_to_keep_them_rules_are_read_each_time(tmp_path, monkeypatch):
    (tmp_path / ".cache").write_text("a file where the folder should be")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert judge(POSTING, load_rules([])).kind == "service"


def test_what_is_kept_is_named_by_where_its_records_stand():
    """A version that has them elsewhere could not read it."""
    named = "".join(packs._MADE_BY)
    for record in (Rules, RuleSet, Rule):
        assert f"{record.__module__}.{record.__qualname__}" in named
