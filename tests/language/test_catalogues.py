"""The catalogues hold what code, templates and packs say: all of it, translated, with its places."""

import ast
import re
import string

import pytest

from cxdigest.language import DOMAINS, catalogue_path
from tests.language.messages import TRANSLATED, kept, modules, open_messages, renewed

#: What a message may hold that its translation must hold too.
_PERCENT = re.compile(r"%\((\w+)\)s|%%")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&\w+;")
EVERY = [(language, domain) for language in TRANSLATED for domain in DOMAINS]


@pytest.fixture(scope="module")
def up_to_date():
    return {language: renewed(language) for language in TRANSLATED}


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_a_catalogue_holds_the_messages_that_are_said_and_no_others(language, domain, up_to_date):
    written = catalogue_path(language, domain).read_bytes()
    assert written == up_to_date[language][domain], "run python -m tests.language.messages"


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_every_message_is_translated(language, domain):
    assert [one.id for one in open_messages(language, domain)] == []


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_a_translation_has_the_places_and_the_markup_of_its_message(language, domain):
    wrong = []
    for message in kept(language, domain):
        if not message.id:
            continue
        names = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        # A form for one thing may leave its number out.
        allowed = [parts(name) for name in names]
        wrong += [(names[0], text) for text in texts if text and parts(text) not in allowed]
    assert wrong == []


def parts(text: str) -> tuple[list[str], list[str]]:
    """What a program puts into *text*, and its markup."""
    try:
        braces = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        braces = ["?"]
    percents = [found[0] for found in _PERCENT.finditer(text)]
    return sorted([*braces, *percents]), sorted(_TAG.findall(text))


def test_a_place_that_is_lost_is_noticed():
    assert parts("{n} of {all}") != parts("{n} von allen")
    assert parts("<b>%(name)s</b>") != parts("%(name)s")
    assert parts("%(a)s and %(b)s") == parts("%(b)s und %(a)s")


def test_no_message_hides_in_an_f_string():
    """What stands within one is not taken out by every version of Python, and places must stay."""
    callers = {"_", "ngettext", "pgettext", "marked"}
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            inner = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            within = [one for one in inner if isinstance(one, ast.Call)]
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in callers:
                found += [(path.name, one.lineno) for one in node.args if _is_made(one)]
            for call in within:
                if getattr(call.func, "id", "") in callers:
                    said = [one for one in call.args if isinstance(one, ast.Constant)]
                    found += [(path.name, one.lineno) for one in said]
    assert found == []


def _is_made(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr)
