"""The pages say what the program does: commands, links, snippets, the excerpt, the dependencies."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from cxdigest import app
from cxdigest.cli import app as commands
from cxdigest.config import load
from cxdigest.model import Rendered
from cxdigest.pipeline import edition, take_in
from cxdigest.render import render
from cxdigest.render.words import format_words

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: What the excerpt was made on, so that "today" and the day in the heading hold.
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
NESTED = {"feed", "import", "profile", "review", "rules", "service", "user"}


def blocks(language: str = "") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def named_commands() -> set[tuple[str, ...]]:
    """The commands after ``cxdigest`` in the README, with a nested one's second word."""
    found, top = set(), known()
    for line in re.findall(r"(?:^|[`/ ])cxdigest ([a-z][^`\n#]*)", "\n".join([*blocks(), README])):
        first, *rest = line.split()
        if first in top:
            found.add((first, rest[0]) if first in NESTED else (first,))
    return found


def known() -> set[str]:
    told = CliRunner().invoke(commands, ["--help"]).output.partition("Commands:")[2]
    return set(re.findall(r"^  ([a-z-]+)  ", told, re.MULTILINE))


def test_every_command_stands_in_the_table_and_every_one_in_the_table_exists():
    table = README.partition("## The commands")[2].partition("\n## ")[0]
    listed = {
        shlex.split(row)[0] for row in re.findall(r"^\| `cxdigest ([^`]+)`", table, re.MULTILINE)
    }
    assert listed == known()


@pytest.mark.parametrize("command", sorted(named_commands()), ids=" ".join)
def test_a_command_of_the_readme_has_help(command):
    done = CliRunner().invoke(commands, [*command, "--help"])
    assert done.exit_code == 0
    about = done.output.partition("\n\n")[2].strip()
    assert about[:1].isupper(), "it says what it does"


def test_the_options_of_the_readme_exist():
    for line in re.findall(r"cxdigest ((?:[a-z]+ )+)(--[a-z]+)", README):
        command, option = line[0].split(), line[1]
        told = CliRunner().invoke(commands, [*command, "--help"]).output
        assert option in told, line


def test_the_make_targets_of_the_pages_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        said = set(
            re.findall(r"(?:`|^)make ([a-z]+)(?:`|$)", page.read_text("utf-8"), re.MULTILINE)
        )
        assert said <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_linked_file_exists(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


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


def test_the_excerpt_of_the_readme_is_what_the_examples_give():
    (excerpt,) = (block for block in blocks() if block.startswith("CUSTOMER EXPERIENCE ROLES"))
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
