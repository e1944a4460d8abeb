"""How a problem with one value is said: what is wrong, what to write, and what was likely meant.

Pure; knows no key and no file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from cxdigest.language import _


def wrong(what: str, instead: str = "") -> PydanticCustomError:
    """Return the error that says *what* is wrong and what to write *instead*."""
    # The words travel as context, because pydantic fills in braces of the template.
    return PydanticCustomError("wrong", "{what}", {"what": what, "instead": instead})


def nearest(word: object, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the one of *known* that *word* most likely stands for, or ``""``."""
    folded = {_fold(name): name for name in known}
    near = difflib.get_close_matches(_fold(str(word)), folded, n=1, cutoff=cutoff)
    return folded[near[0]] if near else ""


def _fold(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest of *known*, or a list of them all."""
    names = sorted(known)
    if near := nearest(word, names):
        return _('did you mean "{near}"?', near=near)
    return _("known here: {names}", names=", ".join(names)) if names else ""


def shown(value: object) -> str:
    """Return *value* as it stands in the file, text in quotes."""
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
