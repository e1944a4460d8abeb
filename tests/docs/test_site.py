"""The site is built without a warning, asks nothing of anybody, and holds the pages made from the code."""

from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.docs import made
from tests.docs.read import DOCS, PAGES, ROOT, anchors, links

ASKS = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|"""
    r"""<link\b(?![^>]*rel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//"""
)


def built(folder: Path, caplog: pytest.LogCaptureFixture, **changed: object) -> list[str]:
    """Build the site into *folder*; return what was warned of."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "mkdocs"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of libraries; mkdocs's own are in its log
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), **changed)
        build(config)
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def test_the_site_is_built_without_a_warning_and_asks_nothing_of_anybody(tmp_path, caplog):
    assert built(tmp_path, caplog) == []
    made = sorted(tmp_path.rglob("*.html"))
    assert len(made) > len(list(DOCS.rglob("*.md")))
    for page in made:
        assert not ASKS.search(page.read_text("utf-8")), page.name
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8"))
    # What pages link to beside their folder comes along.
    assert (tmp_path / "project" / "deploy" / "cxdigest.service").exists()
    assert "unreleased" in (tmp_path / "changelog.html").read_text("utf-8")


def test_a_link_to_nothing_is_warned_of(tmp_path, caplog):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# A\n\n[b](b.md) [c](index.md#c) [d](/d.md)\n")
    (tmp_path / "CHANGELOG.md").write_text("# New\n")
    told = built(tmp_path / "site", caplog, docs_dir=str(docs), nav=[], extra_css=[])
    assert any("b.md" in one for one in told)
    assert any("#c" in one for one in told)
    assert any("/d.md" in one for one in told)


@pytest.mark.parametrize("name", made.PAGES)
def test_a_page_made_from_the_code_says_what_the_code_says(name: str):
    file = DOCS / name
    assert file.exists(), "python -m tests.docs writes it"
    assert file.read_text("utf-8") == made.PAGES[name](), "python -m tests.docs writes it anew"


def test_every_page_has_its_place_in_the_navigation():
    navigation = re.search(
        r"^nav:\n(.*)\Z", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert navigation
    (placed,) = [yaml.safe_load(navigation[0])["nav"]]
    listed = re.findall(r"'([^']+\.md)'", str(placed))
    assert len(listed) == len(set(listed))
    assert set(listed) == {str(one.relative_to(DOCS)) for one in DOCS.rglob("*.md")} | {
        "changelog.md"
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_an_anchor_of_the_repository(page: Path):
    for line, target in links(page):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / unquote(path)).resolve() if path else page
        assert file.exists(), f"{page.name}:{line}: {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{page.name}:{line}: {target}"
