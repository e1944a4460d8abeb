"""Texts in the language that is spoken: several at once, by the right plural, from a fixed list."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

import cxdigest.language as spoken_here
from cxdigest.language import (
    DOMAINS,
    LANGUAGES,
    _,
    catalogue_path,
    figure,
    known,
    marked,
    ngettext,
    pgettext,
    preferred,
    speaking,
    spoken,
)
from cxdigest.language.catalogue import Catalogue, read
from cxdigest.language.templates import teach

PO = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: a.py
msgid "Worth a look"
msgstr "Einen Blick wert"

msgid ""
"You said that “{title}” "
"is \"genuine\".\n"
msgstr ""
"Sie sagen, „{title}“ "
"ist \"echt\".\n"

msgid "{n} posting"
msgid_plural "{n} postings"
msgstr[0] "{n} Stelle"
msgstr[1] "{n} Stellen"

msgctxt "button"
msgid "Hold"
msgstr "Anhalten"

msgid "Hold"
msgstr "Halt"

#, fuzzy
msgid "Guessed"
msgstr "Geraten"

msgid "Open <b>%(name)s</b>, 100%%"
msgstr "<b>%(name)s</b> öffnen, 100%%"

#~ msgid "Gone"
#~ msgstr "Weg"
"""


@pytest.fixture
def german(monkeypatch):
    made = Catalogue()
    made.add(read(PO))
    monkeypatch.setattr(spoken_here, "_catalogue", lambda language: made)


def test_english_is_what_stands_in_the_code():
    assert (spoken(), _("Worth a look")) == ("en", "Worth a look")
    assert [ngettext("{n} posting", "{n} postings", n) for n in (0, 1, 1200)] == [
        "0 postings",
        "1 posting",
        "1,200 postings",
    ]
    assert pgettext("button", "Hold {name}", name="it") == "Hold it"


def test_a_text_is_said_in_the_language_that_is_spoken(german):
    with speaking("de"):
        assert _(marked("Worth a look")) == "Einen Blick wert"
        title = "“{x}” % {y}"
        told = _('You said that “{title}” is "genuine".\n', title=title)
        assert told == f'Sie sagen, „{title}“ ist "echt".\n'
        assert [ngettext("{n} posting", "{n} postings", n) for n in (0, 1, 1200)] == [
            "0 Stellen",
            "1 Stelle",
            "1.200 Stellen",
        ]
        assert (pgettext("button", "Hold"), _("Hold")) == ("Anhalten", "Halt")
    assert _("Worth a look") == "Worth a look"


def test_what_is_guessed_or_missing_is_said_in_english(german):
    with speaking("de"):
        assert (_("Guessed"), _("Gone"), _("New {n}", n=3)) == ("Guessed", "Gone", "New 3")


def test_several_languages_are_spoken_at_once(german):
    both = threading.Barrier(2)

    def say(language: str) -> str:
        with speaking(language):
            both.wait(60)
            return _("Worth a look")

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(say, ["de", "en"])) == {"Einen Blick wert", "Worth a look"}


def test_templates_say_texts_and_escape_values_alone(german):
    source = (
        "{{ spoken() }}: {% trans name=name %}Open <b>{{ name }}</b>, 100%{% endtrans %} "
        "{{ ngettext('%(n)s posting', '%(n)s postings', 1200) }} {{ 1200 | figure }} "
        "{{ pgettext('button', 'Hold') }}"
    )
    html = Environment(loader=DictLoader({"x": source}), autoescape=True)
    text = Environment(loader=DictLoader({"x": source}))
    for one in (html, text):
        teach(one)
    name = "<i>%(num)s & co"
    assert html.get_template("x").render(name=name) == (
        "en: Open <b>&lt;i&gt;%(num)s &amp; co</b>, 100% 1,200 postings 1,200 Hold"
    )
    with speaking("de"):
        assert html.get_template("x").render(name=name) == (
            "de: <b>&lt;i&gt;%(num)s &amp; co</b> öffnen, 100% 1,200 postings".replace(
                "1,200", "1.200"
            )
            + " 1.200 Anhalten"
        )
        assert (
            text.get_template("x").render(name=name).startswith("de: <b><i>%(num)s & co</b> öffnen")
        )


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("DE", "de"),
        ("fr", "en"),
        ("", "en"),
        ("../../de", "en"),
        ("de/../../../etc", "en"),
        ("de\0", "en"),
        ("/etc/passwd", "en"),
    ],
)
def test_a_language_is_one_of_those_there_are_whatever_it_is_called(asked, language):
    assert known(asked) == language
    with speaking(asked):
        assert spoken() == language


@given(st.text(max_size=40))
def test_no_name_of_a_language_leads_to_a_file(name):
    assert known(name) in LANGUAGES
    if name not in LANGUAGES:
        with pytest.raises(KeyError):
            catalogue_path(name, "digest")
    if name not in DOMAINS:
        with pytest.raises(KeyError):
            catalogue_path("de", name)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR, de;q=0.5", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("", "en"),
        ("de;q=1.1.1, x" * 500, "en"),
        ("../../de", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_likes_best(header, language):
    assert preferred(header) == language


def test_a_browser_that_likes_none_of_them_gets_the_usual_one():
    assert preferred("fr", otherwise="de") == "de"


def test_numbers_have_the_marks_of_their_language():
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = [figure(n) for n in (0, 999, 1000, -1234567)]
    assert told == {
        "en": ["0", "999", "1,000", "-1,234,567"],
        "de": ["0", "999", "1.000", "-1.234.567"],
    }


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_catalogue_is_read_as_babel_reads_it(domain):
    path = catalogue_path("de", domain)
    ours = read(path.read_text(encoding="utf-8"))
    with path.open("rb") as file:
        theirs = read_po(file, locale="de")
    expected = {}
    for message in theirs:
        names = message.id if isinstance(message.id, tuple) else (message.id,)
        key = f"{message.context}\x04{names[0]}" if message.context else names[0]
        if isinstance(message.id, tuple):
            expected |= {(key, at): text for at, text in enumerate(message.string) if text}
        elif message.id and message.string:
            expected[key] = message.string
    assert ours.messages == expected
    assert ours.plural == "(n != 1)"
