"""``cxdigest explain POSTING --duties FILE``: pasted duties are kept, judged and shown again."""

from __future__ import annotations

import io
import re
import sys

import pytest

from cxdigest.cli.postings.explain import explain
from cxdigest.errors import WrongUseError
from tests.pipeline.test_pages import DUTIES
from tests.ready import ready_store
from tests.store.world import posting_id, read, sighting, take_in

PLAIN = re.sub(r"<[^>]+>", "", DUTIES)
CONFIG = """
store: {url: store.sqlite}
channels: {out: {type: folder, path: out}}
sources: {inbox: {type: folder, path: alerts}}
profiles:
  me:
    {name: Ada, sources: [inbox], time_zone: UTC, deliver: [{channel: out, to: [ada@x.example]}]}
"""
ONE = sighting("Experience Partner")


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alerts").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    store = ready_store(tmp_path / "store.sqlite")
    take_in(store, read("a", ONE))
    store.close()
    return tmp_path / "config.yaml"


def say(config, posting, duties):
    return explain(config, posting, packs=[], json=False, duties=duties)


def stored(config):
    store = ready_store(config.parent / "store.sqlite")
    found = store.posting(posting_id(ONE))
    store.close()
    return found


@pytest.mark.parametrize("wanted", [posting_id(ONE), ONE.url], ids=["id", "link"])
def test_pasted_duties_are_judged_at_once_and_kept(config, capsys, wanted):
    file = config.parent / "duties.txt"
    file.write_text(PLAIN)
    assert say(config, wanted, str(file)) == 0
    told = capsys.readouterr().out
    assert "This is customer experience" in told
    assert "Judged from the title and the description." in told
    assert (stored(config).description, stored(config).duties_from) == (PLAIN, "you")


def test_duties_come_from_standard_input_in_the_letters_of_windows(config, monkeypatch, capsys):
    words = f"Café – {PLAIN}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words.encode("cp1252") + b"\0")))
    assert say(config, posting_id(ONE), "-") == 0
    assert stored(config).description == words


def test_pasted_duties_stand_in_place_of_earlier_ones(config, capsys):
    for number in (1, 2):
        file = config.parent / f"{number}.txt"
        file.write_text(PLAIN + f" Version {number}.")
        say(config, posting_id(ONE), str(file))
    assert stored(config).description.endswith("Version 2.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Own the journey.", "16 characters are too few to judge by"),
        (b"", "0 characters are too few"),
        (b"%PDF-1.7 " + b"x" * 500, "this is no text"),
        (b"x" * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
def test_what_cannot_be_duties_is_named(config, content, message):
    file = config.parent / "duties.txt"
    file.write_bytes(content)
    with pytest.raises(WrongUseError, match=re.escape(message)):
        say(config, posting_id(ONE), str(file))
    assert stored(config).description == ""


def test_a_posting_that_is_not_stored_is_named(config):
    file = config.parent / "duties.txt"
    file.write_text(PLAIN)
    with pytest.raises(WrongUseError, match="no stored posting has this link or id"):
        say(config, "0123456789abcdef", str(file))
    with pytest.raises(WrongUseError, match="goes with a stored posting"):
        say(config, str(file), str(file))
    with pytest.raises(WrongUseError, match="goes with a stored posting"):
        say(config, "-", str(file))
