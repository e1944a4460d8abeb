"""Every page beside its expectation: what it states, what its text says, or why it is refused."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
import yaml

from cxdigest.errors import PageError
from cxdigest.model import Page
from cxdigest.pages import read_page

HERE = Path(__file__).parent
TODAY = date(2026, 11, 22)
URL = "https://board.example/jobs/1"


def files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.html"))


def name_of(path: Path) -> str:
    return path.stem


def expected_of(path: Path) -> dict[str, str]:
    return yaml.safe_load(path.with_suffix("").with_suffix(".expect.yaml").read_text("utf-8"))


def read(body: bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Page:
    return read_page(body, content_type=content_type, url=url, today=TODAY)


@pytest.mark.parametrize("path", files("stated"), ids=name_of)
def test_what_a_page_states_is_read(path: Path) -> None:
    expected = expected_of(path)
    row = {name: value for name, value in asdict(read(path.read_bytes())).items() if value}
    assert expected.pop("duties") in row.pop("description")
    assert row == {name: value for name, value in expected.items() if value}


@pytest.mark.parametrize("path", files("articles"), ids=name_of)
def test_the_text_of_a_page_that_states_nothing_is_its_duties(path: Path) -> None:
    expected, page = expected_of(path), read(path.read_bytes())
    assert (page.reader, page.title) == (expected["reader"], expected["title"])
    assert expected["has"] in page.description
    assert expected["without"] not in page.description


@pytest.mark.parametrize("path", files("refused"), ids=name_of)
def test_what_is_no_posting_never_becomes_duties(path: Path) -> None:
    expected = expected_of(path)
    with pytest.raises(PageError, match=expected["says"]) as caught:
        read(path.read_bytes())
    assert caught.value.outcome == expected["outcome"]


@pytest.mark.parametrize("folder", ["stated", "articles", "refused"])
def test_every_page_has_its_expectation(folder: str) -> None:
    names = {path.name.partition(".")[0] for path in (HERE / folder).iterdir()}
    assert {path.stem for path in files(folder)} == names
