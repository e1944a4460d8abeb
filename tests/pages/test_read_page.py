"""Every page beside its expectation: what it states, what its text says, or why it is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
import yaml

from cxdigest.errors import PageError
from cxdigest.model import Page
from cxdigest.pages import read_page
from cxdigest.pages.document import open_document

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


def test_commands_and_pages_that_state_themselves_need_no_slow_library() -> None:
    script = (
        "import sys; from datetime import date; import cxdigest.app; from cxdigest.pages import read_page\n"
        f"body = open({str(HERE / 'stated' / 'plain.html')!r}, 'rb').read()\n"
        "read_page(body, content_type='', url='https://x.example', today=date(2026, 11, 22))\n"
        "print('trafilatura' in sys.modules, 'lxml' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False False\n"


WORDS = "<title>Café für Größen"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORDS.encode(), ""),
        (WORDS.encode("cp1252"), ""),
        (WORDS.encode("latin-1"), "text/html; charset=ISO-8859-1"),
        (WORDS.encode(), "text/html; charset=nobody-knows"),
        (b'<meta charset="iso-8859-15">' + WORDS.encode("latin-1"), "text/html"),
        (WORDS.encode("utf-8-sig"), "text/html; charset=latin-1"),
        (WORDS.encode("utf-16"), "text/html"),
    ],
)
def test_letters_are_read_as_browsers_read_them(body: bytes, content_type: str) -> None:
    document = open_document(body, content_type=content_type, url="")
    assert document.title == "Café für Größen"


@pytest.mark.parametrize("folder", ["stated", "articles", "refused"])
def test_every_page_has_its_expectation(folder: str) -> None:
    names = {path.name.partition(".")[0] for path in (HERE / folder).iterdir()}
    assert {path.stem for path in files(folder)} == names
