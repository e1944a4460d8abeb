"""What the pages show can be used as it stands: configurations load, packs and formats too, JSON and Python parse."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cxdigest.config import Config, load
from cxdigest.config.shape import sections
from cxdigest.extract.declared import schema
from cxdigest.extract.declared.schema import read_format
from cxdigest.model import KINDS
from cxdigest.rules import load as load_rules
from cxdigest.rules.reading import pack, read_rule
from cxdigest.rules.trials.examples import check_examples
from tests.cli.inside import call
from tests.docs.read import PAGES, ROOT, Found, blocks, words

SHOWN = [found for page in PAGES for found in blocks(page)]
YAML = [found for found in SHOWN if found.language == "yaml"]
TOP = set(Config.model_fields)
#: The configuration of docs/configuration.md that is wrong five times; tests/test_config.py has it.
WRONG = "pasword_file: secrets/inbox"
#: What a file with such a key may hold; any other holds a password.
HELD = {
    "service_file": "json://hooks.example.org",
    "url_file": "https://watcher.example.org/ping",
    "metrics_token_file": "0123456789abcdef0123456789abcdef",
}
WEBHOOK = "whsec_" + "QUJD" * 10
#: Keys in code that are of no configuration, pack or format: other programs', answers', mails'.
OTHERS = {"status", "user", "version"}


def whole(told: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration *told* with what it leaves out: other sections, names it refers to."""
    made: dict[str, Any] = {"profiles": {"me": {}}, "channels": {}, "sources": {}, **told}
    unread = list(made["sources"]) or ["alerts"]
    for one in [*made["profiles"].values(), *made.get("coaches", {}).values()]:
        one.setdefault("name", "Ada")
        one.setdefault("time_zone", "Europe/Berlin")
        one.setdefault("deliver", [{"channel": "out", "to": ["me@example.org"]}])
        for each in one["deliver"]:
            made["channels"].setdefault(each["channel"], {"type": "folder", "path": "out"})
    for one in made["profiles"].values():
        source = {"type": "folder", "path": "."}
        if "addresses" in one:
            login = {"user": "coach@example.org", "password_file": "secrets/clients"}
            source = {"type": "mailbox", "intake": True, "host": "imap.example.org", **login}
        for name in one.setdefault("sources", unread):
            made["sources"].setdefault(name, source)
        if "coach" in one:
            deliver = [{"channel": next(iter(made["channels"])), "to": ["c@example.org"]}]
            coach = {"name": "C", "time_zone": "Europe/Berlin", "deliver": deliver}
            made.setdefault("coaches", {}).setdefault(one["coach"], coach)
    return made


def put_files(told: object, folder: Path) -> None:
    """Make the files that *told* names: passwords, packs, templates."""
    if isinstance(told, list):
        for one in told:
            put_files(one, folder)
    if not isinstance(told, dict):
        return
    for key, value in told.items():
        if key.endswith("_file") and key not in {"token_file", "ca_file"}:
            file = folder / value
            file.parent.mkdir(exist_ok=True)
            file.touch(mode=0o600)
            held = WEBHOOK if told.get("type") == "webhook" else "a password"
            file.write_text(HELD.get(key, held))
        elif key == "packs":
            for name in value:
                (folder / name).write_text(PACKS[0].text, "utf-8")
        elif key == "templates":
            (folder / value).mkdir(parents=True)
        put_files(value, folder)


PACKS = [found for found in YAML if found.text.startswith("pack: ")]
FORMATS = [found for found in YAML if found.text.startswith("format: ")]
OF_OTHERS = [found for found in YAML if found.text.startswith("# prometheus.yml")]
CONFIGS = [
    found
    for found in YAML
    if WRONG not in found.text and found not in [*PACKS, *FORMATS, *OF_OTHERS]
]


def test_the_pages_show_snippets_of_each_sort() -> None:
    assert len(CONFIGS) > 15
    assert len(PACKS) > 2
    assert FORMATS


@pytest.mark.parametrize("found", CONFIGS, ids=str)
def test_a_configuration_that_is_shown_loads(found: Found, tmp_path: Path) -> None:
    told = yaml.safe_load(found.text)
    assert set(told) <= TOP, "its sections"
    made = whole(yaml.safe_load(found.text))
    put_files(made, tmp_path)
    file = tmp_path / "config.yaml"
    if made == told:
        file.write_text(found.text, "utf-8")  # as it stands
    else:
        file.write_text(yaml.safe_dump(made, sort_keys=False), "utf-8")
        assert not re.search(r": \d?\d:\d\d\b", found.text), "a time wants quotes"
    assert not load(file).warnings


@pytest.mark.parametrize("found", PACKS, ids=str)
def test_a_pack_that_is_shown_is_taken_and_its_examples_hold(found: Found) -> None:
    rules = load_rules([("mine.yaml", found.text.encode())])
    assert rules.all_rules.own == {"mine"}
    assert check_examples(rules) == []


@pytest.mark.parametrize("found", FORMATS, ids=str)
def test_a_format_that_is_shown_is_taken(found: Found) -> None:
    assert read_format("jobmoor", found.text.encode()).board


@pytest.mark.parametrize("found", [one for one in SHOWN if one.language == "json"], ids=str)
def test_json_that_is_shown_is_json(found: Found) -> None:
    assert json.loads(found.text)


def test_the_posting_of_the_explanation_is_judged_as_the_page_shows(tmp_path: Path) -> None:
    page = ROOT / "docs" / "explanation" / "verdicts.md"
    posting, shown = (found.text for found in blocks(page))
    (tmp_path / "posting.json").write_text(json.dumps(json.loads(posting)), "utf-8")
    rest = call(tmp_path, "explain", "posting.json").stdout
    for piece in filter(None, shown.split("[…]\n")):
        before, found, rest = rest.partition(piece)
        assert found or not piece, (
            f"it does not say, after what went before:\n{piece}\nbut:\n{before}"
        )


@pytest.mark.parametrize("found", [one for one in SHOWN if one.language == "python"], ids=str)
def test_python_that_is_shown_is_python(found: Found) -> None:
    assert ast.parse(found.text).body  # tests/web/console/test_api_docs.py runs it


def test_every_language_of_a_snippet_is_one_that_is_looked_at() -> None:
    assert {one.language for one in SHOWN} <= {
        "",
        "yaml",
        "json",
        "python",
        "text",
        "console",
        "jinja",
    }


# -- keys in sentences


def dotted() -> set[str]:
    """Return every key by its sections, as sentences name it: ``web.proxy.header``."""
    found = set[str]()
    for at, model in sections():
        path = [part for part in at if part != "*"]
        if at[:1] in {("sources",), ("channels",)} and len(path) > 1:
            path.pop()  # the type
        found |= {".".join((*path, key)) for key in model.model_fields}
        # Of one source, profile … a sentence says the key with its last section alone.
        found |= {".".join((*path[-1:], key)) for key in model.model_fields}
    return found


def test_every_key_of_the_configuration_that_a_sentence_names_exists() -> None:
    known, looked_at = dotted(), 0
    shipped = load_rules()
    rules = {*shipped.group_of.values(), *shipped.group_of}
    files = ("po", "py", "yaml", "yml", "md", "json", "css", "lock", "backup")
    for page in PAGES:
        for found in words(page):
            key = re.match(r"([a-z]+(?:\.[a-z_]+)+)(?=$|:|,| )", found.text)
            if not key or key[1].partition(".")[0] not in TOP or key[1].endswith(files):
                continue
            if key[1] in rules or key[1].partition(".")[2] == "NAME":
                continue
            looked_at += 1
            assert key[1] in known, f"{found}: {found.text}"
    assert looked_at > 30


def test_every_key_that_a_sentence_shows_with_a_value_exists() -> None:
    known = {part for key in dotted() for part in key.split(".")} | TOP
    known |= {*KINDS, *pack._TOP, *pack._SETTINGS, *read_rule._REQUIRED, *read_rule._OPTIONAL}
    known |= {*schema.KEYS, *schema.LINK_KEYS}
    looked_at = 0
    for page in PAGES:
        for found in words(page):
            key = re.match(r"([a-z_]+): \S", found.text)
            if key and "reference" not in page.parts:
                looked_at += 1
                assert key[1] in known | OTHERS, f"{found}: {found.text}"
    assert looked_at > 30
