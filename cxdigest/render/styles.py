"""Put the style sheet into the tags: once into the shipped templates, or into a finished mail.

Pure. Mail clients drop style sheets. The shipped sheet names tags and classes only, so the styles
of an element follow from its tag alone and are written into the template before any mail is made;
what people's own templates make is inlined mail by mail, by css-inline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import css_inline

from cxdigest.errors import RenderError

_INLINER = css_inline.CSSInliner(
    keep_style_tags=False,
    keep_at_rules=False,  # they would be moved above the charset; templates mark them to keep
    load_remote_stylesheets=False,
    minify_css=True,
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)")
_SHEET = re.compile(r"<style>(.*?)</style>\n?", re.DOTALL)
_KEPT = ' data-css-inline="keep"'
#: A start tag of a template, which may hold template code; comments are left alone.
_TAG = re.compile(r"(?s:<!--.*?-->)|<([a-z][a-z0-9]*)((?:\{\{.*?\}\}|\{%.*?%\}|[^<>{}])*)>")
_CLASS = re.compile(r' class="([^"]*)"')
_STYLE = re.compile(r' style="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    tag: str  #: empty for any
    classes: frozenset[str]
    weight: tuple[int, int, int]  #: classes, tags, place in the sheet
    styles: Mapping[str, str]


class Sheet:
    """A style sheet of tags and classes."""

    def __init__(self, css: str) -> None:
        rules = [
            _rule(selector.strip(), body, place)
            for place, (selectors, body) in enumerate(_RULE.findall(_COMMENT.sub("", css)))
            for selector in selectors.split(",")
        ]
        self._rules = sorted(rules, key=lambda rule: rule.weight)

    def inlined(self, template: str) -> str:
        """Return the source of *template* with the styles of each tag written into it."""
        return _TAG.sub(self._tag, template)

    def _tag(self, found: re.Match[str]) -> str:
        tag, rest = found[1], found[2]
        if not tag:
            return found[0]
        named = _CLASS.search(rest)
        classes = frozenset(named[1].split()) if named else frozenset()
        styles: dict[str, str] = {}
        for rule in self._rules:
            if rule.tag in {"", tag} and rule.classes <= classes:
                for name, value in rule.styles.items():
                    styles.pop(name, None)  # what is said later stands later
                    styles[name] = value
        own = _STYLE.search(rest)
        told = ";".join([*(f"{name}:{value}" for name, value in styles.items())])
        if own:
            rest = rest.replace(own[0], "")
            told = ";".join(filter(None, [told, own[1]]))
        return f'<{tag}{rest} style="{told}">' if told else found[0]


def _rule(selector: str, body: str, place: int) -> _Rule:
    known = _SELECTOR.fullmatch(selector)
    assert known, f"{selector!r}: the shipped sheet names tags and classes only"
    classes = frozenset(filter(None, known[2].split(".")))
    pairs = (one.partition(":") for one in body.split(";") if one.strip())
    return _Rule(
        tag=known[1] or "",
        classes=classes,
        weight=(len(classes), int(bool(known[1])), place),
        styles={name.strip(): _tight(value) for name, _, value in pairs},
    )


def _tight(value: str) -> str:
    return re.sub(r",\s+", ",", value.strip()).replace('"', "'")


def sheet_in(template: str) -> Sheet:
    """Return the sheet that *template* wants to be inlined."""
    return Sheet("".join(_SHEET.findall(template)))


def without_sheet(template: str) -> str:
    """Return *template* with the sheet alone that stays in the mail."""
    return _SHEET.sub("", template).replace(_KEPT, "")


def inlined(html: str, name: str) -> str:
    """Return a finished mail with its styles inlined, whatever its sheet says.

    Raises:
        RenderError: its styles cannot be read; names the template *name*.
    """
    try:
        return _INLINER.inline(html)
    except css_inline.InlineError as error:
        raise RenderError(f"{name}: its styles cannot be inlined: {error}") from error
