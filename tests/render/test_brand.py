"""A sender's own name, colours and footer: checked line by line, and safe in every mail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cxdigest.errors import ConfigError, RenderError
from cxdigest.render import environment, render
from cxdigest.render.brand import PLAIN, Brand, contrast, read_brand
from cxdigest.render.templates import brand_problem, shipped_again, unbranded
from tests import days
from tests.ready import shipped_templates

EXAMPLE = Path(__file__).parents[2] / "examples" / "brand"


def folder_with(tmp_path, brand="", **templates):
    (tmp_path / "brand.yaml").write_text(brand)
    for name, text in templates.items():
        (tmp_path / name.replace("_", ".")).write_text(text)
    return tmp_path


def problems(text):
    with pytest.raises(ConfigError) as caught:
        read_brand(text.encode(), "brand.yaml")
    return str(caught.value).splitlines()


def test_the_example_stands_in_both_parts_of_a_digest():
    rendered = render(days.rich(), environment(EXAMPLE))
    for part in (rendered.text, rendered.html):
        assert "Berta Lindqvist · Career coaching" in part
        assert "Berta Lindqvist, 1 Example Street, Exampletown" in part
    assert 'class="band" style="' in rendered.html
    band = re.search(r'class="band" style="([^"]*)"', rendered.html)[1]
    assert "background-color:#3b1f3a" in band
    assert "color:#ffffff" in band
    styles = re.findall(r'<a class="[^"]*\blink\b[^"]*"[^>]*style="([^"]*)"', rendered.html)
    links = {re.search(r"(?:^|;)color:\s?(#\w+)", style)[1] for style in styles}
    assert links == {"#7a2e5d"}
    assert ".link { color: #e9a9d0 !important; }" in rendered.html


def test_a_digest_without_a_brand_is_as_it_was():
    rendered = render(days.rich(), shipped_templates())
    assert 'class="band"' not in rendered.html
    assert rendered.text.startswith("Saturday 21 November 2026")


def test_every_mistake_is_told_with_its_line():
    text = (
        "name: ''\nfooter: [1]\nlink: '#777'\nlink_dark: '#000001'\nband: red\ncolor: '#123456'\n"
        "page: '#ABCDEF'\n"
    )
    assert problems(text) == [
        "brand.yaml:1: name: must be a name; write it in quotes",
        "brand.yaml:2: footer: must be a list of lines; write [first line, second line]",
        'brand.yaml:3: link: is no colour; write six digits in quotes, such as "#7a2e5d"',
        "brand.yaml:4: link_dark: is hard to read on #1b2124: the contrast is 1.3; take a lighter one; 4.5 is the least",
        'brand.yaml:5: band: is no colour; write six digits in quotes, such as "#7a2e5d"',
        "brand.yaml:6: color: no such key; known here: name, footer, link, link_dark, band, page",
    ]


def test_a_colour_that_is_hard_to_read_is_refused_and_one_that_is_not_is_taken():
    assert problems('link: "#8a8a8a"')[0].startswith("brand.yaml:1: link: is hard to read on")
    assert read_brand(b'link: "#767676"', "x").link == "#767676"


@pytest.mark.parametrize("text", ["[]", "- a", "name: [", "name: a\nname: b", "\x00"])
def test_what_is_no_brand_is_told(text):
    assert problems(text)


def test_an_empty_file_is_the_plain_brand():
    assert read_brand(b"", "brand.yaml") == PLAIN


def test_the_name_on_a_band_can_always_be_read():
    for red in range(0, 256, 15):
        for green in range(0, 256, 15):
            brand = Brand(band=f"#{red:02x}{green:02x}80")
            assert contrast(brand.band, brand.band_ink) >= 4.5


def test_markup_in_a_brand_is_text(tmp_path):
    brand = 'name: "<b>Berta & Co</b>"\nfooter: "<script>alert(1)</script>"\n'
    rendered = render(days.rich(), environment(folder_with(tmp_path, brand)))
    assert "&lt;b&gt;Berta &amp; Co&lt;/b&gt;" in rendered.html
    assert "<script" not in rendered.html
    assert "<b>Berta & Co</b>" in rendered.text


def test_own_templates_beside_a_brand_have_its_name_and_colours(tmp_path):
    own = folder_with(
        tmp_path,
        'name: Berta\nlink: "#7a2e5d"',
        digest_txt_j2="{{ brand.name }} says {{ mail.day }}\n{{ mail.mark }}\n",
    )
    rendered = render(days.rich(), environment(own))
    assert rendered.text.startswith("Berta says Saturday")
    assert "color: #7a2e5d" in rendered.html.replace("color:#", "color: #")


def test_where_own_templates_break_the_shipped_ones_have_the_same_brand(tmp_path):
    own = environment(folder_with(tmp_path, "name: Berta", digest_html_j2="{{ mail.nothing }}"))
    with pytest.raises(RenderError, match=r"digest\.html\.j2:1"):
        render(days.rich(), own)
    again = render(days.rich(), shipped_again(own))
    assert re.search(r'class="band"[^>]*>Berta<', again.html)


def test_a_brand_that_cannot_be_read_stops_nothing_and_is_remembered(tmp_path):
    folder = folder_with(tmp_path, "name: [")
    with pytest.raises(ConfigError) as caught:
        environment(folder)
    own = unbranded(folder, str(caught.value))
    assert "brand.yaml:1" in brand_problem(own)
    assert render(days.rich(), own).text == render(days.rich(), shipped_templates()).text


def test_a_folder_that_is_not_there_is_told():
    with pytest.raises(ConfigError, match="there is no such folder"):
        environment(Path("/nonexistent/brand"))
