"""Say in words that help why a file is not YAML at all.

Knows the messages of both of PyYAML's parsers, libyaml and the one in Python.
"""

from __future__ import annotations

import re

import yaml

from cxdigest.language import _, marked

#: The parser's words (libyaml's and PyYAML's own) in words that help; the first that matches.
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "scanning a quoted scalar",
        marked("a quote is opened here and not closed"),
        marked("close it, or write a quote within the text twice"),
    ),
    (
        "mapping values are not allowed",
        marked("a colon stands where no key can be"),
        (
            marked(
                "put the value in quotes; or indent this line like its neighbours; or put a space "
                "behind the colon of the line above"
            )
        ),
    ),
    (
        "flow sequence",
        marked("a list is opened with [ and not closed"),
        marked("add the missing comma or ]"),
    ),
    (
        "flow mapping",
        marked("braces are opened with { and not closed"),
        marked("add the missing comma or }"),
    ),
    (
        "scanning a simple key",
        marked("this line is neither a key nor part of a value"),
        marked('write "key: value", with a space behind the colon'),
    ),
    (
        "block mapping",
        marked("this line does not fit the lines above"),
        marked("indent the keys of one group by the same number of spaces"),
    ),
    (
        "block collection",
        marked("this line does not fit the list above"),
        marked("indent all its dashes by the same number of spaces"),
    ),
    (
        "node content",
        marked("a value is missing here"),
        marked("write it, or put it in quotes if it begins with a sign"),
    ),
    (
        "cannot start any token",
        marked("a value cannot begin with this character"),
        marked("put the value in quotes"),
    ),
    ("escape", marked('an unknown \\ stands in "…"'), marked("write '…' with single quotes")),
)
#: Of these the parser reports the end; the person must look at the beginning.
_AT_START = ("scanning a quoted scalar", "flow sequence", "flow mapping", "scanning a simple key")


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str, str]:
    """Return the line of *text* to look at, what is wrong there, and what to write instead."""
    said = f"{error.context or ''}: {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    unknown = (
        "",
        _("is not YAML ({problem})", problem=error.problem),
        _("compare it with the example"),
    )
    words, what, instead = next((saying for saying in _SYNTAX if saying[0] in said), unknown)
    what, instead = _(what), _(instead)
    if words in _AT_START:
        mark = error.context_mark or mark
    lines = text.splitlines() or [""]
    row = min(mark.line if mark else 0, len(lines) - 1)
    if re.match(r"[ -]*\t", lines[row]):
        what, instead = _("a tab stands in the indentation"), _("indent with spaces")
    elif words.startswith("block") and mark and lines[row][: mark.column].strip(" -"):
        what = _("text follows a value that has already ended")
        instead = _("put the whole value in one pair of quotes")
    return row + 1, what, instead
