"""Plain words for a reader: clean text, kinds, formats, dates, links that may be clicked.

Pure, and nothing here depends on the machine's locale. Everything that came from outside (a title,
an employer, a link) passes through ``clean`` or ``safe_url`` before a template sees it.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cxdigest.language import _, marked, ngettext, spoken
from cxdigest.model import FeedbackWord, Where, Workplace
from cxdigest.text import squash

#: Where duties come from that did not come with the alert.
_DUTIES_WORDS = {
    "you": marked("judged from the duties you sent"),
    "another": marked("judged from the duties another reader sent"),
    "alert": "",
    "": "",
}
_BOARD_NAMES = {
    "ashby": "Ashby",
    "greenhouse": "Greenhouse",
    "lever": "Lever",
    "personio": "Personio",
    "recruitee": "Recruitee",
    "smartrecruiters": "SmartRecruiters",
    "workable": "Workable",
}
WHERE_WORDS: dict[Where, str] = {
    "title": marked("in the title"),
    "snippet": marked("in the alert"),
    "duties": marked("in the duties"),
    "summary": marked("in the summary"),
    "requirements": marked("in the requirements"),
    "benefits": marked("in the benefits"),
    "about": marked("about the employer"),
    "company": marked("in the employer's name"),
}
WORKPLACE_WORDS: dict[Workplace, str] = {
    "remote": marked("Remote"),
    "hybrid": marked("Hybrid"),
    "onsite": marked("On site"),
    "": "",
}
#: What a reader's own word on a posting is called beside it.
SAID_WORDS: dict[FeedbackWord, str] = {
    "genuine": marked("you said so"),
    "not-genuine": marked("you said so"),
    "hide-employer": marked("you hid its employer"),
    "applied": marked("you applied"),
    "not-for-me": marked("you said it is not for you"),
}
#: What the links are called by which a reader says it.
ACTION_WORDS: dict[FeedbackWord, str] = {
    "genuine": marked("Genuine"),
    "not-genuine": marked("Not genuine"),
    "hide-employer": marked("Hide employer"),
    "applied": marked("Applied"),
    "not-for-me": marked("Not for me"),
}
#: By the first words of a format's name; any other name is shown with its dashes as spaces.
_FORMAT_WORDS = {
    "builtin": "Built In",
    "careerbuilder": "CareerBuilder",
    "efinancialcareers": "eFinancialCareers",
    "free-work": "Free-Work",
    "google-alerts": "Google Alerts",
    "google-careers": "Google Careers",
    "greenhouse": "MyGreenhouse",
    "hellowork": "HelloWork",
    "indeed": "Indeed",
    "jobs2web": "SuccessFactors",
    "linkedin": "LinkedIn",
    "simplyhired": "Simply Hired",
    "stepstone": "StepStone",
    "talent": "Talent.com",
    "trueup": "TrueUp",
    "welcome-to-the-jungle": "Welcome to the Jungle",
    "welcometothejungle": "Welcome to the Jungle",
    "xing": "XING",
    "ziprecruiter": "ZipRecruiter",
    "board": marked("the employer's own board"),
    "feed": marked("a job feed"),
    "job-feed": marked("a job feed"),
    "mail": marked("an alert mail"),
    "fallback": marked("another alert"),
    "generic": marked("another alert"),
}
_DAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

#: Longer links are shown as text only: mail clients cut or refuse them.
LONGEST_URL = 2000
#: There may be five such links beside each posting.
LONGEST_ACTION = 400
_ACTION_URL = re.compile(r"(?:https?://|mailto:)[!#-/0-;=?-Z_a-z~]+")
WIDTH = 78
#: Characters looked at in a title of megabytes, and for each that is shown.
_BOUND, _SPARE = 10_000, 20

#: How much of a date is written.
DateForm = Literal["short", "with-year", "long", "weekday"]
#: Joiners that Persian, Indic scripts and emoji need; all other invisible characters go.
_JOINERS = frozenset("\u200c\u200d")
_DROPPED = frozenset({"Cf", "Co"})
#: Links as nearly all are, which need no taking apart.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][!#-&'-;=?-Z~_a-z\[\]]*)?")
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


def clean(text: str, most: int = 160) -> str:
    """Return *text* on one line, at most *most* characters, without anything that does not show.

    Control characters are white space, direction overrides and other invisible characters go, a
    lone surrogate becomes U+FFFD. What is cut ends in an ellipsis.
    """
    if not text:
        return ""
    # As nearly all texts are: a printable one holds no character that has to go.
    if len(text) <= most and text.isprintable() and "  " not in text and text == text.strip():
        return text
    bound = min(_BOUND, _SPARE * most)
    line = squash(text[:bound])
    if not line.isprintable():
        line = squash("".join(map(_visible, line)))
    if len(line) > most or len(text) > bound:
        line = line[: most - 1].rstrip() + "…"
    return line


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if category in _DROPPED and char not in _JOINERS else char


def safe_url(url: str) -> str:
    """Return *url* fit for an href and for a line of text, ``""`` if it must not be clicked.

    Only http and https with a host, only ASCII, nothing longer than ``LONGEST_URL``.
    """
    if not url or (len(url) <= LONGEST_URL and _PLAIN_URL.fullmatch(url)):
        return url
    url = url.strip()
    try:
        parts = urlsplit(url)
        fit = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:  # e.g. an unclosed bracket of an IPv6 address
        return ""
    if not fit or any(unicodedata.category(char) in {"Cc", "Cs"} for char in url):
        return ""
    link = parts.scheme + quote(url[len(parts.scheme) :], safe=_URL_SAFE)
    return link if len(link) <= LONGEST_URL else ""


def action_url(url: str) -> str:
    """Return *url* fit for a link that says something of a posting: the web's, or a mail's."""
    return url if len(url) <= LONGEST_ACTION and _ACTION_URL.fullmatch(url) else ""


def format_words(name: str) -> str:
    """Name the board or service of a format as its readers know it."""
    return _(_format_words(name))


@lru_cache(maxsize=256)
def _format_words(name: str) -> str:
    for known, words in _FORMAT_WORDS.items():
        if name == known or name.startswith(known + "-"):
            return words
    return upfirst(clean(name.replace("-", " "), 40))


def sender_words(host: str) -> str:
    """Name the board that writes from *host* as its readers know it, else the host itself."""
    labels = host.split(".")
    known = (_(_FORMAT_WORDS[label]) for label in labels if label in _FORMAT_WORDS)
    return next(known, clean(host, 80))


def duties_words(reader: str) -> str:
    """Say from where the duties came that a whole verdict was made of."""
    if reader in _BOARD_NAMES:
        return _("judged from the employer's own page on {board}", board=_BOARD_NAMES[reader])
    told = _DUTIES_WORDS.get(reader, marked("judged from its own page"))
    return _(told) if told else ""


def language_called(name: str, language: str) -> str:
    """Return what the language with this English *name* is called in *language*."""
    from cxdigest.render.dates import called  # noqa: PLC0415 - Babel loads slowly, see there

    return called(name, language)


def upfirst(text: str) -> str:
    """Return *text* with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return *text* as a sentence: a capital first, and at its end a full stop if it has none."""
    text = text.strip()
    return upfirst(text if text.endswith((".", "!", "?", "…")) else f"{text}.") if text else ""


def count(number: int, one: str, many: str = "") -> str:
    """Return *number* with its noun: ``no roles``, ``1 role``, ``1,200 roles``."""
    shown = f"{number:,}" if number else "no"
    return f"{shown} {one if number == 1 else many or one + 's'}"


def roles(number: int) -> str:
    """Say how many roles are genuine: ``no customer experience roles``."""
    if not number:
        return _("no customer experience roles")
    return ngettext("{n} customer experience role", "{n} customer experience roles", number)


def worth_a_look(number: int) -> str:
    """Say how many are worth a look."""
    return ngettext("{n} worth a look", "{n} worth a look", number)


def set_aside(number: int) -> str:
    """Say how many are set aside."""
    return ngettext("{n} set aside", "{n} set aside", number)


def at_on(moment: datetime, day: str) -> str:
    """Return the time of *moment* on *day*: ``09:00 on Sat 21 Nov``."""
    return _("{clock} on {day}", clock=f"{moment:%H:%M}", day=day)


def joined(*parts: str) -> str:
    """Join what there is of *parts* as the mail does: ``Leith · Hybrid``."""
    return " · ".join(filter(None, parts))


def quoted(quotes: Sequence[str]) -> str:
    """Put *quotes* in quotation marks and join them: ``“a”, “b” and “c”``."""
    around = _("“{quote}”")
    return listed([around.replace("{quote}", quote) for quote in quotes])


def listed(words: Sequence[str]) -> str:
    """Join *words* as the language does: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:  # noqa: PLR2004 - one word needs no comma
        return "".join(words)
    return ", ".join(words[:-1]) + _(" and ") + words[-1]


def short_day(day: date, locale: str = "en") -> str:
    """Return ``Sat 21 Nov``, or what *locale* writes for it."""
    if locale != "en":
        return _written(day, "short", locale)
    return f"{_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def long_day(day: date, locale: str = "en") -> str:
    """Return ``Saturday 21 November 2026``, or what *locale* writes for it."""
    if locale != "en":
        return _written(day, "long", locale)
    return f"{weekday(day)} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_words(year: int, month: int) -> str:
    """Return ``November 2026``."""
    return f"{_MONTHS[month - 1]} {year}"


def weekday(day: date, locale: str = "en") -> str:
    """Return ``Saturday``, or what *locale* calls it."""
    return f"{_DAYS[day.weekday()]}day" if locale == "en" else _written(day, "weekday", locale)


def days_ago(then: date, today: date, locale: str = "en") -> str:
    """Return ``today``, ``yesterday``, ``3 days ago``; the date where it is far or ahead."""
    return _days_ago(then, today, locale, spoken())


@lru_cache(maxsize=4096)
def _days_ago(then: date, today: date, locale: str, language: str) -> str:
    del language  # by which it is kept
    days = (today - then).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if 1 < days <= 30:  # noqa: PLR2004 - beyond a month a date says more than a count
        return ngettext("{n} day ago", "{n} days ago", days)
    if then.year == today.year:
        return short_day(then, locale)
    if locale != "en":
        return _written(then, "with-year", locale)
    return f"{short_day(then)} {then.year}"


def _written(day: date, form: DateForm, locale: str) -> str:
    from cxdigest.render.dates import written  # noqa: PLC0415 - Babel loads slowly, see there

    return written(day, form, locale)


def local(moment: datetime, zone: str) -> datetime:
    """Return *moment* on the clocks of *zone*; in UTC where that name is unknown here."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        # A wrong name, or a date at the edge of the calendar, must not stop the mail.
        return moment


@lru_cache(maxsize=4096)
def wrapped(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Return *text* in lines of at most 78 characters; later lines are indented by *hang*."""
    if len(text) + indent <= WIDTH:
        return " " * indent + text.strip()
    rest = indent if hang is None else hang
    lines, line = [], " " * indent
    room = WIDTH - indent
    for word in text.split():
        if len(word) > WIDTH - rest:  # longer than a line: it has to be cut
            return _filled(text, indent, rest)
        if len(word) > room:
            lines.append(line.rstrip())
            line, room = " " * rest, WIDTH - rest
        line += word + " "
        room -= len(word) + 1
    return "\n".join([*lines, line.rstrip()])


def _filled(text: str, indent: int, rest: int) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * rest,
        break_on_hyphens=False,
    )
