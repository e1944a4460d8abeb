"""The command in German: whose language it speaks, help without a leftover, problems, plurals."""

import json
import re

import pytest
import typer
import yaml

from cxdigest.cli import app
from cxdigest.cli.terminal.phrases import EXTRAS, PHRASES, WORDS, translated
from cxdigest.cli.terminal.tongue import language_of
from cxdigest.language import LANGUAGES, _, ngettext, speaking
from tests.cli.inside import call

GERMAN = {"LANG": "de_DE.UTF-8"}
#: Words that every English sentence of the help has one of, and no German one.
ENGLISH = re.compile(
    r"\b(?:the|and|of|to|is|are|with|what|which|only|this|that|from|your|its|show|print|write|read|"
    r"or|by|for|where|whose|one|file|folder)\b",
    re.IGNORECASE,
)
#: What is typed as it stands, and names of things in quotes.
_TYPED = re.compile(
    r"`[^`]*`|\bbackup\.folder|--?[\w-]+|\b[\w.-]+/[\w./-]+|\b(?:Google Takeout|rules (?:stats|fit)|"
    r"genuine, not-genuine, hide-employer, applied oder not-for-me)\b|\bor\.\w+"
)


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        (GERMAN, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "de_AT@euro"}, "de"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX", "LANGUAGE": "de"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "de:en"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:en:de"}, "en"),
        ({"LANGUAGE": "de"}, "de"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "../../x"}, "en"),
        ({"LANG": "de/../../x"}, "en"),
        ({"LANGUAGE": ":" * 10_000 + "\x00", "LANG": "\x00de"}, "en"),
    ],
)
def test_the_language_is_that_of_the_environment_by_gettexts_rules(environment, language):
    assert language_of(environment) == language
    assert language_of(environment) in LANGUAGES


def every(command):
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from every(below)


def test_no_command_and_no_option_has_english_left_in_its_german_help():
    with speaking("de"):
        commands = list(every(translated(typer.main.get_command(app))))
        assert len(commands) > 60
        told = [one.help for one in commands if one.help]
        told += [param.help for one in commands for param in one.params if param.help]
    assert len(told) > 150
    assert [text for text in told if ENGLISH.search(_TYPED.sub("", text))] == []


def test_help_is_german_with_its_headings_and_brackets(tmp_path, german):
    said = call(tmp_path, "--help")
    assert said.returncode == 0
    assert said.stdout.startswith("Aufruf: cxdigest [OPTIONEN] BEFEHL")
    assert "\nOptionen:\n" in said.stdout
    assert "\nBefehle:\n" in said.stdout
    assert "[Umgebungsvariable: CXDIGEST_CONFIG;" in " ".join(said.stdout.split())
    assert "Diese Hilfe zeigen und enden." in said.stdout
    moved = call(tmp_path, "migrate-store", "--help").stdout
    assert "VON" in moved
    assert "[erforderlich]" in moved


def test_help_is_english_in_the_same_process_afterwards(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    call(tmp_path, "run", "--help")
    monkeypatch.setenv("LANG", "C")
    said = call(tmp_path, "run", "--help").stdout
    assert said.startswith("Usage: cxdigest run [OPTIONS]")
    assert "Show this message and exit." in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("run", "--nope"), "Fehler: Diese Option gibt es nicht: --nope"),
        (("rnu",), "Fehler: Den Befehl 'rnu' gibt es nicht. Meinten Sie 'run'?"),
        (("restore",), "Fehler: Es fehlt das Argument 'PFAD'."),
        (("demo", "--port", "x"), "Fehler: Ungültiger Wert für '--port': Das ist keine ganze Zahl"),
        (("demo", "--port", "70000"), "'--port': Der Wert darf höchstens 65535 sein"),
        (("demo", "--port"), "Fehler: Die Option '--port' braucht einen Wert."),
        (("demo", "more"), "Fehler: Zu viele Argumente (more)"),
    ],
)
def test_wrong_use_is_said_in_german_with_the_same_exit_code(tmp_path, german, words, complaint):
    said = call(tmp_path, *words)
    assert said.returncode == 2
    assert complaint in said.stderr
    assert ENGLISH.search(said.stderr) is None


def test_every_phrase_of_typers_is_translated():
    with speaking("de"):
        assert [one for one in (*PHRASES, *EXTRAS, *WORDS) if _(one) == one] == []


BAD = """
sources: {inbox: {type: feed, url: https://feeds.example/a, every: soon}}
chanels: {}
channels: {files: {type: folder, path: out}}
profiles:
  ada: {name: Ada, sources: [inbx], deliver: [{channel: files, to: [ada]}], send_at: "25:00",
        time_zone: Europe/London}
"""


def test_what_is_wrong_with_a_configuration_is_said_in_german(tmp_path, german):
    (tmp_path / "config.yaml").write_text(BAD)
    said = call(tmp_path, "sources")
    assert said.returncode == 2
    assert 'diesen Schlüssel gibt es nicht; meinten Sie "channels"?' in said.stderr
    assert 'unter sources gibt es kein "inbx"; meinten Sie "inbox"?' in said.stderr
    assert '"25:00" ist keine Uhrzeit; schreiben Sie Stunden und Minuten wie "07:30"' in said.stderr
    assert not ENGLISH.search(re.sub(r'"[^"]*"|[\w.]+:', "", said.stderr)), said.stderr


def test_a_missing_configuration_says_the_way_out_in_german(tmp_path, german):
    said = call(tmp_path, "sources")
    assert said.returncode == 2
    assert "config.yaml: diese Datei gibt es nicht; rufen Sie cxdigest init auf" in said.stderr


def test_a_bad_pack_is_refused_in_german(tmp_path, german):
    (tmp_path / "own.yaml").write_text("pack: own\nrules:\n  - id: nonsense\n    points: many\n")
    said = call(tmp_path, "rules", "check", "own.yaml")
    assert said.returncode == 1
    assert "kind fehlt; schreiben Sie kind: eines von" in said.stderr
    assert "das muss eine ganze Zahl sein" in said.stderr


def test_answers_for_programs_are_the_same_in_every_language(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("profiles: {}\nstore: {url: none.sqlite}\n")
    told = {}
    for language in ("C", "de_DE.UTF-8"):
        monkeypatch.setenv("LANG", language)
        said = call(tmp_path, "doctor", "--json")
        told[language] = [
            (line["check"], line["subject"], line["fix"])
            for line in json.loads(said.stdout)["lines"]
        ]
    steady = [[one for one in rows if one[0] != "disk"] for rows in told.values()]
    assert steady[0] == steady[1]


def test_the_doctor_speaks_german_also_in_its_threads(tmp_path, german):
    (tmp_path / "config.yaml").write_text("profiles: {}\nstore: {url: none.sqlite}\n")
    said = call(tmp_path, "doctor").stdout
    assert "noch bekommt niemand eine Übersicht -> rufen Sie auf: cxdigest profile add" in said
    assert "gibt es noch nicht" in said


def test_set_up_in_german_writes_its_language_and_a_german_digest(tmp_path, german):
    (tmp_path / "alerts").mkdir()
    said = call(
        tmp_path, "init", "--yes", "--name", "Ada", "--time-zone", "Europe/Berlin",
        "--alerts", "alerts", "--no-mailbox", "--files",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "Fertig. Geschrieben wurde:" in said.stdout
    assert yaml.safe_load((tmp_path / "config.yaml").read_text())["language"] == "de"
    (shown,) = (tmp_path / "out").glob("*.html")
    assert '<html lang="de"' in shown.read_text(encoding="utf-8")


def test_an_english_reader_gets_an_english_digest_from_a_german_terminal(tmp_path, german):
    (tmp_path / "config.yaml").write_text(
        "sources: {alerts: {type: folder, path: alerts}}\n"
        "channels: {files: {type: folder, path: digests}}\n"
        "profiles: {ada: {name: Ada, sources: [alerts], time_zone: Europe/London,"
        " deliver: [{channel: files, to: [ada]}], empty_days: send}}\n"
    )
    (tmp_path / "alerts").mkdir()
    said = call(tmp_path, "run", "--once")
    assert said.returncode == 0, said.stderr
    assert "Ergebnis" in said.stdout
    (written,) = (tmp_path / "digests").glob("*.html")
    assert '<html lang="en"' in written.read_text(encoding="utf-8")


def test_numbers_take_their_form():
    with speaking("de"):
        told = [
            ngettext("{n} mail looked at for {source}.", "{n} mails looked at for {source}.", n,
                     source="inbox")
            for n in (0, 1, 1200)
        ]  # fmt: skip
    assert told == [
        "0 E-Mails für inbox angesehen.",
        "1 E-Mail für inbox angesehen.",
        "1.200 E-Mails für inbox angesehen.",
    ]
