"""Link wrappers that can be opened without asking anybody, and those that cannot.

One function a wrapper: it gets the parts of a link and returns the inner link, ``""`` where there
is none to be read. The shapes were seen in mails; ``tests/test_links.py`` shows one of each.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import SplitResult, unquote

from cxdigest.links.query import value_of
from cxdigest.text import is_host

_MAX_INNER = 65_536
_WEB = re.compile(rb"https?://[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e%]+")
_SPARKPOST = re.compile(r"/f/a/[\w-]+~+/[\w-]+~+/([\w-]+)~*")
_BASE64_LINK = re.compile(r"(?:^|[/=&?])(aHR0c[\w-]{8,})")
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")
_REDIRECT_PATH = re.compile(
    r"/(?:\w{0,9}click\w{0,9}|\w{0,9}redir\w{0,9}|track\w{0,9}|goto?|out|r|l|ct|url|link)(?:/|\.|$)",
    re.IGNORECASE,
)
_REDIRECT_NAMES = (
    "url", "u", "target", "dest", "destination", "redirect", "redirect_url", "redirecturl",
    "r", "to",
)  # fmt: skip
_TOKEN = re.compile(r"[\w~.%=+-]{40,}")
_TRACKER_LABEL = re.compile(
    r"(?:e?links?|lnk|clicks?|clk|cts|t|trk|track|tracking|url\d*|em|e?mail\w{0,4}|news|engage|ablink|go|r|sg\d?\w*|mg|mandrillapp)"
)
_OPAQUE = (  # host, start of the path
    ("indeed.com", re.compile(r"/(?:m/)?pagead/clk|/addlLoc|/rc/clk")),
    ("engage.indeed.com", re.compile(r"/")),
    ("cts.indeed.com", re.compile(r"/v\d/")),
    ("clk.indeed.com", re.compile(r"/")),
    ("elinks.dice.com", re.compile(r"/a/sc/")),
    ("links.wellfound.com", re.compile(r"/s/c/")),
    ("wellfound.com", re.compile(r"/e/l/")),
    ("xing.com", re.compile(r"/m/")),
    ("ziprecruiter.com", re.compile(r"/e?km/")),
    ("emails.hellowork.com", re.compile(r"/clic/")),
    ("awstrack.me", re.compile(r"/")),
    ("pstmrk.it", re.compile(r"/")),
    ("list-manage.com", re.compile(r"/track/")),
    ("mandrillapp.com", re.compile(r"/track/")),
)
_OPAQUE_PATH = re.compile(
    r"/(?:ls|wf)/click|/f/a/[\w-]+~|/e/c/[\w-]{20}|/track/click/|/c/eJ|/CL0/|/L0/"
)


def unbase64(text: str) -> bytes:
    """Return what *text* says in base64 of either alphabet, ``b""`` where it says nothing."""
    text = text.rstrip("=~").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def unwrap(parts: SplitResult) -> str:
    """Return the link inside *parts*, ``""`` where it is none or cannot be opened."""
    host = parts.hostname or ""
    for domain, opener in _OPENERS:
        if (not domain or is_host(host, domain)) and (inner := opener(parts)):
            return inner if inner.startswith(("http://", "https://")) else ""
    return ""


def is_opaque(host: str, parts: SplitResult) -> bool:
    """Tell whether *parts* lead through somebody who counts who comes by."""
    if any(is_host(host, domain) and path.match(parts.path) for domain, path in _OPAQUE):
        return True
    if _OPAQUE_PATH.search(parts.path):
        return True
    labelled = _TRACKER_LABEL.fullmatch(host.partition(".")[0])
    return bool(labelled and _TOKEN.search(f"{parts.path}?{parts.query}"))


def without_login(host: str, url: str) -> str:
    """Return an opaque *url* without what would log its reader in (ZipRecruiter's query does)."""
    return url.partition("?")[0] if is_host(host, "ziprecruiter.com") else url


def _indeed(parts: SplitResult) -> str:
    """``cts.indeed.com/v3/H4sI…/…``: gzip of ``{"u": "https://…", "m": {…}}``."""
    found = re.match(r"/v\d/([^/]+)", parts.path)
    return _json_value(_gunzip(unbase64(found[1])), "u") if found else ""


def _gunzip(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MAX_INNER)
    except zlib.error:
        return b""


def _json_value(data: bytes, name: str) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    value = found.get(name) if isinstance(found, dict) else ""
    return value if isinstance(value, str) else ""


def _sparkpost(parts: SplitResult) -> str:
    """``/f/a/…~~/…~/Rg…~``: a list of (type, length, value), the link in clear until 2024."""
    found = _SPARKPOST.search(parts.path)
    data = unbase64(found[1]) if found else b""
    link = _WEB.search(data)
    if link is None:
        return ""
    size = data[link.start() - 1] if link.start() else 0
    if len("http://a.b") <= size <= len(link[0]):
        return link[0][:size].decode("ascii")
    glued = data[link.end() : link.end() + 1] < b" " and link.end() < len(data)
    return link[0][: -1 if glued else None].decode("ascii")  # the next entry's type is a letter


def _segment_after(pattern: re.Pattern[str], prefix: str = "") -> Callable[[SplitResult], str]:
    def opener(parts: SplitResult) -> str:
        found = pattern.match(parts.path)
        return prefix + unquote(found[1]) if found else ""

    return opener


def _customerio(parts: SplitResult) -> str:
    found = re.match(r"/e/c/([^/]+)", parts.path)
    return _json_value(unbase64(found[1]), "href") if found else ""


def _hellowork(parts: SplitResult) -> str:
    """``/clic/<uuid>/<n>/<hex>/<base64 of recipient 🪢 link>``."""
    text = unbase64(parts.path.rpartition("/")[2]).decode("utf-8", "replace")
    return text.rpartition("\N{KNOT}")[2] if "\N{KNOT}" in text else ""


def _apec(parts: SplitResult) -> str:
    inner = unbase64(value_of(parts.query, "e")).decode("ascii", "replace")
    found = re.search(r"p2=(\d+W)", inner)
    base = "https://www.apec.fr/candidat/recherche-emploi.html/emploi/detail-offre/"
    return base + found[1] if found else ""


def _google(parts: SplitResult) -> str:
    known = _GOOGLE.fullmatch(parts.hostname or "") and parts.path == "/url"
    return (value_of(parts.query, "url") or value_of(parts.query, "q")) if known else ""


def _proofpoint(parts: SplitResult) -> str:
    third = re.match(r"/v3/__(.+?)__;", parts.path + "?" + parts.query)
    if third:
        return re.sub(r"^(https?):/+", r"\1://", third[1])
    return unquote(value_of(parts.query, "u").replace("-", "%").replace("_", "/"))


def _redirect(parts: SplitResult) -> str:
    """``click.host.example/…?url=https%3A%2F%2F…``: host or path say that it only leads on."""
    label = (parts.hostname or "").partition(".")[0]
    if not (_REDIRECT_PATH.search(parts.path) or _TRACKER_LABEL.fullmatch(label)):
        return ""
    inner = value_of(parts.query, *_REDIRECT_NAMES)
    return inner if inner.startswith(("http://", "https://")) else ""


def _base64_link(parts: SplitResult) -> str:
    """Any link that carries a whole other link in base64."""
    whole = f"{parts.path}?{parts.query}"
    found = _BASE64_LINK.search(whole) if "aHR0c" in whole else None
    link = _WEB.match(unbase64(found[1])) if found else None
    return link[0].decode("ascii") if link else ""


_OPENERS: tuple[tuple[str, Callable[[SplitResult], str]], ...] = (
    ("cts.indeed.com", _indeed),
    ("awstrack.me", _segment_after(re.compile(r"/C?L0/([^/]+)"))),
    ("pstmrk.it", _segment_after(re.compile(r"/3t?s/([^/]+)"), "https://")),
    ("emails.hellowork.com", _hellowork),
    ("diffusion.apec.fr", _apec),
    ("safelinks.protection.outlook.com", lambda parts: value_of(parts.query, "url")),
    ("urldefense.proofpoint.com", _proofpoint),
    ("urldefense.com", _proofpoint),
    ("", _google),
    ("", _sparkpost),
    ("", _customerio),
    ("", _redirect),
    ("", _base64_link),
)
