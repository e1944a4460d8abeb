"""Takes the marked messages out of code, templates and packs, and brings the catalogues up to date.

``python -m tests.language.messages`` keeps every translation whose message is still there, wherever
it stood before, adds the new messages without one, and removes what nobody says any more. What is
left to translate it counts; nothing is guessed.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_file
from babel.messages.pofile import read_po, write_po

from cxdigest.language import DOMAINS, LANGUAGES, catalogue_path

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(LANGUAGES)[1:]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
#: Folders and files whose texts readers of digests see; the rest of ``web`` is the console's, and
#: the rest of all the command line's.
_DIGEST = re.compile(
    r"templates/digest\.|templates/web/[a-z]+\.html"
    r"|cxdigest/(?:render|feedback|wishes|identity|pipeline|channels|sources|store|model|digest|week|yields|tiers|terms|schedule|extract|jobposting)\b"
    r"|cxdigest/console/digests/reviewed\.py|cxdigest/web/(?:said|unsubscribe|review|wording|desk|feeds)\.py"
)
_CONSOLE = re.compile(r"templates/web/|cxdigest/(?:web|console|setup)/")
#: What stands there as help is translated when it is shown, without a mark.
_COMMANDS = (ROOT / "cxdigest" / "cli", ROOT / "cxdigest" / "cli" / "commands")
_Found = tuple[str, "str | tuple[str, ...]", "str | None"]


def domain_of(path: str) -> str:
    """Name the catalogue in which a message of the file *path* stands."""
    if path.endswith(".yaml") or path.startswith("cxdigest/rules/"):
        return "rules"
    if _DIGEST.match(path):
        return "digest"
    return "console" if _CONSOLE.match(path) else "cli"


def messages() -> dict[str, Catalog]:
    """Return the messages of every domain, each in the first that says it, without translations."""
    found: dict[str, list[_Found]] = {domain: [] for domain in DOMAINS}
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        found[domain_of(name)] += [(name, said, context) for said, context in _said(path)]
    taken: set[tuple[object, str | None]] = set()
    made = {}
    for domain in DOMAINS:
        catalog = made[domain] = Catalog(fuzzy=False)
        for name, said, context in found[domain]:
            key = (said if isinstance(said, str) else said[0], context)
            if key not in taken or catalog.get(key[0], context):
                catalog.add(said, locations=[(name, None)], context=context)
            taken.add(key)
    return made


def _files() -> Iterator[Path]:
    yield from modules()
    yield from sorted((ROOT / "templates").rglob("*.j2"))
    yield from sorted((ROOT / "cxdigest" / "rules" / "packs").glob("*.yaml"))


def modules() -> list[Path]:
    """Return the modules that say anything: those that import the means to, and commands."""
    every = sorted((ROOT / "cxdigest").rglob("*.py"))
    return [
        one for one in every if one.parent in _COMMANDS or b"cxdigest.language" in one.read_bytes()
    ]


def _said(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    if path.suffix == ".yaml":
        yield from ((reason, None) for reason in _reasons(yaml.safe_load(path.read_bytes())))
        return
    if path.suffix == ".j2":
        source = BytesIO(path.read_bytes())
        rows = extract("jinja2.ext.babel_extract", source, KEYWORDS, (), _TEMPLATE_OPTIONS)
    else:
        rows = iter(extract_from_file("python", path, keywords=KEYWORDS))
    for _line, said, _comments, context in rows:
        if said:
            yield said, context
    if path.parent in _COMMANDS and path.suffix == ".py":
        yield from declared(path.read_text(encoding="utf-8"))


def declared(source: str) -> Iterator[tuple[str, str | None]]:
    """Yield what declarations of commands say: help as it is shown, placeholders in context."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(map(_is_command, node.decorator_list)):
            if told := ast.get_docstring(node, clean=False):
                yield inspect.cleandoc(told), None
        elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
            if node.arg == "help":
                yield inspect.cleandoc(node.value.value), None
            elif node.arg == "metavar":
                yield node.value.value, "placeholder"


def _is_command(node: ast.expr) -> bool:
    made = node.func if isinstance(node, ast.Call) else node
    return isinstance(made, ast.Attribute) and made.attr in {"command", "callback"}


def _reasons(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in {"reason", "reasons"} and isinstance(value, str):
                yield value.strip()
            else:
                yield from _reasons(value)
    elif isinstance(data, list):
        for value in data:
            yield from _reasons(value)


def kept(language: str, domain: str) -> Catalog:
    """Return the catalogue as it is; an empty one where there is none."""
    path = catalogue_path(language, domain)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> dict[str, bytes]:
    """Return what the files of *language* should hold, by domain."""
    known: dict[tuple[object, str | None], Message] = {}
    for domain in DOMAINS:
        for message in kept(language, domain):
            if message.id and message.string:
                known.setdefault(_key(message), message)
    return {domain: _written(language, catalog, known) for domain, catalog in messages().items()}


def _written(
    language: str, said: Catalog, known: dict[tuple[object, str | None], Message]
) -> bytes:
    # A header without dates and tools, so that two people's changes meet only where texts do.
    catalog = Catalog(locale=language, fuzzy=False, header_comment="")
    for message in said:
        if not message.id:
            continue
        before = known.get(_key(message))
        same = before is not None and isinstance(before.id, str) == isinstance(message.id, str)
        flags = (before.flags - {"python-format", "python-brace-format"}) if same else ()
        catalog.add(
            message.id,
            before.string if same else None,
            locations=[(name, None) for name in sorted({name for name, _ in message.locations})],
            flags=flags,
            context=message.context,
        )
    file = BytesIO()
    write_po(file, catalog, width=100, sort_output=True, omit_header=True)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {language}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return head.encode() + file.getvalue()


def _key(message: Message) -> tuple[object, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def open_messages(language: str, domain: str) -> list[Message]:
    """Return what is not translated, or only guessed."""
    return [one for one in kept(language, domain) if one.id and (_lacks(one) or one.fuzzy)]


def _lacks(message: Message) -> bool:
    told = message.string
    return not told or (not isinstance(told, str) and not all(told))


def _main() -> None:
    for language in TRANSLATED:
        for domain, content in renewed(language).items():
            path = catalogue_path(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
            total = sum(1 for one in kept(language, domain) if one.id)
            left = len(open_messages(language, domain))
            print(f"{language}/{domain}: {total} messages, {left} to translate")


if __name__ == "__main__":
    _main()
