"""The level of a job from its title: entry, mid, senior, lead, executive; pure.

A title names the levels that it may be; none where it says nothing. "Executive" alone is no level
(an "account executive" is none), nor is "lead" in "lead generation" or "senior" in "senior living".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from cxdigest.language import _, marked
from cxdigest.names.words import words_of

LEVELS = ("entry", "mid", "senior", "lead", "executive")
_LEVEL_WORDS = {
    "entry": marked("entry"),
    "mid": marked("mid"),
    "senior": marked("senior"),
    "lead": marked("lead"),
    "executive": marked("executive"),
}
_Level = frozenset[str]
#: Titles of those who serve somebody of a level, which say nothing of their own.
_FOR_ANOTHER = re.compile(
    r"\b(?:executive|personal|administrative|management) (?:assistant|secretary)\b"
    r"|\b(?:assistant|secretary|support|advis[eo]r) to\b|\boffice of the\b"
)
_TOP = re.compile(
    r"\bchief\b(?! of staff)|\bc[efotmpixrds]o\b|\b(?:co )?founder\b|\bc level\b"
    r"|\b(?:senior |executive )?vice president\b|\b[se]?vp\b|\bpresident\b|\bmanaging director\b"
    r"|\bgeschaftsfuhr\w*"
)
#: In banks, those are titles of all levels.
_NO_TOP = re.compile(r"\b(?:assistant vice president|avp|assistant vp|associate vp)\b")
_DIRECTOR = re.compile(
    r"\bdirect(?:or|ora|rice|eur)s?\b|\bdirektor\w*|\bhead\b(?! (?:office|teller|count|start|hunt))"
    r"|\bchief of staff\b|\b(?:bereichs|abteilungs)leit\w+|\bgeneral manager\b"
)
_SALES_LEAD = (
    r"(?:generation|generator|gen|management|nurturing|qualification|qualifier|conversion|response"
    r"|handling|handler|intake|acquisition|research|time|form|paint|pipe|free)"
)
#: Words beside the job's name, each with its levels; several together may all be meant.
_BESIDE: tuple[tuple[re.Pattern[str], _Level], ...] = (
    (
        re.compile(
            r"\b(?:intern|internship|trainee|traineeship|apprentice\w*|graduate|junior|jr|jnr|entry"
            r"|entry level|werkstudent\w*|working student|praktik\w+|stagiaire|stage|alternan\w+"
            r"|becari[oa]|azubi|ausbildung|volontar\w*|placement student)\b"
        ),
        frozenset({"entry"}),
    ),
    (re.compile(r"\b(?:mid(?: senior)?(?: level)?|midweight|intermediate)\b"), frozenset({"mid"})),
    (
        re.compile(
            r"\b(?:senior|sr|snr)\b(?! (?:living|care|citizen\w*|housing|adult\w*|home|community"
            r"|communities|services?|health|lifestyle|division))"
        ),
        frozenset({"senior"}),
    ),
    (re.compile(r"\bprincipal\b"), frozenset({"senior", "lead"})),
    (
        re.compile(
            r"(?<!inbound )(?<!outbound )(?<!web )(?<!internet )(?<!sales )"
            rf"\blead\b(?! {_SALES_LEAD}\b)|\b(?:team|shift|squad|group) ?lead(?:er)?\b"
            r"|\bleader\b|\bteamleit\w+|\bleit(?:er|erin|ung)\b"
        ),
        frozenset({"lead"}),
    ),
)
#: What the job is called, where no word beside it says the level.
_ROLES: tuple[tuple[re.Pattern[str], _Level], ...] = (
    (re.compile(r"\b(?:assistant|deputy) manager\b"), frozenset({"mid", "lead"})),
    (
        re.compile(r"\bmanage(?:r|rin|ress)\b|\bresponsable\b|\bjef[ea]\b|\bgerente\b"),
        frozenset({"mid", "senior", "lead"}),
    ),
    (re.compile(r"\bsupervisor\w*\b"), frozenset({"mid", "lead"})),
    (
        re.compile(r"\b(?:coordinator|representative|rep|agent|associate|assistant|clerk)s?\b"),
        frozenset({"entry", "mid"}),
    ),
)


@lru_cache(maxsize=8192)
def levels_of(title: str) -> _Level:
    """Return the levels that a job called *title* may be; empty where it does not say."""
    text = " ".join(words_of(title))
    if _FOR_ANOTHER.search(text) or _NO_TOP.search(text):
        return frozenset()
    if _TOP.search(text):
        return frozenset({"executive"})
    if _DIRECTOR.search(text):
        return frozenset({"lead", "executive"})
    beside = frozenset[str]().union(*(levels for worded, levels in _BESIDE if worded.search(text)))
    role = next((levels for worded, levels in _ROLES if worded.search(text)), frozenset[str]())
    if beside == {"senior"} and "lead" in role:
        return frozenset({"senior", "lead"})
    return beside or role


def level_words(levels: Collection[str]) -> str:
    """Say which levels a title may be: ``entry or mid level``."""
    named = [_(_LEVEL_WORDS[level]) for level in LEVELS if level in levels]
    return _("{levels} level", levels=_(" or ").join(named))
