"""Templates that speak the reader's language: ``_("…")`` and ``{% trans %}`` in Jinja2.

Pure. Jinja2's extension reads the blocks; what it calls is ours: which language is spoken is asked
for each text, values are escaped where the template escapes, and places are ``%(name)s`` and
nothing else, so that no template makes a monstrous text of a width.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from cxdigest import language

EXTENSION = "jinja2.ext.i18n"
_PLACE = re.compile(r"%\((\w+)\)s|%%")


def teach(templates: Environment) -> None:
    """Let *templates* say their texts in the language that is spoken when they are filled.

    They also get ``spoken()``, for ``<html lang>``, and ``figure`` for numbers.
    """
    templates.add_extension(EXTENSION)
    templates.newstyle_gettext = True  # type: ignore[attr-defined] # the extension's
    templates.globals.update(
        _=_said, gettext=_said, ngettext=_counted, pgettext=_meant, npgettext=_counted_as_meant,
        spoken=language.spoken,
    )  # fmt: skip
    templates.filters["figure"] = _figure


@pass_context  # or a constant would be written once, in the language of that moment
def _figure(context: Context, number: int) -> str:
    del context
    return language.figure(number)


@pass_context
def _said(context: Context, text: str, /, **values: Any) -> str:  # noqa: ANN401 - a template's
    if not values and "%(" not in text:  # as most texts, of which a page has a hundred
        return _plain(text, language.spoken(), context.eval_ctx.autoescape)
    return _filled(context, language._(text), values)


@lru_cache(maxsize=4096)
def _plain(text: str, _language: str, escapes: bool) -> str:  # noqa: FBT001 - a key of what is kept
    told = language._(text).replace("%%", "%")
    return Markup(told) if escapes else told  # noqa: S704 - ours


@pass_context
def _meant(context: Context, meaning: str, text: str, /, **values: Any) -> str:  # noqa: ANN401 - a template's
    return _filled(context, language.pgettext(meaning, text), values)


@pass_context
def _counted(context: Context, one: str, many: str, num: int, /, **values: Any) -> str:  # noqa: ANN401 - a template's
    told = language.plural(one, many, num)
    return _filled(context, told, {"num": num, "n": language.figure(num), **values})


@pass_context
def _counted_as_meant(
    context: Context,
    meaning: str,
    one: str,
    many: str,
    num: int,
    /,
    **values: Any,  # noqa: ANN401 - a template's
) -> str:
    told = language.plural(one, many, num, meaning)
    return _filled(context, told, {"num": num, "n": language.figure(num), **values})


def _filled(context: Context, told: str, values: dict[str, Any]) -> str:
    """Put *values* into their places, escaped where the template escapes."""
    escapes = context.eval_ctx.autoescape
    if "%" not in told:
        return Markup(told) if escapes else told  # noqa: S704 - ours

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        return str(escape(values[place[1]])) if escapes else str(values[place[1]])

    filled = _PLACE.sub(put, told)
    return Markup(filled) if escapes else filled  # noqa: S704 - the values are escaped
