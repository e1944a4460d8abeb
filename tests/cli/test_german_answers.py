"""What commands answer in German: no English left, and for programs the same as in English."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.inside import call
from tests.cli.test_deliveries import home
from tests.cli.test_german import ENGLISH

__all__ = ["home"]  # the fixture: a store with deliveries of each kind
#: What a person types, what a server said, and names.
_AS_IT_IS = re.compile(
    r"`[^`]*`|cxdigest [a-z-]+(?: [a-z-]+)*|--?[\w-]+|\d{3} [\w .:;]+|\S+@\S+|\S*/\S+|saved-searches|folder"
)


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("profile", "list"), 0, "nächste Übersicht"),
        (("profile", "pause", "me"), 0, "Für me wird keine Übersicht erstellt"),
        (("profile", "erase", "me"), 2, "hier kann niemand gefragt werden"),
        (("profile", "remove", "me"), 2, "entfernen Sie dort den Block"),
        (("profile", "export"), 1, "im Speicher ist niemand"),
        (("sources",), 0, "letzte Abfrage"),
        (("deliveries",), 0, "Es wird von selbst noch einmal versucht."),
        (("deliveries", "--day", "2020-01-01"), 0, "Nichts war am 2020-01-01 zu verschicken."),
        (("deliveries", "retry", "ffffffffffff"), 2, "eine Zustellung 'ffffffffffff' gibt es"),
        (("review", "list"), 0, "Nichts wartet auf eine Durchsicht."),
        (("user", "list"), 0, "Niemand: Wer an diesem Rechner sitzt"),
        (("feedback", "list"), 0, "Noch wurde zu keiner Stelle etwas gesagt."),
        (("feedback", "undo", "7"), 2, "7: kein Wort, das gilt, hat diese ID"),
        (("explain", "x-1"), 1, "keine gespeicherte Stelle hat diesen Link oder diese ID"),
        (("unmerge", "x-1"), 2, "keine gespeicherte Stelle hat diesen Link oder diese ID"),
        (("quarantine",), 0, "Jede Stelle ließ sich in die Übersichten schreiben."),
        (("rules", "stored"), 0, "In der Konsole wurde kein Regelpaket geschrieben."),
        (("reread",), 0, "Kein gespeicherter Alert ist neu zu lesen."),
        (("health",), 1, "der Worker ist noch nie erwacht"),
        (("backup", "kept.backup"), 0, "Tabellen"),
        (("authorise", "none"), 2, "ein Login 'none' gibt es in"),
        (("plugins",), 0, "Es gibt keine Plugins."),
    ],
)  # fmt: skip
def test_an_answer_is_german_without_a_word_of_english(home, german, words, code, told):
    said = call(home, *words, columns=200)
    answer = said.stdout + said.stderr
    assert (said.returncode, told in answer) == (code, True), answer
    plain = _AS_IT_IS.sub("", answer)
    assert ENGLISH.search(plain) is None, plain


def test_answers_for_programs_are_english_in_every_terminal(home, monkeypatch):
    told = {}
    for language in ("C", "de_DE.UTF-8"):
        monkeypatch.setenv("LANG", language)
        health = json.loads(call(home, "health", "--json").stdout)
        lines = call(home, "deliveries", "--json").stdout
        told[language] = (health, lines)
    assert told["C"] == told["de_DE.UTF-8"]
    assert "the worker has not woken yet" in told["C"][0]["problems"][0]
