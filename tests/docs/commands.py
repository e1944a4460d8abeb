"""``docs/reference/commands.md``: every command with its arguments and options, as Typer has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from cxdigest.cli import app
from tests.docs.read import DOCS

#: Pages that say more of a command, by its first word, where they exist.
MORE = {
    "authorise": "logins.md",
    "backup": "operations.md#backups",
    "deliveries": "delivery.md",
    "demo": "demo.md",
    "doctor": "doctor.md",
    "explain": "identity.md",
    "export": "elsewhere.md#a-table-export",
    "extract": "formats.md",
    "feed": "elsewhere.md",
    "feedback": "feedback.md",
    "health": "operations.md",
    "import": "import.md",
    "init": "init.md",
    "judge": "rules.md",
    "migrate-store": "scaling.md",
    "plugins": "plugins.md",
    "preview": "delivery.md",
    "profile": "profiles.md",
    "quarantine": "delivery.md",
    "reread": "sources.md",
    "report-format": "formats.md",
    "restore": "operations.md#backups",
    "review": "profiles.md#a-look-before-it-is-sent",
    "rules": "rules.md",
    "run": "delivery.md",
    "send": "doctor.md",
    "serve": "console.md",
    "service": "service.md",
    "sources": "sources.md",
    "unmerge": "identity.md",
    "user": "console.md#who-may-see-what",
    "worker": "cluster.md",
}
_BEGIN = """# Commands

This page is made from the program itself: `cxdigest COMMAND --help` prints the same.

Before a command may stand `--config FILE` (or `-c FILE`): the configuration, which otherwise is the file that
`CXDIGEST_CONFIG` names, or `config.yaml` in the folder you are in. `cxdigest --version` prints the version. With
`--json`, answers are one JSON object a line on standard output; messages are on standard error.

Exit codes: 0 done, 1 something failed and is named, 2 wrong use or configuration.
"""


def page() -> str:
    """Return the page."""
    made = typer.main.get_command(app)
    every = list(_leaves(made, ()))
    lines = [_BEGIN, "| command | what it does |", "|---|---|"]
    for words, command in every:
        name = " ".join(("cxdigest", *words))
        lines.append(f"| [`{name}`](#{'-'.join(('cxdigest', *words))}) | {_cell(command.help)} |")
    for words, command in every:
        lines += ["", *_section(words, command)]
    return "\n".join(lines) + "\n"


def _leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", {})
    if not below or getattr(command, "invoke_without_command", False):
        yield words, command
    for name, one in below.items():
        if not one.hidden:
            yield from _leaves(one, (*words, name))


def _section(words: tuple[str, ...], command: Any) -> Iterator[str]:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one.param_type_name == "option"]
    yield f"## cxdigest {' '.join(words)}"
    yield ""
    yield _prose(command.help)
    yield ""
    yield "```"
    take = ["[OPTIONS]"] if options else []
    if getattr(command, "commands", {}):
        take.append("[COMMAND]")
    yield " ".join(("cxdigest", *words, *take, *map(_metavar, arguments)))
    yield "```"
    if rows := [*map(_argument, arguments), *map(_option, options)]:
        yield from ("", "| you write | what it is | without it |", "|---|---|---|", *rows)
    more = MORE.get(words[0], "")
    if more and (DOCS / more.partition("#")[0]).exists():
        yield from ("", f"More: [{more.partition('.')[0]}](../{more})")


def _argument(one: Any) -> str:
    without = "required" if one.required else _default(one)
    return f"| `{_metavar(one)}` | {_cell(one.help)} | {without} |"


def _option(one: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    if not one.is_flag:
        names += f" `{one.metavar or _kind(one)}`"
    bounds = [words for words in (_bound("at least", one.min), _bound("at most", one.max)) if words]
    about = _cell(one.help) + (f" ({', '.join(bounds)})" if bounds else "")
    return f"| {names} | {about} | {'required' if one.required else _default(one)} |"


def _bound(words: str, value: object) -> str:
    return "" if value is None else f"{words} {value}"


def _kind(one: Any) -> str:
    annotation = one.type_descriptor.annotation
    name = getattr(annotation, "__name__", str(annotation))
    return {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "Path": "PATH"}.get(name, "VALUE")


def _metavar(one: Any) -> str:
    return one.metavar or one.name.upper()


def _default(one: Any) -> str:
    value = one.default
    if getattr(one, "is_flag", False):
        if not one.secondary_opts:
            return ""
        return f"`{(one.opts if value else one.secondary_opts)[0]}`"
    if value is None or value == "" or callable(value):
        return ""
    return f"`{value}`"


def _prose(text: str | None) -> str:
    return "\n\n".join(_html(part) for part in re.split(r"\n\s*\n", (text or "").strip()))


def _cell(text: str | None) -> str:
    return _html((text or "").partition("\n\n")[0]).replace("|", "\\|")


def _html(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")
