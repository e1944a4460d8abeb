"""Titles as boards write them -> the words that say which job it is.

Ornaments go: signs, "(m/f/d)", "Remote", "Urgent", pay, the opening's own employer and place,
requisition ids (kept apart). All else stays and counts: level, shift, language, department.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cxdigest.names.employers import Employer
from cxdigest.names.gazetteer import CITIES, COUNTRIES, PARTS, SHORT_PARTS
from cxdigest.names.places import Place
from cxdigest.names.words import plain, words_of

_CUT = re.compile(r"\s*(?:\.\s?\.\s?\.+|…)\s*$")
_GENDERS = re.compile(
    r"[(\[{]?\s*\b(?:all genders?|gn|[mwfhdxin](?:\s?[/|*,]\s?(?:[mwfhdxin]|div|gn|all)){1,3})\b"
    r"\s*[)\]}]?|\b[mf]\s?/\s?[wf]\b"
)
_INCLUSIVE = re.compile(r"(?<=[a-z])(?:[:*_/]-?innen|[:*_/]-?in|\(in\)|[·.(-]e[)·]?)(?![a-z])")
_REQUISITION = re.compile(
    r"[(\[#]?\s*\b(?:req(?:uisition)?|job|ref(?:erence)?|posting|vacancy|id|jr|r|no|nr)"
    r"(?:\s+(?:id|no|nr|number|code))?\s*[.:#-]?\s*#?\s*(?P<named>[a-z]{0,4}[-_]?\d{3,}(?:[-_]\d+)*)\b"
    r"\s*[)\]]?"
    r"|#\s*(?P<signed>[a-z]{0,3}-?\d{3,})\b"
    r"|\b(?P<bare>(?:[a-z]{1,4}[-_]?)\d{4,}|\d{5,})\b(?!\s?(?:eur|usd|gbp|per|a year|k\b|€|£|\$))"
)
_GENDERED = re.compile(r"[/|*(:_·.-]|gender|\bgn\b")
_DIGIT = re.compile(r"\d")
_PAY = re.compile(
    r"(?:(?:up to|from|circa|c\.?|ote)\s*)?[$£€]\s?\d[\d,.]*\s?k?"
    r"(?:\s*(?:-|\N{EN DASH}|to)\s*[$£€]?\s?\d[\d,.]*\s?k?)?"
    r"(?:\s*(?:/|per|an?|p\.?)\s?(?:hr?|hour|year|yr|annum|a\.?|month|week|day)\b\.?)?"
    r"(?:\s*(?:dep(?:ending)? on exp\w*|doe|ote|base|basic|salary|plus|\+)\b)?"
    r"|\b\d{2,3}k(?:\s*(?:-|\N{EN DASH}|to)\s*\d{2,3}k)?\b"
)
_WORKPLACE = re.compile(
    r"\b(?:(?:100\s*%\s*|fully[ -]|(?:work|working)[ -])?(?:remote|remotely)"
    r"(?:[ -](?:work|working|job|role|position|ok|okay|friendly|possible|eligible|first"
    r"|opportunity))?"
    r"|hybrid(?:[ -](?:remote|work|working|role))?|on[ -]?site|in[ -]office|in[ -]person"
    r"|wfh|work(?:ing)? from (?:home|anywhere)|home[ -]?(?:based|office)|teletravail|virtual"
    r"|telecommute|anywhere)\b"
)
_NOISE = re.compile(
    r"\b(?:new(?: (?:role|job|opening|position|opportunity))?"
    r"|urgent(?:ly)?(?: (?:hiring|required|needed))?"
    r"|(?:now |we(?:'re| are) |actively )?hiring(?: now| immediately)?|immediate(?:ly)?"
    r" (?:start(?:er)?|joiner|hire|opening|available)s?|apply (?:now|today|asap)"
    r"|start (?:asap|now|immediately)"
    r"|asap|hot(?: job)?|featured|promoted|sponsored|easy apply"
    r"|no experience (?:needed|required|necessary)"
    r"|full[ -]?time|permanent|great benefits|sign[ -]?on bonus|bonus|benefits|excellent benefits"
    r"|job|vacancy|opportunity|exciting opportunity|career opportunity"
    r"|multiple (?:openings|positions|locations)"
    r"|visa sponsorship|relocation (?:provided|offered|available|assistance)"
    r"|cdi|unbefristet|vollzeit"
    r"|temps plein|(?:indeed|linkedin|glassdoor|monster|ziprecruiter|simplyhired)(?: com)?"
    r"|careers|jobs)\b"
)
_PIECES = re.compile(
    r"[()\[\]{}|•·:;,!]|\s[-\N{EN DASH}\N{EM DASH}/]+\s|\s[-\N{EN DASH}\N{EM DASH}]"
    r"|[-\N{EN DASH}\N{EM DASH}]\s|\s@\s|\s+at\s+"
)
_LONG = {
    "sr": "senior", "snr": "senior", "jr": "junior", "jnr": "junior", "mgr": "manager",
    "mngr": "manager", "mgmt": "management", "rep": "representative", "reps": "representatives",
    "cx": "customer experience", "cex": "customer experience", "ux": "user experience",
    "asst": "assistant", "assoc": "associate", "dir": "director", "vp": "vice president",
    "svp": "senior vice president", "evp": "executive vice president",
    "avp": "assistant vice president", "eng": "engineer", "engr": "engineer",
    "mktg": "marketing", "mkt": "marketing", "ops": "operations", "coord": "coordinator",
    "exec": "executive", "supv": "supervisor", "supvr": "supervisor", "spec": "specialist",
    "hr": "human resources", "qa": "quality assurance", "csr": "customer service representative",
    "csm": "customer success manager", "svc": "service", "svcs": "services", "cust": "customer",
    "dept": "department", "intl": "international", "acct": "account", "natl": "national",
    "cert": "certified", "pt": "part time", "parttime": "part time", "i": "1", "ii": "2",
    "iii": "3", "iv": "4", "ecommerce": "e commerce", "frontend": "front end",
    "backend": "back end", "fullstack": "full stack", "centre": "center",
    "programme": "program", "organisation": "organization", "swe": "software engineer",
    "sdr": "sales development representative", "bdr": "business development representative",
    "info": "information", "admin": "administrator",
}  # fmt: skip
_SMALL = frozenset({"and", "of", "the", "for", "a", "an", "to", "et", "de", "und"})
_SIGNS = str.maketrans({"&": " and ", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
_LEAST_CUT = 15  #: letters that a cut title must keep, to be known by its beginning
_Pieces = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a title says of the job."""

    words: tuple[str, ...]  #: without ornaments; never empty
    cut: bool = False  #: it ends in "…": its last word may be half a one
    requisitions: frozenset[str] = frozenset()  #: the employer's own numbers
    pieces: tuple[tuple[str, ...], ...] = ()  #: as written, one or several


def title_of(text: str, employer: Employer, place: Place) -> Title:
    """Return what *text* says of the job, *employer* and *place* being known."""
    pieces, cut, requisitions = _read(text)
    if len(pieces) > 1 and employer.words:
        pieces = _without_employer(pieces, employer)
    kept = tuple(
        piece
        for number, piece in enumerate(pieces)
        if not (_is_ornament(piece, place) or (number and _is_in(piece, place.full)))
    )
    words = tuple(word for piece in kept for word in _spelled(piece))
    return Title(
        words=words or words_of(text) or (text,), cut=cut, requisitions=requisitions, pieces=kept
    )


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[_Pieces, bool, frozenset[str]]:
    """Return what *text* says whoever hires and wherever: many openings share their title."""
    bare, cut, requisitions = _bare(text)
    pieces = tuple(words for piece in _PIECES.split(bare) if (words := words_of(piece)))
    return pieces, cut, requisitions


def _bare(text: str) -> tuple[str, bool, frozenset[str]]:
    """Return *text* without what stands in every board's way, whether it is cut, its numbers.

    Most titles have no sign at all, so it is asked first which may be there.
    """
    folded = plain(text).translate(_SIGNS)
    cut = bool(_CUT.search(folded)) if folded.rstrip()[-1:] in {".", "…"} else False
    if cut:
        folded = _CUT.sub("", folded)
    if _GENDERED.search(folded):
        folded = _INCLUSIVE.sub("", _GENDERS.sub(" | ", folded))
    if _DIGIT.search(folded) is None:
        return folded, cut, frozenset()
    bare, requisitions = _without_requisitions(_PAY.sub(" | ", folded))
    return bare, cut, requisitions


def _without_requisitions(text: str) -> tuple[str, frozenset[str]]:
    found = frozenset(
        "".join(words_of(hit["named"] or hit["signed"] or hit["bare"]))
        for hit in _REQUISITION.finditer(text)
    )
    return (_REQUISITION.sub(" | ", text), found) if found else (text, found)


def _without_employer(pieces: _Pieces, employer: Employer) -> _Pieces:
    """Return *pieces* without those that say no more than who hires, in front or behind."""
    for size in range(1, len(pieces)):
        for part, rest in ((pieces[-size:], pieces[:-size]), (pieces[:size], pieces[size:])):
            said = tuple(word for piece in part for word in piece if word != "and")
            if said in {employer.full, employer.words}:
                return rest
    # What a board adds behind it.
    if len(pieces) > 2 and _left_of(pieces[-1]) == "":  # noqa: PLR2004 - title, employer, board
        return _without_employer(pieces[:-1], employer)
    return pieces


def _is_in(piece: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Tell whether *piece* stands in *words*, in a row."""
    piece = tuple(word for word in piece if word != "and")
    size = len(piece)
    return size <= len(words) and any(
        words[at : at + size] == piece for at in range(len(words) - size + 1)
    )


def _is_ornament(piece: tuple[str, ...], place: Place) -> bool:
    """Tell whether a piece says nothing of the job: workplace, noise, own place."""
    left = _left_of(piece)
    return not left or _is_place(left, place)


@lru_cache(maxsize=8192)
def _left_of(piece: tuple[str, ...]) -> str:
    """Return what a piece says beside workplace and noise, ``""`` for nothing."""
    left = _NOISE.sub(" ", _WORKPLACE.sub(" ", " ".join(piece))).split()
    if all(word in _SMALL for word in left):
        return ""
    return " ".join(word for word in left if word not in {"in", "based"})


def _is_place(text: str, place: Place) -> bool:
    """Tell whether *text* says no more than *place* does."""
    if COUNTRIES.get(text, "?") in place.countries or PARTS.get(text, "?") in place.parts:
        return True
    if not place.cities and not place.parts:
        return False
    return not (
        _cities_of(text).isdisjoint(place.cities)
        and place.parts.isdisjoint(SHORT_PARTS.get(text, ()))
    )


@lru_cache(maxsize=8192)
def _cities_of(text: str) -> frozenset[str]:
    """Return the cities that *text* may be the name of."""
    without = text.removesuffix(" area").removesuffix(" city").removeprefix("greater ")
    return frozenset((text, without, CITIES.get(text, ""), CITIES.get(without, "")))


@lru_cache(maxsize=8192)
def _spelled(piece: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words in full, without the small ones."""
    return tuple(
        word for short in piece if short not in _SMALL for word in _LONG.get(short, short).split()
    )


def same_job(one: Title, other: Title) -> bool:
    """Tell whether two titles say the same, neither being cut."""
    mine, its = one.words, other.words
    # The first letters tell most pairs apart at no cost.
    return mine == its or (mine[0][:1] == its[0][:1] and "".join(mine) == "".join(its))


def rest_after(long: Title, short: Title) -> str:
    """Return what *long* says after all that *short* says, ``""`` where it says other things."""
    for size in range(1, len(long.pieces)):
        head = tuple(word for piece in long.pieces[:size] for word in _spelled(piece))
        if head == short.words:
            return ", ".join(" ".join(piece) for piece in long.pieces[size:])
    return ""


def begins(one: Title, other: Title) -> bool:
    """Tell whether one of two titles is cut and the other goes on where it ends."""
    short, long = (one, other) if one.cut else (other, one)
    if not short.cut:
        return False
    beginning = " ".join(short.words)
    return len(beginning) >= _LEAST_CUT and " ".join(long.words).startswith(beginning)
