"""The HTML part against what mail clients support (clients.yaml beside this file)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from cxdigest.render import render
from tests import days
from tests.ready import shipped_templates
from tests.render import editions

FACTS = yaml.safe_load((Path(__file__).parent / "clients.yaml").read_text("utf-8"))
#: Used although some client lacks it, and why nothing is lost where it does.
ENHANCING = {
    "max-height": "hides the first sentence, which display: none hides already",
    "overflow": "the same",
    "table-layout": "keeps endless words within the sheet; without it the sheet grows",
    "word-break": "the same",
    "white-space": "keeps a reference on one line; without it it wraps",
    "aria-hidden": "spares a screen reader the bars, whose numbers stand beside them",
    "media": "wider margins and dark colours; the mail is whole without",
    "prefers-color-scheme": "the same",
    "meta color-scheme": "the same",
    "body": "its background stands on the table within it as well",
}
#: What "partly" leaves out, as far as it could matter here.
UNFIT = {
    "margin": r"-\d|auto",
    "padding": r"-\d|auto",
    "border-left": r"(?<!\d)(?:9|\d\d+)px",
    "border-top": r"(?<!\d)(?:9|\d\d+)px",
    "display": r"^(?!none$|block$)",
    "font-size": r"^(?!\d+px$)",
    "font-weight": r"^(?!400$|600$|700$)",
    "letter-spacing": r"^(?!-(?:0\.\d|1)px$)",
    "line-height": r"^(?![\d.]+$)",
    "text-align": r"start|end",
    "text-decoration": r" ",
    "width": r"^(?!\d+%$)",
    "max-width": r"^(?!\d+px$)",
}


@dataclass(frozen=True)
class Styled:
    tag: str
    name: str
    value: str


@pytest.fixture(scope="module")
def html() -> str:
    digest, templates = editions.everything(), shipped_templates()
    return (
        render(digest, templates, (editions.PLOT,)).html + render(days.doubtful(), templates).html
    )


def styled(html: str) -> Iterator[Styled]:
    for node in LexborHTMLParser(html).css("[style]"):
        for pair in (node.attributes["style"] or "").split(";"):
            name, _, value = pair.partition(":")
            yield Styled(str(node.tag), name.strip(), value.strip())


def kept(html: str) -> str:
    return "".join(node.text() for node in LexborHTMLParser(html).css("style"))


def lacking(kind: str, feature: str) -> list[str]:
    return [client for client, word in FACTS[kind][feature].items() if word == "no"]


def test_every_style_works_in_every_client_or_nothing_is_lost_without_it(html: str) -> None:
    names = {one.name for one in styled(html)} - {"color", "mso-hide"}
    assert {"background-color", "font-family", "margin", "padding", "display"} <= names
    assert names <= set(FACTS["properties"])
    missing = {name: lacking("properties", name) for name in names if lacking("properties", name)}
    assert set(missing) <= set(ENHANCING), missing


def test_styles_stay_within_what_clients_support_partly(html: str) -> None:
    bad = {one for one in styled(html) if re.search(UNFIT.get(one.name, r"(?!)"), one.value)}
    assert not bad
    partly = {
        name
        for name in {one.name for one in styled(html)} - {"color", "mso-hide"}
        if "partly" in FACTS["properties"][name].values()
    }
    assert partly <= set(UNFIT) | set(ENHANCING)


def test_classic_outlook_gets_the_width_of_the_sheet_from_a_table_of_its_own(html: str) -> None:
    # Its max-width works on tables alone, and it knows no other limit of width.
    assert '<!--[if mso]><table role="presentation" width="600"' in html
    assert {one.tag for one in styled(html) if one.name == "max-width"} == {"table", "img"}
    (image,) = LexborHTMLParser(html).css("img")
    assert image.attributes["width"] == "520"


def test_lengths_are_pixels_or_parts(html: str) -> None:
    units = {
        unit
        for one in styled(html)
        if one.name != "font-family"
        for unit in re.findall(r"(?<![#\w])-?[\d.]+([a-z%]+)", one.value)
    }
    assert units == {"px", "%"}
    assert not lacking("values", "unit: px")
    assert not lacking("values", "unit: %")


def test_rules_in_the_head_are_media_queries_alone_and_only_enhance(html: str) -> None:
    rules = set(re.findall(r"@(\w+)", kept(html)))
    assert rules == {"media"}
    assert "media" in ENHANCING
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", kept(html))
    assert not outside.strip()
    # Each rule must beat the style in the tag, with the space that clients ask for.
    declared = re.findall(r"[\w-]+: ([^;{}]+);", kept(html))
    assert declared
    assert all(value.endswith(" !important") for value in declared)


def test_selectors_in_the_head_are_classes_alone(html: str) -> None:
    selectors = re.findall(r"^\s+(\.[^{@]+?) \{", kept(html), re.MULTILINE)
    assert selectors
    assert all(re.fullmatch(r"\.[\w-]+", one) for found in selectors for one in found.split(", "))
    assert not lacking("selectors", "class")
    assert not lacking("selectors", "list")


def test_elements_and_attributes_are_those_that_clients_know(html: str) -> None:
    structure = {"html", "head", "meta", "title", "style", "tbody", "tr", "td", "a", "br"}
    tree = LexborHTMLParser(html)
    used = {str(node.tag) for node in tree.css("*")} - {"-comment", "-text"}
    known = {name for name in FACTS["elements"] if not lacking("elements", name)}
    assert used - structure <= known | set(ENHANCING)
    plain = {"class", "style", "href", "src", "alt", "charset", "name", "content", "border"}
    attributes = {name for node in tree.css("*") for name in node.attributes}
    assert attributes - plain <= set(FACTS["attributes"])
    missing = {name for name in attributes - plain if lacking("attributes", name)}
    assert missing <= set(ENHANCING)


def test_nothing_stands_in_the_mail_that_most_clients_drop(html: str) -> None:
    for kind, feature in (
        ("properties", "grid"), ("properties", "position"), ("values", "var()"), ("elements", "svg"),
    ):  # fmt: skip
        assert lacking(kind, feature), "the facts say so"
    assert not re.search(r"var\(|position:|grid|<svg|<details|float:", html)


def test_pictures_come_with_the_mail_and_say_in_words_what_they_show(html: str) -> None:
    (image,) = LexborHTMLParser(html).css("img")
    assert image.attributes["src"] == "cid:weeks"
    assert "week by week, oldest first: 9%, 15%" in (image.attributes["alt"] or "")
