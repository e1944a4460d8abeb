"""Sentences that the store keeps in English, said in the reader's language where they are ours.

Why a rule speaks, why a verdict is open, why an alert could not be read: one store serves readers
of several languages, so these are translated where they are shown. What is not ours (a reason of
somebody's own pack, the words of a server) is shown as it is written. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cxdigest.language import SOURCE, _, figure, ngettext, spoken
from cxdigest.render import words

_SENTENCES = re.compile(r"Of (\d+) sentences with telling words, (\d+) speaks? of (.+) most\.")
_FOREIGN = re.compile(r"It is written in (\w+), which no pack reads\.")
_NO_FEED = re.compile(r"It is not a feed but (.+)\.")


def said(sentence: str) -> str:
    """Return *sentence*, as the store keeps it, in the language that is spoken."""
    if not sentence or (language := spoken()) == SOURCE:
        return sentence
    return _said(sentence, language)


@lru_cache(maxsize=4096)
def _said(sentence: str, language: str) -> str:
    if counted := _SENTENCES.fullmatch(sentence):
        return ngettext(
            "Of {every} sentences with telling words, {n} speaks of {kind} most.",
            "Of {every} sentences with telling words, {n} speak of {kind} most.",
            int(counted[2]),
            every=figure(int(counted[1])),
            kind=_(counted[3]),
        )
    if foreign := _FOREIGN.fullmatch(sentence):
        name = words.language_called(foreign[1], language)
        return _("It is written in {language}, which no pack reads.", language=name)
    if other := _NO_FEED.fullmatch(sentence):
        return _("It is not a feed but {what}.", what=_(other[1]))
    return _(sentence)
