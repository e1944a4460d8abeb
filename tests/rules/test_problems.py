"""Packs that cannot be used: each lies in ``packs`` with exactly what ``rules check`` says of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from cxdigest.cli.rules.check import check
from cxdigest.rules.reading.strict import LARGEST

FOLDER = Path(__file__).parent / "packs"
PACKS = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(FOLDER)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_every_problem_is_listed_with_file_line_the_line_and_what_to_write(pack, capsys):
    assert check([Path(pack.name)], json=False) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", pack.with_suffix(".txt").read_text("utf-8"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_as_json_the_same_is_said(pack, capsys):
    assert check([Path(pack.name)], json=True) == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = pack.with_suffix(".txt").read_text("utf-8")
    for record in records:
        assert set(record) == {"file", "line", "key", "problem", "instead", "text"}
        assert record["problem"] in told
        assert record["instead"] in told
        if record["line"]:
            assert f"{record['file']}:{record['line']}: " in told
    assert len(records) == sum(line.startswith(pack.name) for line in told.splitlines())


def test_the_problems_of_several_packs_are_listed_together(capsys):
    names = ["unknown-kind.yaml", "empty.yaml"]
    assert check([Path(name) for name in names], json=False) == 1
    told = "".join(Path(name).with_suffix(".txt").read_text("utf-8") for name in names)
    assert capsys.readouterr().err == told


def test_a_file_beyond_all_reason_is_refused_before_it_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("huge.yaml").write_bytes(b"- [" * (10_000_000 // 3))
    begun = time.perf_counter()
    assert check([Path("huge.yaml")], json=False) == 1
    assert time.perf_counter() - begun < 5
    assert capsys.readouterr().err == (
        f"huge.yaml: is larger than {LARGEST:,} bytes; is it the right file?\n"
    )


RULE = """\
  - id: mine.{number}
    kind: store
    group: mine.words
    points: 9
    match: {match}
    reason: It is sold in shops.
    examples: {{hit: [word0], miss: [an apple]}}
"""
PATTERN = (
    "mine.0.match: more than 2,000 words with those of its word lists, of which an expression"
    " counts as 100; write several patterns"
)
PACK = "the pack has more than 5,000 patterns or 50,000 words in them; part it into several packs"
#: What the rules match, and what is said of it in which line.
BOUNDED = {
    "alternatives": ([f"[({'|'.join(f'word{n}' for n in range(20_000))})]"], f"9: {PATTERN}"),
    "a list": (["[<long>]"] * 300, f"9: {PATTERN}"),
    "patterns": ([f"[{', '.join(f'word{n}' for n in range(9_000))}]"], f"9: mine.0.match: {PACK}"),
    "words": (
        [f"[({'|'.join(f'w{n}' for n in range(1_500))}) ab]"] * 28 + ['["/word[0-9]/"]'] * 60,
        f"338: mine.47.match: {PACK}",
    ),
    "rules": (
        ["[word0]"] * 1_001,
        "7005: rules: the pack has more than 1,000 rules; part it into several packs",
    ),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_a_pack_beyond_all_reason_is_refused_in_seconds(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    matches, said = BOUNDED[name]
    rules = "".join(RULE.format(number=n, match=match) for n, match in enumerate(matches))
    long = f"lists: {{long: [{', '.join(f'word{n} of' for n in range(3_000))}]}}"
    Path("large.yaml").write_text(f"pack: mine\n{long}\ngroups: {{mine.words: 9}}\nrules:\n{rules}")
    begun = time.process_time()
    assert check([Path("large.yaml")], json=False) == 1
    assert time.process_time() - begun < 20
    assert f"large.yaml:{said}" in capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("left", ["off", '"off"', "'off'"])
def test_a_rule_may_be_off_however_that_is_quoted(left, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rule = (FOLDER / "unknown-kind.yaml").read_text("utf-8").replace("sevice", "service")
    Path("mine.yaml").write_text(f"{rule}    status: {left}\n", "utf-8")
    assert check([Path("mine.yaml")], json=False) == 0
    capsys.readouterr()
