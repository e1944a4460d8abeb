"""How a language is chosen: for everybody, for one person, for a coach; and what is refused."""

import textwrap

import pytest

from cxdigest.config import load
from cxdigest.errors import ConfigError, RenderError
from cxdigest.language import speaking
from cxdigest.render.templates import environment, fill
from cxdigest.roll import coach_of, profile_of

CONFIG = """
    {top}
    store: {{url: ":temporary:"}}
    sources: {{inbox: {{type: folder, path: .}}}}
    channels: {{out: {{type: folder, path: out}}}}
    coaches:
      berta:
        name: Berta
        time_zone: Europe/Berlin
        deliver: [{{channel: out, to: [berta]}}]
    profiles:
      ada:
        name: Ada
        sources: [inbox]
        time_zone: Europe/Berlin
        deliver: [{{channel: out, to: [ada]}}]
        {own}
"""


def read(tmp_path, top="", own=""):
    path = tmp_path / "config.yaml"
    path.write_text(textwrap.dedent(CONFIG.format(top=top, own=own)), "utf-8")
    return load(path, {})


@pytest.mark.parametrize(
    ("top", "own", "language", "dates"),
    [
        ("", "", "en", "en"),
        ("language: de", "", "de", "de"),
        ("language: de", "language: en", "en", "en"),
        ("", "language: de", "de", "de"),
        ("", "dates: de", "en", "de"),
        ("language: de", "dates: de-AT", "de", "de_AT"),
        ("", "{language: de, dates: en_GB}", "de", "en_GB"),
    ],
)
def test_a_person_reads_their_own_language_or_everybodys(tmp_path, top, own, language, dates):
    own = own.strip("{}").replace(", ", "\n        ")
    config = read(tmp_path, top, own)
    profile = profile_of("ada", config.profiles["ada"], config)
    assert (profile.language, profile.locale) == (language, dates)


def test_a_coach_reads_everybodys_language_without_one_of_their_own(tmp_path):
    config = read(tmp_path, "language: de")
    berta = coach_of("berta", config.coaches["berta"], {}, config.language)
    assert berta.language == "de"


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("German", 'write "de"'),
        ("Deutsch", 'write "de"'),
        ("de-AT", 'write "de"'),
        ("klingon", "known here: en (English), de (Deutsch)"),
        ("../../etc", "known here: en (English), de (Deutsch)"),
    ],
)
def test_another_language_is_refused_with_the_way_out(tmp_path, said, instead):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, own=f"language: {said}")
    (problem,) = caught.value.problems
    assert problem.key == "profiles.ada.language"
    assert problem.what == f'"{said}" is no language that cxdigest writes in'
    assert problem.instead == instead


def test_templates_of_ones_own_may_use_our_texts_and_make_no_monstrous_ones(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "digest.txt.j2").write_text("{{ _('Worth a look') }}: {{ 1200 | figure }}")
    with speaking("de"):
        assert fill(environment(own), "digest.txt.j2") == "Einen Blick wert: 1.200"
    (own / "digest.txt.j2").write_text("{{ _('%(a)99999999d {b:>99999999}', a=1, b=2) }}")
    assert len(fill(environment(own), "digest.txt.j2")) < 100
    (own / "digest.txt.j2").write_text("{{ _('%(gone)s') }}")
    with pytest.raises(RenderError):
        fill(environment(own), "digest.txt.j2")
