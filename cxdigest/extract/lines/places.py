"""How much a line of an alert looks like a place, told by its shape and small tables of words.

Nothing is looked up: boards name towns that no list has. A line of capitalised words may be a town,
an employer or a department, so that position must decide where the shape alone cannot.
"""

from __future__ import annotations

import re

from cxdigest.extract.lines.facts import split_place

_COUNTRIES = (
    "united states(?: of america)?|usa?|u\\.s\\.(?:a\\.)?|united kingdom|uk|great britain|england|"
    "scotland|wales|northern ireland|ireland|canada|australia|new zealand|india|singapore|"
    "germany|deutschland|allemagne|austria|österreich|switzerland|schweiz|suisse|france|"
    "belgium|belgique|belgië|netherlands|nederland|luxembourg|spain|españa|portugal|italy|italia|"
    "poland|polska|sweden|sverige|norway|norge|denmark|danmark|finland|suomi|mexico|méxico|"
    "argentina|chile|colombia|brazil|brasil|japan|south africa|"
    "united arab emirates|europe|europa|emea|apac|latam|eu|dach|worldwide|global|anywhere|"
    "nationwide|bundesweit|deutschlandweit|france entière|toute la france|toda españa"
)
_COUNTRY = re.compile(rf"(?:{_COUNTRIES})", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{2,3}(?:\s[\dA-Z -]{3,10})?")  # "CA", "NY 10016", "NSW 2000"
_POSTCODE = re.compile(
    r"\(\d{2,3}\)|(?:[A-Z]-?)?\d{4,5}(?:-\d{3,4})?|[A-Z]{1,2}\d[\dA-Z]?(?:\s\d[A-Z]{2})?"
)
_AREA = re.compile(
    r"\b(?:greater|metro|metropolitan|area|region|county|großraum|raum|umgebung|et environs|"
    r"y alrededores|headquarters|hq|cedex|arrondissement)\b",
    re.IGNORECASE,
)
_SMALL = frozenset(
    """
    of de la le les del della delle da do dos das di du des d l am an der die den dem im in bei a
    auf ob vor zu upon on under by sur en sous lès and y et und e i the el los las van aan 's near
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
#: Words of what else stands on short lines: employers' forms, terms of work, departments, benefits.
_OTHERS = re.compile(
    r"\b(?:inc|llc|ltd|limited|corp|corporation|gmbh|mbh|co\. kg|plc|s\.a\.|sarl|sas|s\.l\.|"
    r"company|group|"
    r"holdings?|full[- ]?time|part[- ]?time|permanent|temporary|contract|contractor|freelance|"
    r"internship|vollzeit|teilzeit|unbefristet|befristet|festanstellung|cdi|cdd|intérim|"
    r"temps plein|temps partiel|jornada|indefinido|tiempo completo|medical|dental|vision|401|"
    r"retirement|insurance|benefits?|bonus|holiday|pension|apply|applicants?|match|referrals?|"
    r"connections?|alumni|hiring|recruiting|urgent|sponsored|promoted|verified|posted|series [a-f]|"
    r"unicorn|valuation|funding|employees|mitarbeiter|salariés|empleados|experience|years?|jobs?|"
    r"workplace|tech|technology|engineering|marketing|sales|finance|operations|product|design|legal|hr|"
    r"human resources|people|support|customer \w+|analytics|data|it|software|services?)\b",
    re.IGNORECASE,
)
_MAX = 80
_MAX_SEGMENTS = 4
_MAX_WORDS = 5
_PARTED = re.compile(r"\s*[;/|]\s*")


def place_signs(line: str) -> int:
    """Say how much *line* looks like a place: 3 surely, 2 likely, 1 perhaps, 0 not at all."""
    line = line.strip(" ;,·")
    place, mode = split_place(line)
    if mode:
        return 3
    if not place or len(place) > _MAX or _COUNTRY.fullmatch(place):
        return 3 if place and len(place) <= _MAX else 0
    return min(map(_of_one, _PARTED.split(place)), default=0)


def _of_one(place: str) -> int:
    segments = [one.strip() for one in re.split(r",|\s[-\u2013]\s", place)]
    if len(segments) > _MAX_SEGMENTS or not all(map(_is_name, segments)):
        return 0
    rest = segments[1:] or segments
    if any(map(_is_sure, rest)) or (_AREA.search(place) and len(segments) == 1):
        return 3
    if _OTHERS.search(place):
        return 0
    return 2 if len(segments) > 1 else 1


def _is_sure(segment: str) -> bool:
    if _COUNTRY.fullmatch(segment) or split_place(segment)[1]:
        return True
    words = segment.split(maxsplit=1)
    numbered = len(words) > 1 and (_POSTCODE.fullmatch(words[0]) or _ends_in_code(segment))
    return bool(numbered) or (segment.isupper() and _CODE.fullmatch(segment) is not None)


def _ends_in_code(segment: str) -> bool:
    words = segment.split()
    ends = (words[-1], " ".join(words[-2:]))
    return any(_POSTCODE.fullmatch(end) for end in ends)


def _is_name(segment: str) -> bool:
    """Tell whether *segment* is written as names of places are: each word with a capital."""
    words = re.findall(r"[^\W_]+", segment)
    if not words or len(words) > _MAX_WORDS or re.search(r"[!?:%€$£@#★]", segment):
        return False
    return all(word.lower() in _SMALL or not word[0].islower() for word in words)
