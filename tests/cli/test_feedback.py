"""What readers said, on the command line: shown, said for them, taken back, proposed, exported."""

from __future__ import annotations

import json

import pytest

from cxdigest.cli.people.feedback import add, list_words, renew_key, undo
from cxdigest.cli.people.feedback_export import export
from cxdigest.cli.people.feedback_propose import run as propose
from cxdigest.cli.rules.check import check
from cxdigest.cli.rules.stats import stats
from cxdigest.errors import WrongUseError
from cxdigest.feedback import Signer
from cxdigest.rules import judge, load
from tests.ready import ready_store
from tests.store.world import DAY, HOUR, NOW, posting_id, read, sighting, take_in
from tests.store.world import judge as record
from tests.worlds import shipped_rules

TITLE = "Customer Experience Insights Associate"
EMPLOYERS = ("Lumen & Tide", "Tarn Vale", "Brook and Fell", "Harrow Mill")
ALIKE = [
    sighting(TITLE, company=employer, location=f"Town {n}", url=f"https://jobs.example/{n}")
    for n, employer in enumerate(EMPLOYERS)
]
WEAVER = sighting(
    "CX Weaver", url="https://jobs.example/weaver",
    snippet="Call Mina on +49 30 1234567 or write to mina.muster@cafe.example to apply.",
)  # fmt: skip


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    person = "name: {}, sources: [saved], time_zone: UTC, deliver: [{{channel: files, to: [x]}}]"
    path.write_text(
        "store: {url: cxdigest.sqlite}\n"
        f"profiles: {{ada: {{{person.format('Ada')}}}, ben: {{{person.format('Ben')}}}}}\n"
        "sources: {saved: {type: folder, path: .}}\n"
        "channels: {files: {type: folder, path: out}}\n"
    )
    return path


@pytest.fixture
def store(tmp_path):
    opened = ready_store(tmp_path / "cxdigest.sqlite")
    take_in(opened, read("a", *ALIKE, WEAVER))
    rules = shipped_rules()
    record(opened, *(judge(one, rules) for one in opened.every_posting()))
    yield opened
    opened.close()


def say(store, word, shown, *, profile="ada", now=NOW):
    return store.record_feedback(
        profile, posting_id(shown), word, way="mail", sender=f"{profile}@reader.example", now=now
    )


def test_a_word_is_said_shown_and_taken_back(store, config, capsys):
    assert add(config, WEAVER.url, "not-for-me", profile="ada", json=False) == 0
    said = capsys.readouterr().out
    assert (
        said
        == "1: ada says “not-for-me” of CX Weaver.\nTo take it back: cxdigest feedback undo 1\n"
    )
    list_words(config, profile="", json=False)
    shown = capsys.readouterr().out
    for word in ("ada", "not-for-me", "CX Weaver (Lumen & Tide)", "command", "holds"):
        assert word in shown
    assert undo(config, 1, json=False) == 0
    assert capsys.readouterr().out == "Taken back: “not-for-me” of CX Weaver, said by ada.\n"
    list_words(config, profile="ada", json=False)
    assert "undone" in capsys.readouterr().out
    with pytest.raises(WrongUseError, match="1: no word that holds has this id"):
        undo(config, 1, json=False)


def test_as_json_each_word_is_a_line_and_only_the_asked_profiles(store, config, capsys):
    say(store, "genuine", ALIKE[0])
    say(store, "applied", WEAVER, profile="ben", now=NOW + HOUR)
    list_words(config, profile="", json=True)
    ben, ada = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ben["profile"], ben["word"], ben["holds"]) == ("ben", "applied", True)
    assert (ada["posting"], ada["sender"]) == (posting_id(ALIKE[0]), "ada@reader.example")
    list_words(config, profile="ada", json=True)
    assert [json.loads(line)["profile"] for line in capsys.readouterr().out.splitlines()] == ["ada"]
    add(config, posting_id(WEAVER), "genuine", profile="ada", json=True)
    assert json.loads(capsys.readouterr().out)["word"] == "genuine"
    undo(config, 3, json=True)
    assert json.loads(capsys.readouterr().out)["undone"]


def test_nothing_said_is_said(store, config, capsys):
    list_words(config, profile="", json=False)
    assert capsys.readouterr().out == "Nothing was said of any posting yet.\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("https://jobs.example/none", "genuine", "ada"), "no stored posting has this link or id"),
        ((WEAVER.url, "splendid", "ada"), "write one of genuine, not-genuine, hide-employer, applied"),
        ((WEAVER.url, "genuine", "eve"), "there is no profile 'eve'; there are ada, ben"),
        ((WEAVER.url, "genuine", ""), "say whose word it is: --profile and one of ada, ben"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_the_way_out(store, config, said, told):
    with pytest.raises(WrongUseError) as refused:
        add(config, *said[:2], profile=said[2], json=False)
    assert told in str(refused.value)
    assert store.feedback_rows() == []


def test_words_that_repeat_become_a_pack_that_the_check_takes_and_nothing_is_applied(
    store, config, tmp_path, capsys
):
    for shown in ALIKE[:3]:
        say(store, "genuine", shown)
    list_words(config, profile="", json=False)
    assert "cxdigest feedback propose --profile ada" in capsys.readouterr().out
    out = tmp_path / "ada.yaml"
    assert propose(config, profile="ada", out=None) == 0
    pack, told = capsys.readouterr()
    out.write_text(pack)
    assert "1 rule proposed; nothing is changed yet." in told
    assert "You called 3 postings with “customer experience insights associate”" in told
    assert "Of these 3, the rules are right about 0 now and about 3 with it." in told
    assert "cxdigest rules diff proposed.yaml" in told
    assert check([out], json=False) == 0
    # The fourth, of which nothing was said, follows once the pack is used, and not before.
    (fourth,) = (one for one in store.every_posting() if one.company == EMPLOYERS[3])
    assert judge(fourth, load([(str(out), out.read_bytes())])).kind == "genuine"
    assert store.verdict(fourth.id).kind == "unclear"
    with pytest.raises(WrongUseError, match=r"ada\.yaml exists"):
        propose(config, profile="ada", out=out)


def test_one_readers_words_make_no_proposal_for_another(store, config, capsys):
    for shown in ALIKE[:3]:
        say(store, "genuine", shown)
    say(store, "applied", WEAVER, profile="ben")
    assert propose(config, profile="ben", out=None) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("No rule is proposed.")


def test_what_the_configured_rules_say_by_now_is_not_proposed(store, config, tmp_path, capsys):
    for shown in ALIKE[:3]:
        say(store, "genuine", shown)
    propose(config, profile="ada", out=tmp_path / "ada.yaml")
    assert f"cxdigest rules diff {tmp_path / 'ada.yaml'}" in capsys.readouterr().err
    config.write_text(config.read_text() + "rules: {packs: [ada.yaml]}\n")
    propose(config, profile="ada", out=None)
    assert capsys.readouterr().out == ""


def exported(config, capsys, **more):
    assert export(config, labels=True, profile=more.pop("profile", ""), out=None, **more) == 0
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


def test_labels_say_what_readers_said_and_name_nobody(store, config, capsys):
    say(store, "genuine", ALIKE[0])
    say(store, "not-genuine", WEAVER)
    say(store, "applied", ALIKE[1])
    lines, told = exported(config, capsys)
    assert [(one["kind"], one["part"]) for one in lines] == [
        ("genuine", "said genuine"),
        ("other", "said not genuine, kind unknown"),
    ]
    assert told == "2 labels.\n"
    everything = json.dumps(lines)
    for secret in ("ada", "reader.example", "mina.muster", "1234567", "cafe.example"):
        assert secret not in everything.casefold()
    assert lines[0].keys() == {
        "id", "kind", "part", "title", "company", "location", "snippet", "description",
    }  # fmt: skip


def test_what_is_not_genuine_is_of_the_kind_that_the_judge_saw(store, config, capsys):
    duties = "<ul>" + "<li>Answer inbound calls in the call centre.</li>" * 20 + "</ul>"
    assert store.record_duties(posting_id(WEAVER), duties, now=NOW)
    (one,) = (one for one in store.every_posting() if one.id == posting_id(WEAVER))
    record(store, judge(one, shipped_rules()))
    say(store, "not-genuine", WEAVER, now=NOW + HOUR)
    ((line,), _) = exported(config, capsys)
    assert (line["kind"], line["part"]) == ("service", "said not genuine")


def test_where_readers_disagree_a_posting_is_left_out_and_counted(store, config, capsys):
    say(store, "genuine", ALIKE[0])
    say(store, "not-genuine", ALIKE[0], profile="ben")
    say(store, "genuine", ALIKE[1])
    say(store, "genuine", ALIKE[1], profile="ben")
    lines, told = exported(config, capsys)
    assert [one["id"] for one in lines] == [posting_id(ALIKE[1])]
    assert told == "1 label; 1 posting left out: their readers disagree.\n"
    lines, _ = exported(config, capsys, profile="ben")
    assert {one["kind"] for one in lines} == {"genuine", "other"}


def test_undone_words_are_no_labels(store, config, capsys):
    store.undo_feedback(say(store, "genuine", ALIKE[0]), now=NOW + DAY)
    assert exported(config, capsys) == ([], "no labels.\n")


def test_rules_stats_takes_the_labels(store, config, tmp_path, capsys):
    for shown in ALIKE:
        say(store, "genuine", shown)
    say(store, "not-genuine", WEAVER)
    out = tmp_path / "labels.jsonl"
    export(config, labels=True, profile="", out=out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert stats(out, packs=[], json=False) == 0
    assert "said genuine" in capsys.readouterr().out


def test_an_export_of_something_else_is_refused(config):
    with pytest.raises(WrongUseError, match="write --labels"):
        export(config, labels=False, profile="", out=None)


def test_a_hostile_title_reaches_the_terminal_unarmed(store, config, capsys):
    evil = sighting("CX \x1b[31mLead\u202e", url="https://jobs.example/evil")
    take_in(store, read("evil", evil))
    say(store, "applied", evil)
    list_words(config, profile="", json=False)
    undo(config, 1, json=False)
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_with_a_new_key_no_link_sent_before_is_believed(store, config, capsys):
    signer = Signer(store.instance_key())
    token = signer.sign("feedback", "0" * 32, posting_id(WEAVER), "genuine")
    assert renew_key(config) == 0
    assert "sent before work no longer" in capsys.readouterr().out
    assert Signer(store.instance_key()).read("feedback", token) is None
