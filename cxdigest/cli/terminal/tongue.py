"""Which language a command speaks: that of the environment, by gettext's rules.

``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` name it, the first that says anything; ``LANGUAGE`` lists
what is liked better, unless the others ask for plain ``C``. Pure: takes the environment as it is
given. What is named there chooses among the languages there are and never becomes a file's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cxdigest.language import LANGUAGES, SOURCE

_WORD = re.compile(r"([A-Za-z]{1,8})(?:[_.@-].{0,60})?")
_PLAIN = {"c", "posix"}
_MOST = 20  #: languages of a list that are looked at


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language, one of ``LANGUAGES``; English where none of them is asked for."""
    asked = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in asked if environment.get(name)), "")
    if _code(locale) in _PLAIN:
        return SOURCE
    liked = environment.get("LANGUAGE") or locale
    codes = map(_code, liked.split(":", _MOST)[:_MOST])
    return next((code for code in codes if code in LANGUAGES), SOURCE)


def _code(locale: str) -> str:
    found = _WORD.fullmatch(locale.strip())
    return found[1].lower() if found else ""
