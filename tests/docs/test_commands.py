"""Every command and option that the pages name exists, and commands in snippets parse."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cxdigest.cli import app
from tests.docs.read import PAGES, ROOT, Found, blocks, words

TREE = typer.main.get_command(app)
#: What may be asked without a command.
OF_ALL = [["--help"], *([name] for one in TREE.params for name in one.opts)]
#: A command begins a line, or stands behind a prompt, a folder or another command.
_CALL = re.compile(r"(?:^ *|/|[$&|;(] |time )cxdigest((?: +[^\s(<][^\n]*)?)$", re.MULTILINE)
_ENDS = {"&&", "||", "|", ";", ">", ">>", "<", "2>"}


def called(text: str) -> Iterator[list[str]]:
    """Yield the words after each ``cxdigest`` of *text* that is called, line by line."""
    for line in text.replace("\\\n", " ").splitlines():
        for call in _CALL.finditer(line):
            try:
                parts = shlex.split(call[1].rstrip("'"), comments=True)
            except ValueError:  # a quote that closes one before the command
                parts = call[1].split()
            ends = [at for at, one in enumerate(parts) if one in _ENDS or one[0] in "&|;>"]
            yield parts[: min(ends, default=len(parts))]


def command_of(parts: list[str]) -> tuple[Any, list[str]]:
    """Return the command that *parts* name, and what is left of them."""
    command, rest = TREE, list(parts)
    while rest and rest[0] in {"--config", "-c"}:
        rest = rest[2:]
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    return command, rest


NAMED = [
    (found, parts)
    for page in PAGES
    for found in words(page)
    for parts in called(found.text)
    if parts and parts[0] != "COMMAND"
]
WRITTEN = [
    (found, parts)
    for page in PAGES
    if "reference" not in page.parts
    for found in blocks(page)
    if found.language in {"", "console", "sh", "bash"}
    for parts in called(found.text)
    if parts
]


def ids(value: object) -> str:
    return str(value) if isinstance(value, Found) else " ".join(value)  # type: ignore[arg-type]


def test_the_pages_name_commands_at_all() -> None:
    assert len(NAMED) > 100
    assert len(WRITTEN) > 40


@pytest.mark.parametrize(("found", "parts"), NAMED, ids=ids)
def test_a_command_that_a_page_names_exists_with_its_options(found: Found, parts: list[str]):
    command, rest = command_of(parts)
    if command is TREE:
        assert rest[:1] in ([], *OF_ALL), f"{found}: there is no command {rest[0]!r}"
    below = getattr(command, "commands", {})
    if below and rest and rest[0].islower() and not rest[0].startswith("-"):
        listed = [one.strip() for one in re.split(r"[|,]", rest[0])]
        assert set(listed) <= set(below), f"{found}: {parts}"
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    for one in rest:
        if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", one):
            assert one.partition("=")[0] in {*known, "--help", "--version"}, f"{found}: {one}"


@pytest.mark.parametrize(("found", "parts"), WRITTEN, ids=ids)
def test_a_command_of_a_snippet_can_be_typed(found: Found, parts: list[str]):
    command, rest = command_of(parts)
    if command is TREE:
        assert rest[:1] in OF_ALL, f"{found}: {parts}"
        return
    command.make_context("cxdigest", rest)


def every() -> Iterator[Found]:
    """Yield all that stands in code on the pages, in sentences and in blocks."""
    for page in PAGES:
        yield from words(page)
        yield from blocks(page)


def test_the_modules_that_are_called_exist() -> None:
    called_modules = {
        (module, str(found))
        for found in every()
        for module in re.findall(r"python3? -m ([a-z_.]+[a-z])", found.text)
    }
    assert len(called_modules) > 10
    for module, found in called_modules:
        assert importlib.util.find_spec(module), f"{found}: {module}"


def test_the_files_of_the_project_that_are_named_exist() -> None:
    named = {
        (path.rstrip("/."), str(found))
        for found in every()
        for path in re.findall(
            r"(?:^|[ `(])((?:bench|cxdigest|deploy|docs|examples|tests)/[\w./-]+)",
            found.text,
        )
        if "…" not in found.text and not re.search(r"/[A-Z]+(/|$)", path)
    }
    assert len(named) > 60
    for path, found in named:
        assert (ROOT / path).exists(), f"{found}: {path}"


def test_the_variables_of_the_environment_that_are_named_are_read() -> None:
    code = "".join(
        file.read_text("utf-8")
        for folder in ("cxdigest", "tests", "bench")
        for file in (ROOT / folder).rglob("*.py")
        if file != ROOT / "tests" / "docs" / "test_commands.py"
    )
    named = {
        (name, str(found))
        for found in every()
        for name in re.findall(r"\bCXDIGEST_[A-Z_]+\b", found.text)
        if found.page.name != "configuration.md"  # there they are of the reader's choice
    }
    assert len(named) > 5
    for name, found in named:
        assert name in code, f"{found}: {name}"
