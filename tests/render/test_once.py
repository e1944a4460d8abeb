"""A posting is written once for all its readers, and each gets the links of his own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cxdigest.model import Candidate, Digest
from cxdigest.render import environment, render
from tests.ready import shipped_templates
from tests.render import editions


def test_readers_of_the_same_postings_get_their_own_links_and_nobody_elses():
    templates = shipped_templates()
    for name in ("anna", "ben", "anna"):
        mail = render(_links_of(name), templates)
        for part in (mail.html, mail.text):
            assert f"/{name}/genuine" in part
            assert f"/{'ben' if name == 'anna' else 'anna'}/" not in part
            assert "\0" not in part


def test_a_link_that_html_would_misread_is_escaped_in_html_alone():
    mail = render(_links_of("a&copy=1"), shipped_templates())
    assert "/a&amp;copy=1/genuine" in mail.html
    assert "/a&copy" not in mail.html
    assert "/a&copy=1/genuine" in mail.text


def test_readers_of_the_same_postings_get_their_own_colours(tmp_path: Path):
    day = _links_of("anna")
    (tmp_path / "brand.yaml").write_text("name: Plover Coaching\nlink: '#7a2e5d'\n")
    plain = render(day, shipped_templates()).html
    branded = render(day, environment(tmp_path)).html
    assert "#7a2e5d" in branded
    assert render(day, shipped_templates()).html == plain


def _links_of(name: str) -> Digest:
    day = editions.ordinary()
    return replace(
        day,
        genuine=tuple(_led_to(name, one) for one in day.genuine),
        unclear=tuple(_led_to(name, one) for one in day.unclear),
        flagged=tuple(_led_to(name, one) for one in day.flagged),
        others=tuple(_led_to(name, one) for one in day.others),
    )


def _led_to(name: str, one: Candidate) -> Candidate:
    links = (
        replace(act, url=f"https://digest.example/f/{name}/{act.word}/{one.posting.id}")
        for act in one.actions
    )
    return replace(one, actions=tuple(links))
