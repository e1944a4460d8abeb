"""``import feeds`` and ``import clients``: each file beside what the command answers to it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from cxdigest.config import load
from cxdigest.config.grown import with_sources
from cxdigest.roll import Roll
from cxdigest.store import open_store
from tests.cli.inside import call
from tests.imports.exports import home_in

HERE = Path(__file__).parent
LISTS, TABLES = sorted((HERE / "lists").glob("*.opml")), sorted((HERE / "tables").glob("*.csv"))
CONFIG = """\
# How I like it.
store: {url: data/store.sqlite}
sources:
  # The first one.
  saved:   # beside it
    type: mailbox
    host: 127.0.0.1
    user: you@example.org
    password_file: secrets/mailbox
  known: {type: feed, url: "https://known.example/feed"}

  # A word at the end.
channels:
  mail: {type: smtp, host: smtp.example.org, user: a, password_file: secrets/mailbox,
         sender: cx@example.org}
coaches:
  berta:
    name: Berta
    deliver: [{channel: mail, to: [berta@coach.example]}]
    time_zone: Europe/Berlin
  cora:
    name: Cora
    deliver: [{channel: mail, to: [cora@coach.example]}]
    time_zone: Europe/Berlin
profiles:
  ada: {name: Ada, sources: [saved], time_zone: UTC, deliver: [{channel: mail, to: [a@x.example]}]}
"""
STORED = """\
profiles:
  {name}: {{name: {name}, sources: [saved], time_zone: UTC, coach: {coach}, wishes: {{titles: [x]}},
    deliver: [{{channel: mail, to: [{name}@client.example]}}]}}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where two coaches have a client each."""
    folder = home_in(tmp_path_factory.mktemp("prepared"), CONFIG)
    for name, coach in (("yan", "berta"), ("zoe", "cora")):
        (folder / "one.yaml").write_text(STORED.format(name=name, coach=coach))
        done = call(folder, "profile", "add", name, "one.yaml")
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "home")


def answer(home: Path, file: Path, *words: str) -> str:
    (home / file.name).write_bytes(file.read_bytes())
    done = call(home, "import", words[0], file.name, *words[1:])
    return f"exit code {done.returncode}\n{done.stdout}--\n{done.stderr}"


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_of_feeds_is_answered_as_written_beside_it(home, file):
    told = answer(home, file, "feeds")
    assert told == file.with_suffix(".expect.txt").read_text("utf-8")
    assert (home / "config.yaml").read_text("utf-8") == CONFIG


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_a_table_of_clients_is_answered_as_written_beside_it(home, file):
    told = answer(home, file, "clients", "--coach", "berta", "--source", "saved", "--dry-run")
    assert told == file.with_suffix(".expect.txt").read_text("utf-8")
    with closing(open_store(str(home / "data" / "store.sqlite"))) as store:
        found = store.definitions()
        assert list(found) == ["yan", "zoe"], "a dry run changes nothing"
        assert "send_at" not in found["yan"]


# -- feeds -----------------------------------------------------------------------------------------


def test_what_is_shown_can_be_pasted_and_what_is_written_reads_as_shown(home):
    (home / "reader.opml").write_bytes((HERE / "lists" / "reader.opml").read_bytes())
    (home / "config.yaml").chmod(0o640)
    if os.geteuid() == 0:
        os.chown(home / "config.yaml", 65_534, -1)  # another user's, as in a container
    shown = call(home, "import", "feeds", "reader.opml").stdout
    done = call(home, "import", "feeds", "reader.opml", "--write")
    assert done.returncode == 0, done.stderr
    text = (home / "config.yaml").read_text("utf-8")
    before, after = CONFIG.split("\n  # A word at the end.\n")
    assert text == f"{before}{shown}\n  # A word at the end.\n{after}", "nothing else changed"
    sources = load(home / "config.yaml", {}).sources
    assert list(sources) == ["saved", "known", *yaml.safe_load(shown)]
    assert stat.S_IMODE((home / "config.yaml").stat().st_mode) == 0o640
    assert (home / "config.yaml").stat().st_uid == 65_534 or os.geteuid() != 0
    again = call(home, "import", "feeds", "reader.opml", "--write")
    assert (again.returncode, (home / "config.yaml").read_text("utf-8")) == (0, text)
    assert "Nothing is new in it." in again.stderr


def test_a_full_disk_leaves_the_configuration_and_no_copy_of_it(home, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    (home / "reader.opml").write_bytes((HERE / "lists" / "reader.opml").read_bytes())
    before = sorted(home.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        done = call(home, "import", "feeds", "reader.opml", "--write")
    assert done.returncode == 2
    assert "config.yaml cannot be written: No space left on device" in done.stderr
    assert (home / "config.yaml").read_text("utf-8") == CONFIG
    assert sorted(home.iterdir()) == before


@pytest.mark.parametrize("words", [(), ("--json",), ("--write",)])
def test_a_password_in_an_address_is_neither_shown_nor_written(home, words):
    shutil.copy(HERE / "lists" / "logins.opml", home)
    done = call(home, "import", "feeds", "logins.opml", *words)
    told = done.stdout + done.stderr + (home / "config.yaml").read_text("utf-8")
    assert done.returncode == 1
    assert "hunter2" not in told
    assert "ter2" not in told
    assert "https://open.example/feed/@author" in told, "the others are taken"


def test_a_hundred_thousand_outlines_are_refused_at_once(home):
    body = '<outline text="x" xmlUrl="https://x.example/"/>' * 100_000
    (home / "many.opml").write_text(f"<opml><body>{body}</body></opml>")
    done = call(home, "import", "feeds", "many.opml")
    assert done.returncode == 2
    assert "more than 2,000 feeds are in it" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "sources: {a: {type: folder, path: .}}\n",
        "sources: &x\n  a: {type: folder, path: .}\n",
        "sources:\n  a: 1\n---\nsources:\n  b: 1\n",
        "sources: # {}\n  a: |\n    x\nsources:\n",
    ],
)
def test_where_it_is_not_plain_where_a_source_belongs_nothing_is_written(text):
    assert with_sources(text, {"new": {"type": "feed"}}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources: {}\nx: 1\n", "sources:\n  n:\n    type: feed\nx: 1\n"),
        ("x: 1", "x: 1\n\nsources:\n  n:\n    type: feed\n"),
        ("sources:\n    a:\n        type: feed", "sources:\n    a:\n        type: feed\n    n:\n        type: feed\n"),
        ("sources:\r\n  a:\r\n    type: feed\r\nx: 1\r\n", "sources:\r\n  a:\r\n    type: feed\r\n  n:\r\n    type: feed\r\nx: 1\r\n"),
    ],
)  # fmt: skip
def test_sources_come_after_those_that_are_there_in_the_same_hand(text, expected):
    assert with_sources(text, {"n": {"type": "feed"}}) == expected


@pytest.mark.parametrize("name", ["pipe", "none.opml", "."])
def test_what_is_no_list_at_all_is_answered(home, name):
    os.mkfifo(home / "pipe")
    done = call(home, "import", "feeds", name)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_a_configuration_that_would_read_otherwise_stays_as_it_was(home):
    odd = CONFIG.replace(
        'known: {type: feed, url: "https://known.example/feed"}',
        'known:\n    type: feed\n    url: "https://known.example/\n\n      feed"',
    )
    flow = CONFIG.replace("sources:\n  #", "sources:\n  {\n  #").replace("\n\n  # A", "}\n\n  # A")
    flow = flow.replace("  saved:   # beside it", "  saved:").replace("  known: {", "  , known: {")
    for text in (odd, flow):
        (home / "config.yaml").write_text(text, "utf-8")
        (home / "r.opml").write_bytes((HERE / "lists" / "reader.opml").read_bytes())
        done = call(home, "import", "feeds", "r.opml", "--write")
        now = (home / "config.yaml").read_text("utf-8")
        assert now == text or len(load(home / "config.yaml", {}).sources) == 7
        assert done.returncode in {0, 2}
        assert not list(home.glob(".config.yaml-*"))


# -- clients ---------------------------------------------------------------------------------------


def test_clients_are_taken_in_with_what_the_table_says_and_the_coach_has(home):
    (home / "c.csv").write_bytes((HERE / "tables" / "excel-german.csv").read_bytes())
    done = call(home, "import", "clients", "c.csv", "--coach", "berta", "--source", "saved")
    assert done.returncode == 0, done.stderr
    assert "2 added, 0 changed, 0 stay as they were." in done.stdout
    told = yaml.safe_load(call(home, "profile", "export", "joerg-mueller").stdout)["profiles"]
    assert told["joerg-mueller"] == {
        "name": "Jörg Müller",
        "sources": ["saved"],
        "send_at": "07:30",
        "days": ["mon", "tue", "wed", "thu", "fri"],
        "language": "de",
        "time_zone": "Europe/Berlin",
        "wishes": {"places": ["Berlin", "Köln"], "salary_from": 60000},
        "deliver": [{"channel": "mail", "to": ["joerg@kunde.example"]}],
        "coach": "berta",
    }
    with closing(open_store(str(home / "data" / "store.sqlite"))) as store:
        spoken = {
            one.name: one.language for one in Roll(load(home / "config.yaml"), store).profiles()
        }
    assert (spoken["joerg-mueller"], spoken["anna-gross"]) == ("de", "en"), "of all that they get"
    again = call(home, "import", "clients", "c.csv", "--coach", "berta", "--source", "saved")
    assert "0 added, 0 changed, 2 stay as they were." in again.stdout


def test_one_mistake_keeps_everybody_out(home):
    (home / "c.csv").write_text("Name;E-Mail;Uhrzeit\nGood;g@x.example;7:00\nBad;b@x.example;99\n")
    done = call(home, "import", "clients", "c.csv", "--coach", "berta", "--source", "saved")
    assert (done.returncode, "c.csv:3: bad.send_at" in done.stderr) == (2, True), done.stderr
    assert "good" not in call(home, "profile", "list").stdout


def test_what_a_table_does_not_say_of_somebody_known_stays(home):
    (home / "c.csv").write_bytes((HERE / "tables" / "known-and-new.csv").read_bytes())
    done = call(
        home, "import", "clients", "c.csv", "--coach", "berta", "--source", "saved", "--json"
    )
    first = json.loads(done.stdout.splitlines()[0])
    assert first["changed"] == ["name", "wishes", "send_at"]
    yan = yaml.safe_load(call(home, "profile", "export", "yan").stdout)["profiles"]["yan"]
    assert yan["wishes"] == {"titles": ["x"], "places": ["Bonn"]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["c.csv", "--coach", "nobody"], "there is no coach nobody; there are berta, cora"),
        (["none.csv", "--coach", "berta"], "No such file"),
        ([".", "--coach", "berta"], "is no file"),
        (["pipe", "--coach", "berta"], "is no file"),
        (["c.csv", "--coach", "berta"], "sources"),
    ],
)
def test_wrong_use_of_clients_is_answered(home, words, message):
    (home / "c.csv").write_text("Name;E-Mail\nGood;g@x.example\n")
    os.mkfifo(home / "pipe")
    done = call(home, "import", "clients", *words)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
