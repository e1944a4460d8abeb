"""Which hosts may be asked for a page: the reader's list, and the boards that are never asked.

Pure. Six boards are never asked, whatever the configuration says, because their terms commonly
forbid it; other job boards and whoever only leads on are asked where the reader names them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from cxdigest.links import clean
from cxdigest.links.sites import is_job_board
from cxdigest.text import host_of, is_host

BOARDS_WORD = "boards"  #: in a list of hosts: the public records of the boards below
EMPLOYERS_WORD = "employers"  #: in a list of hosts: every site that is no job board and no tracker

#: Where boards publish the openings of employers for everybody to read, and their pages.
RECORDS = (
    "boards-api.greenhouse.io", "boards-api.eu.greenhouse.io", "job-boards.greenhouse.io",
    "job-boards.eu.greenhouse.io", "boards.greenhouse.io", "boards.eu.greenhouse.io",
    "api.lever.co", "api.eu.lever.co", "jobs.lever.co", "jobs.eu.lever.co",
    "api.ashbyhq.com", "jobs.ashbyhq.com", "apply.workable.com", "www.workable.com",
    "api.smartrecruiters.com", "jobs.smartrecruiters.com", "recruitee.com",
    "jobs.personio.de", "jobs.personio.com",
)  # fmt: skip
_NEVER = {
    "LinkedIn": r"linkedin\.[a-z.]{2,}|licdn\.[a-z]+|lnkd\.in",
    "Indeed": r"indeed\.[a-z.]{2,}|indeed(?:apply|jobs|email|assessments)\.[a-z.]{2,}",
    "Glassdoor": r"glassdoor\.[a-z.]{2,}",
    "Monster": r"monster(?:india|gulf|jobs|board)?\.[a-z.]{2,}|jobpilot\.[a-z.]{2,}",
    "ZipRecruiter": r"ziprecruiter\.[a-z.]{2,}",
    "Simply Hired": r"simply-?hired\.[a-z.]{2,}",
}
_NEVER_HOST = {board: re.compile(rf"(?:[\w-]+\.)*(?:{ending})") for board, ending in _NEVER.items()}
#: Where people pass on links, and no employer's site either.
_MEDIA = ("facebook.com", "youtube.com")
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|sign-?on|sso|auth|oauth2?|authorize|authenticate|saml2?|users/sign_in|"
    r"account/login|checkpoint)(?:[/.]|$)",
    re.IGNORECASE,
)
_LOGIN_HOST = re.compile(r"(?:log-?in|sign-?in|sso|auth|accounts|idp)\..+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """The reader's word on who may be asked."""

    allowed: Collection[str] = (BOARDS_WORD, EMPLOYERS_WORD)  #: the two words, and hosts
    never: Collection[str] = ()  #: hosts, each with those below it

    def refusal(self, url: str) -> str:
        """Say in one sentence why *url* is not asked; ``""`` where it may be."""
        host = host_of(url)
        if not url.startswith(("http://", "https://")) or not host:
            return "The link leads to no web page."
        if board := never_asked(host):
            return f"{board} forbids programs to read its pages, so {host} is never asked."
        if any(is_host(host, one) for one in self.never):
            return f"The configuration says never to ask {host} (pages.never)."
        return self._unlisted(url, host)

    def _unlisted(self, url: str, host: str) -> str:
        if clean(url).opaque:
            return "The link leads through somebody who counts who comes by."
        if any(is_host(host, one) for one in self.allowed):
            return ""
        if BOARDS_WORD in self.allowed and any(is_host(host, one) for one in RECORDS):
            return ""
        elsewhere = is_job_board(host) or any(is_host(host, one) for one in _MEDIA)
        if EMPLOYERS_WORD in self.allowed and not elsewhere:
            return ""
        return f"{host} is not among the hosts that may be asked (pages.hosts)."


def never_asked(host: str) -> str:
    """Name the board that *host* belongs to if its pages are never asked, else ``""``."""
    host = host.rstrip(".").lower()
    return next((name for name, known in _NEVER_HOST.items() if known.fullmatch(host)), "")


def asks_to_log_in(url: str) -> bool:
    """Tell whether *url*, that a page led to, is where people log in."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_LOGIN.search(parts.path) or _LOGIN_HOST.fullmatch(parts.hostname or ""))
