"""The pages say what the program does: the README, the excerpt of a digest, the dependencies; more in tests/docs."""

from __future__ import annotations

import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from cxdigest import app
from cxdigest.config import load
from cxdigest.model import Rendered
from cxdigest.pipeline import edition, take_in
from cxdigest.render import render
from cxdigest.render.words import format_words
from tests.docs.read import PAGES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
#: What the excerpt was made on, so that "today" and the day in the heading hold.
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def blocks(language: str = "") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_make_targets_of_the_pages_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        said = set(
            re.findall(r"(?:`|^)make ([a-z]+)(?:`|$)", page.read_text("utf-8"), re.MULTILINE)
        )
        assert said <= targets, page.name


def test_the_readme_is_short_and_says_what_it_must() -> None:
    assert len(README.splitlines()) <= 120
    first = README.split("\n\n")[1]
    assert first.count(". ") == 0, "what it is and for whom, in one sentence"
    assert {"make run\nmake test\n"} <= set(blocks())
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert headings == [
        "Two commands", "Your own digest", "What it does not do", "Where to go next"
    ]  # fmt: skip


def test_the_pictures_of_the_readme_say_what_the_digest_says() -> None:
    told = " ".join(example_digest().text.split())
    alts = re.findall(r'<img [^>]*alt="([^"]+)"', README)
    assert len(alts) == 2
    for words in re.findall("“([^”]+)”", " ".join(alts)):
        assert words in told
    for number, section in re.findall(r"(\d+) (customer experience roles|worth a look)", alts[0]):
        assert f"{section.upper()} ({number})" in told


def test_the_configuration_of_the_readme_loads(tmp_path):
    (snippet,) = blocks("yaml")
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "mailbox"
    secret.touch(mode=0o600)
    secret.write_text("an app password\n")
    (tmp_path / "config.yaml").write_text(snippet, "utf-8")
    config = load(tmp_path / "config.yaml")
    assert not config.warnings
    assert set(config.profiles) == set(yaml.safe_load(snippet)["profiles"])


def example_digest() -> Rendered:
    """What ``make run`` makes of the shipped examples, on the day of the excerpt."""
    settings = load(ROOT / "config.example.yaml")
    with app.street(settings, clock=lambda: NOW) as street:
        take_in(street, everything=True)
        (profile,) = street.profiles
        return render(edition(street, profile, NOW.date(), NOW), street.templates)


def test_the_excerpt_of_a_digest_is_what_the_examples_give():
    page = (ROOT / "docs" / "digest.md").read_text("utf-8")
    (excerpt,) = re.findall(
        r"^```\n(CUSTOMER EXPERIENCE ROLES.*?)^```$", page, re.DOTALL | re.MULTILINE
    )
    text = example_digest().text
    pieces = excerpt.split("[…]\n")
    assert len(pieces) == 3
    rest = text
    for piece in pieces:
        before, found, rest = rest.partition(piece)
        assert found, f"the digest does not say, after what went before:\n{piece}\nbut:\n{before}"


def formats() -> list[tuple[str, str]]:
    """The formats of boards, and the board's name, as the page about formats lists them."""
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    found = re.findall(r"^\| `([a-z0-9-]+)` \| ([^|(]+?) (?:\([^|]*\) )?\|", page, re.MULTILINE)
    return [(name, board) for name, board in found if board[0].isupper()]


@pytest.mark.parametrize(("name", "board"), formats())
def test_the_digest_names_a_board_as_the_page_about_formats_does(name: str, board: str):
    assert format_words(name) in {board, board.removesuffix(" feed")}


def test_every_dependency_has_its_reason_and_no_other_has_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    named = re.findall(r"^\| ([^|]+?) \|", page, re.MULTILINE)
    told = {name.strip() for row in named[1:] for name in re.sub(r"\(.*\)", "", row).split(",")}
    assert told == {re.split(r"[\[<>=~;]", one)[0].strip() for one in wanted}


def test_make_help_lists_every_target():
    # Not of a make that runs these tests: it would say which folders it enters.
    command = ["make", "--no-print-directory", "MAKELEVEL=0", "help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in told.stdout.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    assert listed == set(phony[1].split())
