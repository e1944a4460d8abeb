"""``cxdigest profile``: people added, changed, listed, written out, paused, removed and erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from typer.testing import CliRunner

from cxdigest.cli import app
from cxdigest.errors import ConfigError, WrongUseError
from cxdigest.store.schema import metadata
from tests.cli.test_run import EXAMPLES
from tests.ready import ready_store
from tests.test_roll import NOW, configure, person

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "saved").mkdir()
    configure(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str, given: str | None = None, code: int = 0) -> str:
    """What the command prints; its error is raised as it is."""
    done = runner.invoke(app, ["profile", *words], input=given)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def add(name="anna", **more) -> None:
    call("add", name, given=yaml.safe_dump(person(name.capitalize(), **more)))


def stored(name="anna"):
    return json.loads(call("show", name, "--json"))["settings"]


def test_who_was_added_is_listed_and_shown_as_written(home):
    add(wishes={"places": ["Wien"]})
    assert stored() == person(wishes={"places": ["Wien"]})
    told = call("list")
    assert "Ada" in told
    assert "config.yaml" in told
    assert "anna@example.org" in told
    assert "the store" in told
    shown = call("show", "ada")
    assert shown.startswith("# declared in config.yaml, line ")
    assert yaml.safe_load(shown)["profiles"]["ada"]["name"] == "Ada"


def test_a_file_may_hold_the_keys_or_the_block_as_in_the_configuration(home):
    Path("anna.yaml").write_text(yaml.safe_dump({"profiles": {"anna": person()}}))
    call("add", "anna", "anna.yaml")
    assert stored() == person()
    with pytest.raises(WrongUseError, match=r"anna.yaml is about anna, not about ben"):
        call("add", "ben", "anna.yaml")


def test_a_name_is_added_once(home):
    add()
    with pytest.raises(
        WrongUseError, match="anna is in the store already; use `cxdigest profile edit`"
    ):
        add()
    with pytest.raises(WrongUseError, match=r"ada is declared in config.yaml, line "):
        add("ada")


def test_some_keys_are_changed_and_removed(home):
    add(weekly="mon")
    call(
        "edit",
        "anna",
        "--set",
        "send_at=06:30",
        "--set",
        "wishes.places=[Wien, DACH]",
        "--unset",
        "weekly",
    )
    assert stored() == person(send_at="06:30", wishes={"places": ["Wien", "DACH"]})
    call("edit", "anna", "--set", 'name="17"')
    assert stored()["name"] == "17"


def test_all_keys_are_changed_from_a_file(home):
    add()
    call("edit", "anna", "-", given=yaml.safe_dump(person("Annabel")))
    assert stored() == person("Annabel")


def test_a_change_that_is_wrong_changes_nothing_and_says_all_that_is(home):
    add()
    with pytest.raises(ConfigError) as refused:
        call("edit", "anna", "--set", "sources=[gone]", "--set", "dates=klingon", "--set", "x.y=1")
    keys = {problem.key for problem in refused.value.problems}
    assert keys == {"profiles.anna.sources[1]", "profiles.anna.dates", "profiles.anna.x"}
    assert stored() == person()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["edit", "ada", "--set", "name=Eve"],
            "ada is declared in config.yaml, line .*; change it there",
        ),
        (["edit", "eve", "--set", "name=Eve"], "there is no profile 'eve'; there are ada"),
        (["edit", "anna"], "name a file with all keys"),
        (["edit", "anna", "--set", "name"], "write KEY=VALUE"),
        (["edit", "anna", "--unset", "weekly"], "--unset weekly: it is not set"),
        (["edit", "anna", "--set", "name.first=A"], "name.first: name holds no keys"),
        (["remove", "ada"], "ada: declared in config.yaml, line .*; remove the block there"),
        (["remove", "eve"], "there is no profile 'eve'"),
        (["pause", "eve"], "there is no profile 'eve'"),
        (["show", "eve"], "there is no profile 'eve'"),
        (["export", "eve"], "there is no profile 'eve'"),
        (["erase", "eve", "--yes"], "there is no profile 'eve'"),
        (["erase", "anna"], "nobody can be asked here; write --yes"),
        (["import", "nowhere.yaml"], "nowhere.yaml: No such file"),
    ],
)
def test_wrong_use_says_the_way_out(home, words, told):
    add()
    with pytest.raises(WrongUseError, match=told):
        call(*words)


def test_what_is_written_out_can_be_taken_in_again(home):
    odd = {
        "send_at": "12:30",
        "name": "Ä: #1 'quoted' \"No\" ~",
        "hide_employers": ["no", "07:30", "12:30", "1e3", "=x", "null"],
    }
    add()
    call("edit", "anna", "-", given=json.dumps(person() | odd))
    add("ben")
    written = call("export")
    call("remove", "anna")
    call("remove", "ben")
    Path("all.yaml").write_text(written, "utf-8")
    assert call("import", "all.yaml") == "2 profiles taken in.\n"
    assert stored() == person() | odd
    assert yaml.safe_load(call("export", "ada"))["profiles"]["ada"] == person("Ada")


def test_an_import_is_all_or_nothing_and_tells_every_problem_with_its_line(home):
    add()
    Path("many.yaml").write_text(
        "profiles:\n  anna: {name: A}\n  ada: {name: B}\n"
        "  Ben B: {name: C, sources: [saved], time_zone: Europe/Berlin, deliver: [{channel: out, to: [b]}]}\n"
        "  cleo: {name: D, sources: [saved], time_zone: Europe/Berlin, deliver: [{channel: out, to: [b]}]}\n"
    )
    with pytest.raises(ConfigError) as refused:
        call("import", "many.yaml")
    told = "\n".join(map(str, refused.value.problems))
    assert (
        "many.yaml:2: profiles.anna: is in the store already; leave it out, or write --replace"
        in told
    )
    assert "many.yaml:2: profiles.anna.sources: is missing" in told
    assert "many.yaml:3: profiles.ada: is declared in config.yaml, line " in told
    assert 'many.yaml:4: profiles.Ben B: "Ben B" cannot be a name' in told
    assert "cleo" not in told
    assert "cleo" not in call("list")
    Path("many.yaml").write_text(yaml.safe_dump({"profiles": {"anna": person("New")}}))
    call("import", "many.yaml", "--replace")
    assert stored() == person("New")


def test_a_paused_person_is_listed_so_until_resumed(home):
    assert (
        call("pause", "ada") == "No digest is made for ada until `cxdigest profile resume ada`.\n"
    )
    assert call("pause", "ada") == "ada is paused already.\n"
    assert "paused since" in call("list")
    assert json.loads(call("list", "--json"))["next_digest"] is None
    assert call("resume", "ada") == "ada gets digests again.\n"
    assert call("resume", "ada") == "ada is not paused.\n"


def test_who_is_paused_by_the_settings_is_told_where(home):
    add(paused=True)
    assert "paused by its settings" in call("list")
    with pytest.raises(WrongUseError, match="cxdigest profile edit anna --unset paused"):
        call("resume", "anna")
    configure(home, profiles={"ada": person("Ada", paused=True)})
    with pytest.raises(WrongUseError, match=r"change it there .declared in config.yaml, line "):
        call("resume", "ada")


def test_a_store_that_forgets_takes_nobody_in(home):
    configure(home, store={"url": ":temporary:"})
    with pytest.raises(WrongUseError, match="forgets everything after each run"):
        add()


def test_a_stored_profile_that_is_not_right_any_more_is_listed_and_told(home):
    add()
    channel = {"file": {"type": "folder", "path": "out"}}
    ada = person("Ada", deliver=[{"channel": "file", "to": ["a"]}])
    configure(home, channels=channel, profiles={"ada": ada})
    done = runner.invoke(app, ["profile", "list"])
    assert done.exit_code == 1
    assert "not right" in done.stdout
    assert 'profiles.anna.deliver[1].channel: there is no channel "out"' in done.stderr
    assert yaml.safe_load(call("export"))["profiles"]["anna"] == person()


# -- erase


def lived_in(home: Path) -> None:
    """Annegret has alerts of her own, one that Ada reads too, and a digest in a folder."""
    (home / "hers").mkdir()
    configure(
        home,
        sources={
            "saved": {"type": "folder", "path": "saved"},
            "hers": {"type": "folder", "path": "hers"},
        },
    )
    shutil.copy(EXAMPLES / "03-indeed-alert.eml", home / "saved")
    mail = (EXAMPLES / "04-indeed-match.eml").read_bytes()
    head, _, rest = mail.partition(b"\n")
    hers = head + b"\nX-For: annegret.quill@example.org\n" + rest
    (home / "hers" / "one.eml").write_bytes(hers.replace(b"Customer", b"Zorrilla"))
    own = {
        "sources": ["saved", "hers"],
        "deliver": [{"channel": "out", "to": ["annegret.quill@example.org"]}],
    }
    call("add", "annegret", given=yaml.safe_dump(person("Annegret Quill", **own)))
    done = runner.invoke(app, ["run", "--once"])
    assert done.exit_code == 0, done.output


def traces(home: Path) -> set[str]:
    """Which of her words are left in the files of the store, as bytes or packed."""
    raw = b"".join(file.read_bytes() for file in home.glob("store.sqlite*"))
    words = {"annegret", "Annegret", "quill@", "Zorrilla"}
    found = {word for word in words if word.encode() in raw}
    store = ready_store(home / "store.sqlite")
    with store._database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                text = " ".join(
                    one.decode(errors="replace") if isinstance(one, bytes) else str(one)
                    for one in row
                )
                found |= {word for word in words if word in text}
    store.close()
    return found


def test_no_byte_of_who_was_erased_is_left_in_the_store_and_the_others_keep_theirs(home):
    lived_in(home)
    assert traces(home) == {"annegret", "Annegret", "quill@", "Zorrilla"}
    assert list((home / "out").glob("*annegret*"))
    told = " ".join(call("erase", "annegret", "--yes").split())
    assert "Removed of annegret: 1 alert, " in told
    assert "1 digest with 1 delivery" in told
    assert "Only annegret read hers: remove that from config.yaml too" in told
    assert "backups that you made elsewhere" in told
    assert traces(home) == set()
    assert not list((home / "out").glob("*annegret*"))
    assert list((home / "out").glob("*ada*"))
    store = ready_store(home / "store.sqlite")
    assert [one.source for one in store.standings(now=NOW)] == ["saved"]
    store.close()


def test_erasing_a_declared_person_tells_to_remove_the_block(home):
    record = json.loads(call("erase", "ada", "--yes", "--json"))
    assert record["profile"] == "ada"
    assert any("remove the block there" in one for one in record["stays"])


def test_an_erasure_that_is_not_agreed_to_removes_nothing(home, monkeypatch):
    add()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    from cxdigest.cli.people.profile_erase import _agreed

    monkeypatch.setattr("builtins.input", lambda _: "annegret")
    assert not _agreed("anna")
    monkeypatch.setattr("builtins.input", lambda _: "anna ")
    assert _agreed("anna")
