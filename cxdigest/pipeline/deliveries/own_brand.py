"""Write a digest with its reader's own templates, and never lose it to a mistake in them.

A template that breaks is told and the shipped one takes its place, with the same name, colours and
footer, so that the mail is on time and still its sender's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from jinja2 import Environment

from cxdigest.errors import RenderError
from cxdigest.language import _
from cxdigest.pipeline.street import Street
from cxdigest.render import render
from cxdigest.render.sample import invented_day
from cxdigest.render.templates import brand_problem, shipped_again

_Written = TypeVar("_Written")


def in_own_brand(
    street: Street, profile: str, write: Callable[[Environment], _Written]
) -> tuple[_Written, str]:
    """Return what *write* makes of the templates of *profile*, and what is wrong with those.

    Raises:
        RenderError: the shipped templates fail too.
    """
    own = street.branded.get(profile)
    if own is None:
        return write(street.templates), ""
    try:
        return write(own), ""
    except RenderError as error:
        problem = f"{error}; until that is mended the shipped template stands in its place"
    return write(shipped_again(own)), problem


def broken_templates(street: Street, profiles: Iterable[str]) -> tuple[str, ...]:
    """Return what is wrong with the templates of *profiles*, a sentence each.

    They are tried on an invented day, so that a mistake is told whoever's digest was made today.
    """
    tried: dict[int, str] = {}
    for name in profiles:
        own = street.branded.get(name)
        if own is not None and id(own) not in tried:
            tried[id(own)] = _problem(own)
    return tuple(
        _(
            "Templates: {problem}; until that is mended the shipped ones stand in their place.",
            problem=problem,
        )
        for problem in dict.fromkeys(tried.values())
        if problem
    )


def _problem(templates: Environment) -> str:
    if problem := brand_problem(templates):
        return problem
    try:
        render(invented_day(), templates)
    except RenderError as error:
        return str(error)
    return ""
