"""Employers as boards write them -> the words that name them, and how two of them relate.

A brand and its parent are never guessed to be one; a short name is the long one's beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cxdigest.names.gazetteer import COUNTRIES
from cxdigest.names.words import names_of, plain, words_of

Relation = Literal["same", "short", "unknown", "other"]

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
#: What follows is an older name, or the one that it trades under.
_CALLED = re.compile(
    r"(?:[,;]\s*ex|\bformerly(?: known as)?|\bd/?b/?a|\baka|\ba\.k\.a\.|\bpart of)\b.*"
)
_TRADES = re.compile(r".*\bt/?a\s+(?=\S)|.*\btrading as\s+")
_VIA = re.compile(r"^(?:jobs?\s+)?(?:via|through|by)\s+\S.*|\s[-|\N{EN DASH}·]?\s*via\s+\S.*")
_DOMAIN = re.compile(r"(?<=\w)\.(?:com|co\.uk|co|io|ai|org|net|de|fr|app)\b")
#: Most names have nothing of all that.
_ODD = re.compile(r"[(\[.,;/]|\b(?:via|through|by|formerly|dba|aka|part of|trading)\b")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?")
_LEGAL_TEXT = """
inc incorporated llc llp lp ltd limited gmbh mbh ag sa plc corp corporation co company group
holding holdings bv nv oy oyj ab as asa aps srl spa pty pte kg kgaa se ug ev eg sas sarl sl slu
kk pbc lda ltda tbk cic pvt private intl
"""
_FIRST = frozenset({"the", "pt", "cv"})  # Indonesian forms stand before the name
_GENERIC_TEXT = """
american national first united global international general university city royal new north
south east west central state bank health care medical digital smart one best top prime premier
advanced applied data tech technology media social british european australian canadian pacific
atlantic community public county college hotel hotels school home people customer service
services client confidential company job jobs group saint st san
"""
_AGENCY_NAMES_TEXT = """
jobgether ladders theladders lensa jobot cybercoders hays randstad adecco manpower manpowergroup
teksystems aerotek actalent talentify hireart harnham experis bebee jobleads dice gqr modis
kforce apexsystems insightglobal roberthalf michaelpage pagepersonnel kellyservices
expressemployment getitrecruit jobsforhumanity remotehunter crossover toptal turing reed
morganmckinley robertwalters officeangels brookstreet
"""
_AGENCY_WORDS_TEXT = """
recruitment recruiting recruiters recruiter staffing headhunters headhunting personnel
resourcing interim recrutement zeitarbeit personalvermittlung hiring
"""
_LEGAL, _GENERIC, _AGENCY_NAMES, _AGENCY_WORDS = (
    frozenset(text.split())
    for text in (_LEGAL_TEXT, _GENERIC_TEXT, _AGENCY_NAMES_TEXT, _AGENCY_WORDS_TEXT)
)
_LEAST = 4  #: letters that a short name must have


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """Who hires, as far as an alert says."""

    words: tuple[str, ...]  #: without legal form; empty where unknown
    full: tuple[str, ...] = ()  #: all of them, but for "and"
    agency: bool = False  #: it hires for others, or shows what others wrote


@lru_cache(maxsize=8192)
def employer_of(text: str) -> Employer:
    """Return the employer that *text* names."""
    full = names_of(text)
    text, agency = _bare(plain(text).strip())
    words = [word for word in words_of(text) if word not in {"and", "et", "und", "y"}]
    while len(words) > 1 and words[0] in _FIRST:
        del words[0]
    while len(words) > 1 and words[-1] in _LEGAL:
        del words[-1]
    while len(words) > 1 and words[-1] in COUNTRIES:
        del words[-1]
    while len(words) > 1 and words[-1] in _LEGAL:
        del words[-1]
    known = "".join(words) in _AGENCY_NAMES or not _AGENCY_WORDS.isdisjoint(words)
    return Employer(words=tuple(words), full=full, agency=agency or known)


def _bare(text: str) -> tuple[str, bool]:
    """Return the name alone, and whether it only says who shows the opening."""
    if _ODD.search(text) is None:
        return text, False
    shown = bool(_VIA.match(text))
    text = _TRADES.sub("", _CALLED.sub("", _VIA.sub("", text)))
    text = _DOMAIN.sub("", _ASIDE.sub(" ", text))
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text), shown


def relation(one: Employer, other: Employer) -> Relation:
    """Say whether two employers are the same, one is the other's short name, or neither."""
    if one.words == other.words:
        return "same" if one.words else "unknown"
    if not one.words or not other.words:
        return "unknown"
    if one.words[0][0] != other.words[0][0]:
        return "other"  # most pairs, at no cost
    joined, others = "".join(one.words), "".join(other.words)
    if joined == others:
        return "same"
    short, long = sorted((one, other), key=lambda each: len(each.words))
    if len("".join(short.words)) < _LEAST:
        return "other"
    # With its legal form a name is complete, and no short one.
    complete = len(short.full) != len(short.words) and short.full[0] not in _FIRST
    begins = long.words[: len(short.words)] == short.words
    return "short" if begins and not complete and not _GENERIC.issuperset(short.words) else "other"


def is_called(name: str, employer: Employer) -> bool:
    """Tell whether *name*, as hosts and boards write names, is that of *employer*.

    ``harbour-sons``, ``harbourandsons`` and ``harbour`` are Harbour & Sons, ``harbour-scam`` not.
    """
    words = employer.words
    bare = "".join(words_of(name)).replace("and", "")
    starts = [words[:size] for size in range(1, len(words))]
    known = {"".join(one) for one in starts if not _GENERIC.issuperset(one)}
    initials = "".join(word[0] for word in words)
    known = {one for one in known if len(one) >= _LEAST} | ({initials} if len(words) > 2 else set())  # noqa: PLR2004 - two letters are anybody's
    known |= {"".join(words), "".join(employer.full)} - {""}
    return bare in {one.replace("and", "") for one in known} - {""}


def names(text: tuple[str, ...], employer: Employer) -> bool:
    """Tell whether the words of *text* name *employer*, in full and in a row."""
    wanted = employer.words
    if not wanted or len("".join(wanted)) < _LEAST or _GENERIC.issuperset(wanted):
        return False
    size = len(wanted)
    return any(text[at : at + size] == wanted for at in range(len(text) - size + 1))
