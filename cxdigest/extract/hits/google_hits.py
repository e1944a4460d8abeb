"""What Google's feeds and mails have in common: a hit, and the posting it shows.

A hit is a line of search results: a title as the site wrote it, an address behind a redirect, some
words around the search terms. Nothing is inferred from it; an employer or a place is taken
only where the title has a form that one site always uses, or names the tenant in the address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cxdigest.extract.hits.news import is_posting
from cxdigest.links import clean
from cxdigest.model import Sighting
from cxdigest.text import host_of, is_host, squash, unescaped

MAX_TITLE = 500  #: characters; Google cuts titles at about 70
MAX_SNIPPET = 5_000  #: characters; some boards put the whole posting into their feed

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PARTED = re.compile(
    r"\s+[-\u2013\u2014|·•»]+\s+|\s*[\uff5c|]\s*(?=[^|\uff5c]*$)|\s+(?:::|@|at)\s+"
)
_JOINTS = re.compile(r"^(?:\s*at\b)?[\s\-\u2013\u2014|@·:]+|(?:\s+at)?[\s\-\u2013\u2014|@·:]+$")
_SUFFIX = re.compile(
    r"(?P<rest>.*\S)(?:\s+(?:[-\u2013\u2014|·•»]|::)+\s+|\s*[\uff5c|]\s*)(?P<site>[^|\uff5c]+?)\s*$"
)
#: What sites add to their names in titles.
_GENERIC = re.compile(
    r"\b(?:jobs?|careers?|at|the|site|official|recruitment|karriere|stellenangebote?|stellenmarkt"
    r"|emplois?|recrutement|carrières?|empleos?|trabajos?|vagas|lavoro|vacatures|job ?board)\b",
    re.IGNORECASE,
)
_COMPANY_FORM = re.compile(r"\b(?:inc|ltd|llc|plc|gmbh|ag|se|sa|bv|hq|group)\b\.?", re.IGNORECASE)
_APPLICATION = re.compile(r"Job Application for (?P<title>.+) at (?P<company>.+)")
#: LinkedIn's titles of postings, as in "Tarn & Vale hiring Journey Manager in Leeds | LinkedIn".
_LINKEDIN = tuple(
    re.compile(rf"(?P<company>.+?) {verb} (?P<title>.+) {place}")
    for verb, place in (
        ("hiring", r"in (?P<location>.+)"),
        ("sucht", r"in (?P<location>.+)"),
        ("recrute pour des postes de", r"\((?P<location>[^()]+)\)"),
        ("busca personas para el cargo de", r"en (?P<location>.+)"),
        ("zoekt (?:een )?", r"in (?P<location>.+)"),
    )
)
#: Indeed's own label in the words that Google shows of its pages.
_PAY = re.compile(
    r"\bJob details\. Pay\. "
    r"(?P<pay>(?:From |Up to )?[£$€]\d[\d,.]*(?:\s?[-\u2013]\s?[£$€]\d[\d,.]*)?"
    r" (?:an?|per) (?:hour|day|week|month|year))\b"
)
_TENANT_IN_PATH = (
    "lever.co",
    "ashbyhq.com",
    "greenhouse.io",
    "apply.workable.com",
    "smartrecruiters.com",
    "welcometothejungle.com",
)
_TENANT_IN_HOST = (
    "recruitee.com",
    "teamtailor.com",
    "personio.de",
    "personio.com",
    "bamboohr.com",
    "breezy.hr",
    "myworkdayjobs.com",
    "softgarden.io",
    "pinpointhq.com",
    "icims.com",
    "applytojob.com",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result as the alert shows it."""

    title: str  #: plain text
    url: str  #: as delivered, redirect included
    snippet: str = ""  #: plain text
    site: str = ""  #: the site's name, where the alert gives it apart
    line: int = 0  #: number of its first line in the text part


def plain(markup: str, *, limit: int = MAX_SNIPPET) -> str:
    """Return the words of *markup* on one line: tags go first, entities are read once after."""
    return squash(unescaped(_TAG.sub("", markup[: 8 * limit])))[:limit]


def sighting(hit: Hit, *, format_name: str) -> Sighting:
    """Return what *hit* states of the posting, or of the news, that it leads to."""
    link = clean(hit.url)
    title = _without_site(hit.title[:MAX_TITLE], link.url, hit.site)
    stated = _stated(title, link.url)
    pay = _PAY.search(hit.snippet)
    return Sighting(
        format=format_name,
        title=stated.get("title") or title or hit.snippet[:80] or link.url,
        company=stated.get("company", ""),
        location=stated.get("location", ""),
        salary=pay["pay"] if pay else "",
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        snippet=hit.snippet[:MAX_SNIPPET],
        is_posting=is_posting(hit.title[:MAX_TITLE], link.url, hit.snippet[:MAX_SNIPPET]),
    )


def _without_site(title: str, url: str, site: str) -> str:
    """Return *title* without the site's name at its end; another ending is part of the title."""
    match = _SUFFIX.fullmatch(title)
    if match is None:
        return title
    name = fold(match["site"].split("(")[0])
    bare = fold(_GENERIC.sub("", match["site"].split("(")[0]))
    host = host_of(url)
    labels = {fold(label) for label in host.split(".")[:-1] if label != "www"}
    named = {name, bare} & labels or (name and fold(host).endswith(name) and "." in match["site"])
    return match["rest"] if named or (site and name == fold(site)) else title


def _stated(title: str, url: str) -> dict[str, str]:
    host = host_of(url)
    if match := _APPLICATION.fullmatch(title):
        return match.groupdict()
    if is_host(host, "linkedin.com"):
        return _linkedin(title)
    return _of_tenant(title, _tenant(host, url))


def _linkedin(title: str) -> dict[str, str]:
    found = next((match for form in _LINKEDIN if (match := form.fullmatch(title))), None)
    if found is None:
        return {}
    stated = found.groupdict()
    if stated["location"].endswith(("...", "…")):
        stated["location"] = ""  # cut off: half a place is none
    return stated


def _of_tenant(title: str, tenant: str) -> dict[str, str]:
    """Return title and company where one part of *title* is the *tenant* of the address."""
    parts = [*_parted(title)]
    for part in (parts[-1:] + parts[:1]) if tenant and len(parts) > 1 else []:
        if tenant in {fold(part), fold(_COMPANY_FORM.sub("", part))}:
            start = title.index(part)
            rest = title[len(part) :] if start == 0 else title[:start]
            return {"title": _JOINTS.sub("", rest), "company": part}
    return {}


def _parted(title: str) -> Iterator[str]:
    return (part for part in _PARTED.split(title) if part)


def _tenant(host: str, url: str) -> str:
    """Return the employer's name in the address of a posting that its tracking system serves."""
    if any(is_host(host, domain) for domain in _TENANT_IN_PATH):
        parts = [part for part in unquote(urlsplit(url).path).split("/") if part]
        parts = parts[parts.index("companies") + 1 :] if "companies" in parts else parts
        name = parts[0] if parts else ""
    elif any(host.endswith("." + domain) for domain in _TENANT_IN_HOST):
        name = host.split(".", maxsplit=1)[0]
    else:
        return ""
    return fold(re.sub(r"[-_]?(?:inc|ltd|gmbh|hq|careers|jobs)$", "", name.casefold()))


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the letters and digits of *name*, so that ``Tarn & Vale`` equals ``tarn-vale``."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum())
