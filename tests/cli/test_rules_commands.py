"""``rules stats``, ``rules fit`` and ``rules diff``, on invented postings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cxdigest.cli.rules.diff import diff
from cxdigest.cli.rules.fit import fit
from cxdigest.cli.rules.labels import read_labels
from cxdigest.cli.rules.stats import stats
from cxdigest.errors import WrongUseError
from cxdigest.rules import load, shipped
from cxdigest.rules.fitting import fit as engine
from tests.ready import ready_store
from tests.rules.test_pack import GOOD
from tests.store.world import read as stored
from tests.store.world import sighting, take_in

INVENTED = Path(__file__).parents[1] / "rules" / "invented.jsonl"
CONFIG = """
store: {url: cxdigest.sqlite}
profiles: {ada: {name: Ada, sources: [saved], time_zone: UTC, deliver: [{channel: files, to: [ada@x.example]}]}}
sources: {saved: {type: folder, path: .}}
channels: {files: {type: folder, path: out}}
"""
#: Overrides a shipped rule, with points that the labels speak against.
MINE = """\
pack: mine
about: Mine.  # kept
groups: {mine.words: 12}
rules:
  - id: mine.customers
    kind: sales
    group: mine.words
    points: 9    # too many
    match: [customers]
    reason: It says customers.
    examples: {hit: [customers], miss: [nobody]}
"""


def label(**more):
    return json.dumps({"id": "a", "kind": "service", "title": "CX Agent", **more}) + "\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def labels(tmp_path_factory):
    """Labels of somebody who calls all customer service technical support: the packs are wrong."""
    file = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    text = INVENTED.read_text("utf-8")
    file.write_text(text.replace('"kind": "service"', '"kind": "support"'), "utf-8")
    return file


@pytest.fixture(scope="module", autouse=True)
def fitted_once():
    """The same labels and rules are fitted once for all tests: that takes seconds, all else none."""
    real, made = engine.fit, {}

    def known(labelled, rules, **more):
        key = repr(labelled), id(rules), repr(more)
        if key not in made:
            made[key] = real(labelled, rules, **more), rules  # kept, so that its id stays its own
        return made[key][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "fit", known)
        yield


def run_fit(labels, packs=(), *, write=False, json=False, folds=2):
    return fit(
        labels,
        packs=list(packs),
        price=5,
        pull=0.3,
        folds=folds,
        write=write,
        out=Path("fitted.yaml"),
        json=json,
    )


def test_every_bad_label_is_named_with_its_line(tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text(
        label() + "\n" + label(id="b", kind="barista") + "{\n" + label(id="c", title="")
        + label(part=3, id="d") + label() + json.dumps({"title": "Lead"})
    )  # fmt: skip
    with file.open("ab") as more:
        more.write(b"\n\xff\xfe\n")
    with pytest.raises(WrongUseError) as caught:
        read_labels(file)
    said = str(caught.value)
    assert f"{file}:3: no such kind: 'barista'; write one of genuine, service," in said
    assert f"{file}:4: the line is not JSON" in said
    assert f"{file}:5: there is no title" in said
    assert f"{file}:6: part must be text, not int" in said
    assert f"{file}:7: the id 'a' stood in an earlier line" in said
    assert f"{file}:8: there is no kind" in said
    assert f"{file}:9: the line is not UTF-8 text; save the file as UTF-8" in said


def test_of_many_bad_labels_the_first_are_named_and_the_rest_counted(tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text(label(kind="?") * 15)
    with pytest.raises(WrongUseError, match=r":10: .*\nand 5 more$"):
        read_labels(file)


def test_labels_that_are_not_there_or_empty_are_wrong_use(tmp_path):
    with pytest.raises(WrongUseError, match="name a file of JSON lines with id, kind"):
        read_labels(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(WrongUseError, match="no labelled posting in it"):
        read_labels(tmp_path / "empty.jsonl")


def test_stats_fit_a_hundred_columns_and_hold_no_colour_when_piped(capsys):
    assert stats(INVENTED, packs=[], json=False) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    assert "\x1b" not in said
    assert re.search(r"genuine\.maps-journeys +\+\d+ +\d+ +\d+ %", said)
    for tier in ("Title and description", "Title and 160 characters", "Title alone"):
        assert tier in said
    assert "genuine kept in sight" in said


def test_stats_as_json_count_every_rule_and_every_figure_of_every_tier_and_part(tmp_path, capsys):
    labels = tmp_path / "labels.jsonl"
    records = [json.loads(line) for line in INVENTED.read_text("utf-8").splitlines()]
    labels.write_text(
        "".join(json.dumps({**one, "part": "even" if n % 2 else "odd"}) + "\n"
                for n, one in enumerate(records))
    )  # fmt: skip
    assert stats(labels, packs=[], json=True) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["rule"] for one in found if "rule" in one} == {one.id for one in load().rules}
    figures = [one for one in found if "figure" in one]
    assert {(one["tier"], one["part"]) for one in figures} == {
        (tier, part) for tier in ("title", "snippet", "full") for part in ("all", "odd", "even")
    }
    kept = {
        one["part"]: one["n"]
        for one in figures
        if (one["tier"], one["figure"]) == ("full", "genuine kept in sight")
    }
    assert kept["all"] == kept["odd"] + kept["even"] > 0


def test_fit_prints_a_difference_of_numbers_alone_and_writes_nothing(labels, here, capsys):
    assert run_fit(labels) == 0
    said = capsys.readouterr()
    moved = [line for line in said.out.splitlines() if re.match(r"[-+](?![-+])", line)]
    assert moved
    for line in moved:
        assert re.match(
            r"[-+] +(points: -?\d+|(threshold|margin|confidence|title|snippet|full): \{.*\})$", line
        ), line
    assert "--- a/cxdigest/rules/packs/" in said.out
    assert re.search(r"\d+ of \d+ rules have other points now\.", said.err)
    assert "Mean loss on employers that were not fitted to" in said.err
    assert "Nothing was written; --write does." in said.err
    assert list(here.iterdir()) == []


def test_fit_with_write_makes_a_pack_over_the_shipped_ones_that_changes_what_it_said(
    labels, here, capsys
):
    before = shipped()
    assert run_fit(labels, write=True) == 0
    changed = int(re.search(r"(\d+) of \d+ rules have", capsys.readouterr().err)[1])
    assert shipped() == before, "the installed packs are as they were"
    rules = load([("fitted.yaml", (here / "fitted.yaml").read_bytes())])
    old = {one.id: one.points for one in load().rules}
    assert sum(old[one.id] != one.points for one in rules.rules) == changed > 0
    with pytest.raises(WrongUseError, match=r"fitted\.yaml exists; name another file with --out"):
        run_fit(labels, write=True)


def test_fit_with_write_edits_a_pack_that_is_named_and_leaves_the_rest_of_its_text(
    labels, here, capsys
):
    mine = here / "mine.yaml"
    mine.write_text(MINE)
    assert run_fit(labels, packs=[mine], write=True) == 0
    text = mine.read_text()
    points = int(re.search(r"points: (\d+)    # too many\n", text)[1])
    assert 1 <= points < 9
    assert text == MINE.replace("points: 9", f"points: {points}")
    assert f"Written: {mine}" in capsys.readouterr().err


def test_fit_rewrites_a_folder_of_packs_given_by_its_path(labels, here, capsys):
    """How the packs of the project themselves are fitted."""
    folder = here / "packs"
    folder.mkdir()
    for name, content in shipped():
        (folder / name).write_bytes(content)
    assert run_fit(labels, packs=[folder], write=True) == 0
    written = re.findall(r"Written: (\S+)", capsys.readouterr().err)
    assert written
    assert all(Path(path).parent == folder for path in written)
    assert load([(one.name, one.read_bytes()) for one in folder.iterdir()])


def test_fit_as_json_names_every_rule_with_its_points_and_the_settings(labels, here, capsys):
    assert run_fit(labels, json=True) == 0
    *rules, settings, told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["rule"]: one["before"] for one in rules} == {
        one.id: one.points for one in load().rules
    }
    assert any(one["before"] != one["after"] for one in rules)
    assert settings["settings"]["threshold.full"] >= 1
    assert settings["confidence"][0][0] == 0
    assert told["pull"] == 0.3


def test_fit_of_too_few_labels_names_the_way_out(here):
    (here / "few.jsonl").write_text(label() + label(id="b", kind="genuine"))
    with pytest.raises(WrongUseError, match=r"folds; label more employers' .*\(at least 2\)"):
        run_fit(Path("few.jsonl"), folds=5)


def test_fit_without_its_libraries_names_the_extra():
    script = (
        "import sys; sys.modules['scipy'] = None\n"
        "from cxdigest.cli import main\n"
        f"sys.argv = ['cxdigest', 'rules', 'fit', {str(INVENTED)!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"fitting needs scipy" in done.stderr
    assert b"pip install 'cxdigest[fit]'" in done.stderr


@pytest.fixture
def config(here):
    """A store with four postings, none of them judged."""
    (here / "config.yaml").write_text(CONFIG)
    store = ready_store(here / "cxdigest.sqlite")
    titles = ["Pineapple Experience Associate", "Journey Owner", "Customer Experience Designer",
              "Pineapple Picker"]  # fmt: skip
    take_in(store, *(stored(title, sighting(title, company="Acme [Ltd]")) for title in titles))
    store.close()
    return here / "config.yaml"


def test_diff_lists_exactly_what_changes_and_saves_nothing(config, here, capsys):
    (here / "mine.yaml").write_text(GOOD)
    assert diff(config, [here / "mine.yaml"], json=False) == 0
    said = capsys.readouterr().out
    changed = re.findall(r"^[-!] (.+) \(Acme \[Ltd\]\)$", said, re.MULTILINE)
    assert sorted(changed) == ["Pineapple Experience Associate", "Pineapple Picker"]
    assert "unclear → store: mine.pineapple +9" in said
    assert "2 of 4 stored postings would change." in said
    store = ready_store(here / "cxdigest.sqlite")
    try:
        assert len(store.unjudged("any rules", limit=10)) == 4
        assert not any(store.verdict(one.id) for one in store.every_posting())
    finally:
        store.close()


def test_diff_of_a_pack_that_is_configured_already_compares_with_the_rules_without_it(
    config, here, capsys
):
    (here / "mine.yaml").write_text(GOOD)
    config.write_text(CONFIG + "rules: {packs: [mine.yaml]}\n")
    assert diff(config, [Path("mine.yaml")], json=False) == 0
    said = capsys.readouterr()
    assert "2 of 4 stored postings would change." in said.out
    assert "mine.yaml is in the configuration already" in said.err


def test_diff_as_json_names_the_rules_behind_each_change(config, here, capsys):
    (here / "mine.yaml").write_text(GOOD)
    assert diff(config, [here / "mine.yaml"], json=True) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["title"] for one in found} == {"Pineapple Experience Associate", "Pineapple Picker"}
    for one in found:
        assert one["rules"] == [{"rule": "mine.pineapple", "before": 0, "after": 9}]
        assert (one["old"]["kind"], one["new"]["kind"]) == ("unclear", "store")
        assert one["crosses"] is False


def test_diff_shows_first_and_marks_what_goes_between_genuine_and_set_aside(config, here, capsys):
    journey = (
        GOOD.replace("mine.pineapple", "mine.journey")
        .replace("pineapple", "journey owner")
        .replace("mine.words: 9", "mine.words: 30")
    )
    (here / "old.yaml").write_text(
        journey.replace("kind: store", "kind: genuine").replace("points: 9", "points: 12")
    )
    config.write_text(CONFIG + "rules: {packs: [old.yaml]}\n")
    (here / "new.yaml").write_text(
        journey.replace("pack: mine", "pack: new").replace("points: 9", "points: 20")
        + GOOD.partition("rules:\n")[2]
    )
    assert diff(config, [here / "new.yaml"], json=False) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[:3] == [
        "Between customer experience and what is set aside (1)",
        "! Journey Owner (Acme [Ltd])",
        "    genuine → store: mine.journey +12 → +20",
    ]
    assert "- Pineapple Picker" in said


def test_diff_with_a_pack_that_changes_nothing_says_so(config, here, capsys):
    (here / "mine.yaml").write_text(GOOD.replace("pineapple", "quince"))
    assert diff(config, [here / "mine.yaml"], json=False) == 0
    assert capsys.readouterr().out == "0 of 4 stored postings would change.\n"
