"""Styles written into the shipped templates once, against css-inline on every mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cxdigest.render import environment, render
from cxdigest.render.styles import Sheet, sheet_in, without_sheet
from cxdigest.text import squash
from tests import days
from tests.ready import shipped_templates
from tests.render import editions

DAYS = {"everything": editions.everything, "doubtful": days.doubtful, "empty": days.empty}


def styles_of(node: LexborNode) -> dict[str, str]:
    pairs = (one.partition(":") for one in (node.attributes.get("style") or "").split(";"))
    return {
        name.strip(): value.replace(" ", "").replace('"', "'") for name, _, value in pairs if value
    }


@pytest.mark.parametrize("day", DAYS)
def test_written_in_once_they_are_those_that_css_inline_finds(day: str, tmp_path: Path) -> None:
    digest = DAYS[day]()
    once = LexborHTMLParser(render(digest, shipped_templates()).html)
    # An own folder, even an empty one, makes every mail the way of people's own templates.
    every = LexborHTMLParser(render(digest, environment(tmp_path)).html)
    ours, theirs = once.css("body, body *"), every.css("body, body *")
    assert [node.tag for node in ours] == [node.tag for node in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert styles_of(one) == styles_of(other), one.html
        assert one.attributes.get("class") == other.attributes.get("class")
    assert squash(once.text()) == squash(every.text())


def test_the_more_special_rule_wins_and_the_tags_own_style_stands_last() -> None:
    sheet = Sheet(
        "p { margin: 0; color: red } .a { margin: 4px } p.a { color: blue } td { top: 0 }"
    )
    assert sheet.inlined('<p class="a">') == '<p class="a" style="margin:4px;color:blue">'
    assert sheet.inlined('<p class="b" style="left:0">') == (
        '<p class="b" style="margin:0;color:red;left:0">'
    )


def test_template_code_in_a_tag_and_comments_are_left_alone() -> None:
    sheet = Sheet("a { color: red }")
    assert sheet.inlined('<a href="{{ 1 > 0 }}">{{ "<a>" }}') == (
        '<a href="{{ 1 > 0 }}" style="color:red">{{ "<a style="color:red">" }}'
    )
    assert sheet.inlined("<!--[if mso]><a><![endif]-->") == "<!--[if mso]><a><![endif]-->"


def test_a_sheet_that_names_more_than_tags_and_classes_is_refused() -> None:
    with pytest.raises(AssertionError, match="tags and classes only"):
        Sheet("h3 a { color: red }")


def test_only_the_kept_sheet_stays_in_the_mail() -> None:
    source = (
        '<style>\np { top: 0 }\n</style>\n<style data-css-inline="keep">\n@media x {}\n</style>'
    )
    assert without_sheet(source) == "<style>\n@media x {}\n</style>"
    assert sheet_in(source).inlined("<p>") == '<p style="top:0">'
    html = render(days.rich(), shipped_templates()).html
    assert html.count("<style>") == 1
    assert "data-css-inline" not in html


def test_colours_of_ones_own_reach_the_mail(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "digest.css.j2"
    own = shipped.read_text("utf-8").replace("#0a6a4d", "#123456")
    (tmp_path / "digest.css.j2").write_text(own, "utf-8")
    html = render(days.rich(), environment(tmp_path)).html
    assert 'class="genuine" style' in html
    assert "#123456" in html
    assert "#0a6a4d" not in html
