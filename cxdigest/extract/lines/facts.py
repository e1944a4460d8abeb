"""What one line of an alert states, told by its shape: pay, age, rating, workplace.

Boards print these in the reader's language: the words are tables, and a line that none of them
explains is left to its position. Nothing is inferred.
"""

from __future__ import annotations

import re

from cxdigest.model import Workplace

_CODES = "USD|EUR|GBP|CAD|AUD|NZD|CHF|SEK|NOK|DKK|PLN|CZK|INR|SGD|AED|ZAR|BRL|MXN|JPY"
_NUMBER = "\\d[\\d.,' \u00a0\u202f]*\\s?(?:[kKmM]\\b)?"
_AMOUNT = (
    rf"(?:(?:{_CODES}|Rs\.?)\s?|(?:[A-Z]{{1,3}})?[$€£¥₹₩₪₺₫₱]\s?){_NUMBER}"
    rf"|{_NUMBER}\s?(?:[€£₹$]|(?:zł|kr|Kč|LPA|{_CODES})\b)"
)
_PAY = re.compile(_AMOUNT)
_PAY_WORDS = frozenset(
    """
    a an the per year yr years yearly annum annual annually pa hour hr hourly month mo monthly week
    wk weekly day daily from up to and plus bonus base salary pay range est estimate estimated
    employer glassdoor ote benefits starting at approximately about competitive minimum maximum k p
    ab bis von pro im jahr jährlich stunde stündlich monat monatlich woche tag gehalt brutto
    geschätzt de à partir jusqu par an heure mois semaine jour salaire brut entre et estimé l
    desde hasta por al año hora mes semana día salario bruto y da fino all anno ora mese settimana
    giorno stipendio lordo e vanaf tot jaar uur maand week dag salaris até ao ano mês dia salário
    od do rok rocznie
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_WORD = re.compile(r"[^\W\d_]+")
_MAX_PAY = 90
_UNIT = (
    "s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|months?|"
    "minuten|stunden?|tage?n?|wochen?|monate?n?|heures?|jours?|semaines?|mois|minutos?|horas?|"
    "d[ií]as?|semanas?|mes(?:es)?|minuti|or[ae]|giorn[io]|settiman[ae]|mes[ei]|minuut|uur|uren|"
    "dag(?:en)?|we(?:ek|ken)|maand(?:en)?|m[êe]s(?:es)?|dni|godzin\\w*"
)
_AGE = re.compile(
    rf"""(?xi)
    (?:(?:posted|publiée?|publicado|veröffentlicht|geplaatst|eingestellt):?\s+)?
    (?: \d+\+?\s?(?:{_UNIT})(?:\s(?:ago|fa|geleden|atrás|temu))?
      | (?:vor|il\s+y\s+a|hace|há|für)\s+(?:(?:mehr\sals|plus\sde|más\sde)\s)?
        (?:\d+\+?|un[ea]?|eine[mr]?)\s(?:{_UNIT})
      | (?:a|an|one)\s(?:{_UNIT})\sago
      | just\s(?:posted|now) | today | yesterday | new(?:\stoday)?
      | active\s(?:\d+\sdays?\sago|today)
      | gerade\s(?:veröffentlicht|geschaltet) | heute | gestern | neu
      | (?:publiée?\s)?à\sl.instant | aujourd.hui | hier | nouveau
      | reci[ée]n\spublicado | hoy | ayer | nuevo | appena\spubblicat[oa] | oggi | ieri | nuovo
      | net\s(?:geplaatst|gepubliceerd) | vandaag | gisteren | nieuw
      | acabou\sde\sser\spublicada | hoje | ontem | novo
    )[.!]?"""
)
_NAMED = re.compile(r"\d+\s?[A-Z]")  # 3M is an employer; units are written small
_NO_PAY = re.compile(
    r"(?:salary|pay|compensation|gehalt|salaire|salario|stipendio)\s(?:not|n/a|unavailable|nicht|"
    r"non|no|on application|nach|selon|a)\b.{0,30}|competitive(?: salary)?|nach vereinbarung|"
    r"selon profil|a convenir|negotiable|doe",
    re.IGNORECASE,
)
_RATING = re.compile(r"\d(?:[.,]\d)?\s?[★⭐*]?")
_NAMES: tuple[tuple[Workplace, str], ...] = (
    ("remote", "remote|fully remote|100% remote|full remote|remote only|wfh|work from home"),
    ("remote", "remoto|en remoto|a distancia|teletrabajo|da remoto|à distance|télétravail"),
    ("remote", "op afstand|thuiswerken|homeoffice|home office|home-office|på distans|etätyö"),
    ("remote", "fjernarbejde|zdalnie|praca zdalna|zdalna|リモート|远程|遠端"),
    ("hybrid", "hybrid|hybrid work|hybrid remote|hybride|híbrido|hibrido|ibrido|hybridi|hibrit"),
    ("hybrid", "hybrydowo|praca hybrydowa|hybrydowa|ハイブリッド"),
    ("onsite", "on-site|onsite|on site|in-person|in person|in office|in-office|vor ort|präsenz"),
    ("onsite", "sur site|sur place|présentiel|presencial|in sede|op locatie|på plats"),
    ("onsite", "stacjonarnie|na miejscu|paikan päällä|オンサイト"),
)
_WORKPLACES = {word: place for place, words in _NAMES for word in words.split("|")}
_PLACED = re.compile(r"^(?P<place>.*?)\s*\((?P<mode>[^()]+)\)$")
_MODE_IN = re.compile(
    r"^(?P<mode>[\w -]{3,20}?)\s+(?:in|à|en|a|te|em|i|w)\s+(?P<place>\S.*)$", re.IGNORECASE
)


_MODE_BESIDE = re.compile(
    r"^(?P<mode>[\w -]{3,20}?)\s*(?:[:,]|\s[-\u2013|·]|[-\u2013]\s)\s*\S.*$|"
    r"^\S.*?(?:\s[-\u2013|·]\s)(?P<last>[\w -]{3,20})$"
)


def is_pay(line: str) -> bool:
    """Tell whether *line* states pay and nothing else (a sentence about a budget is none)."""
    if len(line) > _MAX_PAY or not _PAY.search(line):
        return False
    rest = _WORD.findall(_PAY.sub(" ", line).casefold())
    return sum(word not in _PAY_WORDS for word in rest) <= max(1, len(rest) // 4)


def is_age(line: str) -> bool:
    """Tell whether *line* states since when the posting stands, and nothing else."""
    return _AGE.fullmatch(line) is not None and not _NAMED.fullmatch(line)


def is_no_pay(line: str) -> bool:
    """Tell whether *line* says that pay is not stated."""
    return _NO_PAY.fullmatch(line) is not None


def is_rating(line: str) -> bool:
    """Tell whether *line* is what readers gave an employer, e.g. ``3.8 ★``."""
    return _RATING.fullmatch(line) is not None


def workplace(words: str) -> Workplace:
    """Return the workplace that *words* name, ``""`` where they name none."""
    return _WORKPLACES.get(words.strip(" ()·•").casefold(), "")


def split_place(line: str) -> tuple[str, Workplace]:
    """``Leeds (Hybrid)``, ``Hybrid in Leeds``, ``Remote`` -> the place as shown, the workplace.

    Where nothing but the workplace is stated, it is what is shown as the place too; so is the whole
    of ``Remote - United States``, which may be one place's name.
    """
    if mode := workplace(line):
        return line, mode
    for pattern in (_PLACED, _MODE_IN):
        found = pattern.match(line)
        if found and (mode := workplace(found["mode"])):
            return found["place"], mode
    beside = _MODE_BESIDE.match(line)
    return line, workplace(beside["mode"] or beside["last"] or "") if beside else ""
