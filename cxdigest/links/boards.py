"""Boards whose links say which posting they lead to: the canonical link and the board's own id.

One line a board where the path says it; a function where it does not.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult

from cxdigest.links.query import only, value_of
from cxdigest.text import is_host

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# domain, board, what the path must begin with (group 1 is the id), the link made of it:
# "" keeps host and matched path, else {0} is the matched path, {1} the id, {2} the host.
_BOARDS: tuple[tuple[str, str, re.Pattern[str], str], ...] = (
    ("linkedin.com", "linkedin", _path(r"/(?:comm/)?jobs/view/(?:[^/]*-)?(\d{6,20})(?=/|$)"),
     "https://www.linkedin.com/jobs/view/{1}/"),
    ("greenhouse.io", "greenhouse", _path(r"/[\w-]+/jobs/(\d+)"), ""),
    ("lever.co", "lever", _path(rf"/[^/]+/({_UUID})"), ""),
    ("ashbyhq.com", "ashby", _path(rf"/[^/]+/({_UUID})"), ""),
    ("apply.workable.com", "workable", _path(r"/[\w-]+/j/([0-9A-F]{8,})"), ""),
    ("jobs.smartrecruiters.com", "smartrecruiters", _path(r"/[^/]+/(\d{9,})[^/]*"), ""),
    ("jobs.personio.de", "personio", _path(r"/job/(\d+)"), ""),
    ("jobs.personio.com", "personio", _path(r"/job/(\d+)"), ""),
    ("jobright.ai", "jobright", _path(r"/jobs/info/([0-9a-f]{24})"), ""),
    ("dice.com", "dice", _path(rf"/job-detail/({_UUID})"), ""),
    ("monster.com", "monster", _path(rf"/job-openings/[^/]*--({_UUID})"), ""),
    ("seek.com.au", "seek", _path(r"/job/(\d+)"), ""),
    ("seek.co.nz", "seek", _path(r"/job/(\d+)"), ""),
    ("seek.com", "seek", _path(r"/job/(\d+)"), ""),
    ("jora.com", "jora", _path(r"/job/[^/]*?-?([0-9a-f]{32})"), ""),
    ("hellowork.com", "hellowork", _path(r"/(?:[a-z]{2}-[a-z]{2}/)?emplois/(\d+)\.html"), ""),
    ("apec.fr", "apec", _path(r"/.*/detail-offre/(\d+W)"), ""),
    ("reed.co.uk", "reed", _path(r"/jobs/[^/]+/(\d{6,})"), ""),
    ("xing.com", "xing", _path(r"/jobs/(?:[^/]*-)?(\d{6,20})(?=$|/)"), ""),
    ("naukri.com", "naukri", _path(r"/job-listings-(?:[^/]*-)?(\d{10,20})(?=$|/)"), ""),
    ("wellfound.com", "wellfound", _path(r"/jobs/(\d+)[\w-]*"), ""),
    ("totaljobs.com", "totaljobs", _path(r"/job/[^/]+/[^/]*-job(\d+)"), ""),
    ("joinhandshake.com", "handshake", _path(r"/(?:stu/|emp/)?jobs/(\d+)"), ""),
    ("simplyhired.com", "simplyhired", _path(r"/job/([\w-]{12,})"), ""),
    ("simplyhired.com", "simplyhired", _path(r"/a/job-details/view/jobkey-([^/]{8,80})"), ""),
    ("google.com", "google-careers",
     _path(r"/about/careers/applications/jobs/results/(\d{10,20})[\w-]*"), ""),
    ("efinancialcareers.com", "efinancialcareers", _path(r"/.*\.id(\d+)"), ""),
)  # fmt: skip


def _end(host: str) -> str:
    """Return the last two labels of *host*: what most boards are told apart by."""
    return ".".join(host.split(".")[-2:])


_BY_END = {
    end: [board for board in _BOARDS if _end(board[0]) == end]
    for end in {_end(b[0]) for b in _BOARDS}
}
_STEPSTONE = re.compile(r"/(?:stellenangebote|job|jobs)-.*?--(\d+)(?:-inline)?\.html")
_BUILTIN = re.compile(r"/job/[^/]+/(\d+)")
_ADZUNA = re.compile(r"/(?:\w\w/)?(?:land/ad|details)/(\d+)")
_JK = re.compile(r"[0-9a-f]{16}")
_SEARCHES = (  # domain, what of a query says which search it is
    ("linkedin.com", frozenset({"keywords", "location", "geoId", "distance", "sortBy"}), ("f_",)),
    ("indeed.com", frozenset({"q", "l", "radius", "sort", "fromage", "sc"}), ()),
)


def link_by_path(host: str, path: str) -> tuple[str, str] | None:
    """Return the canonical link and ``board:id`` where *path* alone says which posting it is."""
    for domain, board, pattern, template in _BY_END.get(_end(host), ()):
        if is_host(host, domain) and (found := pattern.match(path)):
            url = template.format(found[0], found[1], host) or f"https://{host}{found[0]}"
            return url, f"{board}:{found[1]}"
    return None


def posting_link(host: str, parts: SplitResult) -> tuple[str, str] | None:
    """Return the same where query or a board's many hosts say it."""
    for read in (_indeed, _glassdoor, _by_query, _many_hosts):
        if made := read(host, parts):
            return made
    return None


def search_link(host: str, parts: SplitResult) -> str:
    """Return the link of a whole search without what names the reader, ``""`` for other links."""
    for domain, names, prefixes in _SEARCHES:
        if is_host(host, domain):
            path = parts.path.removeprefix("/comm")
            query = only(parts.query, names, prefixes)
            return f"https://{host}{path}" + (f"?{query}" if query else "")
    return ""


def _indeed(host: str, parts: SplitResult) -> tuple[str, str] | None:
    old = re.fullmatch(r"(?:www\.)?indeed\.(?:com?\.)?([a-z]{2})", host)
    if not (is_host(host, "indeed.com") or old):
        return None
    key = value_of(parts.query, "jk", "vjk").lower()
    if not _JK.fullmatch(key):
        return None
    label = host.partition(".")[0]
    country = old[1] if old else label if len(label) == 2 else "www"  # noqa: PLR2004 - as in uk.
    return f"https://{country}.indeed.com/viewjob?jk={key}", f"indeed:{key}"


def _glassdoor(host: str, parts: SplitResult) -> tuple[str, str] | None:
    if not re.fullmatch(r"(?:[a-z-]+\.)*glassdoor\.(?:com?\.)?[a-z]{2,3}", host):
        return None
    found = re.search(r"JV_.*?(\d{10,20})\.htm", parts.path)
    key = value_of(parts.query, "jobListingId", "jl") or (found[1] if found else "")
    if not key.isdigit():
        return None
    return f"https://{host}/job-listing/j?jl={key}", f"glassdoor:{key}"


def _by_query(host: str, parts: SplitResult) -> tuple[str, str] | None:
    if is_host(host, "greenhouse.io") and (key := value_of(parts.query, "token")).isdigit():
        query = only(parts.query, frozenset({"for", "token"}))
        return f"https://{host}{parts.path}?{query}", f"greenhouse:{key}"
    slug = value_of(parts.query, "job_listing_slug") if is_host(host, "wellfound.com") else ""
    if found := re.match(r"(\d+)[\w-]*", slug):
        return f"https://{host}/jobs/{found[0]}", f"wellfound:{found[1]}"
    if is_host(host, "linkedin.com") and (key := value_of(parts.query, "currentJobId")).isdigit():
        return f"https://www.linkedin.com/jobs/view/{key}/", f"linkedin:{key}"
    return None


def _many_hosts(host: str, parts: SplitResult) -> tuple[str, str] | None:
    """Read the boards that have a host in each country or city."""
    for board, hosts, pattern in (
        ("stepstone", r"(?:www\.)?stepstone\.[a-z]{2}", _STEPSTONE),
        ("builtin", r"(?:www\.)?builtin\w*\.(?:com|org)", _BUILTIN),
        ("adzuna", r"(?:www\.)?adzuna\.(?:com?\.)?[a-z]{2,3}", _ADZUNA),
    ):
        if re.fullmatch(hosts, host) and (found := pattern.match(parts.path)):
            return f"https://{host}{found[0]}", f"{board}:{found[1]}"
    return None
