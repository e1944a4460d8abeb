"""The commands judge, explain and rules check, as whole processes or with captured output."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cxdigest.cli.postings.explain import explain
from cxdigest.cli.rules.check import check
from cxdigest.cli.rules.judge import judge
from cxdigest.cli.rules.lines import judge_lines
from cxdigest.errors import CxdigestError, PackError
from tests import started
from tests.ready import ready_store
from tests.rules.test_pack import GOOD
from tests.store.world import posting_id, sighting, take_in
from tests.store.world import read as stored

SERVICE = {
    "id": "a",
    "title": "Customer Experience Associate",
    "company": "Invented Parcels",
    "description": "Answer inbound calls and emails from customers. Process refunds and returns. "
    "Resolve complaints and log each contact. "
    + "Rotating shifts, a headset and kind people. "
    * 8,
}
KEYS = [
    "id", "kind", "confidence", "tier", "claims", "flagged", "points", "evidence", "rules", "suggests",
]  # fmt: skip


def run(
    *args: str, stdin: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    return started.run("cxdigest", *args, given=stdin, cwd=cwd, text=False)


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def read(output: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_judge_reads_standard_input_and_prints_every_key():
    done = run("judge", "-", "--json", stdin=lines(SERVICE))
    assert (done.returncode, done.stderr) == (0, b"")
    (verdict,) = read(done.stdout)
    assert list(verdict) == KEYS
    assert (verdict["id"], verdict["kind"], verdict["flagged"]) == ("a", "service", True)
    assert set(verdict["evidence"][0]) == {
        "rule", "kind", "points", "reason", "quote", "where", "pack",
    }  # fmt: skip


def test_bad_lines_are_answered_in_place_and_the_rest_goes_on(tmp_path, capsysbinary):
    deep = b"[" * 100_000
    bad = [b"{", b"[]", b'{"id": "n"}', b'{"id": 7, "title": 3}', deep, b"\xff\xfe"]
    file = tmp_path / "postings.jsonl"
    file.write_bytes(b"\n".join([lines(SERVICE).strip(), *bad, lines(SERVICE).strip()]) + b"\n")
    assert judge(str(file), packs=[], jobs=1) == 1
    answers = read(capsysbinary.readouterr().out)
    assert [answer["id"] for answer in answers] == ["a", 2, 3, "n", 7, 6, 7, "a"]
    assert all(answer["kind"] == "unclear" and answer["error"] for answer in answers[1:-1])
    assert answers[0]["kind"] == answers[-1]["kind"] == "service"


def test_a_missing_id_is_the_number_of_the_line(capsysbinary, tmp_path):
    file = tmp_path / "postings.jsonl"
    file.write_bytes(b"\n" + lines({"title": "Head of CX"}))
    assert judge(str(file), packs=[], jobs=1) == 0
    (answer,) = read(capsysbinary.readouterr().out)
    assert (answer["id"], answer["kind"]) == (2, "unclear")
    assert answer["reason"]


def test_several_processes_answer_the_same_in_the_same_order(tmp_path):
    records = [SERVICE | {"id": str(number), "title": f"CX {number}"} for number in range(350)]
    file = tmp_path / "postings.jsonl"
    file.write_bytes(lines(*records, "no object"))
    alone, together = run("judge", str(file)), run("judge", str(file), "-j", "2")
    assert alone.stdout == together.stdout
    assert (alone.returncode, together.returncode) == (1, 1)
    assert [answer["id"] for answer in read(alone.stdout)] == [str(n) for n in range(350)] + [351]


def test_a_lone_surrogate_leaves_as_valid_json():
    title = b'{"title": "Customer \\ud800 Experience", "description": "Answer calls \\udfff"}\n'
    done = run("judge", "-", stdin=title)
    assert done.returncode == 0
    read(done.stdout)


def test_a_file_that_is_not_there_is_named():
    done = run("judge", "nowhere.jsonl")
    assert done.returncode == 2
    assert b"nowhere.jsonl" in done.stderr


def test_a_fault_of_the_judge_on_one_posting_is_answered_in_place():
    class Broken:
        """Rules on which every judgement breaks, in a way that nobody foresaw."""

        def __getattr__(self, name):
            raise ZeroDivisionError(name)

    answer, judged = judge_lines([(1, lines(SERVICE | {"id": "a"}).strip())], Broken())
    assert not judged
    assert json.loads(answer) == {
        "id": "a",
        "error": "the judge failed with ZeroDivisionError; please report it",
        "kind": "unclear",
    }


def test_a_bad_pack_is_refused_with_exit_code_two(tmp_path):
    pack = tmp_path / "mine.yaml"
    pack.write_text(GOOD.replace("kind: store", "kind: shop"))
    done = run("judge", "-", "--pack", str(pack), stdin=lines(SERVICE))
    assert done.returncode == 2
    assert b"mine.yaml:5: mine.pineapple.kind: no such kind" in done.stderr
    assert b"\n    kind: shop\n" in done.stderr, "the line itself"


def test_explain_says_the_verdict_in_plain_words_with_the_quotes(tmp_path, capsys):
    file = tmp_path / "posting.json"
    file.write_text(
        json.dumps(SERVICE | {"title": "Customer Experience [bold]Associate"}, indent=2)
    )
    assert explain(tmp_path / "config.yaml", str(file), packs=[], json=False) == 0
    said = capsys.readouterr().out
    assert "Customer Experience [bold]Associate" in said
    assert "Called customer experience; the duties say something else." in said
    assert "This is customer service" in said
    assert "“Answer inbound calls and emails from customers”" in said
    assert "the title and the description" in said


def test_explain_says_the_title_that_the_duties_suggest(tmp_path, capsys):
    file = tmp_path / "posting.json"
    file.write_text(json.dumps(SERVICE | {"title": "Director of Customer Experience"}))
    assert explain(tmp_path / "config.yaml", str(file), packs=[], json=False) == 0
    assert "\nA plainer title: Director, Customer Service\n" in capsys.readouterr().out


def test_explain_says_which_of_the_readers_own_packs_spoke(tmp_path, capsys):
    file, pack = tmp_path / "posting.json", tmp_path / "mine.yaml"
    file.write_text(json.dumps(SERVICE))
    pack.write_text(
        GOOD.replace("mine.pineapple", "service.answers-contacts").replace(
            "pineapple", "inbound calls"
        )
    )
    assert explain(tmp_path / "config.yaml", str(file), packs=[pack], json=False) == 0
    said = capsys.readouterr().out
    assert "; mine: service.answers-contacts)" in said
    assert "; service: " not in said, "a shipped pack goes without saying"


def test_explain_keeps_apart_what_speaks_against_the_verdict_and_against_other_kinds(
    tmp_path, capsys
):
    file, pack = tmp_path / "posting.json", tmp_path / "mine.yaml"
    file.write_text(json.dumps({"title": "Picker", "description": "Pick one pineapple a day."}))
    rule = GOOD.partition("rules:\n")[2]
    against = rule.replace("mine.pineapple", "mine.against").replace("store", "sales")
    excused = rule.replace("mine.pineapple", "mine.excused").replace("store", "support")
    pack.write_text(
        GOOD.replace("points: 9", "points: 50").replace("words: 9", "words: 50")
        + against.replace("points: 9", "points: 1")
        + excused.replace("points: 9", "points: -3")
    )
    assert explain(tmp_path / "config.yaml", str(file), packs=[pack], json=False) == 0
    said = capsys.readouterr().out
    because, said = said.split("\nAgainst it:\n")
    against, excused = said.split("\nSpeaks against the other kinds:\n")
    assert "  +50  shop floor or front desk: " in because
    assert against.startswith("  +1  sales: ")
    assert excused.startswith("  -3  technical support: ")


def test_explain_in_a_terminal_breaks_its_lines_at_words(tmp_path):
    file = tmp_path / "posting.json"
    file.write_text(json.dumps(SERVICE))
    terminal = {"FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "60", "LINES": "40"}
    said = started.run("cxdigest", "explain", file, env=os.environ | terminal).stdout
    assert 40 < max(map(len, said.splitlines())) <= 60
    whole = run("explain", str(file)).stdout.decode()
    assert said.split() == whole.split(), "a break stands only where a space stood"


def test_explain_from_standard_input_as_json():
    done = run("explain", "-", "--json", stdin=lines(SERVICE))
    assert done.returncode == 0
    (told,) = read(done.stdout)
    assert (told["kind"], told["suggests"]) == ("service", "Customer Service Associate")
    assert told["evidence"][0]["pack"] == "service"


def test_explain_of_a_title_alone_says_why_it_cannot_tell():
    done = run("explain", "-", stdin=lines({"title": "Director of Customer Experience"}))
    assert b"Cannot tell yet. Only the title is known" in done.stdout


def test_explain_of_no_posting_names_the_problem(tmp_path):
    file = tmp_path / "empty.json"
    file.write_text("{}")
    with pytest.raises(CxdigestError, match=r"empty\.json: there is no title"):
        explain(tmp_path / "config.yaml", str(file), packs=[], json=False)


def test_explain_of_a_stored_posting_finds_it_by_its_id(tmp_path, capsys):
    config = tmp_path / "config.yaml"
    config.write_text(
        "store: {url: cxdigest.sqlite}\n"
        "profiles: {ada: {name: Ada, sources: [saved], time_zone: UTC,"
        " deliver: [{channel: files, to: [ada@x.example]}]}}\n"
        "sources: {saved: {type: folder, path: .}}\n"
        "channels: {files: {type: folder, path: out}}\n"
    )
    store = ready_store(tmp_path / "cxdigest.sqlite")
    take_in(store, stored("a", sighting("Journey Owner")))
    store.close()
    wanted = posting_id(sighting("Journey Owner"))
    assert explain(config, wanted, packs=[], json=False) == 0
    assert "Journey Owner" in capsys.readouterr().out
    with pytest.raises(CxdigestError, match="no stored posting has this link or id"):
        explain(config, "0" * 16, packs=[], json=False)


def test_rules_check_passes_on_the_shipped_packs(capsys):
    assert check([], json=False) == 0
    assert "Every example holds" in " ".join(capsys.readouterr().out.split())


def test_rules_check_names_the_example_that_does_not_hold(tmp_path, capsys):
    pack = tmp_path / "mine.yaml"
    pack.write_text(GOOD.replace("a pineapple", "a cherry"))
    assert check([pack], json=False) == 1
    said = capsys.readouterr().err
    assert "mine.pineapple: does not fire on its hit" in said
    assert "a cherry" in said


def test_rules_check_lists_problems_as_json(tmp_path, capsys):
    pack = tmp_path / "mine.yaml"
    pack.write_text(GOOD.replace("points: 9", "points: nine"))
    assert check([pack], json=True) == 1
    (problem,) = read(capsys.readouterr().out.encode())
    assert problem["line"] == 8
    assert problem["text"] == "points: nine"


def test_rules_check_of_a_missing_pack_is_wrong_use(tmp_path):
    with pytest.raises(PackError, match="cannot be read"):
        check([tmp_path / "none.yaml"], json=False)
